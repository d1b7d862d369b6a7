// The learned ranking of a night: it ranks only where it is better, what it says adds up, and it sees nothing of after.
#include "miner/learned.h"

#include <boost/json.hpp>
#include <cmath>
#include <numeric>

#include "core/json_reading.h"
#include "miner/backtest_figures.h"
#include "miner/learn/boosting.h"
#include "miner/learn/lead_sample.h"
#include "tabular/reference_reader.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::learned_test {
namespace {

namespace json = boost::json;
using namespace learn;

constexpr int kFirms = 480;
const Date kBefore = make_date(2023, 12, 31), kTest = make_date(2024, 12, 31);

std::uint64_t drawn(int firm, int what) {
  return mixed(static_cast<std::uint64_t>(firm) * 16 + static_cast<std::uint64_t>(what));
}

TestRecognition listed_in(int year) {
  return {.program = "tech_sme", .year = year, .issued = day(year, 8, 1), .public_date = day(year, 8, 20)};
}

// Who is young gets on the list, every second year one half; the scorecard looks at subsidies, which say nothing here.
// Young firms have long scopes more often than others.
std::vector<TestFirm> town(bool age_tells = true, int draw = 4) {
  std::vector<TestFirm> firms;
  for (int i = 0; i < kFirms; ++i) {
    const bool young = drawn(i, 0) % 3 == 0, comes = age_tells ? young : drawn(i, draw) % 3 == 0;
    TestFirm firm{.name = "山东" + std::string(1, static_cast<char>('A' + i / 26 % 26)) +
                          std::string(1, static_cast<char>('A' + i % 26)) + "企业" + std::to_string(i) + "有限公司",
                  .established = young ? day(2020, 1 + static_cast<unsigned>(drawn(i, 6) % 12), 1)
                                       : day(2005 + static_cast<int>(drawn(i, 7) % 10), 1, 1)};
    if (drawn(i, 1) % 3 == 0) firm.signals = {{"rd_subsidy", day(2023, 5, 1), "", day(2023, 6, 1)}};
    const bool lengthy = drawn(i, 2) % 10 < (young ? 8 : 4);
    for (int k = 0; k < (lengthy ? 30 : 3); ++k) firm.scope += "甲乙";
    firm.scope += std::to_string(i);
    if (comes && drawn(i, 3) % 10 < 8) firm.recognitions = {listed_in(drawn(i, 5) % 2 == 0 ? 2024 : 2025)};
    firms.push_back(std::move(firm));
  }
  return firms;
}

// With the shipped reference: names are taken apart to tell who is whom.
struct Town : World {
  explicit Town(const std::vector<TestFirm>& firms) : World(firms) {
    static const auto loaded = tabular::load_reference("config/reference").value();
    reference = *loaded;
  }
};

LearnedSettings settings_of() {
  LearnedSettings out;
  out.id = "test", out.least_labelled = 20, out.rounds = 60, out.seeds = 1;
  return out;
}
BacktestConfig config_of(int threads = 1) {
  BacktestConfig config;
  config.as_of = kTest, config.k = 20, config.resamples = 100, config.threads = threads;
  return config;
}
Result<Lesson> lesson_of(const World& world, const LearnedSettings& settings, int threads = 1,
                         const LearnedModel* in_use = nullptr, const store::FirmAnswers* answers = nullptr) {
  const store::Snapshot& s = *world.snapshot;
  return learn_lesson({s, s, s, kBefore, config_of(threads), answers, in_use}, *world.rules, world.reference, settings);
}
Lesson learnt(const World& world, const LearnedSettings& settings = settings_of(), int threads = 1,
              const LearnedModel* in_use = nullptr) {
  auto out = lesson_of(world, settings, threads, in_use);
  EXPECT_TRUE(out) << out.error().text();
  return out ? *out : Lesson{};
}

TEST(Lesson, WinsWhereThereIsMoreToLearnThanTheScorecardSays) {
  const Town world(town());
  const Lesson lesson = learnt(world);
  ASSERT_TRUE(lesson.wins) << lesson.gain.value << " " << lesson.share_better;
  ASSERT_TRUE(lesson.model);
  EXPECT_EQ(lesson.scorers[0].id, "learned");
  EXPECT_GT(lesson.scorers[0].auc.value, .85);
  EXPECT_NEAR(lesson.scorers[1].auc.value, .5, .12) << "the scorecard knows nothing here";
  EXPECT_GE(lesson.test.labelled, 20U);
  EXPECT_EQ(iso(lesson.learnt.as_of), "2023-12-31");
  EXPECT_EQ(iso(lesson.model->day().as_of), "2024-12-31") << "what ranks is learnt from the newest day";
}

TEST(Lesson, LosesWhereThereIsNothingToLearn) {
  int won = 0;
  double gain = 0, auc = 0;
  constexpr int kDraws = 8;  // of labels by chance, some 60 each: now and then one looks like more
  for (int draw = 8; draw < 8 + kDraws; ++draw) {
    const Lesson lesson = learnt(Town(town(false, draw)));
    won += lesson.wins ? 1 : 0;
    EXPECT_EQ(lesson.wins, lesson.model != nullptr);
    gain += lesson.gain.value / kDraws, auc += lesson.scorers[0].auc.value / kDraws;
  }
  EXPECT_LE(won, 2);
  EXPECT_NEAR(gain, 0, .03);
  EXPECT_NEAR(auc, .5, .05) << "by time and by groups nothing of the labels gets through";
}

TEST(Lesson, AMarginThatIsNotReachedIsNoWin) {
  const Town world(town());
  LearnedSettings settings = settings_of();
  settings.least_gain = .99;
  EXPECT_FALSE(learnt(world, settings).wins);
}

TEST(Lesson, AWorseModelDoesNotReplaceABetterAndABetterDoes) {
  const Town world(town());
  LearnedSettings poor = settings_of();
  poor.without = {"age"};
  const Lesson good = learnt(world), weak = learnt(world, poor);
  ASSERT_TRUE(good.model && weak.model) << "both are better than the scorecard: " << weak.gain.value;
  const Lesson refused = learnt(world, poor, 1, good.model.get());
  EXPECT_TRUE(refused.wins && refused.worse) << refused.share_worse;
  EXPECT_LT(refused.less_in_use->high, 0);
  const Lesson taken = learnt(world, settings_of(), 1, weak.model.get());
  EXPECT_TRUE(taken.wins);
  EXPECT_FALSE(taken.worse);
  EXPECT_EQ(taken.share_worse, 0);
  EXPECT_FALSE(learnt(world, settings_of(), 1, good.model.get()).worse) << "the same is not worse";
}

// Steps down do not add up: what follows a weak model is held against the good one before it as well.
TEST(Lesson, IsHeldAgainstTheBestOfThoseBeforeTheOneInUse) {
  const Town world(town());
  LearnedSettings poor = settings_of(), poorer = settings_of();
  poor.without = {"age"}, poorer.without = {"age"}, poorer.rounds = 30;
  const auto good = learnt(world).model, weak = learnt(world, poor).model, weaker = learnt(world, poorer).model;
  ASSERT_TRUE(good && weak && weaker);
  const store::Snapshot& s = *world.snapshot;
  const auto held = [&](const LearnedSettings& settings, std::vector<std::shared_ptr<const LearnedModel>> earlier) {
    const LessonTask task{s, s, s, kBefore, config_of(), nullptr, weak.get(), std::move(earlier)};
    return learn_lesson(task, *world.rules, world.reference, settings).value();
  };
  const Lesson alone = held(poor, {});
  EXPECT_EQ(alone.less_in_use->value, 0);
  EXPECT_FALSE(alone.lower() || alone.less_earlier) << "no lower than the one in use";
  const Lesson beside = held(poor, {weaker, good});
  EXPECT_TRUE(beside.lower());
  EXPECT_FALSE(beside.worse) << "that is of the one in use";
  EXPECT_EQ(beside.earlier, good->hash()) << "the best, wherever it stands";
  EXPECT_LT(beside.less_earlier->value, 0);
  EXPECT_FALSE(held(settings_of(), {weaker, good}).lower());
}

TEST(Lesson, TheSameBytesOnAnyNumberOfThreads) {
  const Town world(town());
  EXPECT_EQ(learnt(world).model->bytes(), learnt(world, settings_of(), 2).model->bytes());
}

TEST(Lesson, WhatCameOutAfterTheDayChangesNothing) {
  const std::string plain = learnt(Town(town())).model->hash();
  const auto with = [](Day known) {
    std::vector<TestFirm> firms = town();
    for (TestFirm& firm : firms) {
      if (firm.recognitions.empty()) continue;  // would give the label away
      firm.signals.push_back({"rd_project", known, "", known});
      firm.patents.push_back({.filing = known, .public_date = known});
      firm.recognitions.push_back({.program = "srdi", .issued = known, .public_date = known});
    }
    return learnt(Town(firms));
  };
  EXPECT_EQ(with(day(2026, 6, 1)).model->hash(), plain);
  const Lesson before = with(day(2023, 6, 1));
  EXPECT_FALSE(before.disguised.empty()) << "what alone tells the label is found out, and not learnt from";
}

TEST(Lesson, TooFewLabelsAreNoneToLearnFrom) {
  const Town world(town());
  LearnedSettings settings = settings_of();
  settings.least_labelled = 10'000;
  EXPECT_EQ(lesson_of(world, settings).error().code, Errc::kUsage);
  EXPECT_EQ(got_label(*world.snapshot, "tech_sme", kTest, make_date(2025, 12, 31)), learnt(world).test.labelled);
}

TEST(Lesson, VerdictsAreLearntFromAndNotTestedOn) {
  const Town world(town());
  store::FirmAnswers answers;
  std::uint64_t added = 0;
  for (store::FirmNo firm = 1; firm <= 60; ++firm) {
    store::SelfReport visit;
    visit.visited_on = make_date(2025, 3, 1), visit.verdict = "有意申报";
    answers.by_firm[firm] = {visit};
  }
  LearnedSettings settings = settings_of();
  settings.verdicts = {"有意申报"};
  const auto lesson = lesson_of(world, settings, 1, nullptr, &answers);
  ASSERT_TRUE(lesson) << lesson.error().text();
  added = lesson->verdicts;
  EXPECT_GT(added, 20U);
  EXPECT_EQ(lesson->test.labelled, learnt(world).test.labelled);
  EXPECT_EQ(lesson->scorers[1].ap.value, learnt(world).scorers[1].ap.value) << "the test is that of the lists";
}

TEST(LearnedModel, IsReadAsItWasWritten) {
  const Town world(town());
  const Lesson lesson = learnt(world);
  const auto again = LearnedModel::read(lesson.model->bytes());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ((*again)->hash(), lesson.model->hash());
  const auto& a = dynamic_cast<const FoldTrees&>(*lesson.model);
  const auto& b = dynamic_cast<const FoldTrees&>(**again);
  const std::vector<float> row(a.columns.size(), 1.5F), unknown(a.columns.size(), std::nanf(""));
  EXPECT_EQ(a.score(row.data(), 0).score, b.score(row.data(), 0).score);
  EXPECT_TRUE(reads_scorecard(**again, *world.rules));
  auto other = std::make_shared<LoadedRules>(world.loaded());
  other->scorecard_.bytes += " ";
  EXPECT_FALSE(reads_scorecard(**again, *other));
  for (const char* damaged : {"", "{}", "[1]", R"({"format":1,"learnt":{"as_of":"2024-01-01","until":"2025-01-01"}})"})
    EXPECT_EQ(LearnedModel::read(damaged).error().code, Errc::kCorrupt) << damaged;
  std::string cut = lesson.model->bytes();
  cut.resize(cut.size() / 2);
  EXPECT_EQ(LearnedModel::read(cut).error().code, Errc::kCorrupt);
}

// Runs as of a day after the labels are in.
struct Ran {
  MineReport report;
  std::shared_ptr<const store::Run> run;
};
Ran mined(const World& world, std::shared_ptr<const LearnedModel> model, const std::string& name,
          Date as_of = make_date(2026, 3, 20), int threads = 1) {
  const store::DataFolder folder = world.folder(name);
  MineConfig config{"all", as_of, threads};
  config.learned = std::move(model);
  auto report = mine(folder, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  EXPECT_TRUE(report) << report.error().text();
  auto run = store::Run::open(folder.run(report->run.id));
  EXPECT_TRUE(run) << run.error().text();
  return {*report, *run};
}
json::object told(const store::Run& run, std::size_t row) {
  store::PackedReader reader(run.explanation);
  return json::parse(*reader.read(row)).as_object();
}

TEST(LearnedRun, OrdersByAScoreThatItsContributionsSumToExactly) {
  const Town world(town());
  const Ran ran = mined(world, learnt(world).model, "learned");
  EXPECT_FALSE(ran.report.learned.empty());
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
  double probability = 1;
  for (std::size_t row = 0; row < ran.run->size(); ++row) {
    if (ran.run->lead_kind[row] == static_cast<int>(LeadKind::kStartUp)) break;
    const json::object all = told(*ran.run, row);
    const json::object& learned = object_of(all, "learned");
    std::int64_t sum = number_of(learned, "base");
    each_of(learned, "contributions", [&](const json::object& c) { sum += number_of(c, "points"); });
    const std::int64_t score = number_of(learned, "score");
    ASSERT_EQ(sum, score) << row;
    EXPECT_LE(score, last) << "in rank order";
    EXPECT_LE(real_of(learned, "probability"), probability);
    last = score, probability = real_of(learned, "probability");
    EXPECT_NE(text_of(learned, "text").find("名次按学习排序：从截至 2024-12-31"), std::string_view::npos);
  }
  EXPECT_EQ(mined(world, learnt(world).model, "two", make_date(2026, 3, 20), 2).run->digest(), ran.run->digest());
}

TEST(LearnedRun, WithoutAModelOrWithOneOfAfterTheDayTheScorecardRanks) {
  const Town world(town());
  const auto model = learnt(world).model;
  const Ran plain = mined(world, nullptr, "plain"), learned = mined(world, model, "learned");
  EXPECT_NE(plain.report.run.id, learned.report.run.id);
  EXPECT_FALSE(told(*plain.run, 0).contains("learned"));
  EXPECT_TRUE(plain.report.learned.empty());
  const Date early = make_date(2025, 6, 1);  // before the labels were in that it knows
  const Ran past = mined(world, model, "past", early);
  EXPECT_TRUE(past.report.learned.empty());
  EXPECT_EQ(past.report.run.id, mined(world, nullptr, "past plain", early).report.run.id);
}

TEST(Trees, SayWhatXgboostSays) {
  constexpr std::size_t kColumns = 5, kRows = 300;
  std::vector<float> matrix;
  learn::Sample sample;
  for (std::uint32_t i = 0; i < kRows; ++i) {
    for (std::uint32_t c = 0; c < kColumns; ++c) {
      const std::uint64_t draw = mixed(i * 7 + c);
      matrix.push_back(draw % 9 == 0 ? std::nanf("") : static_cast<float>(draw % 100) / 10);
    }
    sample.rows.push_back(i);
    sample.labels.push_back(matrix[i * kColumns] > 5 || (matrix[i * kColumns + 1] > 7 && i % 3 != 0) ? 1 : 0);
  }
  BoostingOptions options;
  options.rounds = 30, options.depth = 5, options.positive_weight = 1, options.least_weight = 1;
  const auto fitted = Boosting::fit(matrix, kColumns, sample, options);
  ASSERT_TRUE(fitted);
  const auto trees = Trees::from_xgboost(*fitted->json(), 1);
  ASSERT_TRUE(trees) << trees.error().text();
  EXPECT_EQ(trees->size(), 30U);
  const auto margins = *fitted->margins(matrix), parts = *fitted->contributions(matrix);
  for (std::size_t i = 0; i < kRows; ++i) {
    std::vector<double> own(kColumns, 0);
    trees->contributions(&matrix[i * kColumns], own);
    EXPECT_NEAR(trees->margin(&matrix[i * kColumns]), margins[i], 1e-4);
    for (std::size_t c = 0; c < kColumns; ++c) EXPECT_NEAR(own[c], parts[i * (kColumns + 1) + c], 1e-4);
    EXPECT_NEAR(std::accumulate(own.begin(), own.end(), trees->mean()), margins[i], 1e-4);
  }
}

TEST(RowsOutside, AFirmUnderTwoNamesIsLearntFromInNoneOfItsFolds) {
  LearnedSettings settings;
  settings.folds = 2;
  LeadSample sample;
  sample.firms = {1, 2, 3}, sample.taught = sample.listed = {1, 0, 0}, sample.fold = {0, 1, 1};
  sample.keys = {{10}, {10, 11}, {12}};
  const auto rows = rows_outside(sample, nullptr, settings);
  EXPECT_EQ(rows[0], (std::vector<std::uint32_t>{2})) << "1 and 2 are one firm, which stands in both folds";
  EXPECT_TRUE(rows[1].empty());
  LeadSample later = sample;
  later.fold = {0, 0, 0}, later.keys = {{20}, {21}, {12}};
  EXPECT_TRUE(rows_outside(sample, &later, settings)[0].empty()) << "nor one that is tested under another name";
}

}  // namespace
}  // namespace tanmiao::miner::learned_test
