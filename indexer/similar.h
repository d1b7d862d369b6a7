// Firms of the same technology: nearest by what their patents are classed as, by the items of their business scopes and
// by industry. What many firms have counts little, what few have counts much (the logarithm of their share), and each
// of the three is a cosine, so that owning everything is no likeness to everybody.
#pragma once

#include <string>
#include <vector>

#include "indexer/index.h"
#include "indexer/lookup.h"

namespace tanmiao::indexer {

// Groups ("C22C21/") and subclasses ("C22C") of the symbols in an index, ascending, and how many firms have each.
class IpcGroups {
 public:
  explicit IpcGroups(const Dictionary& symbols);
  struct Group {
    std::string name;
    std::uint32_t first = 0, last = 0;  // rows of the dictionary
    std::uint32_t firms = 0;
  };
  const std::vector<Group>& all() const { return groups_; }
  std::size_t find(std::string_view name) const;  // all().size(): there is none

 private:
  std::vector<Group> groups_;
};

// Those of `allowed` that are nearest to `wanted.firm`, the nearest first, equal ones by number.
std::vector<SimilarFirm> similar_firms(const Shared& shared, const IpcGroups& groups, const SimilarQuery& wanted,
                                       const FirmSet& allowed, TimeBound& bound);

}  // namespace tanmiao::indexer
