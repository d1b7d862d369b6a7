// What texts and numbers say together: boosted trees and a linear model over the same columns, each once a fold, in
// equal shares. Internal to miner/learn.
#pragma once

#include <vector>

#include "miner/learn/boosting.h"
#include "miner/learn/firm_features.h"
#include "miner/learn/text_heads.h"

namespace tanmiao::miner::learn {

inline constexpr std::size_t kColumns = kHeads + kNumbers;
// Column names and labels, heads before numbers.
struct ColumnName {
  std::string_view id, label;
  int monotone;
};
std::vector<ColumnName> column_names();

// Scores of both parts and of the blend, by row.
struct StackScores {
  std::vector<double> trees, linear, blend;
};

class Stack {
 public:
  // `matrix`: rows of kColumns, each by models without the row's own fold; NaN: unknown. Runs in the caller's arena.
  static Result<Stack> learn(const std::vector<float>& matrix, const std::vector<std::uint8_t>& listed,
                             const std::vector<int>& fold, const RankSettings& settings);
  // Held-out scores of the rows that were learnt from.
  const StackScores& held_out() const { return held_out_; }
  // Of other rows. matrices[k]: the same rows as the models without fold k see them. A row of fold k is scored by the
  // models without it, a row of none (-1) by all of them, in the mean.
  Result<StackScores> score(const std::vector<std::vector<float>>& matrices, const std::vector<int>& fold) const;

  std::vector<double> linear_weights() const;       // mean of the folds, by column, per standard deviation
  Result<std::vector<double>> gain_shares() const;  // by column, sum 1

 private:
  Status predict(std::size_t k, const std::vector<float>& matrix, std::vector<double>& trees,
                 std::vector<double>& linear) const;
  double blend(double trees, double linear) const;
  std::vector<std::vector<Boosting>> trees_;  // by fold, one a seed
  std::vector<Dense> linear_;
  std::vector<double> fill_;  // for unknown values, in the linear part
  std::vector<std::size_t> kept_;
  double trees_mean_ = 0, trees_scale_ = 1, linear_mean_ = 0, linear_scale_ = 1;
  bool use_trees_ = true, use_linear_ = true;
  StackScores held_out_;
};

}  // namespace tanmiao::miner::learn
