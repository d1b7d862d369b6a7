// The range that each number has among the rows that are learnt from. Internal to miner/learn.
#pragma once

#include <array>
#include <vector>

#include "miner/learn/stack.h"

namespace tanmiao::miner::learn {

// A single absurd cell (a name of 100,000 characters, a capital in the wrong unit) must neither spread a column so far
// that all others look alike to the linear model, nor be scored where nothing was learnt.
class NumberRange {
 public:
  // Of each number the middle 99.8 % of the rows, and always without the least and the greatest row; unknown values
  // are left out. `matrix`: rows of kColumns.
  static NumberRange learn(const std::vector<float>& matrix);
  void cut(std::vector<float>& matrix) const;  // to the range; unknown values stay so

 private:
  std::array<float, kNumbers> least_{}, most_{};
  std::array<bool, kNumbers> cut_{};  // not the yes and no, nor what is bounded as it is
};

}  // namespace tanmiao::miner::learn
