// A list of names to look others up in: taken apart, packed, and indexed by keys that survive slips and shortening.
//
// Keys of a name (blocking): each two characters of trade name and industry in their order, at most three apart; the
// region with the first two; the sounds of neighbours in the trade name; the whole trade name in pinyin; words of
// names in Latin letters and their beginnings. A mention asks for its rarest keys first, within a bounded number of
// postings, so that no common key makes it slow.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "linkage/match/comparison.h"

namespace tanmiao::linkage {

struct RollName {
  std::string_view name;
  std::uint32_t row = 0;  // of the caller's list; several names may be one row's (former names, English names)
};

class Roll {
 public:
  // `facts` by row. `threads` 0: as many as there are cores.
  Roll(const Anatomist& anatomist, std::span<const RollName> names, std::vector<NameFacts> facts, int threads = 0);

  std::size_t size() const { return entries_.size(); }
  std::size_t rows() const { return facts_.size(); }
  const Anatomist& anatomist() const { return anatomist_; }
  const HanTable& han() const { return anatomist_.reference().han; }
  std::uint32_t row_of(std::uint32_t entry) const { return entries_[entry].row; }
  const NameFacts& facts_of(std::uint32_t row) const { return facts_[row]; }
  void unpack(std::uint32_t entry, Anatomy& out) const;

  // Entries with this exact key.
  void find_exact(std::uint64_t exact, std::vector<std::uint32_t>& out) const;

  // Entries that may be the mention, the likeliest first, at most `most`.
  class Scratch;  // of one thread
  void candidates(const Anatomy& mention, std::size_t most, Scratch& scratch, std::vector<std::uint32_t>& out) const;

  // How many entries have this trade name, industry, region, or trade name in pinyin (Latin: joined trade words).
  std::uint32_t count_trade(std::u16string_view trade) const;
  std::uint32_t count_pinyin(std::string_view pinyin) const;
  std::uint32_t count_industry(std::u16string_view industry) const;
  std::uint32_t count_region(std::u16string_view region) const;

  class Scratch {
   public:
    explicit Scratch(const Roll& roll) : score(roll.size()) {}
    std::vector<float> score;  // by entry; zero between calls
    std::vector<std::uint32_t> touched;
    std::vector<std::uint32_t> keys;
  };

 private:
  struct Entry {
    std::uint64_t exact;
    std::uint32_t at;  // in arena_; of a name in Latin letters: row in latin_
    std::uint32_t row, region;
    std::array<std::uint8_t, kParts> end;
    std::uint8_t unit;  // characters of the unit, behind the text
    FormKind form;
    bool latin, full;
  };
  using Counts = std::unordered_map<std::uint64_t, std::uint32_t>;

  void add(const Anatomy& name, std::uint32_t row);
  void index();
  std::span<const std::uint32_t> postings(std::uint32_t key) const;

  const Anatomist& anatomist_;
  std::vector<Entry> entries_;
  std::u16string arena_;
  std::vector<std::vector<LatinPart>> latin_;
  std::vector<NameFacts> facts_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> exact_;  // sorted
  std::vector<std::uint32_t> bucket_;                           // by the first bits of a key: where in keys_
  unsigned bucket_shift_ = 31;
  std::vector<std::uint32_t> keys_, begin_, entries_of_key_;
  Counts trades_, pinyins_, industries_, regions_;
};

}  // namespace tanmiao::linkage
