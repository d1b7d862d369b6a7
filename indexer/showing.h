// A hit as it is shown: its name, and where else the words are.
#pragma once

#include "indexer/index.h"
#include "indexer/lookup.h"
#include "indexer/query_text.h"

namespace tanmiao::indexer {

// `found` is of query.words, row by row.
Hit show_hit(const Shared& shared, const ParsedQuery& query, const std::vector<FoundWord>& found, store::FirmNo firm);

}  // namespace tanmiao::indexer
