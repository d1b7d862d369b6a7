// A hit as it is shown: its name, and where else the words are.
#pragma once

#include "indexer/index.h"
#include "indexer/query_text.h"

namespace tanmiao::indexer {

Hit show_hit(const store::Snapshot& snapshot, const Reference& reference, const std::vector<QueryWord>& words,
             store::FirmNo firm);

}  // namespace tanmiao::indexer
