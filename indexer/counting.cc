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

FacetCounts count(const FacetColumn& facet, const FirmSet& firms) {
  std::vector<std::uint64_t> counted(facet.values.size());
  firms.each([&](store::FirmNo firm) {
    for (const std::uint32_t id : facet.of(firm)) ++counted[id];
  });
  FacetCounts counts{facet.name, facet.label, {}};
  for (std::size_t i = 0; i < counted.size(); ++i)
    if (counted[i] > 0 && facet.shown[i]) counts.values.push_back({facet.values[i], facet.labels[i], counted[i]});
  if (!facet.own_order)
    std::sort(counts.values.begin(), counts.values.end(), [](const FacetValue& a, const FacetValue& b) {
      return a.count != b.count ? a.count > b.count : a.value < b.value;
    });
  return counts;
}

}  // namespace

Result<Counter> Counter::make(const std::vector<FacetColumn>& facets, const Query& query, const FirmSet& listed) {
  Counter counter;
  for (const Filter& filter : query.filters) {
    TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, filter.facet));
    if (filter.values.empty()) continue;
    TANMIAO_TRY(check_values(*facet, filter.values));
    counter.tests_.push_back({facet, firms_with(*facet, filter.values, listed)});
  }
  for (const std::string& name : query.facets) {
    TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, name));
    counter.counted_.push_back(facet);
  }
  return counter;
}

std::vector<FacetCounts> Counter::counts(const FirmSet& found) const {
  std::vector<FacetCounts> out;
  out.reserve(counted_.size());
  for (const FacetColumn* facet : counted_) {
    FirmSet under = found;
    for (const Test& test : tests_)
      if (test.facet != facet) under &= test.passing;
    out.push_back(count(*facet, under));
  }
  return out;
}

void Counter::keep(FirmSet& found) const {
  for (const Test& test : tests_) found &= test.passing;
}

}  // namespace tanmiao::indexer
