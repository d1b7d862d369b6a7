// Gradient boosted trees (XGBoost) over few dense columns. One thread a model, so that its bytes never depend on
// threads; models are fitted side by side.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "miner/learn/logistic.h"

namespace tanmiao::miner::learn {

struct BoostingOptions {
  int rounds = 100, depth = 3;
  double step = 0.05, rows = 0.7, columns = 0.5;  // shares that a tree sees
  double least_weight = 3, ridge = 10, positive_weight = 20;
  std::uint64_t seed = 0;
  std::vector<int> monotone;  // by column: 1 rising, -1 falling, 0 free; empty: all free
};

class Boosting {
 public:
  // `matrix` is row-major, `columns` a row; NaN is unknown. Errors: kFormat with what the library says.
  // `margins`: log-odds that the trees go out from, parallel to the sample; empty: none.
  static Result<Boosting> fit(const std::vector<float>& matrix, std::size_t columns, const Sample& sample,
                              const BoostingOptions& options, const std::vector<float>& margins = {});
  // Log-odds of all rows of the matrix.
  Result<std::vector<float>> margins(const std::vector<float>& matrix) const;
  // What each column adds to the log-odds of the rows, the mean last: columns + 1 a row.
  Result<std::vector<float>> contributions(const std::vector<float>& matrix) const;
  // How much each column lessened the loss over all trees (gain), columns in order.
  Result<std::vector<double>> gains() const;
  Result<std::string> json() const;  // the fitted trees, as the library writes them
  static std::string version();

 private:
  struct Model;
  Result<std::vector<float>> predict(const std::vector<float>& matrix, int kind) const;
  std::shared_ptr<const Model> model_;
  std::size_t columns_ = 0;
};

}  // namespace tanmiao::miner::learn
