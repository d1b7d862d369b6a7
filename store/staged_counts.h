// What is counted of a batch's staged rows before it is published, kept while they are staged: going through all of
// them once more would take as long as showing them.
#pragma once

#include <cstdint>
#include <vector>

#include "store/types.h"

namespace tanmiao::store {

// Of a staged row what is counted.
struct StagedRow {
  bool version = false;    // it has content of its own
  bool published = false;  // of a record that was published before, gone since or not
  bool on_top = true;      // stated for no day before the live version's
  bool contested = false;
};

// Sums over the records of a batch: those of SqliteFacts::count_crawl().
struct StagedSums {
  std::int64_t records = 0, fresh = 0, changed = 0, versions = 0, contested = 0;
  std::int64_t unsettled = 0;  // they do not go on top of their history just so
  bool operator==(const StagedSums&) const = default;
};

// Exact as long as each record is staged for one day: then its row says all.
class StagedCounts {
 public:
  // `all`: the batch has no row yet, so that each of them will be told.
  explicit StagedCounts(bool all) : exact_(all) {}

  void add(RecordId record, const StagedRow& row) {
    if (!exact_) return;
    if (record >= met_.size()) met_.resize(record + record / 8 + kRoom);
    if (met_[record]) return lose();
    met_[record] = true;
    ++sums_.records;
    count(row, 1);
  }
  // The row of a record that was staged before for the same day.
  void change(const StagedRow& from, const StagedRow& to) {
    count(from, -1);
    count(to, 1);
  }
  // nullptr: they have to be counted.
  const StagedSums* sums() const { return exact_ ? &sums_ : nullptr; }

 private:
  static constexpr std::size_t kRoom = 4096;

  void lose() {
    exact_ = false;
    met_ = {};
  }
  void count(const StagedRow& row, std::int64_t by) {
    if (row.contested) sums_.contested += by;
    if (!row.version) return;
    sums_.versions += by;
    if (!row.published) sums_.fresh += by;
    if (row.published && row.on_top) sums_.changed += by;
    if (!row.on_top) sums_.unsettled += by;
  }

  bool exact_;
  StagedSums sums_;
  std::vector<bool> met_;  // by record
};

}  // namespace tanmiao::store
