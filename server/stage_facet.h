// Where people's work with firms stands, as a facet of the search: read from the pool when it is asked for, so that a
// step is seen at once and no index is made for it.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "indexer/facets.h"
#include "indexer/index.h"
#include "pool/firm_book.h"
#include "pool/pool_rules.h"
#include "store/people.h"

namespace tanmiao::server {

inline constexpr std::string_view kStageFacet = "stage", kStageLabel = "培育阶段";
inline constexpr std::pair<std::string_view, std::string_view> kNoStage{"none", "未入库"};
// (id, label) in the order of the rules.
std::vector<indexer::FacetWord> stage_words(const pool::PoolRules& rules);

// Whether a query may speak of stages, in its text by either name, its filters or its facets: only then they are worth
// looking up. `text` folded.
bool speaks_of_stages(std::string_view text, const indexer::Query& query);

// Name "stage"; values are ids of stages in the order of the rules, and "none" of firms that are on no track. A firm on
// several tracks has the stages of all.
std::shared_ptr<const indexer::FacetColumn> stage_facet(const pool::FirmBook& book, const pool::PoolRules& rules,
                                                        const std::vector<store::PoolEntry>& entries);

}  // namespace tanmiao::server
