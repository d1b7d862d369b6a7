#include "miner/learn/logistic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tanmiao::miner::learn {
namespace {

struct Costs {
  double of[2];
};

Costs balanced(const Sample& sample, double strength) {
  const auto ones = static_cast<double>(std::count(sample.labels.begin(), sample.labels.end(), 1));
  const double all = static_cast<double>(sample.labels.size());
  return {{strength * all / (2 * (all - ones)), strength * all / (2 * ones)}};
}

// One row's variable of the dual: minimises z log z + (c-z) log(c-z) + a/2 (z-z0)^2 + b (z-z0) over 0 < z < c by a
// guarded Newton step, as LIBLINEAR does. `low` is alpha, `high` is c - alpha, kept apart for their precision.
class DualVariable {
 public:
  DualVariable(double a, double b, double cost) : a_(a), b_(b), cost_(cost) {}
  // True when the variable moved.
  bool improve(double& low, double& high, double tolerance) const {
    const bool from_low = 0.5 * a_ * (high - low) + b_ >= 0;
    const double b = from_low ? b_ : -b_;
    const double old = from_low ? low : high;
    double z = cost_ - old < 0.5 * cost_ ? 0.1 * old : old;
    double slope = a_ * (z - old) + b + std::log(z / (cost_ - z));
    constexpr int kSteps = 100;
    constexpr double kShrink = 0.1;
    bool moved = false;
    for (int step = 0; step < kSteps && std::fabs(slope) >= tolerance; ++step, moved = true) {
      const double bend = a_ + cost_ / (cost_ - z) / z;
      const double next = z - slope / bend;
      z = next <= 0 ? z * kShrink : next;
      slope = a_ * (z - old) + b + std::log(z / (cost_ - z));
    }
    if (!moved) return false;
    (from_low ? low : high) = z;
    (from_low ? high : low) = cost_ - z;
    return true;
  }

 private:
  double a_, b_, cost_;
};

class DualDescent {
 public:
  DualDescent(const SparseRows& matrix, std::size_t columns, const Sample& sample, double strength, bool presence)
      : matrix_(matrix), sample_(sample), costs_(balanced(sample, strength)), presence_(presence), w_(columns + 1, 0) {
    const std::size_t count = sample.rows.size();
    low_.resize(count), high_.resize(count), square_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double cost = costs_.of[sample.labels[i]];
      low_[i] = std::min(0.001 * cost, 1e-8), high_[i] = cost - low_[i];
      square_[i] = 1;
      for (const Entry& e : row(i)) square_[i] += value(e) * value(e);
      add(i, sign(i) * low_[i]);
    }
  }

  Linear run() {
    constexpr int kRounds = 200;
    constexpr double kTolerance = 0.02;  // of the gradient, against a variable's bounds
    std::vector<std::uint32_t> order(sample_.rows.size());
    std::iota(order.begin(), order.end(), 0U);
    double inner = 1e-2;
    for (int round = 0; round < kRounds; ++round) {
      shuffle_by(order, static_cast<std::uint64_t>(round) * 0x51ed27U + 1);
      double worst = 0;
      std::size_t newtons = 0;
      for (const std::uint32_t i : order) worst = std::max(worst, step(i, inner, newtons));
      if (worst < kTolerance) break;
      if (newtons <= order.size() / 10) inner = std::max(1e-8, inner * 0.1);
    }
    Linear out;
    out.weights.assign(w_.begin(), w_.end() - 1);
    out.bias = static_cast<float>(w_.back());
    return out;
  }

 private:
  std::span<const Entry> row(std::size_t i) const { return matrix_.row(sample_.rows[i]); }
  double value(const Entry& e) const { return presence_ ? 1.0 : e.value; }
  double sign(std::size_t i) const { return sample_.labels[i] != 0 ? 1 : -1; }
  void add(std::size_t i, double amount) {
    for (const Entry& e : row(i)) w_[e.column] += amount * value(e);
    w_.back() += amount;
  }
  // Gives how far the row's gradient was from zero.
  double step(std::size_t i, double inner, std::size_t& newtons) {
    double b = w_.back();
    for (const Entry& e : row(i)) b += w_[e.column] * value(e);
    b *= sign(i);
    const double before = low_[i];
    const double gradient = std::fabs(b + std::log(low_[i] / high_[i]));
    const DualVariable variable(square_[i], b, costs_.of[sample_.labels[i]]);
    if (!variable.improve(low_[i], high_[i], inner)) return gradient;
    ++newtons;
    add(i, sign(i) * (low_[i] - before));
    return gradient;
  }

  const SparseRows& matrix_;
  const Sample& sample_;
  Costs costs_;
  bool presence_;
  std::vector<double> w_, low_, high_, square_;
};

// Solves the symmetric positive system in place (Cholesky); `a` is n by n, row-major.
void solve(std::vector<double>& a, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j * n + j] -= a[j * n + k] * a[j * n + k];
    a[j * n + j] = std::sqrt(std::max(a[j * n + j], 1e-12));
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i * n + j] -= a[i * n + k] * a[j * n + k];
      a[i * n + j] /= a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
}

void standardise(const std::vector<double>& matrix, std::size_t columns, const Sample& sample, Dense& out) {
  out.mean.assign(columns, 0), out.scale.assign(columns, 0), out.weights.assign(columns, 0);
  const double count = static_cast<double>(std::max<std::size_t>(sample.rows.size(), 1));
  for (const std::uint32_t r : sample.rows)
    for (std::size_t c = 0; c < columns; ++c) out.mean[c] += matrix[r * columns + c] / count;
  for (const std::uint32_t r : sample.rows)
    for (std::size_t c = 0; c < columns; ++c) {
      const double d = matrix[r * columns + c] - out.mean[c];
      out.scale[c] += d * d / count;
    }
  for (double& s : out.scale) s = s > 1e-18 ? 1 / std::sqrt(s) : 0;
}

}  // namespace

bool Sample::both() const {
  return std::find(labels.begin(), labels.end(), 0) != labels.end() &&
         std::find(labels.begin(), labels.end(), 1) != labels.end();
}

double sigmoid(double x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

Linear fit_sparse(const SparseRows& matrix, std::size_t columns, const Sample& sample, double strength, bool presence) {
  if (!sample.both()) return {std::vector<float>(columns, 0.F), 0};
  return DualDescent(matrix, columns, sample, strength, presence).run();
}

double Dense::of(const double* row) const {
  double sum = bias;
  for (std::size_t c = 0; c < weights.size(); ++c) sum += weights[c] * (row[c] - mean[c]) * scale[c];
  return sum;
}

Dense fit_dense(const std::vector<double>& matrix, std::size_t columns, const Sample& sample, double strength) {
  Dense out;
  standardise(matrix, columns, sample, out);
  if (!sample.both()) return out;
  const Costs costs = balanced(sample, strength);
  const std::size_t n = columns + 1;
  constexpr int kSteps = 25;
  std::vector<double> x(n, 1);
  for (int step = 0; step < kSteps; ++step) {
    std::vector<double> hessian(n * n, 0), gradient(n, 0);
    for (std::size_t c = 0; c < columns; ++c) hessian[c * n + c] = 1, gradient[c] = -out.weights[c];
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
      const double* row = &matrix[sample.rows[i] * columns];
      for (std::size_t c = 0; c < columns; ++c) x[c] = (row[c] - out.mean[c]) * out.scale[c];
      const double p = sigmoid(out.of(row)), cost = costs.of[sample.labels[i]];
      for (std::size_t a = 0; a < n; ++a) {
        gradient[a] += cost * (sample.labels[i] - p) * x[a];
        for (std::size_t b = 0; b <= a; ++b) hessian[a * n + b] += cost * p * (1 - p) * x[a] * x[b];
      }
    }
    for (std::size_t a = 0; a < n; ++a) hessian[a * n + a] += 1e-9;
    solve(hessian, gradient);
    double largest = 0;
    for (std::size_t c = 0; c < columns; ++c) out.weights[c] += gradient[c];
    out.bias += gradient[columns];
    for (const double g : gradient) largest = std::max(largest, std::fabs(g));
    if (largest < 1e-8) break;
  }
  return out;
}

}  // namespace tanmiao::miner::learn
