// Boosted trees as they are kept and asked: plain numbers, no library. Read from what XGBoost fitted; sums and
// contributions (Shapley values over the trees, as XGBoost's own) are reckoned here, so that a model that is kept says
// the same under another version of it. Internal to miner/learn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::miner::learn {

struct TreeNode {
  std::int32_t left = -1, right = -1;  // rows of the tree; -1: a leaf
  std::uint32_t column = 0;
  float bound = 0;           // below it to the left
  bool unknown_left = true;  // where rows go whose value is not known
  double value = 0;          // of a leaf: log-odds
  double weight = 0;         // of the rows that were learnt from
};
using Tree = std::vector<TreeNode>;

class Trees {
 public:
  // The text that Boosting::json gives; leaves times `share`. Errors: kFormat for another shape.
  static Result<Trees> from_xgboost(std::string_view json, double share);
  static Result<Trees> from_json(std::string_view kept, std::size_t columns);  // kCorrupt
  std::string to_json() const;
  void append(const Trees& more) { trees_.insert(trees_.end(), more.trees_.begin(), more.trees_.end()); }

  double margin(const float* row) const;  // log-odds; NaN: unknown
  double mean() const { return mean_; }   // of the rows that were learnt from
  // What each column adds to the mean: with it they sum to the margin (but for rounding). `out` has a place a column.
  void contributions(const float* row, std::vector<double>& out) const;
  std::vector<float> bounds(std::size_t column) const;  // at which some tree tells values of it apart, ascending
  std::size_t size() const { return trees_.size(); }
  void settle();  // mean, after append

 private:
  std::vector<Tree> trees_;
  double mean_ = 0;
};

}  // namespace tanmiao::miner::learn
