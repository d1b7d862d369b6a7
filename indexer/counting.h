// Filters and facet counts over sets of firms: exact, and a facet's own filter does not reduce its own counts.
#pragma once

#include <vector>

#include "indexer/facets.h"
#include "indexer/index.h"

namespace tanmiao::indexer {

class Counter {
 public:
  // Filter values may be values or labels. Error kUsage for a facet that does not exist, or a level that it has not.
  static Result<Counter> make(const std::vector<const FacetColumn*>& facets, const Query& query, const FirmSet& listed);

  // Counts `found` under all filters but the facet's own.
  std::vector<FacetCounts> counts(const FirmSet& found) const;
  // Keeps those that pass all filters.
  void keep(FirmSet& found) const;

 private:
  struct Test {
    const FacetColumn* facet;
    FirmSet passing;
  };
  // The values of a facet that are told: those that are shown, of one level below a code, or a tree.
  struct Counted {
    const FacetColumn* facet;
    std::vector<char> told;
    bool tree = false;
    std::vector<char> open{}, kept{};  // of a tree: what is below these is told; these are told even where none is left
  };
  static Result<Counted> counted(const std::vector<const FacetColumn*>& facets, const std::string& wanted);
  static Status open_tree(Counted& tree, const Query& query);
  static FacetCounts count(const Counted& of, const FirmSet& firms);

  std::vector<Test> tests_;
  std::vector<Counted> counted_;
};

}  // namespace tanmiao::indexer
