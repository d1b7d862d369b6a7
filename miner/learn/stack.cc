#include "miner/learn/stack.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace tanmiao::miner::learn {
namespace {

constexpr double kStrength = 0.01;  // of the linear part: few labels, many columns that say alike

std::vector<float> kept_columns(const std::vector<float>& matrix, const std::vector<std::size_t>& kept) {
  if (kept.size() == kColumns) return matrix;
  std::vector<float> out;
  out.reserve(matrix.size() / kColumns * kept.size());
  for (std::size_t i = 0; i < matrix.size(); i += kColumns)
    for (const std::size_t c : kept) out.push_back(matrix[i + c]);
  return out;
}

// Columns of the linear part: the kept ones with unknown values filled in, and one that says that the capital was
// unknown.
std::vector<double> filled(const std::vector<float>& matrix, const std::vector<std::size_t>& kept,
                           const std::vector<double>& fill) {
  std::vector<double> out;
  out.reserve(matrix.size() / kColumns * (kept.size() + 1));
  for (std::size_t i = 0; i < matrix.size(); i += kColumns) {
    for (const std::size_t c : kept) out.push_back(std::isnan(matrix[i + c]) ? fill[c] : matrix[i + c]);
    out.push_back(std::isnan(matrix[i + kHeads + kCapital]) ? 1 : 0);
  }
  return out;
}

std::vector<double> means_of(const std::vector<float>& matrix) {
  std::vector<double> sum(kColumns, 0), count(kColumns, 0);
  for (std::size_t i = 0; i < matrix.size(); ++i)
    if (!std::isnan(matrix[i])) sum[i % kColumns] += matrix[i], ++count[i % kColumns];
  for (std::size_t c = 0; c < kColumns; ++c) sum[c] /= std::max(1.0, count[c]);
  return sum;
}

void mean_and_scale(const std::vector<double>& values, double& mean, double& scale) {
  double sum = 0, square = 0;
  for (const double v : values) sum += v;
  mean = sum / static_cast<double>(values.size());
  for (const double v : values) square += (v - mean) * (v - mean);
  scale = square > 0 ? 1 / std::sqrt(square / static_cast<double>(values.size())) : 0;
}

Sample outside(const std::vector<std::uint8_t>& listed, const std::vector<int>& fold, int k) {
  Sample out;
  for (std::uint32_t i = 0; i < listed.size(); ++i) {
    if (fold[i] == k) continue;
    out.rows.push_back(i);
    out.labels.push_back(listed[i]);
  }
  return out;
}

BoostingOptions tree_options(const RankSettings& settings, const std::vector<std::size_t>& kept, std::size_t seed,
                             const Sample& rows) {
  BoostingOptions out;
  const auto ones = static_cast<double>(std::count(rows.labels.begin(), rows.labels.end(), 1));
  const double others = static_cast<double>(rows.labels.size()) - ones;
  // Between one (a label is a label) and equal weight of both kinds (few labels would be learnt by heart).
  out.positive_weight = std::clamp(1.6 * std::sqrt(others / std::max(1.0, ones)), 1.0, 50.0);
  out.rounds = settings.rounds, out.depth = settings.depth, out.seed = seed;
  const auto names = column_names();
  for (const std::size_t c : kept) out.monotone.push_back(names[c].monotone);
  return out;
}

// Log-odds of the rows in the mean of the models.
Result<std::vector<double>> mean_margins(const std::vector<Boosting>& models, const std::vector<float>& matrix) {
  std::vector<double> out;
  for (const Boosting& model : models) {
    TANMIAO_ASSIGN(const std::vector<float> margins, model.margins(matrix));
    out.resize(margins.size(), 0);
    for (std::size_t i = 0; i < margins.size(); ++i) out[i] += margins[i] / static_cast<double>(models.size());
  }
  return out;
}

}  // namespace

std::vector<ColumnName> column_names() {
  std::vector<ColumnName> out;
  for (const HeadSpec& head : heads()) out.push_back({head.id, head.label, 1});
  for (const NumberColumn& number : number_columns()) out.push_back({number.id, number.label, number.monotone});
  return out;
}

Result<Stack> Stack::learn(const std::vector<float>& matrix, const std::vector<std::uint8_t>& listed,
                           const std::vector<int>& fold, const RankSettings& settings) {
  Stack out;
  out.use_trees_ = settings.trees, out.use_linear_ = settings.linear;
  const auto names = column_names();
  for (std::size_t c = 0; c < names.size(); ++c)
    if (std::find(settings.without.begin(), settings.without.end(), names[c].id) == settings.without.end())
      out.kept_.push_back(c);
  const auto folds = static_cast<std::size_t>(settings.folds);
  out.trees_.resize(folds), out.linear_.resize(folds);
  out.fill_ = means_of(matrix);
  const std::vector<float> for_trees = kept_columns(matrix, out.kept_);
  const std::vector<double> for_linear = filled(matrix, out.kept_, out.fill_);
  std::vector<std::vector<double>> margins(folds);
  std::vector<Status> done(folds);
  tbb::parallel_for(std::size_t{0}, folds, [&](std::size_t k) {
    const Sample rows = outside(listed, fold, static_cast<int>(k));
    out.linear_[k] = fit_dense(for_linear, out.kept_.size() + 1, rows, kStrength);
    for (std::size_t seed = 0; seed < static_cast<std::size_t>(settings.seeds); ++seed) {
      auto fitted =
          Boosting::fit(for_trees, out.kept_.size(), rows, tree_options(settings, out.kept_, k + seed * folds, rows));
      if (!fitted) return void(done[k] = fitted.error());
      out.trees_[k].push_back(std::move(*fitted));
    }
    auto scores = mean_margins(out.trees_[k], for_trees);
    if (!scores) return void(done[k] = scores.error());
    margins[k] = std::move(*scores);
  });
  for (const Status& one : done) TANMIAO_TRY(one);
  StackScores& held = out.held_out_;
  held.trees.resize(listed.size()), held.linear.resize(listed.size()), held.blend.resize(listed.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto k = static_cast<std::size_t>(fold[i]);
    held.trees[i] = margins[k][i];
    held.linear[i] = out.linear_[k].of(&for_linear[i * (out.kept_.size() + 1)]);
  }
  mean_and_scale(held.trees, out.trees_mean_, out.trees_scale_);
  mean_and_scale(held.linear, out.linear_mean_, out.linear_scale_);
  for (std::size_t i = 0; i < listed.size(); ++i) held.blend[i] = out.blend(held.trees[i], held.linear[i]);
  return out;
}

double Stack::blend(double trees, double linear) const {
  return (use_trees_ ? (trees - trees_mean_) * trees_scale_ : 0) +
         (use_linear_ ? (linear - linear_mean_) * linear_scale_ : 0);
}

Status Stack::predict(std::size_t k, const std::vector<float>& matrix, std::vector<double>& trees,
                      std::vector<double>& linear) const {
  TANMIAO_ASSIGN(trees, mean_margins(trees_[k], kept_columns(matrix, kept_)));
  const std::vector<double> rows = filled(matrix, kept_, fill_);
  linear.resize(trees.size());
  for (std::size_t i = 0; i < linear.size(); ++i) linear[i] = linear_[k].of(&rows[i * (kept_.size() + 1)]);
  return {};
}

Result<StackScores> Stack::score(const std::vector<std::vector<float>>& matrices, const std::vector<int>& fold) const {
  const std::size_t folds = trees_.size();
  std::vector<std::vector<double>> trees(folds), linear(folds);
  std::vector<Status> done(folds);
  tbb::parallel_for(std::size_t{0}, folds,
                    [&](std::size_t k) { done[k] = predict(k, matrices[k], trees[k], linear[k]); });
  for (const Status& one : done) TANMIAO_TRY(one);
  StackScores out;
  out.trees.resize(fold.size(), 0), out.linear.resize(fold.size(), 0), out.blend.resize(fold.size());
  for (std::size_t i = 0; i < fold.size(); ++i) {
    std::size_t used = 0;
    for (std::size_t k = 0; k < folds; ++k) {
      if (fold[i] >= 0 && fold[i] != static_cast<int>(k)) continue;
      out.trees[i] += trees[k][i], out.linear[i] += linear[k][i], ++used;
    }
    out.trees[i] /= static_cast<double>(used), out.linear[i] /= static_cast<double>(used);
    out.blend[i] = blend(out.trees[i], out.linear[i]);
  }
  return out;
}

std::vector<double> Stack::linear_weights() const {
  std::vector<double> out(kColumns, 0);
  for (const Dense& model : linear_)
    for (std::size_t c = 0; c < kept_.size(); ++c)
      out[kept_[c]] += model.weights[c] / static_cast<double>(linear_.size());
  return out;
}

Result<std::vector<double>> Stack::gain_shares() const {
  std::vector<double> out(kColumns, 0);
  double sum = 0;
  for (const std::vector<Boosting>& models : trees_)
    for (const Boosting& model : models) {
      TANMIAO_ASSIGN(const std::vector<double> gains, model.gains());
      for (std::size_t c = 0; c < kept_.size(); ++c) out[kept_[c]] += gains[c], sum += gains[c];
    }
  for (double& share : out) share /= std::max(sum, 1e-12);
  return out;
}

}  // namespace tanmiao::miner::learn
