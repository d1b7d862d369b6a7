// The learned ranking of a night: boosted trees over what was known of each lead on a day, learnt from who got the
// label after it. It ranks only where it was shown to rank better than the scorecard on a horizon that it was not
// learnt from; a pure function of snapshots, rules and settings, the same bytes on any number of threads.
//
// Days: `before` is a whole horizon before `test`; what is learnt as of `before` from the labels that came until then
// is tested on the leads of `test`. Both by groups: who is scored was never learnt from, under whatever name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "miner/backtest.h"

namespace tanmiao::miner {

// config/learned.toml
struct LearnedSettings {
  std::string id, bytes;
  std::size_t least_labelled = 60, most_unlabelled = 30'000;
  double least_gain = .02, sure = .95;  // of average precision; share of the paired resamples
  int folds = 5, rounds = 120, depth = 3, seeds = 2;
  double step = .05, ridge = 10;
  std::vector<std::string> verdicts, without;
  static Result<LearnedSettings> load(const std::filesystem::path& file);
};

// Leads of a day and what came of them.
struct LessonDay {
  Date as_of{}, until{};
  std::uint64_t firms = 0, labelled = 0;
};

// What is kept of a model, and named by the hash of its bytes.
class LearnedModel {
 public:
  static Result<std::shared_ptr<const LearnedModel>> read(std::string bytes);  // kCorrupt when it is damaged
  virtual ~LearnedModel() = default;
  virtual const std::string& bytes() const = 0;
  virtual const std::string& hash() const = 0;       // 16 digits
  virtual const std::string& scorecard() const = 0;  // hash of the scorecard whose items it reads
  virtual const LessonDay& day() const = 0;          // learnt from
};

// Where a data folder keeps the model of that hash.
std::filesystem::path learned_file(const store::DataFolder& folder, std::string_view hash);
// The model that orders the run. Null: the scorecard does, or the model is kept no more (a folder keeps the one in use
// and the one before), or is damaged.
std::shared_ptr<const LearnedModel> model_of_run(const store::DataFolder& folder, const store::RunEntry& run);

// What a run wrote of the model that orders it ("learned" of docs/schema/explanation.json), of one row; empty: the
// scorecard orders it. `explanations`: of Run::explanation.
std::string learned_text(store::PackedReader& explanations, std::size_t row);

struct Lesson {
  LessonDay learnt, test;               // of the model that is tested; what it is tested on
  std::vector<ScorerFigures> scorers;   // on the test's leads: learned, scorecard, likelihood, then the one in use
  std::string against;                  // the better of scorecard and likelihood, by average precision
  Measured gain;                        // AP, learned less that one
  double share_better = 0;              // of the resamples
  bool wins = false;                    // gain and share_better are what the settings ask for
  std::optional<Measured> less_in_use;  // AP, the new model less the one in use, both without the firms they learnt
  double share_worse = 0;               // of the resamples in which the new one is worse than the one in use
  bool worse = false;                   // surely (kSurelyWorse)
  // The same of the best of LessonTask::earlier.
  std::optional<Measured> less_earlier;
  double share_worse_earlier = 0;
  std::string earlier;  // its hash
  // By the figures alone, however few the labels are: not for a night to decide.
  bool lower() const { return (less_in_use && less_in_use->value < 0) || (less_earlier && less_earlier->value < 0); }
  std::uint64_t verdicts = 0;                 // leads that count by the verdict of a visit alone
  std::vector<std::string> disguised;         // columns that alone tell the label, and were not used
  std::shared_ptr<const LearnedModel> model;  // learnt from the test's own day and labels, if it wins
};

struct LessonTask {
  const store::Snapshot &before, &test, &now;  // as of the two days; today's, for the labels alone
  Date before_day{};
  BacktestConfig config{};                      // of the test: its as_of, horizon, label, campaign
  const store::FirmAnswers* answers = nullptr;  // verdicts of visits
  const LearnedModel* in_use = nullptr;
  std::vector<std::shared_ptr<const LearnedModel>> earlier{};  // that ranked before it, in the last months
};
// The day a whole horizon before a closed one, for which closed_horizon(today, months) was given.
Date lesson_before(Date today, int months);
// Firms that got the label after `from` and by `until`, whether leads or not: an upper bound, from today's snapshot.
std::uint64_t got_label(const store::Snapshot& now, const std::string& label, Date from, Date until);
bool reads_scorecard(const LearnedModel& model, const Rules& rules);  // its items are those of these rules
// What a lesson follows from: equal texts give equal lessons.
std::string lesson_inputs(const LessonTask& task, const Rules& rules, const LearnedSettings& settings);
// Errors: kUsage when one of the days has fewer labelled leads than the settings ask for; as of backtest().
Result<Lesson> learn_lesson(const LessonTask& task, const Rules& rules, const Reference& reference,
                            const LearnedSettings& settings);

}  // namespace tanmiao::miner
