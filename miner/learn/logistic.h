// Logistic regression with a quadratic penalty: over sparse rows by dual coordinate descent (Yu, Huang, Lin: Dual
// coordinate descent methods for logistic regression and maximum entropy models, 2011), over few dense columns by
// Newton's method. One thread; the same input gives the same bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "miner/learn/sparse.h"

namespace tanmiao::miner::learn {

struct Linear {
  std::vector<float> weights;
  float bias = 0;
  double of(std::span<const Entry> row) const {
    double sum = bias;
    for (const Entry& e : row) sum += static_cast<double>(weights[e.column]) * e.value;
    return sum;
  }
};

// What a fit is asked for: rows (of a matrix) with their labels. Both kinds weigh the same in sum.
struct Sample {
  std::vector<std::uint32_t> rows;
  std::vector<std::uint8_t> labels;  // 0, 1; parallel
  bool both() const;
};

// `strength`: C of the usual form 1/2 |w|^2 + C sum loss, before both kinds are made to weigh the same. `presence`:
// every value counts as 1. Without both kinds all weights are zero.
Linear fit_sparse(const SparseRows& matrix, std::size_t columns, const Sample& sample, double strength,
                  bool presence = false);

// Dense columns, standardised within: `matrix` is row-major, columns a row, no unknown values.
struct Dense {
  std::vector<double> weights, mean, scale;
  double bias = 0;
  double of(const double* row) const;
};
Dense fit_dense(const std::vector<double>& matrix, std::size_t columns, const Sample& sample, double strength);

double sigmoid(double x);

}  // namespace tanmiao::miner::learn
