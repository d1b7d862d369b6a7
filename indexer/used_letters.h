// What the names of a generation are written with, found when it is first asked for and kept: by it a search for sounds
// leaves out what cannot fit.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "indexer/index_tables.h"
#include "indexer/sounds.h"

namespace tanmiao::indexer {

// Han characters that stand in names or items of scopes. Found when they are first asked for: every text is read once.
class UsedCharacters {
 public:
  bool holds(const MappedTables& tables, char32_t c);

 private:
  std::once_flag found_;
  std::vector<bool> used_;  // by code point of the basic plane
};

// Of each name the letters with which a syllable of one of its characters begins, in any reading; bit 0 is a. Found
// when they are first asked for.
class NameInitials {
 public:
  const std::vector<std::uint32_t>& of(const MappedTables& tables, const Sounds& sounds);

 private:
  std::once_flag found_;
  std::vector<std::uint32_t> begins_;  // by firm
};

}  // namespace tanmiao::indexer
