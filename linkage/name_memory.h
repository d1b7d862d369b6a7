// What the last link knew of names that are not equal: the index of the list's names, and of each name that was asked
// what it walked and what it found. Derived: without it everything is asked anew, with the same result. Two folders of
// columns below DATA/names: roll-HASH, the index, written when the list has changed much; asked-HASH, each night's.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "linkage/match/segment.h"
#include "store/data_folder.h"

namespace tanmiao::linkage {

// A firm that came near, as it was found.
struct NearFirm {
  std::string identity;  // Cluster::identity
  double probability = 0, bits = 0;
  std::string phrases;  // Chinese: what speaks for it and against it
  std::string factors;  // JSON array of {"field", "text", "bits"}
};

// What one name asked and found.
struct NameAnswer {
  std::uint64_t id = 0;                  // of kind, source, name, place and day
  std::uint64_t exact = 0;               // hash of the exact key
  float floor = 0;                       // least score of a further name that would have changed the answer
  std::vector<std::uint32_t> walked;     // keys
  std::vector<std::uint32_t> looked_at;  // low halves of the ids of the names it was compared with
  std::vector<NearFirm> firms;           // best first; none: nothing came near
};

class NameMemory {
 public:
  struct Next {                               // what is to be remembered
    std::vector<std::uint64_t> list;          // ids of the list's names, sorted
    std::vector<NameAnswer> answers;          // sorted by id
    std::shared_ptr<const RollSegment> roll;  // null: the one that is there stays
  };

  // What `note` names, if it was made under the same `header`; nothing when it is not there or damaged.
  static std::shared_ptr<const NameMemory> open(const store::DataFolder& folder, std::string_view note,
                                                std::string_view header, const Anatomist& anatomist);
  // Gives the note by which it is found again. `last`: whose roll stays; may be null when `next` has one.
  static Result<std::string> keep(const store::DataFolder& folder, std::string_view header, const Next& next,
                                  const NameMemory* last);
  // Removes what `note` does not name.
  static Status sweep(const store::DataFolder& folder, std::string_view note);

  const std::shared_ptr<const RollSegment>& roll() const { return roll_; }
  std::span<const std::uint64_t> list() const { return list_.span(); }
  std::size_t size() const { return id_.size(); }
  std::optional<std::size_t> find(std::uint64_t id) const;
  std::uint64_t exact(std::size_t row) const { return exact_[row]; }
  float floor(std::size_t row) const { return floor_[row]; }
  std::span<const std::uint32_t> walked(std::size_t row) const {
    return walked_.span().subspan(first_walked_[row], first_walked_[row + 1] - first_walked_[row]);
  }
  std::span<const std::uint32_t> looked_at(std::size_t row) const {
    return looked_at_.span().subspan(first_looked_at_[row], first_looked_at_[row + 1] - first_looked_at_[row]);
  }
  NameAnswer answer(std::size_t row) const;

 private:
  Status read(const store::ColumnFolderReader& folder);

  std::string roll_name_;
  std::shared_ptr<const RollSegment> roll_;
  store::ColumnView<std::uint64_t> list_, id_, exact_;
  store::ColumnView<float> floor_;
  store::ColumnView<std::uint32_t> first_walked_, walked_, first_looked_at_, looked_at_, first_firm_;
  store::StringView identity_, phrases_, factors_;
  store::ColumnView<double> probability_, bits_;
};

}  // namespace tanmiao::linkage
