#include "miner/learn/figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "miner/learn/logistic.h"

namespace tanmiao::miner::learn {
namespace {

// Rows of equal score together, best first.
struct Step {
  double score, rows, listed;
};

std::vector<Step> steps_of(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, double others) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<Step> steps;
  for (const std::size_t i : order) {
    if (steps.empty() || steps.back().score != scores[i]) steps.push_back({scores[i], 0, 0});
    steps.back().rows += labels[i] != 0 ? 1 : others;
    steps.back().listed += labels[i];
  }
  return steps;
}

// Listed rows among the first `many`; of a step that is cut, its share.
double hits(const std::vector<Step>& steps, double many) {
  double seen = 0, found = 0;
  for (const Step& s : steps) {
    found += std::clamp((many - seen) / s.rows, 0.0, 1.0) * s.listed;
    seen += s.rows;
  }
  return found;
}

}  // namespace

RankFigures rank_figures(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, double others) {
  RankFigures out;
  out.rows = scores.size();
  out.listed = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1));
  if (out.listed == 0 || out.listed == out.rows) return out;
  const std::vector<Step> steps = steps_of(scores, labels, others);
  const auto listed = static_cast<double>(out.listed);
  const double unlisted = static_cast<double>(out.rows - out.listed) * others;
  double rows = 0, found = 0, pairs = 0, precision = 0;
  for (const Step& s : steps) {
    const double miss = s.rows - s.listed;
    pairs += miss * (found + s.listed / 2);
    rows += s.rows, found += s.listed;
    precision += s.listed * found / rows;
  }
  out.auc = pairs / (listed * unlisted);
  out.average_precision = precision / listed;
  out.top_share = hits(steps, std::max(1.0, std::round((listed + unlisted) / 20))) / listed;
  out.hits_at_100 = hits(steps, 100);
  return out;
}

double Platt::of(double score) const { return sigmoid(slope * score + shift); }

namespace {

// What Platt's curve is fitted to: scores, and for each the target it is drawn to and how many rows it stands for.
struct PlattFit {
  const std::vector<double>& scores;
  std::vector<double> target, weight;

  double loss(const Platt& curve) const {
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double x = curve.slope * scores[i] + curve.shift;
      sum += weight[i] * (std::max(x, 0.0) - target[i] * x + std::log1p(std::exp(-std::fabs(x))));
    }
    return sum;
  }
  // The step of Newton's method from the curve; the Hessian has a little on its diagonal, as Lin, Lin and Weng advise.
  Platt step(const Platt& curve) const {
    double g0 = 0, g1 = 0, h00 = 1e-9, h01 = 0, h11 = 1e-9;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double p = curve.of(scores[i]), gap = weight[i] * (target[i] - p), bend = weight[i] * p * (1 - p);
      g0 += gap * scores[i], g1 += gap;
      h00 += bend * scores[i] * scores[i], h01 += bend * scores[i], h11 += bend;
    }
    const double det = h00 * h11 - h01 * h01;
    if (!(det > 0)) return {0, 0};
    return {(h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det};
  }
};

}  // namespace

Platt fit_platt(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, double others) {
  const auto listed = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
  const double unlisted = (static_cast<double>(labels.size()) - listed) * others;
  const double high = (listed + 1) / (listed + 2), low = 1 / (unlisted + 2);
  PlattFit fit{scores, {}, {}};
  fit.target.reserve(labels.size()), fit.weight.reserve(labels.size());
  for (const std::uint8_t label : labels)
    fit.target.push_back(label != 0 ? high : low), fit.weight.push_back(label != 0 ? 1 : others);
  Platt out{0, std::log((listed + 1) / (unlisted + 1))};
  double loss = fit.loss(out);
  constexpr int kSteps = 100;
  for (int step = 0; step < kSteps; ++step) {
    const Platt way = fit.step(out);
    double length = 1;
    Platt next = out;
    for (; length > 1e-10; length /= 2) {  // never uphill: far from the end the whole step may overshoot
      next = {out.slope + length * way.slope, out.shift + length * way.shift};
      if (fit.loss(next) < loss) break;
    }
    if (length <= 1e-10) break;
    out = next, loss = fit.loss(out);
    if (length * (std::fabs(way.slope) + std::fabs(way.shift)) < 1e-9) break;
  }
  out.slope = std::max(out.slope, 0.0);  // a curve that falls would turn the ranking round
  return out;
}

double share_of_kind(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, double others) {
  const auto listed = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
  const double rows = listed + (static_cast<double>(labels.size()) - listed) * others;
  if (listed == 0 || rows == 0) return 0;
  constexpr double kDelta = 0.1, kGamma = 0.01;  // as in the paper
  const double slack = std::sqrt(std::log(4 / kDelta) / (2 * rows)) + std::sqrt(std::log(4 / kDelta) / (2 * listed));
  double seen = 0, found = 0, best = 2, share = 1;
  for (const Step& s : steps_of(scores, labels, others)) {
    seen += s.rows, found += s.listed;
    const double of_all = seen / rows, of_listed = found / listed;
    if (of_listed <= 0) continue;
    const double bound = of_all / of_listed + (1 + kGamma) / of_listed * slack;
    if (bound < best) best = bound, share = of_all / of_listed;
  }
  return std::clamp(share, listed / rows, 1.0);
}

}  // namespace tanmiao::miner::learn
