#include "server/facet_words.h"

#include "indexer/facets.h"
#include "server/stage_facet.h"

namespace tanmiao::server {

FacetWords::FacetWords(const Reference& reference, const pool::PoolRules* rules) {
  // Of no firm at all: what is left are the values that the facets know by themselves.
  const store::Snapshot nobody;
  const store::Run no_run;
  for (const indexer::FacetColumn& facet : indexer::make_facets(nobody, &no_run, reference)) {
    Words& words = facets_[facet.name];
    words.label = facet.label;
    for (std::size_t i = 0; i < facet.values.size(); ++i) words.values.emplace(facet.values[i], facet.labels[i]);
  }
  auto& classes = facets_["ipc"].values;
  for (const auto& [code, title] : reference.ipc_titles)
    classes.emplace(code, std::string(code).append(" ").append(title));
  Words& stage = facets_[std::string(kStageFacet)];
  stage.label = kStageLabel;
  if (rules == nullptr) return;
  for (const auto& [id, label] : stage_words(*rules)) stage.values.emplace(id, label);
  stage.values.emplace(kNoStage.first, kNoStage.second);
}

std::string_view FacetWords::facet(std::string_view name) const {
  const auto known = facets_.find(name);
  return known == facets_.end() ? name : std::string_view(known->second.label);
}

std::string_view FacetWords::value(std::string_view facet, std::string_view value) const {
  const auto known = facets_.find(facet);
  if (known == facets_.end()) return value;
  const auto word = known->second.values.find(value);
  return word == known->second.values.end() ? value : std::string_view(word->second);
}

}  // namespace tanmiao::server
