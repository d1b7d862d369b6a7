// What a run changed in the list of a campaign, and why: a run against one that came before it.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/tanmiao/workplace.h"
#include "miner/causes.h"
#include "store/columns/run_table.h"

namespace tanmiao::app {

enum class Turn : std::uint8_t { kNew, kGone, kMoved, kSame };
std::string_view word(Turn turn);  // "new", "gone", "moved", "same"

// On whom it is that a firm stands elsewhere.
enum class Because : std::uint8_t {
  kData,    // something of the firm changed, or was learnt of it
  kTime,    // only the day moved on
  kRules,   // the firm is as it was; another scorecard, rule, reference table or program judges it otherwise
  kOthers,  // pushed: neither the firm nor what it is judged by gave it another score
};
std::string_view word(Because because);  // "data", "time", "rules", "others"

// By what a run is ordered.
struct OrderedBy {
  std::string model{}, id{}, as_of{},
      until{};  // of a learned model, and what it is learnt from; all empty: the scorecard
  bool operator==(const OrderedBy&) const = default;
};
// Of a firm in two runs, the later of which is ordered by a learned model. Thousandths of log-odds.
struct LearnedChange {
  std::optional<std::int64_t> before, now;        // as the runs have them
  std::optional<std::int64_t> by_firm, by_model;  // parts of their difference; absent: the model is kept no more
  std::vector<miner::ColumnChange> columns;       // what by_firm is made of
};

struct FirmChange {
  Turn turn = Turn::kNew;
  Because because = Because::kData;
  store::FirmNo firm = store::kNoFirm;
  std::string name, code, unit;
  std::uint32_t rank_before = 0, rank = 0;  // 0: not in that list
  bool start_up_before = false, start_up = false;
  std::optional<double> score_before, score;  // as the runs have them
  std::optional<double> by_firm, by_rules;    // parts of the difference of the two, of those in both runs
  std::vector<miner::ItemChange> items;       // what by_firm is made of
  std::vector<miner::Cause> causes;
  std::optional<LearnedChange> learned;  // of those in both runs
  std::vector<std::string> why;          // Chinese, never empty
  bool of_itself() const { return because == Because::kData || because == Because::kTime; }
};

struct RunChanges {
  store::RunEntry before;
  std::vector<std::string> rules;  // what changed besides the data: 评价指标, 计分表, ...
  OrderedBy ordered_before, ordered;
  std::uint64_t fresh = 0, gone = 0, moved = 0;
  std::uint64_t moved_of_itself = 0;  // of the moved: something of the firm changed
  std::uint64_t moved_by_rules = 0;   // of the moved: only what it is judged by; the others were pushed
  std::uint64_t taken_out = 0;        // of the gone: at someone's request; never named
  std::vector<std::pair<std::string, std::uint64_t>> fresh_by, gone_by;  // reason -> firms, most first
  std::vector<FirmChange> firms;  // new, gone, moved; at most `limit` of each, nearest to the top of the list first
};

struct CompareOptions {
  std::size_t limit = 50;
  store::FirmNo only = store::kNoFirm;  // tell of this firm alone, also when it stands where it stood
  int threads = 0;
};
// nullopt when the run before cannot be read any more. `snapshot` is that of `now`.
std::optional<RunChanges> compare_runs(Workplace& place, const miner::Rules& rules, const store::RunEntry& before,
                                       const store::RunEntry& now, const store::Snapshot& snapshot,
                                       const CompareOptions& options);
boost::json::object changes_json(const RunChanges& changes);  // docs/schema/run_report.json, changes

// What differs between two rows of a firm, in words: "有效发明 1→2". Empty: nothing that the table holds.
std::vector<std::string> differences(const store::Run& before, std::size_t was, const store::Run& now, std::size_t is);
std::vector<std::string_view> items_of(std::string_view text, std::string_view between);

}  // namespace tanmiao::app
