// Names taken apart, packed, and indexed by their keys: an immutable piece of a Roll, made in memory or mapped from a
// folder of columns.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "linkage/match/anatomy.h"
#include "store/columns/column.h"

namespace tanmiao::linkage {

struct SegmentName {
  std::string_view name;
  std::uint64_t id = 0;  // of the caller; of two that are equally likely the smaller comes first
};

class RollSegment {
 public:
  struct Entry {
    std::uint64_t id = 0, exact = 0;
    std::uint32_t at = 0;  // in the arena; of a name in Latin letters: row in latin_
    std::uint32_t region = 0;
    std::array<std::uint8_t, kParts> end{};
    std::uint8_t unit = 0;  // characters of the unit, behind the text
    FormKind form = FormKind::kNone;
    std::uint8_t flags = 0;
    bool latin() const { return (flags & 1U) != 0; }
    bool full() const { return (flags & 2U) != 0; }
  };
  struct Exact {
    std::uint64_t exact = 0;
    std::uint32_t entry = 0, unused = 0;
    friend bool operator<(const Exact& a, const Exact& b) {
      return a.exact != b.exact ? a.exact < b.exact : a.entry < b.entry;
    }
  };

  // In the order of `names`. `counted` is called with each anatomy, in that order, by one thread.
  static std::shared_ptr<const RollSegment> make(const Anatomist& anatomist, std::span<const SegmentName> names,
                                                 int threads, const std::function<void(const Anatomy&)>& counted = {});
  // As it was written, for the same tables. Errors: kCorrupt.
  static Result<std::shared_ptr<const RollSegment>> open(const Anatomist& anatomist,
                                                         const store::ColumnFolderReader& folder);
  Status write(store::ColumnFolderWriter& folder) const;  // only of one that was made

  std::size_t size() const { return entries_.size(); }
  const Entry& operator[](std::uint32_t entry) const { return entries_[entry]; }
  bool has_latin() const { return !latin_.empty(); }
  void unpack(std::uint32_t entry, Anatomy& out) const;
  std::span<const Exact> exact(std::uint64_t exact) const;  // entries with this exact key; none of 0
  std::span<const std::uint32_t> postings(std::uint32_t key) const;
  template <class F>
  void each_key(const F& f) const {  // f(key, number of its entries)
    for (std::size_t i = 0; i < keys_.size(); ++i) f(keys_[i], begin_[i + 1] - begin_[i]);
  }

 private:
  struct Made {  // memory of a segment that was not mapped
    std::vector<Entry> entries;
    std::vector<char16_t> arena;
    std::vector<Exact> exact;
    std::vector<std::uint32_t> bucket, keys, begin, postings;
    store::StringBuilder latin;
  };
  void add(const Anatomy& name, const SegmentName& from, Made& made);
  void index(const HanTable& han, Made& made);
  void look_at(const Made& made);

  std::span<const Entry> entries_;
  std::span<const char16_t> arena_;
  std::span<const Exact> exact_;           // sorted
  std::span<const std::uint32_t> bucket_;  // by the first bits of a key: where in keys_
  std::span<const std::uint32_t> keys_, begin_, postings_;
  std::vector<std::vector<LatinPart>> latin_;
  unsigned bucket_shift_ = 31;
  std::shared_ptr<const void> keeper_;  // of the memory
  const Made* made_ = nullptr;
};

}  // namespace tanmiao::linkage
