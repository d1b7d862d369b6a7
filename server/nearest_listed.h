// Of the firms that bear a title those that are most like one firm, by the search index.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "indexer/index.h"

namespace tanmiao::server {

// "nearest" of docs/schema/explanation.json: of `listed` (ascending) the few that are most like the firm, the most
// first. `without`: firms that were taken out. An empty list where the search fails or none is near: an explanation
// stands without it.
std::string nearest_listed_json(const indexer::Searcher& searcher, const store::Snapshot& snapshot, store::FirmNo firm,
                                std::span<const store::FirmNo> listed, const std::vector<store::FirmNo>& without);

}  // namespace tanmiao::server
