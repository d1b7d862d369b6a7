// Names by how they sound: pinyin in full, its initials, characters that sound alike, and names that are one character
// off. What is looked for becomes patterns of classes of characters, all of which are held against every name in one
// pass (shift-and over 64 bits; some 20 ns a name), so that all readings of a character count and nothing is indexed.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/reference.h"
#include "indexer/firm_set.h"
#include "store/columns/column.h"

namespace tanmiao::indexer {

// What stands at one place of a pattern: any of these characters. Sorted.
using CharClass = std::vector<char32_t>;
using SoundPattern = std::vector<CharClass>;

class Sounds {
 public:
  explicit Sounds(const Reference& reference);
  bool empty() const { return syllables_.empty(); }
  const std::array<CharClass, 26>& letters() const { return initials_; }  // characters by the first letter of a reading

  // Ways to cut letters a to z (and ' between) into syllables, the 24 with the fewest; empty when there is none.
  std::vector<SoundPattern> full(std::string_view letters) const;
  // For words too long to be cut in all ways: what is spelled so in the names, character by character, at most 24
  // different texts. `names`: search forms, row 0 unused.
  static constexpr std::size_t kMostCutLetters = 48;
  std::vector<SoundPattern> heard_in(const store::StringView& names, std::string_view letters) const;
  // Each letter the beginning of a syllable (zh, ch, sh may be given as two), for 2 to 32 letters.
  std::vector<SoundPattern> initials(std::string_view letters) const;
  // Syllables one slip away: a letter missing, doubled, another, or two swapped.
  std::vector<SoundPattern> misspelt(std::string_view letters) const;
  // Of Han characters alone: whatever sounds like each of them in any reading; empty otherwise.
  SoundPattern alike(std::string_view han) const;
  static SoundPattern exactly(std::string_view han);

 private:
  struct Syllable {
    std::string letters;
    CharClass chars;
  };
  class Cutter;
  const CharClass* find(std::string_view syllable) const;

  std::vector<Syllable> syllables_;  // by letters
  std::array<CharClass, 26> initials_;
  std::map<std::string, CharClass, std::less<>> two_letters_;          // zh, ch, sh
  std::unordered_map<char32_t, std::vector<std::uint16_t>> readings_;  // rows of syllables_
};

// Pinyin as it is typed (lǚyè, lüye, lu’an) in the letters that the table of readings has, with ' between syllables:
// without marks of tones, ü is v. Folded text; empty when anything else stands in it.
std::string plain_letters(std::string_view folded);

// Calls f with each character of three bytes, which the Han characters of the basic plane are.
template <class F>
void each_han(std::string_view form, const F& f) {
  for (std::size_t at = 0; at + 2 < form.size();) {
    const auto lead = static_cast<unsigned char>(form[at]);
    if (lead < 0xE0 || lead >= 0xF0) {
      at += lead < 0xE0 ? 1 : 4;
      continue;
    }
    f((lead & 0x0Fu) << 12 | (static_cast<unsigned char>(form[at + 1]) & 0x3Fu) << 6 |
      (static_cast<unsigned char>(form[at + 2]) & 0x3Fu));
    at += 3;
  }
}

// Patterns of at most 64 places each and 256 together, and whether one character may be another one. Four words of 64
// places are walked at once: reading the text costs more than they do.
class SoundScan {
 public:
  // Takes patterns as long as there is room and moves `from` behind them.
  SoundScan(const std::vector<SoundPattern>& patterns, std::size_t& from, bool one_wrong);
  // Bytes [begin, end) of the first find in a search form.
  std::optional<std::pair<std::size_t, std::size_t>> find(std::string_view form) const;

 private:
  static constexpr std::size_t kWords = 4, kPlaces = 64;
  using Places = std::array<std::uint64_t, kWords>;
  template <bool one_wrong>
  std::optional<std::pair<std::size_t, std::size_t>> find_in(std::string_view form) const;

  Places starts_{}, ends_{};
  bool one_wrong_;
  std::vector<Places> places_;        // by code point of the basic plane
  std::vector<std::size_t> lengths_;  // by last place of a pattern
};

// Every name that fits one of the patterns; with `among` of these firms alone.
FirmSet sounding_like(const store::StringView& names, const std::vector<SoundPattern>& patterns, bool one_wrong,
                      const FirmSet* among = nullptr);

}  // namespace tanmiao::indexer
