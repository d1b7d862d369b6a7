// Back-test: what a run of a past day would have ranked, against what came after it.
//
// Leads are judged as of the day from what was public by then; facts without any date are not used. Labels are
// recognitions of one programme that became public after the day, within the horizon. Deterministic: the same inputs
// give the same report on any number of threads.
#pragma once

#include <string>
#include <vector>

#include "miner/mine.h"

namespace tanmiao::miner {

struct BacktestConfig {
  std::string campaign = "all";
  Date as_of{};
  int horizon_months = 12;
  std::string label = "tech_sme";  // a programme of the scorecard
  int k = 100;                     // of precision at K
  int resamples = 200;             // of the bootstrap
  int threads = 0;
};
// A figure with the middle 95 % of its bootstrap over firms.
struct Measured {
  double value = 0, low = 0, high = 0;
};
struct ScorerFigures {
  std::string id, label;
  Measured precision_at_k, top1, top5, top10, lift5, ap, auc;  // topN: share of the labelled in the first N %
  std::vector<double> gain;                                    // share found in the first 0, 1, ... 100 %
};
// A part of the firms: how they fare in the ranking of all.
struct GroupFigures {
  std::string kind, name;  // 县区, 产业, 成立年限
  std::uint64_t firms = 0, labelled = 0, in_top5 = 0;
  double auc = 0.5;  // within the group; .5 where it has not both kinds
};
struct BacktestReport {
  std::string campaign, label, rubric, scorecard;
  Date as_of{}, until{};
  std::uint64_t firms = 0, labelled = 0;
  std::uint64_t undated = 0;    // labels without any date, not used
  std::uint64_t not_leads = 0;  // firms that got the label and were no leads on the day
  std::uint64_t doubles = 0;    // rows that are a firm under a further number, each counted with it
  std::uint64_t open_days = 0;  // of the horizon that lie after the data's last day
  int k = 0;
  std::vector<ScorerFigures> scorers;  // the scorecard first, then the likelihood, then the baselines
  std::vector<GroupFigures> groups;    // of the scorecard
};
// `past`: as it was on the day; `now`: what is known today, for the labels alone. Firms are the same by number.
// Errors: kConfig for an unknown label or campaign, kUsage when there is nothing to tell (no lead, no label).
Result<BacktestReport> backtest(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                                const Reference& reference, const BacktestConfig& config);
std::string backtest_json(const BacktestReport& report);  // docs/schema/backtest.json
std::string backtest_html(const BacktestReport& report);  // a page of its own, with its plot

}  // namespace tanmiao::miner
