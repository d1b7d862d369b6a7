// Filters and facet counts over firms one by one: exact, and a facet's own filter does not reduce its own counts.
#pragma once

#include <vector>

#include "indexer/facets.h"
#include "indexer/index.h"

namespace tanmiao::indexer {

class Counter {
 public:
  // Filter values may be values or labels. Error kUsage for a facet that does not exist.
  static Result<Counter> make(const std::vector<FacetColumn>& facets, const Query& query);

  // Counts the firm where it counts; true when it passes all filters.
  bool take(store::FirmNo firm);
  std::vector<FacetCounts> counts() const;

 private:
  struct Test {
    const FacetColumn* facet;
    std::vector<char> wanted;  // by value number
  };
  struct Count {
    const FacetColumn* facet;
    std::vector<std::uint64_t> counts;
  };
  std::vector<Test> tests_;
  std::vector<Count> counts_;
};

}  // namespace tanmiao::indexer
