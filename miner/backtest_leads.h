// The leads of a past day with the scores of every ranking, and who of them got the label. Internal to miner/.
#pragma once

#include <array>
#include <set>

#include "miner/assess.h"
#include "miner/backtest.h"

namespace tanmiao::miner {

enum Baseline : std::size_t { kScorecard, kLikelihood, kPatents, kKeywords, kNewest, kRandom, kScorers };

struct PastLead {
  store::FirmNo number = 0;
  bool lead = false, holds = false;  // holds: it had the label on the day, and is no lead for that
  std::array<double, kScorers> scores{};
  std::string unit, industry, age;
};
struct LabelledLeads {
  std::vector<PastLead> firms;       // by number; a firm under several numbers once, each ranking at its best
  std::vector<std::uint8_t> labels;  // parallel to firms
  std::string rubric, scorecard;
  bool likelihood = false;  // the rules have priors
  std::uint64_t labelled = 0, undated = 0, not_leads = 0;
  std::uint64_t doubles = 0;  // rows that are a firm under a further number; not in firms
};
// Errors: kConfig for an unknown label or campaign, kUsage when no lead was known on the day.
Result<LabelledLeads> labelled_leads(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                                     const Reference& reference, const BacktestConfig& config);

}  // namespace tanmiao::miner
