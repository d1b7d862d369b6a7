// Learns from one horizon, tests on the next, and says whether that ranks better than what ranks without labels.
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <set>

#include "core/hash.h"
#include "miner/backtest_figures.h"
#include "miner/learn/boosting.h"
#include "miner/learn/lead_sample.h"
#include "miner/nightly.h"

namespace tanmiao::miner {
namespace {

using namespace learn;
namespace json = boost::json;

constexpr int kLessonVersion = 1;    // raise when the same inputs give another model
constexpr double kDisguise = 0.995;  // AUC of a column alone from which on it is taken for the label itself

// Columns that are not learnt from: unknown everywhere.
void blind(std::vector<float>& rows, std::size_t columns, std::size_t column) {
  for (std::size_t i = column; i < rows.size(); i += columns) rows[i] = std::nanf("");
}

// Columns that alone tell who got the label: the label itself in disguise.
std::set<std::string> disguised_in(const LeadSample& sample, const std::vector<LeadColumn>& columns) {
  std::set<std::string> found;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::vector<double> values;
    values.reserve(sample.firms.size());
    for (std::size_t i = 0; i < sample.firms.size(); ++i) {
      const float value = sample.rows[i * columns.size() + c];
      values.push_back(std::isnan(value) ? -1e9 : value);  // whether a thing is known at all may tell the label too
    }
    const double auc = rank_figures(values, sample.listed).auc;
    if (std::max(auc, 1 - auc) >= kDisguise) found.insert(columns[c].id);
  }
  return found;
}

BoostingOptions options_of(const std::vector<LeadColumn>& columns, const LearnedSettings& settings,
                           std::uint64_t seed) {
  BoostingOptions out;
  out.positive_weight = 1;  // probabilities go out from those of the scorecard
  out.rounds = settings.rounds, out.depth = settings.depth, out.seed = seed;
  out.step = settings.step, out.ridge = settings.ridge;
  for (const LeadColumn& column : columns) out.monotone.push_back(column.monotone);
  return out;
}

// What the scorecard alone says, of the rows that are learnt from.
FoldModel card_alone(const LeadSample& sample, const learn::Sample& rows) {
  std::vector<double> scores;
  FoldModel out;
  for (const std::uint32_t row : rows.rows) {
    scores.push_back(sample.scorecard[row]);
    out.card_mean += scores.back() / static_cast<double>(rows.rows.size());
  }
  out.card = fit_platt(scores, rows.labels);
  return out;
}

// Of each fold what saw none of its firms, nor of those of `other` that are the same firms.
Result<std::vector<FoldModel>> fit_folds(const LeadSample& sample, const LeadSample* other,
                                         const std::vector<LeadColumn>& columns, const LearnedSettings& settings) {
  const auto outside = rows_outside(sample, other, settings);
  const auto seeds = static_cast<std::size_t>(settings.seeds);
  std::vector<FoldModel> parts(outside.size() * seeds);
  std::vector<Status> done(parts.size());
  tbb::parallel_for(std::size_t{0}, parts.size(), [&](std::size_t at) {
    learn::Sample rows{outside[at / seeds], {}};
    for (const std::uint32_t row : rows.rows) rows.labels.push_back(sample.taught[row]);
    if (!rows.both()) return void(done[at] = Error{Errc::kUsage, "a fold has nothing to learn from", ""});
    parts[at] = card_alone(sample, rows);
    std::vector<float> margins;
    margins.reserve(rows.rows.size());
    for (const std::uint32_t row : rows.rows)
      margins.push_back(static_cast<float>(parts[at].card.slope * sample.scorecard[row] + parts[at].card.shift));
    const auto fitted = Boosting::fit(sample.rows, columns.size(), rows, options_of(columns, settings, at), margins);
    if (!fitted) return void(done[at] = fitted.error());
    const auto text = fitted->json();
    if (!text) return void(done[at] = text.error());
    auto trees = Trees::from_xgboost(*text, 1 / static_cast<double>(seeds));
    if (!trees) return void(done[at] = trees.error());
    parts[at].trees = std::move(*trees);
  });
  for (const Status& one : done) TANMIAO_TRY(one);
  std::vector<FoldModel> out;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (at % seeds == 0)
      out.push_back(std::move(parts[at]));
    else
      out.back().trees.append(parts[at].trees);
  }
  for (FoldModel& fold : out) fold.trees.settle();
  return out;
}

// What ranks: whole thousandths of log-odds, each firm by the trees of its fold.
std::vector<double> scores_of(const FoldTrees& model, const LeadSample& sample) {
  std::vector<double> out(sample.firms.size());
  tbb::parallel_for(std::size_t{0}, out.size(), [&](std::size_t i) {
    const auto fold = static_cast<std::size_t>(sample.fold[i]) % model.folds.size();
    out[i] = static_cast<double>(model.score(&sample.rows[i * model.columns.size()], static_cast<int>(fold)).score);
  });
  return out;
}

Status enough(const LeadSample& sample, const LearnedSettings& settings) {
  if (sample.day.labelled >= settings.least_labelled) return {};
  return Error{Errc::kUsage,
               "too few labels to learn from: " + std::to_string(sample.day.labelled) + " of " +
                   std::to_string(settings.least_labelled),
               iso(sample.day.as_of)};
}

ScorerFigures figures_of(std::string id, std::string label, const std::vector<double>& scores, const LeadSample& sample,
                         const BacktestConfig& config) {
  ScorerFigures out = scorer_figures(scores, sample.listed, config.k, config.resamples);
  out.id = std::move(id), out.label = std::move(label);
  return out;
}

FoldTrees empty_model(const LeadSample& sample, const LessonTask& task, const Scorecard& card,
                      const LearnedSettings& settings) {
  FoldTrees out;
  out.id = settings.id, out.campaign = task.config.campaign, out.label = task.config.label;
  out.scorecard_hash = hash_hex(card.bytes);
  out.learnt = sample.day, out.verdicts = sample.by_verdict;
  out.columns = lead_columns(card);
  return out;
}

// The verdicts that a lesson could count, and nothing else of the visits.
std::string verdicts_of(const LessonTask& task, const LearnedSettings& settings) {
  std::string out;
  if (task.answers == nullptr) return out;
  const Date until = add_months(task.config.as_of, task.config.horizon_months);
  for (const auto& [firm, visits] : task.answers->by_firm)
    for (const store::SelfReport& visit : visits) {
      const auto& counted = settings.verdicts;
      if (visit.visited_on <= task.before_day || visit.visited_on > until) continue;
      if (std::find(counted.begin(), counted.end(), visit.verdict) == counted.end()) continue;
      out.append(std::to_string(firm)).append(" ").append(iso(visit.visited_on)).append("\n");
    }
  return out.empty() ? out : hash_hex(out, 16);
}

class LessonWork {
 public:
  LessonWork(const LessonTask& task, const Rules& rules, const Reference& reference, const LearnedSettings& settings)
      : task_(task),
        rules_(rules),
        reference_(reference),
        settings_(settings),
        card_(dynamic_cast<const LoadedRules&>(rules).scorecard_) {}

  Result<Lesson> run() {
    BacktestConfig earlier = task_.config;
    TANMIAO_ASSIGN(test_,
                   lead_sample(task_.test, task_.now, rules_, reference_, task_.config, settings_, task_.answers));
    TANMIAO_TRY(enough(test_, settings_));
    earlier.as_of = task_.before_day;
    TANMIAO_ASSIGN(before_,
                   lead_sample(task_.before, task_.now, rules_, reference_, earlier, settings_, task_.answers));
    TANMIAO_TRY(enough(before_, settings_));
    hide_columns();
    out_.learnt = before_.day, out_.test = test_.day, out_.verdicts = test_.by_verdict;
    TANMIAO_TRY(hold_test());
    if (out_.wins) TANMIAO_TRY(learn_newest());
    return std::move(out_);
  }

 private:
  void hide_columns() {
    const auto columns = lead_columns(card_);
    std::set<std::string> hidden = disguised_in(before_, columns);
    hidden.merge(disguised_in(test_, columns));
    out_.disguised.assign(hidden.begin(), hidden.end());
    hidden.insert(settings_.without.begin(), settings_.without.end());
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (hidden.contains(columns[c].id)) hidden_.push_back(c);
  }
  LeadSample without_hidden(LeadSample sample, std::size_t columns) const {
    for (const std::size_t column : hidden_) blind(sample.rows, columns, column);
    return sample;
  }

  // Learnt as of the earlier day, tested on the later one.
  Status hold_test() {
    FoldTrees model = empty_model(before_, task_, card_, settings_);
    const LeadSample taught = without_hidden(before_, model.columns.size());
    TANMIAO_ASSIGN(model.folds, fit_folds(taught, &test_, model.columns, settings_));
    const std::vector<double> learned = scores_of(model, test_);
    out_.scorers = {figures_of("learned", "学习排序", learned, test_, task_.config),
                    figures_of("scorecard", "评分卡", test_.scorecard, test_, task_.config)};
    if (!test_.likelihood.empty())
      out_.scorers.push_back(figures_of("likelihood", "达标可能性", test_.likelihood, test_, task_.config));
    const bool likelihood = out_.scorers.size() > 2 && out_.scorers[2].ap.value > out_.scorers[1].ap.value;
    out_.against = likelihood ? "likelihood" : "scorecard";
    const PairedDifference paired = paired_difference(likelihood ? test_.likelihood : test_.scorecard, learned,
                                                      test_.listed, task_.config.resamples);
    out_.gain = paired.ap;
    out_.share_better = 1 - paired.share_worse;
    out_.wins = out_.gain.value >= settings_.least_gain && out_.gain.value > 0 && out_.share_better >= settings_.sure;
    return {};
  }

  // The model that would rank: of the latest day. Against the one in use on that day, each without the firms it learnt.
  Status learn_newest() {
    auto model = std::make_shared<FoldTrees>(empty_model(test_, task_, card_, settings_));
    const LeadSample taught = without_hidden(test_, model->columns.size());
    TANMIAO_ASSIGN(model->folds, fit_folds(taught, nullptr, model->columns, settings_));
    const std::vector<double> held_out = scores_of(*model, test_);
    std::vector<double> units;
    units.reserve(held_out.size());
    for (const double score : held_out) units.push_back(score / 1000);
    model->curve = fit_platt(units, test_.listed);
    model->seal();
    if (const auto* used = dynamic_cast<const FoldTrees*>(task_.in_use); used != nullptr && used->fits(card_)) {
      const std::vector<double> was = scores_of(*used, test_);
      out_.scorers.push_back(figures_of("in_use", "在用的学习排序", was, test_, task_.config));
      const PairedDifference paired = paired_difference(was, held_out, test_.listed, task_.config.resamples);
      out_.less_in_use = paired.ap, out_.share_worse = paired.share_worse;
      out_.worse = out_.share_worse >= kSurelyWorse;
    }
    hold_earlier(held_out);
    out_.model = std::move(model);
    return {};
  }

  // Against the best of those that ranked before the one in use.
  void hold_earlier(const std::vector<double>& held_out) {
    double best = -1;
    for (const auto& earlier : task_.earlier) {
      const auto* used = dynamic_cast<const FoldTrees*>(earlier.get());
      if (used == nullptr || !used->fits(card_)) continue;
      const std::vector<double> was = scores_of(*used, test_);
      const double precision = average_precision(was, test_.listed);
      if (precision <= best) continue;
      best = precision;
      const PairedDifference paired = paired_difference(was, held_out, test_.listed, task_.config.resamples);
      out_.less_earlier = paired.ap, out_.share_worse_earlier = paired.share_worse;
      out_.earlier = used->hash();
    }
  }

  const LessonTask& task_;
  const Rules& rules_;
  const Reference& reference_;
  const LearnedSettings& settings_;
  const Scorecard& card_;
  LeadSample before_, test_;
  std::vector<std::size_t> hidden_;  // columns
  Lesson out_;
};

}  // namespace

Date lesson_before(Date today, int months) { return closed_horizon(today, 2 * months); }

std::string lesson_inputs(const LessonTask& task, const Rules& rules, const LearnedSettings& settings) {
  const auto& loaded = dynamic_cast<const LoadedRules&>(rules);
  json::array earlier;
  for (const auto& model : task.earlier) earlier.emplace_back(model->hash());
  json::object inputs{{"lesson", kLessonVersion},
                      {"before", task.before.info().digest},
                      {"test", task.test.info().digest},
                      {"now", task.now.info().digest},
                      {"before_day", iso(task.before_day)},
                      {"as_of", iso(task.config.as_of)},
                      {"horizon", task.config.horizon_months},
                      {"label", task.config.label},
                      {"campaign", task.config.campaign},
                      {"resamples", task.config.resamples},
                      {"scorecard", hash_hex(loaded.scorecard_.bytes)},
                      {"settings", hash_hex(settings.bytes)},
                      {"verdicts", verdicts_of(task, settings)},
                      {"in_use", task.in_use == nullptr ? "" : task.in_use->hash()},
                      {"earlier", std::move(earlier)},
                      {"xgboost", Boosting::version()}};
  return hash_hex(json::serialize(inputs), 16);
}

Result<Lesson> learn_lesson(const LessonTask& task, const Rules& rules, const Reference& reference,
                            const LearnedSettings& settings) {
  const int threads = task.config.threads;
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  return arena.execute([&] { return LessonWork(task, rules, reference, settings).run(); });
}

}  // namespace tanmiao::miner
