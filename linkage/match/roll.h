// A list of names to look others up in: segments of names and their keys. A mention asks for its rarest keys first,
// within a bounded number of postings, so that no common key makes it slow.
//
// How common a key is, the list itself tells, or frequencies that were frozen. With frozen ones what a mention finds
// depends, beside them, only on the names that share one of the keys it walked: Scratch says which, and how much a name
// must share to be among the candidates. That is what lets a later night ask again only where it matters.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "linkage/match/comparison.h"
#include "linkage/match/frequency.h"
#include "linkage/match/segment.h"

namespace tanmiao::linkage {

struct RollName {
  std::string_view name;
  std::uint32_t row = 0;  // of the caller's list; several names may be one row's (former names, English names)
};

class Roll {
 public:
  static constexpr std::uint32_t kGone = ~std::uint32_t{0};  // as a row: the name is not in the list any more

  // `facts` by row. `threads` 0: as many as there are cores.
  Roll(const Anatomist& anatomist, std::span<const RollName> names, std::vector<NameFacts> facts, int threads = 0);
  // Of segments and frequencies that are kept elsewhere. `rows`: of the entries of all segments, one behind the other.
  Roll(const Anatomist& anatomist, std::vector<std::shared_ptr<const RollSegment>> segments,
       std::vector<std::uint32_t> rows, std::vector<NameFacts> facts, const Frequencies& frozen);

  std::size_t size() const { return rows_.size(); }  // entries
  // As counted: of the list, or frozen.
  std::size_t names() const { return frequencies().names(); }
  std::size_t rows() const { return frequencies().rows(); }
  const Anatomist& anatomist() const { return anatomist_; }
  const HanTable& han() const { return anatomist_.reference().han; }
  std::uint32_t row_of(std::uint32_t entry) const { return rows_[entry]; }
  std::uint64_t id_of(std::uint32_t entry) const;
  const NameFacts& facts_of(std::uint32_t row) const { return facts_[row]; }
  void unpack(std::uint32_t entry, Anatomy& out) const;

  // Entries with this exact key.
  void find_exact(std::uint64_t exact, std::vector<std::uint32_t>& out) const;

  // Entries that may be the mention, the likeliest first, at most `most`.
  class Scratch;  // of one thread
  void candidates(const Anatomy& mention, std::size_t most, Scratch& scratch, std::vector<std::uint32_t>& out) const;

  const Frequencies& frequencies() const { return frozen_ != nullptr ? *frozen_ : own_; }
  // What a name is worth to a mention that shares this key with it, in bits.
  float worth(std::uint32_t key) const;

  class Scratch {
   public:
    explicit Scratch(const Roll& roll) : score(roll.size()) {}
    std::vector<float> score;  // by entry; zero between calls
    std::vector<std::uint32_t> touched;
    std::vector<std::uint32_t> keys;
    // Of the last call: the keys that were walked, in order; the least score of a further name that would be a
    // candidate (one in Latin letters is with any); whether there were as many as were asked for, so that others may
    // have been left out.
    std::vector<std::uint32_t> walked;
    float floor = 0;
    bool cut = false;
  };

 private:
  struct Place {
    const RollSegment* segment;
    std::uint32_t entry;
  };
  Place place(std::uint32_t entry) const;
  bool in_latin(std::uint32_t entry) const;
  std::uint32_t entries_of(std::uint32_t key) const;
  float worth_of(std::uint32_t entries) const;

  const Anatomist& anatomist_;
  std::vector<std::shared_ptr<const RollSegment>> segments_;
  std::vector<std::uint32_t> first_;  // entry of each segment; one more at the end
  std::vector<std::uint32_t> rows_;
  std::vector<NameFacts> facts_;
  Frequencies own_;
  const Frequencies* frozen_ = nullptr;
};

}  // namespace tanmiao::linkage
