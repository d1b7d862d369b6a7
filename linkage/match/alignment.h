// Which character of a name stands for which of another, by dynamic programming over both (Needleman and Wunsch, with
// weights by the part of the name: a short name drops the form for nothing and the trade name at a price).
#pragma once

#include <array>
#include <cstdint>

#include "linkage/match/anatomy.h"

namespace tanmiao::linkage {

// What became of the characters of one part of the entry.
struct PartAlignment {
  std::uint8_t length = 0;
  std::uint8_t same = 0;     // characters that the mention has too
  std::uint8_t sound = 0;    // stands another of the same sound in their place
  std::uint8_t shape = 0;    // one that looks alike
  std::uint8_t other = 0;    // one that is neither
  std::uint8_t swapped = 0;  // pairs of neighbours in the other order
  std::uint8_t dropped = 0;
  std::uint8_t added = 0;     // of the mention, between two of this part
  std::uint8_t repeated = 0;  // of `added`: the character that stands beside it once more
  bool first = false;         // the first character is there
};

struct Alignment {
  std::array<PartAlignment, kParts> parts;
  std::uint8_t before = 0;      // of `extra`: those between the region and the trade name
  std::uint8_t extra = 0;       // characters of the mention that no part took
  std::size_t odd = 0;          // where in the mention a character of the industry word differs or is added
  bool numbers_differ = false;  // a numeral stands for another, is dropped from or added to trade name or industry
};

// Both are Chinese names.
Alignment align(const Anatomy& mention, const Anatomy& entry, const Reference& reference);

}  // namespace tanmiao::linkage
