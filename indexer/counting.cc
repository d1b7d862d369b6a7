#include "indexer/counting.h"

#include <algorithm>

#include "core/settings.h"

namespace tanmiao::indexer {
namespace {

Result<const FacetColumn*> find(const std::vector<FacetColumn>& facets, const std::string& name) {
  std::vector<std::string_view> known;
  for (const FacetColumn& facet : facets) {
    if (facet.name == name) return &facet;
    known.push_back(facet.name);
  }
  return no_such("facet", name, known);
}

}  // namespace

Result<Counter> Counter::make(const std::vector<FacetColumn>& facets, const Query& query) {
  Counter counter;
  for (const Filter& filter : query.filters) {
    TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, filter.facet));
    if (filter.values.empty()) continue;
    TANMIAO_TRY(check_values(*facet, filter.values));
    Test test{facet, std::vector<char>(facet->values.size())};
    for (std::size_t i = 0; i < test.wanted.size(); ++i)
      test.wanted[i] = std::any_of(filter.values.begin(), filter.values.end(), [&](const std::string& value) {
        return value == facet->values[i] || value == facet->labels[i];
      });
    counter.tests_.push_back(std::move(test));
  }
  for (const std::string& name : query.facets) {
    TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, name));
    counter.counts_.push_back({facet, std::vector<std::uint64_t>(facet->values.size())});
  }
  return counter;
}

bool Counter::take(store::FirmNo firm) {
  const FacetColumn* failed = nullptr;
  for (const Test& test : tests_) {
    const auto ids = test.facet->of(firm);
    if (std::any_of(ids.begin(), ids.end(), [&](std::uint32_t id) { return test.wanted[id] != 0; })) continue;
    if (failed != nullptr && failed != test.facet) return false;
    failed = test.facet;
  }
  for (Count& count : counts_) {
    if (failed != nullptr && failed != count.facet) continue;
    for (const std::uint32_t id : count.facet->of(firm)) ++count.counts[id];
  }
  return failed == nullptr;
}

std::vector<FacetCounts> Counter::counts() const {
  std::vector<FacetCounts> out;
  for (const Count& count : counts_) {
    FacetCounts counts{count.facet->name, count.facet->label, {}};
    for (std::size_t i = 0; i < count.counts.size(); ++i)
      if (count.counts[i] > 0 && count.facet->shown[i])
        counts.values.push_back({count.facet->values[i], count.facet->labels[i], count.counts[i]});
    if (!count.facet->own_order)
      std::sort(counts.values.begin(), counts.values.end(), [](const FacetValue& a, const FacetValue& b) {
        return a.count != b.count ? a.count > b.count : a.value < b.value;
      });
    out.push_back(std::move(counts));
  }
  return out;
}

}  // namespace tanmiao::indexer
