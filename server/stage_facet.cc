#include "server/stage_facet.h"

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

}  // namespace tanmiao::server
