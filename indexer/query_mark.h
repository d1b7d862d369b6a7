// By what a cursor knows the query that it was cut from.
#pragma once

#include <cstdint>

#include "indexer/index.h"
#include "indexer/query_text.h"

namespace tanmiao::indexer {

struct QueryMark {
  std::uint64_t hash = 0;  // of what the answer and its order depend on: neither limit and offset nor what is counted
  bool of_run = false;     // it rests on the run
};
QueryMark mark_query(const Query& query, const ParsedQuery& parsed);

}  // namespace tanmiao::indexer
