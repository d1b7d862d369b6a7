// What a night checks of its ranking: a worse scorecard is found out, a better one is not, drift shows.
#include "miner/nightly.h"

#include "miner/backtest_figures.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::nightly_test {
namespace {

constexpr Day kPublicThen = 19800;  // 2024-03-18

// Eighty firms; a subsidy of before the day comes with the label after it, three times out of four.
std::vector<TestFirm> town() {
  std::vector<TestFirm> firms;
  for (int i = 0; i < 80; ++i) {
    TestFirm firm{.name = "企业" + std::to_string(i)};
    if (i % 4 == 0) firm.signals = {{"rd_subsidy", kPublicThen, "", kPublicThen}};
    if (i % 16 == 0 || i % 16 == 4 || i % 16 == 8 || i % 16 == 7)
      firm.recognitions = {
          {.program = "tech_sme", .year = 2025, .issued = day(2025, 8, 1), .public_date = day(2025, 8, 20)}};
    firms.push_back(firm);
  }
  return firms;
}
BacktestConfig config_of() {
  BacktestConfig config;
  config.as_of = make_date(2024, 12, 31), config.k = 5, config.resamples = 100, config.threads = 1;
  return config;
}
std::shared_ptr<LoadedRules> with_weights(const World& world, double times) {
  auto rules = std::make_shared<LoadedRules>(world.loaded());
  rules->scorecard_.id = "other";
  for (FeatureWeight& feature : rules->scorecard_.features) feature.weight *= times;
  return rules;
}

TEST(ClosedHorizon, IsTheSameForAMonthAndOver) {
  EXPECT_EQ(iso(closed_horizon(make_date(2026, 11, 1), 12)), "2025-10-31");
  EXPECT_EQ(iso(closed_horizon(make_date(2026, 11, 30), 12)), "2025-10-31");
  EXPECT_EQ(iso(closed_horizon(make_date(2026, 3, 15), 12)), "2025-02-28");
  for (int day = 1; day <= 28; ++day) {
    const Date today = make_date(2026, 2, static_cast<unsigned>(day));
    EXPECT_LE(add_months(closed_horizon(today, 24), 24), today);
  }
}

TEST(Duel, AWorseScorecardIsFoundOut) {
  const World world(town());
  const auto worse = with_weights(world, -1);
  const auto told = duel(*world.snapshot, *world.snapshot, *world.rules, *worse, world.reference, config_of());
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_EQ(told->firms, 80U);
  EXPECT_EQ(told->labelled, 20U);
  EXPECT_TRUE(told->worse) << told->share_worse;
  EXPECT_LT(told->difference.high, 0);
  EXPECT_NEAR(told->difference.value, told->ap_candidate - told->ap_in_use, 1e-12);
}

// One lead more or less in the right place is no proof, and no reason to rank by it either.
TEST(Duel, AScorecardThatIsLowerByChanceIsNotSurelyWorseButLower) {
  std::vector<TestFirm> firms = town();
  firms[7].signals = {{"rd_project", kPublicThen, "", kPublicThen}};
  const World world(firms);
  auto blind = std::make_shared<LoadedRules>(world.loaded());
  blind->scorecard_.signals.erase("rd_project");
  const auto told = duel(*world.snapshot, *world.snapshot, *world.rules, *blind, world.reference, config_of());
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_LT(told->ap_candidate, told->ap_in_use) << "it overlooks one of five beyond the subsidies";
  EXPECT_TRUE(told->lower());
  EXPECT_FALSE(told->worse) << told->share_worse;
  const auto back = duel(*world.snapshot, *world.snapshot, *blind, *world.rules, world.reference, config_of());
  EXPECT_FALSE(back->lower());
}

TEST(Duel, AScorecardThatRanksAlikeOrBetterIsNot) {
  const World world(town());
  const auto alike = with_weights(world, 2), worse = with_weights(world, -1);
  const auto same = duel(*world.snapshot, *world.snapshot, *world.rules, *alike, world.reference, config_of());
  ASSERT_TRUE(same);
  EXPECT_EQ(same->difference.value, 0);
  EXPECT_FALSE(same->worse) << "the same order is not worse in any resample";
  EXPECT_FALSE(same->lower());
  const auto better = duel(*world.snapshot, *world.snapshot, *worse, *world.rules, world.reference, config_of());
  ASSERT_TRUE(better);
  EXPECT_FALSE(better->worse);
  EXPECT_EQ(better->share_worse, 0);
}

TEST(Duel, NothingToTestIsSaid) {
  const World world({{.name = "甲"}});
  EXPECT_EQ(
      duel(*world.snapshot, *world.snapshot, *world.rules, *world.rules, world.reference, config_of()).error().code,
      Errc::kUsage);
}

TEST(InputDrift, ShowsWhatCameMoreOften) {
  const World then(town());
  std::vector<TestFirm> later = town();
  for (std::size_t i = 0; i < later.size(); ++i)
    if (i % 4 != 0) later[i].signals = {{"rd_subsidy", day(2026, 3, 1), "", day(2026, 3, 1)}};
  for (TestFirm& firm : later) firm.recognitions.clear();
  const World now(later);
  const auto drift =
      input_drift(*then.snapshot, *now.snapshot, *now.rules, now.reference, config_of(), make_date(2026, 11, 20));
  ASSERT_TRUE(drift) << drift.error().text();
  for (const InputDrift& d : *drift) {
    if (d.id != "strong_signals") continue;
    EXPECT_NEAR(d.then, .25, 1e-9);
    EXPECT_GT(d.now, .7);
    EXPECT_GT(d.stability, .25);
  }
  const auto none =
      input_drift(*then.snapshot, *then.snapshot, *now.rules, now.reference, config_of(), make_date(2024, 12, 31));
  ASSERT_TRUE(none);
  for (const InputDrift& d : *none) EXPECT_EQ(d.stability, 0) << d.id;
}

TEST(PairedDifference, OfThreeRowsByHand) {
  const std::vector<std::uint8_t> labels = {1, 0, 0};
  EXPECT_DOUBLE_EQ(average_precision({3, 2, 1}, labels), 1);
  EXPECT_DOUBLE_EQ(average_precision({1, 2, 3}, labels), 1.0 / 3);
  EXPECT_NEAR(paired_difference({3, 2, 1}, {1, 2, 3}, labels, 0).ap.value, -2.0 / 3, 1e-12);
}

}  // namespace
}  // namespace tanmiao::miner::nightly_test
