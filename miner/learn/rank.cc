#include "miner/learn/rank.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "core/hash.h"
#include "miner/learn/examples.h"
#include "miner/learn/number_range.h"
#include "miner/learn/stack.h"

namespace tanmiao::miner {
namespace {

using namespace learn;

constexpr double kSuspect = 0.995;  // held-out AUC from which on a column is taken for the label in disguise

// The work of one call, step by step; runs in the arena of the caller.
class RankWork {
 public:
  RankWork(const RankTask& task, const Scorecard& card, const Reference& reference, const RankSettings& settings,
           Progress& progress)
      : task_(task),
        card_(card),
        reference_(reference),
        settings_(settings),
        progress_(progress),
        words_(word_sets(settings)) {}

  Result<RankAnswer> run() {
    examples_ = gather_examples(task_, reference_, settings_, report());
    choose_method();
    if (report().method != RankMethod::kScorecard) {
      progress_.update("rank", 1, 4, "texts");
      learn_texts();
    }
    TANMIAO_TRY(report().method == RankMethod::kLearned ? rank_by_stack() : rank_by_blend());
    to_probabilities();
    to_ranks();
    return std::move(answer_);
  }

 private:
  RankReport& report() { return answer_.report; }
  const RankFirm& firm(std::size_t row) const { return task_.firms[row]; }

  void choose_method() {
    RankReport& r = report();
    const std::size_t others = r.sample_rows - r.listed_in_train;
    const std::string need = std::to_string(settings_.least_listed);
    if (others < settings_.least_listed) {
      r.why = "the training register has fewer than " + need +
              " firms that are not listed: nothing to tell the listed from";
    } else if (r.listed_in_train >= settings_.least_listed) {
      r.method = RankMethod::kLearned;
    } else if (r.listed_in_train + r.listed_by_name >= settings_.least_listed) {
      r.method = RankMethod::kNames;
      r.why = "only " + std::to_string(r.listed_in_train) + " listed firms are in the training register (" + need +
              " are needed to learn from more than names): names, what follows from them, and the scorecard";
    } else {
      r.why = std::to_string(r.listed_in_train + r.listed_by_name) + " listed firms are too few to learn from (" +
              need + " are needed): the scorecard alone";
    }
  }

  void learn_texts() {
    TextSample sample;
    sample.texts.resize(examples_.sample.size());
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, examples_.sample.size(), 128), [&](const auto& range) {
      for (std::size_t i = range.begin(); i < range.end(); ++i)
        sample.texts[i] = texts_of(firm(examples_.sample[i]), examples_.keys[examples_.sample[i]], reference_);
    });
    sample.listed = examples_.sample_listed, sample.fold = examples_.sample_fold;
    std::vector<std::tuple<std::string, int>> names;
    for (std::size_t i = 0; i < task_.labels.size(); ++i)
      if (examples_.label_found[i] == 0) names.emplace_back(examples_.label_keys[i].core, examples_.folds.of_label[i]);
    std::sort(names.begin(), names.end());
    for (auto& [name, fold] : names) sample.names.push_back(std::move(name)), sample.name_fold.push_back(fold);
    heads_ = TextHeads::learn(sample, settings_);
    std::vector<const std::string*> scopes;
    scopes.reserve(sample.texts.size());
    for (const FirmTexts& t : sample.texts) scopes.push_back(&t.of[kScopeView]);
    shares_ = ItemShares::learn(scopes);
  }

  // Columns of the rows, as the models without each fold see them; `own`: only as those without the row's own fold.
  std::vector<std::vector<float>> columns_of(const std::vector<std::uint32_t>& rows, bool own) {
    const auto folds = static_cast<std::size_t>(settings_.folds);
    std::vector<std::vector<float>> out(own ? 1 : folds, std::vector<float>(rows.size() * kColumns));
    const bool texts_known = heads_.folds() > 0;
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, rows.size(), 64), [&](const auto& range) {
      TextHeads::Scratch scratch;
      std::vector<float> scores(kHeads * folds, 0.F);
      for (std::size_t i = range.begin(); i < range.end(); ++i) {
        const RankFirm& f = firm(rows[i]);
        const FirmTexts texts = texts_of(f, examples_.keys[rows[i]], reference_);
        if (texts_known) heads_.score(texts, scratch, scores.data());
        const auto numbers = numbers_of(f, examples_.keys[rows[i]], texts, shares_, card_, words_);
        const int fold = examples_.folds.of_firm[rows[i]];
        for (std::size_t k = 0; k < out.size(); ++k) {
          float* to = &out[k][i * kColumns];
          const std::size_t from = own ? static_cast<std::size_t>(std::max(fold, 0)) : k;
          for (std::size_t h = 0; h < kHeads; ++h) to[h] = scores[h * folds + from];
          for (std::size_t n = 0; n < kNumbers; ++n) to[kHeads + n] = static_cast<float>(numbers[n]);
        }
      }
    });
    return out;
  }

  std::vector<int> scored_folds() {
    std::vector<int> out;
    out.reserve(examples_.scored.size());
    for (const std::uint32_t row : examples_.scored) out.push_back(examples_.folds.of_firm[row]);
    return out;
  }

  Status rank_by_stack() {
    auto sample = columns_of(examples_.sample, true);
    const NumberRange range = NumberRange::learn(sample.front());
    range.cut(sample.front());
    note_columns(sample.front());
    progress_.update("rank", 2, 4, "stack");
    TANMIAO_ASSIGN(const Stack stack,
                   Stack::learn(sample.front(), examples_.sample_listed, examples_.sample_fold, settings_));
    const StackScores& held = stack.held_out();
    add_figures("blend", held.blend), add_figures("trees", held.trees), add_figures("linear", held.linear);
    add_figures("scorecard", card_scores(sample.front()));
    note_models(stack);
    progress_.update("rank", 3, 4, "scores");
    auto scored = columns_of(examples_.scored, false);
    for (std::vector<float>& matrix : scored) range.cut(matrix);
    TANMIAO_ASSIGN(StackScores scores, stack.score(scored, scored_folds()));
    scores_ = std::move(scores.blend);
    held_ = held.blend;
    return {};
  }

  // Without enough listed firms: what names say, what scopes say that go with such names, and the scorecard, in equal
  // shares of their spread; without names the scorecard.
  Status rank_by_blend() {
    const auto folds = static_cast<std::size_t>(settings_.folds);
    const std::vector<std::uint32_t>& base = examples_.sample.empty() ? examples_.scored : examples_.sample;
    const auto sample = columns_of(base, true);
    note_columns(sample.front());
    const auto matrices = columns_of(examples_.scored, false);
    const auto parts = blend_parts(sample.front());
    std::vector<double> held(base.size(), 0);
    scores_.assign(examples_.scored.size(), 0);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      double mean = 0, scale = 1;
      spread(parts[p], mean, scale);
      for (std::size_t i = 0; i < held.size(); ++i) held[i] += (parts[p][i] - mean) * scale;
      for (std::size_t k = 0; k < folds; ++k) {
        const auto more = blend_parts(matrices[k]);
        for (std::size_t i = 0; i < examples_.scored.size(); ++i) {
          const int fold = examples_.folds.of_firm[examples_.scored[i]];
          const double share = fold < 0 ? 1.0 / static_cast<double>(folds) : fold == static_cast<int>(k) ? 1 : 0;
          scores_[i] += share * (more[p][i] - mean) * scale;
        }
      }
    }
    if (!examples_.sample.empty()) {
      add_figures("blend", held), add_figures("scorecard", card_scores(sample.front()));
      held_ = std::move(held);
    }
    return {};
  }

  static void spread(const std::vector<double>& values, double& mean, double& scale) {
    double square = 0;
    mean = std::accumulate(values.begin(), values.end(), 0.0) /
           static_cast<double>(std::max<std::size_t>(1, values.size()));
    for (const double v : values) square += (v - mean) * (v - mean);
    scale = square > 0 ? 1 / std::sqrt(square / static_cast<double>(values.size())) : 0;
  }

  std::vector<std::vector<double>> blend_parts(const std::vector<float>& matrix) {
    std::vector<std::vector<double>> out{card_scores(matrix)};
    if (report().method == RankMethod::kScorecard) return out;
    for (const std::size_t head : {kNameHead, kLikeHead}) {
      std::vector<double>& part = out.emplace_back();
      for (std::size_t i = head; i < matrix.size(); i += kColumns) part.push_back(matrix[i]);
    }
    return out;
  }

  // The plain scorecard: words of name and scope with the weights of config/scorecard.toml; no branch is of the kind.
  std::vector<double> card_scores(const std::vector<float>& matrix) const {
    double name_weight = 1, scope_weight = 1;
    for (const FeatureWeight& f : card_.features) {
      if (f.feature == Feature::kNameWords) name_weight = f.weight;
      if (f.feature == Feature::kScopeWords) scope_weight = f.weight;
    }
    constexpr double kNoBranch = 3;
    std::vector<double> out;
    out.reserve(matrix.size() / kColumns);
    for (std::size_t i = kHeads; i < matrix.size(); i += kColumns)
      out.push_back(name_weight * matrix[i + kCardName] + scope_weight * matrix[i + kCardScope] -
                    kNoBranch * matrix[i + kBranch]);
    return out;
  }

  // Without listed rows, or without others, there is nothing to measure.
  void add_figures(std::string id, const std::vector<double>& scores) {
    const std::size_t listed = report().listed_in_train;
    if (listed == 0 || listed == report().sample_rows) return;
    report().figures.push_back({std::move(id), rank_figures(scores, examples_.sample_listed, examples_.other_weight)});
  }

  // Each column alone: how it ranks, how often it is unknown, and whether it is too good to be true.
  void note_columns(const std::vector<float>& matrix) {
    const auto names = column_names();
    for (std::size_t c = 0; c < kColumns && !examples_.sample.empty(); ++c) {
      FeatureNote note{std::string(names[c].id), std::string(names[c].label)};
      std::vector<double> values;
      std::vector<std::uint8_t> labels;
      for (std::size_t i = 0; i < examples_.sample.size(); ++i) {
        const float v = matrix[i * kColumns + c];
        if (std::isnan(v)) continue;
        values.push_back(v), labels.push_back(examples_.sample_listed[i]);
      }
      note.unknown = 1 - static_cast<double>(values.size()) / static_cast<double>(examples_.sample.size());
      note.auc = rank_figures(values, labels).auc;
      suspect(note, report().listed_in_train);
      report().features.push_back(std::move(note));
    }
  }

  void suspect(const FeatureNote& note, std::size_t listed) {
    if (listed < settings_.least_listed || std::max(note.auc, 1 - note.auc) < kSuspect) return;
    char text[160];
    std::snprintf(text, sizeof text,
                  "feature %s alone tells listed firms from the others (AUC %.4f, held out): ", note.id.c_str(),
                  note.auc);
    report().warnings.push_back(std::string(text) + "is the label itself written in the register?");
  }

  void note_models(const Stack& stack) {
    const auto weights = stack.linear_weights();
    const auto gains = stack.gain_shares();
    for (std::size_t c = 0; c < report().features.size(); ++c) {
      report().features[c].weight = weights[c];
      if (gains) report().features[c].gain = (*gains)[c];
    }
  }

  // Probabilities by a curve over held-out scores; without listed firms one whose mean is the stated share.
  void to_probabilities() {
    RankReport& r = report();
    constexpr std::size_t kLeastForCurve = 5;
    constexpr double kAssumed = 0.01;  // of all firms, when nobody says
    Platt curve{1, 0};
    r.calibrated = r.listed_in_train >= kLeastForCurve && !held_.empty();
    r.class_prior = task_.class_prior;
    if (r.calibrated) {
      curve = fit_platt(held_, examples_.sample_listed, examples_.other_weight);
      r.kind_share = share_of_kind(held_, examples_.sample_listed, examples_.other_weight);
    } else {
      const double share = r.class_prior > 0 ? r.class_prior : std::max(r.listed_share, kAssumed);
      curve.shift = shift_for(share);
      r.assumed_share = share;
    }
    const double lift = r.calibrated && r.class_prior > r.listed_share ? r.class_prior / r.listed_share : 1;
    r.rescaled = lift > 1;
    for (std::size_t i = 0; i < examples_.scored.size(); ++i) {
      RankedFirm one{examples_.scored[i], scores_[i], std::min(1.0, lift * curve.of(scores_[i]))};
      one.held_out = r.method != RankMethod::kScorecard && examples_.folds.of_firm[one.row] >= 0;
      r.held_out += one.held_out ? 1U : 0U;
      answer_.firms.push_back(one);
    }
    if (r.calibrated) note_calibration(curve);
  }

  // The shift at which the mean probability of the scored rows is `share`.
  double shift_for(double share) const {
    double low = -50, high = 50;
    for (int step = 0; step < 100; ++step) {
      const double middle = (low + high) / 2;
      double sum = 0;
      for (const double s : scores_) sum += sigmoid(s + middle);
      (sum > share * static_cast<double>(scores_.size()) ? high : low) = middle;
    }
    return low;
  }

  void note_calibration(const Platt& curve) {
    constexpr std::array<double, 7> kEdges{0, 0.001, 0.005, 0.02, 0.05, 0.15, 1};
    for (std::size_t b = 0; b + 1 < kEdges.size(); ++b) report().calibration.push_back({kEdges[b], kEdges[b + 1]});
    for (std::size_t i = 0; i < held_.size(); ++i) {
      const double p = curve.of(held_[i]), weight = examples_.sample_listed[i] != 0 ? 1 : examples_.other_weight;
      auto bin = report().calibration.begin();
      while (p > bin->to && bin + 1 != report().calibration.end()) ++bin;
      bin->rows += 1, bin->listed += examples_.sample_listed[i], bin->expected += p * weight;
    }
  }

  void to_ranks() {
    std::sort(answer_.firms.begin(), answer_.firms.end(), [&](const RankedFirm& a, const RankedFirm& b) {
      if (a.score != b.score) return a.score > b.score;
      return comes_before(firm(a.row), firm(b.row));
    });
    std::uint32_t rank = 0;
    for (RankedFirm& one : answer_.firms) one.rank = ++rank;
  }

  const RankTask& task_;
  const Scorecard& card_;
  const Reference& reference_;
  const RankSettings& settings_;
  Progress& progress_;
  WordSets words_;
  Examples examples_;
  TextHeads heads_;
  ItemShares shares_;
  std::vector<double> scores_, held_;
  RankAnswer answer_;
};

}  // namespace

Result<RankAnswer> rank_firms(const RankTask& task, const Rules& rules, const Reference& reference,
                              const RankSettings& settings, Progress& progress) {
  if (std::none_of(task.firms.begin(), task.firms.end(), [](const RankFirm& f) { return f.score; }))
    return Error{Errc::kUsage, "there is no firm to score", ""};
  const Scorecard& card = scorecard_of(rules);
  tbb::task_arena arena(task.threads > 0 ? task.threads : tbb::task_arena::automatic);
  Result<RankAnswer> out = arena.execute([&] { return RankWork(task, card, reference, settings, progress).run(); });
  if (!out) return out;
  out->report.settings_digest = hash_hex(settings.bytes + card.bytes, 16);
  out->report.xgboost = Boosting::version();
  return out;
}

}  // namespace tanmiao::miner
