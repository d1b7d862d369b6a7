// The counter: how many firms hold a recognition on a day, by 责任单位, against the targets of config/pool. Only what
// is valid on the day counts; 待续评 stands apart.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/standing.h"
#include "pool/firm_book.h"
#include "pool/ledger.h"

namespace tanmiao::pool {

struct CountLine {
  std::string unit;  // "全市合计" for the last
  // Absent: nothing that anyone read speaks of the day.
  std::optional<std::uint32_t> valid, renew_due, unverified;
  std::uint32_t pipeline = 0;  // on the track on that day, not valid: 已核实 to 申报中
  std::optional<std::uint32_t> target;
  std::optional<std::int32_t> gap;  // firms still missing, 0 when the target is met; of 突破 N one more than N
};
struct MonthCount {
  Date day{};                          // the last day of a month, or the day that was asked for
  std::optional<std::uint32_t> valid;  // absent: nothing that anyone read speaks of that day
};
// How many may be valid at the end of the year: a sum of shares, no promise.
struct Forecast {
  Date day{};
  std::uint32_t low = 0, high = 0;
  std::uint32_t carried = 0;   // valid now and still then
  std::uint32_t renewals = 0;  // valid or 待续评 now, to be renewed before then
  std::uint32_t pipeline = 0;
};
struct Counter {
  std::string program, label, track;  // track: label of the one that leads to it; may be empty
  Date as_of{};
  std::optional<Target> target;      // of the city: of this year, else the next, else the last one before
  std::vector<CountLine> lines;      // units in the order of the reference, then the city
  std::vector<MonthCount> months;    // the last twelve months, then the day
  std::optional<Forecast> forecast;  // absent where what is valid is
};

struct CounterInputs {
  const FirmBook& book;
  const PoolRules& rules;
  std::vector<store::PoolEntry> revisions;  // pool_revisions()
  std::set<store::FirmNo> suppressed;
  // Recognitions as of a day: miner::standings().
  std::function<Result<std::vector<Standing>>(Date)> standings;
};

// Every revision of every entry of the pool, those of one together, oldest first.
Result<std::vector<store::PoolEntry>> pool_revisions(store::People& people);

// One for each programme that has a target, in the order of targets.csv.
Result<std::vector<Counter>> count_targets(const CounterInputs& inputs, Date as_of);

// "突破 600 家", "达到 400 家".
std::string target_text(const Target& target);

// One sheet a programme: units, months, forecast. Writes beside `path` and renames.
Status export_counters(const std::vector<Counter>& counters, const std::string& path, const std::string& title,
                       const std::string& issuer);

}  // namespace tanmiao::pool
