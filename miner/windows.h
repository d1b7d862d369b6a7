// Filings in windows of 1, 3 and 5 years before a day, over the columns of a snapshot: what gather() counts of a firm
// and what a list of all firms is made of. An application counts when the firm filed it itself, owns it on the day, and
// it was public by then.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/date.h"
#include "store/columns/snapshot.h"

namespace tanmiao::miner {

inline constexpr std::array<int, 3> kWindowYears = {1, 3, 5};
struct WindowEdges {
  Day day = 0;
  std::array<Day, kWindowYears.size()> from{};  // first day of each window
  bool dated_only = false;                      // what bears no date of publication is not known
};
WindowEdges window_edges(Date as_of, bool dated_only = false);

struct FilingWindows {
  std::array<std::uint16_t, kWindowYears.size()> filed{};  // at most 65,535
  std::uint16_t one() const { return filed[0]; }
  std::uint16_t three() const { return filed[1]; }
  std::uint16_t five() const { return filed[2]; }
  bool operator==(const FilingWindows&) const = default;
};
FilingWindows windows_of(const store::Snapshot& snapshot, store::FirmNo firm, const WindowEdges& edges);
// Of every firm, by number; row 0 is empty. threads 0: as many as there are cores. Looks at nothing but
// first_ownership, the ownerships' patent, from, to and position, and the patents' filing, public_date and, with
// dated_only, granted: whoever asks for this alone need not have the other columns read.
std::vector<FilingWindows> filing_windows(const store::SnapshotTables<store::Mapped>& tables, const WindowEdges& edges,
                                          int threads);

// The `k` best rows of each group by score, then by row; rows with score 0 and of group 0 have no place. groups[i]
// lists the rows of group i. Sizes are equal.
std::vector<std::vector<std::uint32_t>> best_of_each(std::span<const std::uint32_t> scores,
                                                     std::span<const std::uint32_t> group, std::size_t k, int threads);

}  // namespace tanmiao::miner
