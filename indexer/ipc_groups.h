// Classes of patents as features of a firm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/dictionary.h"

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

}  // namespace tanmiao::indexer
