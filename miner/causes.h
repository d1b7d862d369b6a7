// Why a firm stands elsewhere in a list than before: what became known of it, what ran out with the days, and what is
// the doing of rules and not of the firm.
//
// Both sides are judged by the rules of today, so that what differs between them is of the firm; what is left between
// that and what the earlier run had written is of the rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "miner/mine.h"

namespace tanmiao::miner {

enum class CauseKind : std::uint8_t {
  kFact,  // something happened, or became public
  kLate,  // nothing new happened: a source told of it only now, or no longer tells of it
  kTime,  // the day moved on: something ran out, or lies too far back
};
std::string_view word(CauseKind kind);  // "fact", "late", "time"

// What of the firm a cause is about; of a column of a learned model: which causes it rests on.
enum class About : std::uint8_t {
  kRights,
  kRecognitions,
  kSignals,
  kVisits,
  kRegister,
  kTime,     // columns alone: no fact of theirs changed, the day did
  kDerived,  // columns alone: they follow from all (score of the scorecard, likelihood, points)
};
std::string_view word(About about);  // "rights", "recognitions", "signals", "visits", "register", "time", "derived"

struct Cause {
  CauseKind kind = CauseKind::kFact;
  std::string text;             // Chinese, with its dates: "发明专利 CN…（一种阀）授权于 2026-03-01"
  Day date = kNoDay;            // when it happened
  std::string source{}, key{};  // of the record it rests on; empty: none
  About about = About::kRegister;
};
// An item of the scorecard whose points differ.
struct ItemChange {
  std::string id, label;
  double before = 0, now = 0;  // points
};
// A column of the learned model whose contribution differs, in thousandths of log-odds.
struct ColumnChange {
  std::string id, label;
  std::int64_t before = 0, now = 0;
  About about = About::kDerived;
};
// Both sides scored by the model of the side now.
struct LearnedCauses {
  std::int64_t before = 0, now = 0;   // thousandths of log-odds; the columns' differences sum to theirs
  std::vector<ColumnChange> columns;  // what differs most first
};
struct FirmCauses {
  double before = 0, now = 0;                  // scores by the rules of today
  bool list_before = false, list_now = false;  // on the list of start-ups
  std::vector<ItemChange> items;               // of the firm alone
  std::vector<Cause> causes;                   // what weighs most first
  std::optional<LearnedCauses> learned;        // where RunSide::config of the side now has a model, and both the firm
};

// A run as it can be judged again: its snapshot, its campaign, day and answers.
struct RunSide {
  const store::Snapshot& snapshot;
  MineConfig config;
};
// In the order of `firms`; a firm that one of the snapshots does not have is judged there as one of which nothing is
// known. Errors: kConfig as of mine().
Result<std::vector<FirmCauses>> causes(const RunSide& before, const RunSide& now, const Rules& rules,
                                       const Reference& reference, const std::vector<store::FirmNo>& firms);

}  // namespace tanmiao::miner
