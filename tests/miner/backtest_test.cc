// Back-tests: figures by hand, labels by their dates, and leaks that were planted.
#include "miner/backtest.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/hash.h"
#include "miner/backtest_figures.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::backtest_test {
namespace {

namespace json = boost::json;

TEST(BacktestFigures, OfTenRowsByHand) {
  const std::vector<double> scores = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  const std::vector<std::uint8_t> labels = {1, 0, 1, 0, 0, 0, 0, 0, 0, 0};
  const ScorerFigures f = scorer_figures(scores, labels, 2, 0);
  EXPECT_DOUBLE_EQ(f.precision_at_k.value, .5);
  EXPECT_DOUBLE_EQ(f.ap.value, (1 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(f.auc.value, 15.0 / 16);
  EXPECT_DOUBLE_EQ(f.top10.value, .5);
  EXPECT_DOUBLE_EQ(f.gain[0], 0);
  EXPECT_DOUBLE_EQ(f.gain[10], .5);
  EXPECT_DOUBLE_EQ(f.gain[30], 1);
  const ScorerFigures even = scorer_figures(std::vector<double>(10, 1), labels, 2, 0);
  EXPECT_DOUBLE_EQ(even.auc.value, .5) << "equal scores say nothing";
  EXPECT_DOUBLE_EQ(even.precision_at_k.value, .2);
  EXPECT_DOUBLE_EQ(even.gain[50], .5);
}

TEST(BacktestFigures, TheBootstrapHoldsTheValueAndNarrowsWithFirms) {
  const auto figures = [](std::size_t n) {
    std::vector<double> scores;
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < n; ++i) {
      scores.push_back(static_cast<double>(i * 7919 % n));
      labels.push_back(i * 104729 % 10 == 0 ? 1 : 0);
    }
    return scorer_figures(scores, labels, 50, 200);
  };
  const ScorerFigures few = figures(400), many = figures(6400);
  for (const ScorerFigures* f : {&few, &many}) {
    EXPECT_LE(f->auc.low, f->auc.value);
    EXPECT_GE(f->auc.high, f->auc.value);
  }
  EXPECT_LT(many.auc.high - many.auc.low, (few.auc.high - few.auc.low) / 2);
}

constexpr Day kNever = kNoDay;

// Twenty firms: those with an even number had a subsidy before the day, of which six were listed after it.
std::vector<TestFirm> city() {
  std::vector<TestFirm> firms;
  for (int i = 0; i < 20; ++i) {
    TestFirm firm{.name = "企业" + std::to_string(i), .established = day(2010 + i % 8, 1, 1)};
    if (i % 2 == 0) firm.signals = {{"rd_subsidy", day(2024, 5, 1), "", day(2024, 6, 1)}};
    if (i < 12 && i % 2 == 0)
      firm.recognitions = {
          {.program = "tech_sme", .year = 2025, .issued = day(2025, 8, 1), .public_date = day(2025, 8, 20)}};
    firms.push_back(firm);
  }
  return firms;
}
BacktestReport tested(const std::vector<TestFirm>& firms, int threads = 1, int horizon = 12) {
  const World world(firms);
  BacktestConfig config;
  config.as_of = make_date(2024, 12, 31);
  config.k = 5, config.resamples = 20, config.threads = threads, config.horizon_months = horizon;
  const auto report = backtest(*world.snapshot, *world.snapshot, *world.rules, world.reference, config);
  EXPECT_TRUE(report) << report.error().text();
  return *report;
}

TEST(Backtest, RanksTheDayAgainstWhatCameAfterIt) {
  const BacktestReport report = tested(city());
  EXPECT_EQ(report.firms, 20U);
  EXPECT_EQ(report.labelled, 6U);
  EXPECT_EQ(report.scorers.front().id, "scorecard");
  EXPECT_NEAR(report.scorers.front().auc.value, (6 * 10 + 6 * 4 / 2.0) / (6 * 14), 1e-9)
      << "all six had the subsidy, and four others had it too";
  std::uint64_t of_groups = 0;
  for (const GroupFigures& group : report.groups)
    if (group.kind == "成立年限") of_groups += group.firms;
  EXPECT_EQ(of_groups, 20U) << "each firm stands in one group of each kind";
}

TEST(Backtest, PlantedLeaksChangeNothing) {
  const std::string clean = backtest_json(tested(city()));
  // Facts that give the outcome away, but only after the day, and undated ones.
  std::vector<TestFirm> leaking = city();
  for (std::size_t i = 0; i < leaking.size(); ++i) {
    if (leaking[i].recognitions.empty()) continue;
    leaking[i].signals.push_back({"rd_super_deduction", day(2024, 5, 1), "", day(2025, 3, 1)});
    leaking[i].signals.push_back({"rd_project", kNever, "", kNever});
    leaking[i].recognitions.push_back(
        {.program = "hnte", .year = 2025, .issued = day(2025, 2, 1), .public_date = day(2025, 2, 1)});
    leaking[i].recognitions.push_back({.program = "srdi", .year = -1});
    leaking[i].patents.push_back(
        {.kind = PatentKind::kInvention, .filing = day(2024, 1, 1), .public_date = day(2025, 7, 1)});
  }
  EXPECT_EQ(backtest_json(tested(leaking)), clean);
  // The same facts from before the day do change it, so the test can fail.
  for (TestFirm& firm : leaking)
    for (TestSignal& signal : firm.signals) signal.public_date = day(2024, 6, 1);
  EXPECT_NE(backtest_json(tested(leaking)), clean);
}

// A register's file of after the day: what it says of a firm's condition would give the outcome away.
TEST(Backtest, WhatARegisterSaysLaterIsNotKnown) {
  const std::string clean = backtest_json(tested(city()));
  std::vector<TestFirm> leaking = city();
  for (TestFirm& firm : leaking) {
    firm.stated = day(2026, 1, 1);
    if (firm.recognitions.empty()) firm.flags |= store::kFirmAbnormal, firm.insured = 900, firm.capital = 1;
    if (firm.name.ends_with('9')) firm.status = FirmStatus::kRevoked;
  }
  EXPECT_EQ(backtest_json(tested(leaking)), clean);
  for (TestFirm& firm : leaking) firm.stated = day(2024, 1, 1);
  EXPECT_NE(backtest_json(tested(leaking)), clean);
}

// A firm under a second number: the same facts under the same code, under its name without a code, under a former name,
// or merged with the first by today.
std::vector<TestFirm> with_doubles(std::vector<TestFirm> firms) {
  for (int i = 0; i < 12; i += 2) {
    TestFirm twin = firms[static_cast<std::size_t>(i)];
    if (i % 3 == 0) {
      twin.code = "91370000TEST" + twin.name, twin.name += "新名";
    } else if (i % 3 == 1) {
      twin.code = "-";
    } else {
      twin.code = "-", twin.former_names = twin.name + "老厂\n" + twin.name, twin.name += "股份";
    }
    firms.push_back(twin);
  }
  return firms;
}

TEST(Backtest, AFirmUnderTwoNumbersCountsOnce) {
  BacktestReport clean = tested(city()), doubled = tested(with_doubles(city()));
  EXPECT_EQ(doubled.doubles, 6U);
  doubled.doubles = 0;
  EXPECT_TRUE(backtest_json(doubled) == backtest_json(clean)) << "nothing is found twice";
  // Told apart by their codes they are two firms, so the test can fail.
  std::vector<TestFirm> two = with_doubles(city());
  for (std::size_t i = 20; i < two.size(); ++i) two[i].code = "91370000OTHER" + std::to_string(i);
  EXPECT_EQ(tested(two).firms, 26U);
  EXPECT_EQ(tested(two).labelled, 12U);
  // A name that both were known by makes no bridge from one code to the other.
  for (TestFirm& firm : two) firm.former_names += firm.former_names.empty() ? "同一旧名" : "\n同一旧名";
  EXPECT_EQ(tested(two).firms, 26U);
}

TEST(Backtest, AFirmListedUnderItsOtherNameIsNoFind) {
  // Whoever plants the list of before the day under a second name, without facts, makes renewals look like finds.
  std::vector<TestFirm> firms = city();
  for (int i = 0; i < 6; i += 2)
    firms.push_back(
        {.name = firms[static_cast<std::size_t>(i)].name,
         .recognitions =
             {{.program = "tech_sme", .year = 2024, .issued = day(2024, 8, 1), .public_date = day(2024, 8, 1)}},
         .code = "-"});
  const BacktestReport report = tested(firms);
  EXPECT_EQ(report.firms, 17U);
  EXPECT_EQ(report.labelled, 3U) << "the other three held it under their other name";
  EXPECT_EQ(report.doubles, 3U);
  EXPECT_EQ(report.not_leads, 3U);
}

TEST(Backtest, ALabelThatCameToTheMergedFirmIsOfBoth) {
  std::vector<TestFirm> before = city(), after = city();
  TestFirm twin = before[0];
  twin.name = "另一名称", twin.recognitions = {}, before[0].recognitions = {};
  before.push_back(twin), after.push_back(twin);
  after[20].flags |= store::kFirmMerged, after[20].successor = 1;
  const World past(before), now(after);
  BacktestConfig config;
  config.as_of = make_date(2024, 12, 31), config.k = 5, config.resamples = 20, config.threads = 1;
  const auto report = backtest(*past.snapshot, *now.snapshot, *past.rules, past.reference, config);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->firms, 20U);
  EXPECT_EQ(report->labelled, 6U);
  EXPECT_EQ(report->doubles, 1U);
}

TEST(Backtest, ShuffledLabelsTellNothing) {
  // Half of 240 firms had a subsidy, so that the scorecard ranks; who is listed is thrown.
  double sum = 0;
  constexpr int kRounds = 6;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    std::vector<TestFirm> firms;
    for (int i = 0; i < 240; ++i) {
      TestFirm firm{.name = "企业" + std::to_string(i), .established = day(2010 + i % 8, 1, 1)};
      if (i % 2 == 0) firm.signals = {{"rd_subsidy", day(2024, 5, 1), "", day(2024, 6, 1)}};
      if (hash64(std::to_string(round) + " " + std::to_string(i)) % 4 == 0)
        firm.recognitions = {
            {.program = "tech_sme", .year = 2025, .issued = day(2025, 8, 1), .public_date = day(2025, 8, 20)}};
      firms.push_back(firm);
    }
    const BacktestReport report = tested(firms);
    EXPECT_GT(report.labelled, 30U);
    sum += report.scorers.front().auc.value;
  }
  EXPECT_NEAR(sum / kRounds, .5, .05) << "60 of 240 listed: one round strays by .043, the mean of six by .018";
}

TEST(Backtest, TheLabelItselfIsNoFact) {
  // Firms that hold the label on the day are no leads; those that got it within the horizon count by its day.
  std::vector<TestFirm> firms = city();
  firms[1].recognitions = {
      {.program = "tech_sme", .year = 2024, .issued = day(2024, 8, 1), .public_date = day(2024, 8, 1)}};
  EXPECT_EQ(tested(firms).firms, 19U);
  firms[3].recognitions = {{.program = "tech_sme", .year = -1}};
  EXPECT_EQ(tested(firms).undated, 1U);
  EXPECT_EQ(tested(firms).labelled, 6U);
  const World world(city());
  BacktestConfig config;
  config.as_of = make_date(2024, 12, 31), config.horizon_months = 6;
  EXPECT_EQ(backtest(*world.snapshot, *world.snapshot, *world.rules, world.reference, config).error().code,
            Errc::kUsage)
      << "all came in August";
  config.label = "tech_sm";
  EXPECT_EQ(backtest(*world.snapshot, *world.snapshot, *world.rules, world.reference, config).error().code,
            Errc::kUsage);
}

// A list that states no day was read long after it came out: its numbers are of their year, not of the day of the load.
TEST(Backtest, ALabelThatWasLoadedLateIsOfItsOwnYear) {
  std::vector<TestFirm> firms = city();
  const auto late = [](int year, Day issued) {
    return TestRecognition{.program = "tech_sme",
                           .year = year,
                           .issued = issued,
                           .public_date = day(2025, 11, 20),
                           .public_estimated = true};
  };
  firms[1].recognitions = {late(2023, kNoDay)};
  firms[3].recognitions = {late(2024, day(2024, 8, 1))};
  EXPECT_EQ(tested(firms).labelled, 6U) << "both came before the day";
  firms[5].recognitions = {late(2025, kNoDay)};
  firms[7].recognitions = {late(-1, kNoDay)};
  EXPECT_EQ(tested(firms).labelled, 8U) << "of the year, and without a word on it: by the day it was read";
}

// A cohort with one date on its certificates, shortly before the day, that came out weeks after it: nobody knew it on
// the day, so all of it came within the horizon.
TEST(Backtest, ACohortIsALabelFromTheDayOnWhichItCameOut) {
  std::vector<TestFirm> firms = city();
  const auto dated = [](Day issued, Day known, bool by_rule) {
    return TestRecognition{.program = "tech_sme",
                           .year = year_of(*from_day(issued)),
                           .issued = issued,
                           .public_date = known,
                           .public_estimated = true,
                           .by_rule = by_rule};
  };
  firms[1].recognitions = {dated(day(2024, 12, 1), day(2025, 1, 1), true)};
  EXPECT_EQ(tested(firms).labelled, 7U) << "a month after the date, by rule";
  firms[1].recognitions = {dated(day(2024, 3, 1), day(2025, 3, 1), true)};
  EXPECT_EQ(tested(firms).labelled, 7U) << "a rule may say a year as well";
  firms[1].recognitions = {dated(day(2024, 11, 1), day(2024, 12, 1), true)};
  EXPECT_EQ(tested(firms).firms, 19U) << "it was out on the day: known, and no lead";
  firms[1].recognitions = {dated(day(2025, 12, 15), day(2026, 1, 15), true)};
  EXPECT_EQ(tested(firms).labelled, 6U) << "it came out after the horizon";
  firms[1].recognitions = {dated(day(2024, 12, 10), day(2025, 1, 5), false)};
  EXPECT_EQ(tested(firms).labelled, 7U) << "a list that was read within weeks was to be had from then on";
  firms[1].recognitions = {dated(day(2024, 8, 1), day(2025, 1, 5), false)};
  EXPECT_EQ(tested(firms).labelled, 6U) << "one that was read months later had come out before";
}

TEST(Backtest, OrderOfRowsAndThreadsChangeNoFigure) {
  std::vector<TestFirm> firms = city();
  const std::string one = backtest_json(tested(firms, 1));
  EXPECT_EQ(backtest_json(tested(firms, 2)), one);
  std::reverse(firms.begin(), firms.end());
  const auto of = [](const std::string& text) {
    const auto root = json::parse(text);
    std::vector<double> out;
    for (const auto& s : root.at("scorers").as_array()) out.push_back(s.at("auc").at("value").to_number<double>());
    return out;
  };
  EXPECT_EQ(of(backtest_json(tested(firms, 1))), of(one));
}

TEST(Backtest, ThePageHasItsPlotAndEscapes) {
  BacktestReport report = tested(city());
  report.groups[0].name = "<b>";
  const std::string page = backtest_html(report);
  EXPECT_NE(page.find("<polyline"), std::string::npos);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
  EXPECT_NE(page.find("&lt;b&gt;"), std::string::npos);
}

}  // namespace
}  // namespace tanmiao::miner::backtest_test
