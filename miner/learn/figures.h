// Figures of a ranking against labels. Ties are shared: no figure depends on the order of equal scores.
#pragma once

#include <cstdint>
#include <vector>

namespace tanmiao::miner::learn {

struct RankFigures {
  std::size_t rows = 0, listed = 0;
  double auc = 0.5;
  double average_precision = 0;
  double top_share = 0;  // of the listed, in the first twentieth
  double hits_at_100 = 0;
};
// Sizes are equal. Without both kinds: the defaults. Each row that is not listed stands for `others` rows.
RankFigures rank_figures(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, double others = 1);

// Logistic curve over scores (Platt 1999, with his targets): probability = sigmoid(slope * score + shift).
struct Platt {
  double slope = 0, shift = 0;
  double of(double score) const;
};
Platt fit_platt(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, double others = 1);

// The share of all rows that are of the listed kind, from above: of scores that no model saw the labels of, the best
// bin's ratio of shares (Garg, Wu, Smola, Balakrishnan, Lipton: Mixture proportion estimation and PU learning, 2021).
// Never below the share of the listed themselves.
double share_of_kind(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, double others = 1);

}  // namespace tanmiao::miner::learn
