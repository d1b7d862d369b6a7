#include "miner/windows.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

namespace tanmiao::miner {
namespace {

using Tables = store::SnapshotTables<store::Mapped>;

// The innermost window that holds an application which was public by the day: 1 the longest, 3 the shortest, 0 none.
std::uint8_t window_class(Day filed, Day published, const Day& granted, const WindowEdges& e) {
  const bool known = !e.dated_only || published != kNoDay || (granted != kNoDay && granted <= e.day);
  const bool counts = known & (published <= e.day) & (filed <= e.day);
  int within = 0;
  for (const Day from : e.from) within += static_cast<int>(filed >= from);  // kNoDay lies before every window
  return static_cast<std::uint8_t>(counts ? within : 0);
}

bool owned_by_filing(std::uint8_t position, Day from, Day to, Day day) {
  return (position != 0) & (from <= day) & ((to == kNoDay) | (to > day));
}

// Applications of a firm by window class, in three fields of one word.
constexpr unsigned kField = 21;
constexpr std::array<std::uint64_t, 4> kOneMore = {0, 1, std::uint64_t{1} << kField, std::uint64_t{1} << (2 * kField)};
constexpr std::uint32_t kMostAtOnce = (1U << kField) - 1;  // links until a field may be full

FilingWindows operator+(const FilingWindows& sum, std::uint64_t fields) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint16_t>::max();
  FilingWindows out;
  std::uint32_t within = 0;
  for (std::size_t w = 0; w < kWindowYears.size(); ++w) {
    const std::size_t field = kWindowYears.size() - 1 - w;
    within += static_cast<std::uint32_t>(fields >> (field * kField)) & kMostAtOnce;
    out.filed[w] = static_cast<std::uint16_t>(std::min(kMost, sum.filed[w] + within));
  }
  return out;
}

// The window classes of all patents, four in a byte: links lead anywhere in the patent table, and a table of a byte for
// four patents stays in the processor's cache where two columns of days do not. A block's patents lie in its bytes
// quarter by quarter, so that both loops that fill it are plain sums over neighbours.
class ClassTable {
 public:
  ClassTable(const Tables& s, const WindowEdges& edges)
      : packed_(std::make_unique_for_overwrite<std::uint8_t[]>((s.patents.filing.size() / kBlock + 1) * kQuarter)) {
    const std::size_t patents = s.patents.filing.size();
    const Day *filing = s.patents.filing.span().data(), *published = s.patents.public_date.span().data(),
              *granted = edges.dated_only ? s.patents.granted.span().data() : filing;  // see window_class
    tbb::parallel_for(std::size_t{0}, patents / kBlock + 1, [&](std::size_t block) {
      std::array<std::uint8_t, kBlock> classes;
      const std::size_t begin = block * kBlock, count = std::min(kBlock, patents - begin);
      for (std::size_t i = 0; i < count; ++i)
        classes[i] = window_class(filing[begin + i], published[begin + i], granted[begin + i], edges);
      std::fill(classes.begin() + static_cast<std::ptrdiff_t>(count), classes.end(), std::uint8_t{0});
      for (std::size_t b = 0; b < kQuarter; ++b)
        packed_[block * kQuarter + b] = static_cast<std::uint8_t>(
            classes[b] + 4 * classes[b + kQuarter] + 16 * classes[b + 2 * kQuarter] + 64 * classes[b + 3 * kQuarter]);
    });
  }
  unsigned operator[](std::uint32_t patent) const {
    return (packed_[patent / kBlock * kQuarter + patent % kQuarter] >> (2 * (patent / kQuarter % 4))) & 3U;
  }

 private:
  static constexpr std::size_t kQuarter = 4096, kBlock = 4 * kQuarter;
  std::unique_ptr<std::uint8_t[]> packed_;
};

// Plain pointers into the mapped columns: the loop over the links of all firms is nothing but loads and sums.
struct LinkColumns {
  explicit LinkColumns(const Tables& s)
      : first(s.first_ownership.span().data()),
        patent(s.ownerships.patent.span().data()),
        from(s.ownerships.from.span().data()),
        to(s.ownerships.to.span().data()),
        position(s.ownerships.position.span().data()) {}

  template <class ClassOf>
  FilingWindows counted(store::FirmNo firm, Day day, const ClassOf& class_of) const {
    FilingWindows out;
    for (std::uint32_t i = first[firm], end = first[firm + 1]; i < end;) {
      std::uint64_t fields = 0;
      for (const std::uint32_t stop = i + std::min(end - i, kMostAtOnce); i < stop; ++i)
        fields += kOneMore[class_of(patent[i]) * unsigned{owned_by_filing(position[i], from[i], to[i], day)}];
      out = out + fields;
    }
    return out;
  }
  const std::uint32_t *first, *patent;
  const Day *from, *to;
  const std::uint8_t* position;
};

constexpr std::size_t kBlock = 16384;

// The rows that may have a place, group by group. A row is one number of which the larger is the better: its score
// above, its place in the table, counted from the end, below.
class ByGroup {
 public:
  ByGroup(std::span<const std::uint32_t> scores, std::span<const std::uint32_t> group) {
    std::uint32_t most = 0;
    for (const std::uint32_t g : group) most = std::max(most, g);
    first_.assign(group.empty() ? 1 : std::size_t{most} + 2, 0);
    // Parts of the table are counted and laid out side by side; which parts there are changes no order that matters.
    const std::size_t parts = std::clamp<std::size_t>(scores.size() / kLeastPart, 1, kMostParts);
    std::vector<std::vector<std::uint32_t>> at(parts, std::vector<std::uint32_t>(groups()));
    const auto each_row = [&](std::size_t part, auto&& visit) {
      for (std::size_t row = scores.size() * part / parts; row < scores.size() * (part + 1) / parts; ++row)
        if (scores[row] != 0 && group[row] != 0) visit(row, at[part][group[row]]);
    };
    tbb::parallel_for(std::size_t{0}, parts,
                      [&](std::size_t part) { each_row(part, [](std::size_t, std::uint32_t& n) { ++n; }); });
    std::uint32_t end = 0;
    for (std::size_t g = 0; g < groups(); ++g) {
      for (auto& part : at) end += std::exchange(part[g], end);
      first_[g + 1] = end;
    }
    keys_ = std::make_unique_for_overwrite<std::uint64_t[]>(end);
    tbb::parallel_for(std::size_t{0}, parts, [&](std::size_t part) {
      each_row(part, [&](std::size_t row, std::uint32_t& place) {
        keys_[place++] = (std::uint64_t{scores[row]} << 32U) | static_cast<std::uint32_t>(~row);
      });
    });
  }
  std::size_t groups() const { return first_.size() - 1; }
  std::span<std::uint64_t> of(std::size_t g) const { return {keys_.get() + first_[g], first_[g + 1] - first_[g]}; }

 private:
  static constexpr std::size_t kLeastPart = 65536, kMostParts = 8;
  std::vector<std::uint32_t> first_;
  std::unique_ptr<std::uint64_t[]> keys_;
};

std::vector<std::uint32_t> best_rows(std::span<std::uint64_t> keys, std::size_t k) {
  if (keys.size() > k) {
    std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(k), keys.end(), std::greater<>());
    keys = keys.first(k);
  }
  std::sort(keys.begin(), keys.end(), std::greater<>());
  std::vector<std::uint32_t> rows;
  rows.reserve(keys.size());
  for (const std::uint64_t key : keys) rows.push_back(~static_cast<std::uint32_t>(key));
  return rows;
}

}  // namespace

WindowEdges window_edges(Date as_of, bool dated_only) {
  WindowEdges edges{to_day(as_of), {}, dated_only};
  for (std::size_t w = 0; w < kWindowYears.size(); ++w)
    edges.from[w] = to_day(add_months(as_of, -12 * kWindowYears[w]));
  return edges;
}

FilingWindows windows_of(const store::Snapshot& snapshot, store::FirmNo firm, const WindowEdges& edges) {
  const auto& p = snapshot.patents;
  return LinkColumns(snapshot).counted(firm, edges.day, [&](std::uint32_t row) {
    return window_class(p.filing[row], p.public_date[row], p.granted[row], edges);
  });
}

std::vector<FilingWindows> filing_windows(const Tables& tables, const WindowEdges& edges, int threads) {
  const LinkColumns columns(tables);
  std::vector<FilingWindows> out(std::max<std::size_t>(2, tables.first_ownership.size()) - 1);
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  arena.execute([&] {
    const ClassTable classes(tables, edges);
    tbb::parallel_for(tbb::blocked_range<std::size_t>(1, std::max<std::size_t>(1, out.size()), kBlock),
                      [&](const auto& range) {
                        for (std::size_t n = range.begin(); n != range.end(); ++n)
                          out[n] = columns.counted(static_cast<store::FirmNo>(n), edges.day,
                                                   [&](std::uint32_t row) { return classes[row]; });
                      });
  });
  return out;
}

std::vector<std::vector<std::uint32_t>> best_of_each(std::span<const std::uint32_t> scores,
                                                     std::span<const std::uint32_t> group, std::size_t k, int threads) {
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  return arena.execute([&] {
    const ByGroup rows(scores, group);
    std::vector<std::vector<std::uint32_t>> out(rows.groups());
    tbb::parallel_for(std::size_t{0}, out.size(), [&](std::size_t g) { out[g] = best_rows(rows.of(g), k); });
    return out;
  });
}

}  // namespace tanmiao::miner
