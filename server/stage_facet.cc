#include "server/stage_facet.h"

#include <algorithm>

namespace tanmiao::server {

std::vector<indexer::FacetWord> stage_words(const pool::PoolRules& rules) {
  std::vector<indexer::FacetWord> stages;
  stages.reserve(rules.stages.size());
  for (const pool::StageWord& stage : rules.stages) stages.emplace_back(stage.id, stage.label);
  return stages;
}

std::shared_ptr<const indexer::FacetColumn> stage_facet(const pool::FirmBook& book, const pool::PoolRules& rules,
                                                        const std::vector<store::PoolEntry>& entries) {
  std::vector<std::pair<store::FirmNo, std::string>> of;
  of.reserve(entries.size());
  for (const store::PoolEntry& entry : entries)
    if (const store::FirmNo firm = book.number(entry.firm); firm != store::kNoFirm) of.emplace_back(firm, entry.stage);
  return std::make_shared<const indexer::FacetColumn>(
      indexer::joined_facet(std::string(kStageFacet), std::string(kStageLabel), book.snapshot(), stage_words(rules),
                            std::move(of), {std::string(kNoStage.first), std::string(kNoStage.second)}));
}

bool speaks_of_stages(std::string_view text, const indexer::Query& query) {
  const auto names = [](std::string_view facet) { return facet == kStageFacet; };
  return text.find(kStageFacet) != std::string_view::npos || text.find(kStageLabel) != std::string_view::npos ||
         std::any_of(query.facets.begin(), query.facets.end(), names) ||
         std::any_of(query.filters.begin(), query.filters.end(), [&](const auto& f) { return names(f.facet); });
}

}  // namespace tanmiao::server
