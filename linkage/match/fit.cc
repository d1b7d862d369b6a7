#include "linkage/match/fit.h"

#include <algorithm>
#include <cmath>

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kFixed = 5;  // prior and the four factors of terms, before the levels
constexpr std::size_t kWidth = kFixed + kLevels;
constexpr double kRuledOut = -20;  // a weight so low is a rule, not a finding: a branch is not its firm
using Row = std::array<double, kWidth>;

Row row_of(const Weights& w) {
  Row row{w.prior, w.trade, w.industry, w.region, w.unit};
  std::copy(w.level.begin(), w.level.end(), row.begin() + kFixed);
  return row;
}
void put(const Row& row, Weights& w) {
  w.prior = row[0], w.trade = row[1], w.industry = row[2], w.region = row[3], w.unit = row[4];
  std::copy(row.begin() + kFixed, row.end(), w.level.begin());
}

template <class Each>
void each_feature(const MatchCandidate& c, const Each& each) {
  each(std::size_t{0}, 1.0);
  each(std::size_t{1}, c.terms.trade);
  each(std::size_t{2}, c.terms.industry);
  each(std::size_t{3}, c.terms.region);
  each(std::size_t{4}, -c.terms.unit);
  for (const Level level : c.levels.levels) each(kFixed + static_cast<std::size_t>(level), 1.0);
}

// A name that stands in the list as it is says nothing about those that do not.
bool tells_rate(const FitCase& one) {
  return !one.candidates.empty() &&
         std::none_of(one.candidates.begin(), one.candidates.end(), [](const MatchCandidate& c) {
           return c.levels.at(NameField::kWholeField) == Level::kWholeEqual;
         });
}

// Adam (Kingma and Ba 2015) on all weights, every case in every round.
class Fitter {
 public:
  Fitter(MatchModel& model, const std::vector<FitCase>& cases, const FitOptions& options)
      : model_(model), cases_(cases), options_(options) {
    for (std::size_t w = 0; w < kWritings; ++w) start_[w] = now_[w] = row_of(model.weights[w]);
  }

  FitReport run() {
    FitReport report;
    report.cases = cases_.size();
    for (const FitCase& one : cases_) report.labelled += one.truth != FitCase::kUnknown;
    report.before = likelihood(false);
    for (int round = 1; round <= options_.rounds; ++round) {
      likelihood(true);
      step(round);
    }
    report.after = likelihood(false);
    for (std::size_t w = 0; w < kWritings; ++w) put(now_[w], model_.weights[w]);
    note_rates();
    return report;
  }

 private:
  void note_rates() {
    std::array<double, kWritings> asked{}, had{};
    for (const FitCase& one : cases_) {
      if (one.truth == FitCase::kUnknown || !tells_rate(one)) continue;
      const auto writing = static_cast<std::size_t>(one.candidates.front().writing);
      ++asked[writing];
      had[writing] += one.truth >= 0;
    }
    for (std::size_t w = 0; w < kWritings; ++w)
      if (asked[w] > 0) model_.weights[w].rate = std::clamp(had[w] / asked[w], 0.05, 0.95);
  }

  double weight(const MatchCandidate& c, double list) const {
    const Row& row = now_[static_cast<std::size_t>(c.writing)];
    double sum = -std::log2(std::max(list, 1.0));
    each_feature(c, [&](std::size_t at, double value) { sum += row[at] * value; });
    return sum;
  }

  // Probabilities of the candidates of a case under the present weights.
  void posterior(const FitCase& one, std::vector<double>& p) const {
    p.clear();
    double most = 0;
    for (const MatchCandidate& c : one.candidates) p.push_back(weight(c, one.list)), most = std::max(most, p.back());
    double sum = std::exp2(-most);
    for (double& w : p) w = std::exp2(w - most), sum += w;
    for (double& w : p) w /= sum;
  }

  // Mean log-likelihood of the labelled; with `gradient` also its derivatives.
  double likelihood(bool gradient) {
    if (gradient) gradient_ = {};
    std::vector<double> p;
    double sum = 0;
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      const FitCase& one = cases_[i];
      if (one.truth == FitCase::kUnknown) continue;
      posterior(one, p);
      ++labelled;
      double hit = 1;
      if (one.truth >= 0)
        hit = p[static_cast<std::size_t>(one.truth)];
      else
        for (const double q : p) hit -= q;
      sum += std::log2(std::max(hit, 1e-12));
      if (!gradient) continue;
      for (std::size_t c = 0; c < p.size(); ++c) {
        const double pull = (static_cast<int>(c) == one.truth ? 1.0 : 0.0) - p[c];
        if (std::abs(pull) < 1e-9) continue;
        Row& row = gradient_[static_cast<std::size_t>(one.candidates[c].writing)];
        each_feature(one.candidates[c], [&](std::size_t at, double value) { row[at] += pull * value; });
      }
    }
    return labelled == 0 ? 0 : sum / static_cast<double>(labelled);
  }

  void step(int round) {
    constexpr double kRate = 0.15, kFirst = 0.9, kSecond = 0.999, kTiny = 1e-8;
    const double n = static_cast<double>(std::max<std::size_t>(cases_.size(), 1));
    for (std::size_t w = 0; w < kWritings; ++w) {
      for (std::size_t at = 0; at < kWidth; ++at) {
        if (start_[w][at] <= kRuledOut) continue;
        const double g = gradient_[w][at] / n - options_.hold * (now_[w][at] - start_[w][at]) / (at == 0 ? 8 : 1);
        first_[w][at] = kFirst * first_[w][at] + (1 - kFirst) * g;
        second_[w][at] = kSecond * second_[w][at] + (1 - kSecond) * g * g;
        const double m = first_[w][at] / (1 - std::pow(kFirst, round)),
                     v = second_[w][at] / (1 - std::pow(kSecond, round));
        now_[w][at] += kRate * m / (std::sqrt(v) + kTiny);
        // A rarer term never counts against.
        if (at >= 1 && at < kFixed) now_[w][at] = std::clamp(now_[w][at], 0.0, 2.0);
      }
    }
  }

  MatchModel& model_;
  const std::vector<FitCase>& cases_;
  FitOptions options_;
  std::array<Row, kWritings> start_{}, now_{}, gradient_{}, first_{}, second_{};
};

// Fellegi and Sunter's model of one writing: of each level how often it stands between a name and its firm, and how
// often between a name and another firm.
class Expectation {
 public:
  Expectation(MatchModel& model, const std::vector<FitCase>& cases, const UnlabelledOptions& options)
      : model_(model), start_(model), cases_(cases), options_(options) {}

  void round() {
    matches_ = {}, others_ = {}, asked_ = {}, had_ = {};
    for (const FitCase& one : cases_) count(one);
    for (const Writing writing : options_.writings)
      for (const NameField field : options_.fields) move(static_cast<std::size_t>(writing), field);
    if (!options_.rates) return;
    for (const Writing writing : options_.writings) move_rate(static_cast<std::size_t>(writing));
  }

 private:
  using Counts = std::array<std::array<double, kLevels>, kWritings>;

  void count(const FitCase& one) {
    weights_.clear();
    double most = 0, sum = 0;
    for (const MatchCandidate& c : one.candidates) {
      weights_.push_back(model_.score(c.writing, c.levels, c.terms) - std::log2(std::max(one.list, 1.0)));
      most = std::max(most, weights_.back());
    }
    sum = std::exp2(-most);
    for (double& w : weights_) w = std::exp2(w - most), sum += w;
    if (tells_rate(one)) {
      const auto writing = static_cast<std::size_t>(one.candidates.front().writing);
      ++asked_[writing];
      had_[writing] += 1 - std::exp2(-most) / sum;
    }
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      const MatchCandidate& c = one.candidates[i];
      const double p = weights_[i] / sum;
      for (const Level level : c.levels.levels) {
        matches_[static_cast<std::size_t>(c.writing)][static_cast<std::size_t>(level)] += p;
        others_[static_cast<std::size_t>(c.writing)][static_cast<std::size_t>(level)] += 1 - p;
      }
    }
  }

  void move_rate(std::size_t writing) {
    const Weights& old = start_.weights[writing];
    const double rate =
        std::clamp((had_[writing] + options_.held_by * old.rate) / (asked_[writing] + options_.held_by), 0.001, 0.999);
    const auto odds = [](double p) { return std::log2(p / (1 - p)); };
    model_.weights[writing].prior = old.prior + odds(rate) - odds(old.rate);
    model_.weights[writing].rate = rate;
  }

  // weight = log2(m / u) + what the old weights of the field stood too high or low by.
  void move(std::size_t writing, NameField field) {
    double others = 1e-9, matches = 0, implied = 0;
    for (std::size_t level = 0; level < kLevels; ++level) {
      if (field_of(static_cast<Level>(level)) != field) continue;
      others += others_[writing][level] + 0.5;
      matches += matches_[writing][level];
    }
    const auto u = [&](std::size_t level) { return (others_[writing][level] + 0.5) / others; };
    const auto& old = start_.weights[writing].level;
    for (std::size_t level = 0; level < kLevels; ++level)
      if (field_of(static_cast<Level>(level)) == field) implied += u(level) * std::exp2(old[level]);
    for (std::size_t level = 0; level < kLevels; ++level) {
      if (field_of(static_cast<Level>(level)) != field) continue;
      const double before = u(level) * std::exp2(old[level]) / implied;
      const double m = (matches_[writing][level] + options_.held_by * before) / (matches + options_.held_by);
      model_.weights[writing].level[level] = std::log2(std::max(m, 1e-6) / u(level)) + std::log2(implied);
    }
  }

  MatchModel& model_;
  const MatchModel start_;
  const std::vector<FitCase>& cases_;
  const UnlabelledOptions& options_;
  std::vector<double> weights_;
  Counts matches_{}, others_{};
  std::array<double, kWritings> asked_{}, had_{};
};

}  // namespace

void fit_unlabelled(MatchModel& model, const std::vector<FitCase>& cases, const UnlabelledOptions& options) {
  Expectation expectation(model, cases, options);
  for (int round = 0; round < options.rounds; ++round) expectation.round();
}

void learn_habits(MatchModel& model, const std::vector<FitCase>& sample) {
  constexpr std::size_t kEnough = 100;
  if (sample.size() < kEnough) return;
  UnlabelledOptions options;
  options.writings = {Writing::kFull, Writing::kShort, Writing::kCross, Writing::kLatin};
  options.rates = true;
  fit_unlabelled(model, sample, options);
  options.writings = {Writing::kShort};
  options.fields = {NameField::kFormField};
  fit_unlabelled(model, sample, options);
}

FitReport fit(MatchModel& model, const std::vector<FitCase>& cases, const FitOptions& options) {
  return Fitter(model, cases, options).run();
}

double fit_margin_scale(const std::vector<FitCase>& cases) {
  const auto likelihood = [&](double scale) {
    double sum = 0;
    for (const FitCase& one : cases) {
      if (one.truth == FitCase::kUnknown || one.candidates.empty()) continue;
      const double sign = one.truth == 0 ? 1 : -1;  // candidates stand in order, the best first
      sum -= std::log2(1 + std::exp2(-sign * scale * one.candidates.front().bits));
    }
    return sum;
  };
  double best = 1, least = likelihood(1);
  for (double scale = 0.30; scale <= 1.501; scale += 0.05)
    if (const double l = likelihood(scale); l > least + 1e-9) best = scale, least = l;
  return best;
}

}  // namespace tanmiao::linkage
