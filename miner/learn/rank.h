// Ranks firms of a register by how much they look like those on an official list, from a register, the list and
// nothing else. What is listed is known to be of the kind; what is not listed is unlabelled, never negative.
//
// Listed firms of the register are examples in full; listed firms that it lacks are examples by name only. Every score
// of a firm that stands in the training register or on the list comes from models that saw neither the firm nor
// anything of its group (see groups.h). The order of rows and the number of threads change no byte.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/error.h"
#include "core/progress.h"
#include "core/reference.h"
#include "miner/learn/figures.h"
#include "miner/mine.h"

namespace tanmiao::miner {

struct RankFirm {
  std::string code, name, scope, address, type;
  double capital_wan = std::numeric_limits<double>::quiet_NaN();  // ten thousands, of its own currency; NaN: unknown
  Day registered = kNoDay;
  bool train = false, score = false;  // which of the two registers it stands in; both when they are one file
};

struct RankLabel {
  std::string name, code;  // the code may be empty
};

// config/rank.toml
struct RankSettings {
  std::string id, bytes;
  int folds = 5;
  std::size_t unlabelled = 30'000;  // so many unlabelled rows are learnt from, those of the lowest hash
  std::size_t least_listed = 20;    // with fewer listed firms no stack is fitted
  double like_share = 0.07;         // of the rows whose names look most like listed ones, as labels of the second kind
  int rounds = 100, depth = 3;      // of the trees
  int seeds = 4;                    // models of trees a fold, in the mean
  std::vector<std::string> zone_words, template_words, not_company_words;
  std::vector<std::string> without;  // ids of features that are left out
  bool trees = true, linear = true;  // parts of the blend
  static Result<RankSettings> load(const std::filesystem::path& file);
};

// What the order rests on, by what there was to learn from.
enum class RankMethod : std::uint8_t { kLearned, kNames, kScorecard };
std::string_view rank_method_word(RankMethod method);  // "learned", "names", "scorecard"

struct RankedFirm {
  std::uint32_t row = 0;  // in the firms given
  double score = 0, probability = 0;
  std::uint32_t rank = 0;  // from 1
  bool held_out = false;   // scored by models that did not see its group; nothing was learnt: never
};

struct FeatureNote {
  std::string id, label;
  double auc = 0.5;    // of the feature alone, unknown values left out; held out where it is learnt
  double weight = 0;   // in the linear stack, by standard deviations
  double gain = 0;     // share of what the trees gained
  double unknown = 0;  // share of rows
};
struct CalibrationBin {
  double from = 0, to = 0;  // of the probability
  std::size_t rows = 0, listed = 0;
  double expected = 0;  // sum of the probabilities
};
struct PartFigures {
  std::string id;  // "blend", "trees", "linear", "scorecard", "name", "scope"
  learn::RankFigures figures;
};

struct RankReport {
  RankMethod method = RankMethod::kScorecard;
  std::string why;  // of the method, where it is not the learned one
  std::size_t train_rows = 0, sample_rows = 0, score_rows = 0, listed_in_train = 0, listed_by_name = 0, labels = 0;
  std::size_t groups_joined = 0, held_out = 0;
  Day first_day = kNoDay, last_day = kNoDay;  // registration dates of the training register
  double listed_share = 0, kind_share = 0;    // listed among the training rows; estimate of the class prior
  bool calibrated = false, rescaled = false;
  double class_prior = 0;    // given by the caller; 0: none
  double assumed_share = 0;  // mean of the probabilities, where there was nothing to calibrate by; 0: calibrated
  std::vector<PartFigures> figures;  // on the training rows, held out
  std::vector<CalibrationBin> calibration;
  std::vector<FeatureNote> features;
  std::vector<std::string> warnings;
  std::string settings_digest, xgboost;
};

struct RankAnswer {
  std::vector<RankedFirm> firms;  // rows to be scored, best first
  RankReport report;
};

struct RankTask {
  std::vector<RankFirm> firms;
  std::vector<RankLabel> labels;
  double class_prior = 0;  // share of rows that are of the kind; 0: probabilities are those of being listed
  int threads = 0;         // 0: as many as there are cores
};

// Errors: kUsage without a row to score; what XGBoost says.
Result<RankAnswer> rank_firms(const RankTask& task, const Rules& rules, const Reference& reference,
                              const RankSettings& settings, Progress& progress);

// The model card in Markdown or, as one object, in JSON. `inputs`: lines on what was read, as the caller knows them.
std::string rank_card_text(const RankReport& report, const std::vector<std::string>& inputs);
std::string rank_card_json(const RankReport& report, const std::vector<std::string>& inputs);

}  // namespace tanmiao::miner
