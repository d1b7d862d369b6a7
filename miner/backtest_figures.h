// Figures of one ranking, with their bootstrap. Internal to miner/.
#pragma once

#include "miner/backtest.h"

namespace tanmiao::miner {

// Sizes are equal. Ties are shared: no figure depends on the order of equal scores.
ScorerFigures scorer_figures(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, int k,
                             int resamples);
double area_under_roc(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels);
double average_precision(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels);
// AP of `after` less that of `before`, both on the same resamples of the rows.
struct PairedDifference {
  Measured ap;
  double share_worse = 0;  // of the resamples
};
PairedDifference paired_difference(const std::vector<double>& before, const std::vector<double>& after,
                                   const std::vector<std::uint8_t>& labels, int resamples);
// Which rows lie in the first `share`; where equal scores are cut, none of them.
std::vector<std::uint8_t> in_first(const std::vector<double>& scores, double share);

}  // namespace tanmiao::miner
