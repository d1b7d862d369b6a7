// Priors learned from visited firms.
#include <algorithm>
#include <cmath>

#include "miner/belief.h"

namespace tanmiao::miner {
namespace {

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

// Solves a symmetric positive system of n by Gauss-Jordan, and leaves the inverse in `a`.
void invert(std::vector<double>& a, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) {
    const double pivot = a[k * n + k];
    a[k * n + k] = 1;
    for (std::size_t j = 0; j < n; ++j) a[k * n + j] /= pivot;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i * n + k];
      a[i * n + k] = 0;
      for (std::size_t j = 0; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
    }
  }
}

struct Weights {
  std::vector<double> mean, sd;
};
Weights weights_of(const Priors& priors) {
  Weights out{{priors.base}, {priors.base_sd}};
  for (const auto* list : priors.groups())
    for (const auto& weight : *list) out.mean.push_back(weight.log_odds), out.sd.push_back(weight.sd);
  for (const auto& signal : priors.signals) out.mean.push_back(signal.feature.weight), out.sd.push_back(signal.sd);
  return out;
}
void put_weights(const Weights& weights, Priors& priors) {
  std::size_t j = 0;
  priors.base = weights.mean[j], priors.base_sd = weights.sd[j++];
  for (auto* list : priors.groups())
    for (auto& weight : *list) weight.log_odds = weights.mean[j], weight.sd = weights.sd[j++];
  for (auto& signal : priors.signals) signal.feature.weight = weights.mean[j], signal.sd = weights.sd[j++];
}

// Newton's method on the penalised likelihood with soft labels; sd becomes what the firms leave open.
Weights fit_weights(const Weights& before, const std::vector<Evidence>& firms, const std::vector<double>& active) {
  const std::size_t n = before.mean.size();
  Weights now = before;
  for (int round = 0; round < 25; ++round) {
    std::vector<double> curvature(n * n), slope(n);
    for (std::size_t j = 0; j < n; ++j) {
      const double precision = 1 / (before.sd[j] * before.sd[j]);
      curvature[j * n + j] = precision;
      slope[j] = precision * (before.mean[j] - now.mean[j]);
    }
    for (std::size_t i = 0; i < firms.size(); ++i) {
      const std::vector<double>& x = firms[i].x;
      double odds = 0;
      for (std::size_t j = 0; j < n; ++j) odds += x[j] * now.mean[j];
      const double p = sigmoid_of(odds), spread = std::max(p * (1 - p), 1e-9);
      for (std::size_t j = 0; j < n; ++j) {
        if (x[j] == 0) continue;
        slope[j] += (active[i] - p) * x[j];
        for (std::size_t k = 0; k < n; ++k) curvature[j * n + k] += spread * x[j] * x[k];
      }
    }
    invert(curvature, n);
    double moved = 0;
    for (std::size_t j = 0; j < n; ++j) {
      double step = 0;
      for (std::size_t k = 0; k < n; ++k) step += curvature[j * n + k] * slope[k];
      step = std::clamp(step, -2.0, 2.0);
      now.mean[j] += step;
      now.sd[j] = std::sqrt(curvature[j * n + j]);
      moved = std::max(moved, std::abs(step));
    }
    if (moved < 1e-8) break;
  }
  return now;
}

double share_at(const Shares& shares, const std::optional<int>& points) {
  if (!points) return 1;
  const auto found = shares.find(*points);
  return found == shares.end() ? 1e-12 : std::max(found->second, 1e-12);
}

// Counts with the shares of before as `firms` firms.
Shares counted(const Shares& before, double firms, const std::vector<Evidence>& seen,
               std::optional<int> Evidence::*fact, const std::vector<double>& weight, int most) {
  Shares out;
  double sum = firms;
  for (const auto& [points, share] : before) out[points] = share * firms;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::optional<int>& known = seen[i].*fact;
    if (!known) continue;
    out[std::min(*known, most)] += weight[i];
    sum += weight[i];
  }
  for (auto& [points, share] : out) share /= sum;
  return out;
}

Priors::Kind counted_kind(const Priors::Kind& before, double firms, const std::vector<Evidence>& seen,
                          const std::vector<double>& weight) {
  return {counted(before.staff, firms, seen, &Evidence::staff, weight, 100),
          counted(before.rd, firms, seen, &Evidence::rd, weight, 100),
          counted(before.software, firms, seen, &Evidence::software, weight, 4)};
}

}  // namespace

Priors learned(const Priors& before, const std::vector<Evidence>& visited) {
  const Weights start = weights_of(before);
  Priors now = before;
  Weights weights = start;
  std::vector<double> active(visited.size()), inactive(visited.size());
  for (int round = 0; round < 60; ++round) {
    double moved = 0;
    for (std::size_t i = 0; i < visited.size(); ++i) {
      const Evidence& e = visited[i];
      double odds = 0;
      for (std::size_t j = 0; j < e.x.size(); ++j) odds += e.x[j] * weights.mean[j];
      const auto like = [&](const Priors::Kind& kind) {
        return share_at(kind.staff, e.staff) * share_at(kind.rd, e.rd) * share_at(kind.software, e.software);
      };
      const double p = sigmoid_of(odds), a = p * like(now.active), b = (1 - p) * like(now.inactive);
      const double next = a / (a + b);
      moved = std::max(moved, std::abs(next - active[i]));
      active[i] = next, inactive[i] = 1 - next;
    }
    if (moved < 1e-7 && round > 0) break;
    weights = fit_weights(start, visited, active);
    now.active = counted_kind(before.active, before.firms, visited, active);
    now.inactive = counted_kind(before.inactive, before.firms, visited, inactive);
  }
  put_weights(weights, now);
  return now;
}

}  // namespace tanmiao::miner
