// What a night checks of its ranking: the figures of the latest closed horizon, whether another scorecard would do
// worse there, and how far today's firms differ from those of the day that is looked back to.
#pragma once

#include "miner/backtest.h"

namespace tanmiao::miner {

// The day to look back to: the last of a month, so long ago that the horizon is over on `today`. The same for a month,
// so that figures of its nights compare.
Date closed_horizon(Date today, int months);

// A scorecard against another on the same leads and labels.
struct ModelDuel {
  Date as_of{}, until{};
  std::string label, in_use, candidate;  // ids of the scorecards
  std::uint64_t firms = 0, labelled = 0;
  double ap_in_use = 0, ap_candidate = 0, auc_in_use = 0, auc_candidate = 0;
  Measured difference;     // of AP, candidate less the one in use; paired bootstrap over firms
  double share_worse = 0;  // of the resamples in which the candidate's AP is lower
  bool worse = false;      // in at least kSurelyWorse of them
  // By the figures alone, however few the labels are: not for a night to decide.
  bool lower() const { return ap_candidate < ap_in_use; }
};
inline constexpr double kSurelyWorse = 0.9;
// Leads are those of both. Errors as of backtest().
Result<ModelDuel> duel(const store::Snapshot& past, const store::Snapshot& now, const Rules& in_use,
                       const Rules& candidate, const Reference& reference, const BacktestConfig& config);

// How an input is spread among the leads of the past day and among today's.
struct InputDrift {
  std::string id, label;     // of an item of the scorecard
  double then = 0, now = 0;  // share of leads where it counts
  double stability = 0;      // population stability index over its values: below .1 little, above .25 much
};
// Of at most `most` leads a side, taken by a hash of their code. In the order of the scorecard.
Result<std::vector<InputDrift>> input_drift(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                                            const Reference& reference, const BacktestConfig& config, Date today,
                                            std::size_t most = 20000);

}  // namespace tanmiao::miner
