// The leads of a day as they are learnt from and tested on: rows, labels, folds, and who is whom. Internal to miner/.
#pragma once

#include "miner/backtest_leads.h"
#include "miner/learn/lead_model.h"

namespace tanmiao::miner::learn {

struct LeadSample {
  LessonDay day;
  std::vector<store::FirmNo> firms;
  std::vector<float> rows;           // columns a firm
  std::vector<std::uint8_t> listed;  // got the label within the horizon
  std::vector<std::uint8_t> taught;  // that, or a verdict says so: what is learnt from, never tested on
  std::vector<int> fold;
  std::vector<double> scorecard, likelihood;     // the rankings of the day; likelihood empty without priors
  std::vector<std::vector<std::uint64_t>> keys;  // by which a firm is known under another name or number
  std::uint64_t by_verdict = 0;
};
Result<LeadSample> lead_sample(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                               const Reference& reference, const BacktestConfig& config,
                               const LearnedSettings& settings, const store::FirmAnswers* answers);

// For each fold the rows that may be learnt from: none of a firm that stands in the fold under any number of either
// sample; of the others without the label at most so many, those of the least hash. `other` may be null.
std::vector<std::vector<std::uint32_t>> rows_outside(const LeadSample& sample, const LeadSample* other,
                                                     const LearnedSettings& settings);

}  // namespace tanmiao::miner::learn
