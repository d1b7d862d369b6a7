// Filters and facet counts over sets of firms: exact, and a facet's own filter does not reduce its own counts.
#pragma once

#include <vector>

#include "indexer/facets.h"
#include "indexer/index.h"

namespace tanmiao::indexer {

class Counter {
 public:
  // Filter values may be values or labels. Error kUsage for a facet that does not exist.
  static Result<Counter> make(const std::vector<FacetColumn>& facets, const Query& query, const FirmSet& listed);

  // Counts `found` under all filters but the facet's own.
  std::vector<FacetCounts> counts(const FirmSet& found) const;
  // Keeps those that pass all filters.
  void keep(FirmSet& found) const;

 private:
  struct Test {
    const FacetColumn* facet;
    FirmSet passing;
  };
  std::vector<Test> tests_;
  std::vector<const FacetColumn*> counted_;
};

}  // namespace tanmiao::indexer
