#include "miner/backtest_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace tanmiao::miner {
namespace {

// Rows by falling score, equal ones together.
struct Ranking {
  std::vector<std::uint32_t> order;
  std::vector<std::size_t> ends;  // one past each group of equal scores
};
Ranking ranking_of(const std::vector<double>& scores) {
  Ranking out;
  out.order.resize(scores.size());
  std::iota(out.order.begin(), out.order.end(), 0U);
  std::sort(out.order.begin(), out.order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
  for (std::size_t i = 1; i <= out.order.size(); ++i)
    if (i == out.order.size() || scores[out.order[i]] != scores[out.order[i - 1]]) out.ends.push_back(i);
  return out;
}

struct Tied {
  double rows = 0, found = 0;
};
struct Gains {
  std::vector<Tied> groups;
  double rows = 0, found = 0;

  // Labelled rows among the first `many`; of a group that is cut, its share.
  double hits(double many) const {
    double seen = 0, got = 0;
    for (const Tied& g : groups) {
      if (seen >= many) break;
      got += g.rows > 0 ? std::min(1.0, (many - seen) / g.rows) * g.found : 0;
      seen += g.rows;
    }
    return got;
  }
};
Gains curve_of(const Ranking& ranking, const std::vector<std::uint8_t>& labels,
               const std::vector<std::uint8_t>* times) {
  Gains curve;
  curve.groups.reserve(ranking.ends.size());
  std::size_t begin = 0;
  for (const std::size_t end : ranking.ends) {
    Tied group;
    for (; begin < end; ++begin) {
      const std::uint32_t row = ranking.order[begin];
      const double weight = times == nullptr ? 1 : (*times)[row];
      group.rows += weight;
      if (labels[row] != 0) group.found += weight;
    }
    curve.rows += group.rows, curve.found += group.found;
    curve.groups.push_back(group);
  }
  return curve;
}

constexpr std::size_t kFigures = 7;
using Seven = std::array<double, kFigures>;  // in the order of ScorerFigures

Seven figures_of(const Gains& curve, int k) {
  Seven out{0, 0, 0, 0, 0, 0, 0.5};
  const double misses = curve.rows - curve.found;
  if (curve.found <= 0 || curve.rows <= 0) return out;
  const auto share_in = [&](double part) { return curve.hits(std::max(1.0, curve.rows * part)) / curve.found; };
  out[0] = curve.hits(std::min<double>(k, curve.rows)) / std::min<double>(k, curve.rows);
  out[1] = share_in(.01), out[2] = share_in(.05), out[3] = share_in(.10);
  out[4] = out[2] / .05;
  double rows = 0, found = 0, pairs = 0, precision = 0;
  for (const Tied& g : curve.groups) {
    pairs += (g.rows - g.found) * (found + g.found / 2);
    rows += g.rows, found += g.found;
    if (rows > 0) precision += g.found * found / rows;
  }
  out[5] = precision / curve.found;
  if (misses > 0) out[6] = pairs / (curve.found * misses);
  return out;
}

std::uint64_t mixed_bits(std::uint64_t x) {  // SplitMix64's finaliser
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

// How often a row is drawn in a resample: Poisson with mean 1, by its number.
std::uint8_t times_drawn(std::uint64_t resample, std::uint64_t row) {
  const double u = static_cast<double>(mixed_bits(mixed_bits(resample) ^ row) >> 11U) / 9007199254740992.0;
  double term = std::exp(-1.0), sum = term;
  std::uint8_t n = 0;
  while (u > sum && n < 12) sum += term /= ++n;
  return n;
}

Measured middle(double value, std::vector<double>& drawn) {
  if (drawn.empty()) return {value, value, value};
  std::sort(drawn.begin(), drawn.end());
  const auto at = [&](double share) {
    return drawn[static_cast<std::size_t>(std::lround(share * static_cast<double>(drawn.size() - 1)))];
  };
  return {value, at(.025), at(.975)};
}

}  // namespace

ScorerFigures scorer_figures(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels, int k,
                             int resamples) {
  const Ranking ranking = ranking_of(scores);
  const Gains curve = curve_of(ranking, labels, nullptr);
  const Seven value = figures_of(curve, k);
  std::array<std::vector<double>, kFigures> drawn;
  std::vector<std::uint8_t> times(scores.size());
  for (int b = 0; b < resamples; ++b) {
    for (std::size_t i = 0; i < times.size(); ++i) times[i] = times_drawn(static_cast<std::uint64_t>(b), i);
    const Gains again = curve_of(ranking, labels, &times);
    if (again.found <= 0) continue;
    const Seven figures = figures_of(again, k);
    for (std::size_t f = 0; f < kFigures; ++f) drawn.at(f).push_back(figures.at(f));
  }
  ScorerFigures out;
  const std::array<Measured*, kFigures> into = {&out.precision_at_k, &out.top1, &out.top5, &out.top10,
                                                &out.lift5,          &out.ap,   &out.auc};
  for (std::size_t f = 0; f < kFigures; ++f) *into.at(f) = middle(value.at(f), drawn.at(f));
  out.gain.reserve(101);
  for (int i = 0; i <= 100; ++i)
    out.gain.push_back(curve.found > 0 ? curve.hits(curve.rows * i / 100) / curve.found : 0);
  return out;
}

double area_under_roc(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels) {
  return figures_of(curve_of(ranking_of(scores), labels, nullptr), 1)[6];
}

double average_precision(const std::vector<double>& scores, const std::vector<std::uint8_t>& labels) {
  return figures_of(curve_of(ranking_of(scores), labels, nullptr), 1)[5];
}

PairedDifference paired_difference(const std::vector<double>& before, const std::vector<double>& after,
                                   const std::vector<std::uint8_t>& labels, int resamples) {
  const Ranking a = ranking_of(before), b = ranking_of(after);
  const auto ap = [&](const Ranking& ranking, const std::vector<std::uint8_t>* times) {
    return figures_of(curve_of(ranking, labels, times), 1)[5];
  };
  std::vector<std::uint8_t> times(labels.size());
  std::vector<double> drawn;
  drawn.reserve(static_cast<std::size_t>(std::max(0, resamples)));
  double worse = 0;
  for (int round = 0; round < resamples; ++round) {
    for (std::size_t i = 0; i < times.size(); ++i) times[i] = times_drawn(static_cast<std::uint64_t>(round), i);
    drawn.push_back(ap(b, &times) - ap(a, &times));
    worse += drawn.back() < 0;
  }
  PairedDifference out;
  if (!drawn.empty()) out.share_worse = worse / static_cast<double>(drawn.size());
  out.ap = middle(ap(b, nullptr) - ap(a, nullptr), drawn);
  return out;
}

std::vector<std::uint8_t> in_first(const std::vector<double>& scores, double share) {
  const Ranking ranking = ranking_of(scores);
  std::vector<std::uint8_t> out(scores.size());
  const auto many = static_cast<std::size_t>(std::max(1.0, share * static_cast<double>(scores.size())));
  std::size_t begin = 0;
  for (const std::size_t end : ranking.ends) {
    if (end > many) break;
    for (; begin < end; ++begin) out[ranking.order[begin]] = 1;
  }
  return out;
}

}  // namespace tanmiao::miner
