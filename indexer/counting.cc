#include "indexer/counting.h"

#include <algorithm>

#include "core/settings.h"

namespace tanmiao::indexer {
namespace {

Result<const FacetColumn*> find(const std::vector<const FacetColumn*>& facets, const std::string& name) {
  std::vector<std::string_view> known;
  known.reserve(facets.size());
  for (const FacetColumn* facet : facets) {
    if (facet->name == name) return facet;
    known.push_back(facet->name);
  }
  return no_such("facet", name, known);
}

}  // namespace

// "industry" or "industry:C32".
Result<Counter::Counted> Counter::counted(const std::vector<const FacetColumn*>& facets, const std::string& wanted) {
  const std::size_t colon = wanted.find(':');
  TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, wanted.substr(0, colon)));
  Counted out{facet, std::vector<char>(facet->values.size())};
  if (colon == std::string::npos) {
    std::copy(facet->shown.begin(), facet->shown.end(), out.told.begin());
    return out;
  }
  const std::string_view above = std::string_view(wanted).substr(colon + 1);
  const auto level = std::upper_bound(facet->levels.begin(), facet->levels.end(), above.size());
  if (level == facet->levels.end())
    return Error{Errc::kUsage, "facet " + facet->name + " has no codes below '" + std::string(above) + "'", ""};
  if (!above.empty()) TANMIAO_TRY(check_values(*facet, {std::string(above)}));
  for (std::size_t i = 0; i < out.told.size(); ++i)
    out.told[i] = facet->values[i].size() == *level && facet->values[i].starts_with(above) ? 1 : 0;
  return out;
}

FacetCounts Counter::count(const Counted& of, const FirmSet& firms) {
  const FacetColumn& facet = *of.facet;
  std::vector<std::uint64_t> counted(facet.values.size());
  firms.each([&](store::FirmNo firm) {
    for (const std::uint32_t id : facet.of(firm)) ++counted[id];
  });
  FacetCounts counts{facet.name, facet.label, {}};
  for (std::size_t i = 0; i < counted.size(); ++i)
    if (counted[i] > 0 && of.told[i] != 0) counts.values.push_back({facet.values[i], facet.labels[i], counted[i]});
  if (!facet.own_order)
    std::sort(counts.values.begin(), counts.values.end(), [](const FacetValue& a, const FacetValue& b) {
      return a.count != b.count ? a.count > b.count : a.value < b.value;
    });
  return counts;
}

Result<Counter> Counter::make(const std::vector<const FacetColumn*>& facets, const Query& query,
                              const FirmSet& listed) {
  Counter counter;
  for (const Filter& filter : query.filters) {
    TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, filter.facet));
    if (filter.values.empty()) continue;
    TANMIAO_TRY(check_values(*facet, filter.values));
    counter.tests_.push_back({facet, firms_with(*facet, filter.values, listed)});
  }
  for (const std::string& name : query.facets) {
    TANMIAO_ASSIGN(Counted counted, Counter::counted(facets, name));
    counter.counted_.push_back(std::move(counted));
  }
  return counter;
}

std::vector<FacetCounts> Counter::counts(const FirmSet& found) const {
  std::vector<FacetCounts> out;
  out.reserve(counted_.size());
  for (const Counted& counted : counted_) {
    FirmSet under = found;
    for (const Test& test : tests_)
      if (test.facet != counted.facet) under &= test.passing;
    out.push_back(count(counted, under));
  }
  return out;
}

void Counter::keep(FirmSet& found) const {
  for (const Test& test : tests_) found &= test.passing;
}

}  // namespace tanmiao::indexer
