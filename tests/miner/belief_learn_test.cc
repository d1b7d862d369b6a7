// Priors learned from visits: what they teach, and that the file says it.
#include "miner/belief_learn.h"

#include "miner/belief.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::belief_learn_test {
namespace {

// Every other firm had a subsidy for R&D and passes, the others have nothing: more sharply than the shipped priors say.
std::vector<TestFirm> visited_city(int firms) {
  const std::string works =
      R"({"staff_total":100,"tech_staff":40,"revenue":1000000000,"rd_expense":90000000,"software_copyrights":0})";
  const std::string trades =
      R"({"staff_total":100,"tech_staff":0,"revenue":1000000000,"rd_expense":0,"software_copyrights":0})";
  std::vector<TestFirm> out;
  for (int i = 0; i < firms; ++i) {
    TestFirm firm{.name = "企业" + std::to_string(i)};
    firm.signals = {{"self_report", day(2026, 3, 1), i % 2 == 0 ? works : trades}};
    if (i % 2 == 0) firm.signals.push_back({"rd_subsidy", day(2026, 1, 1), "", day(2026, 1, 1)});
    out.push_back(firm);
  }
  return out;
}

TEST(LearnBeliefs, VisitsMoveTheWeightsAndHelpOnFirmsThatWereNotLearnedFrom) {
  const World world(visited_city(300));
  const auto got = learn_beliefs(*world.snapshot, *world.rules, world.reference, {"all", make_date(2026, 11, 20), 1});
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(got->visited, 300U);
  EXPECT_EQ(got->settled, 300U);
  EXPECT_EQ(got->passed, 150U);
  EXPECT_LT(got->error_now, got->error_before / 2);
  EXPECT_GT(got->said_now, got->said_before);
  const auto of = [&](const std::string& what) {
    for (const BeliefChange& c : got->changes)
      if (c.what == what) return c;
    return BeliefChange{};
  };
  EXPECT_GT(of("近期研发投入线索").now, of("近期研发投入线索").before);
  EXPECT_LT(of("近期研发投入线索").sd_now, of("近期研发投入线索").sd_before);
  EXPECT_GT(of("有研发活动：研发投入 50 分").now, of("有研发活动：研发投入 50 分").before);
}

TEST(LearnBeliefs, TheFileIsReadAsWhatWasLearned) {
  const World world(visited_city(40));
  const auto got = learn_beliefs(*world.snapshot, *world.rules, world.reference, {"all", make_date(2026, 11, 20), 1});
  ASSERT_TRUE(got) << got.error().text();
  const auto priors = parse_priors(got->toml, "learned.toml");
  ASSERT_TRUE(priors) << priors.error().text();
  EXPECT_EQ(priors->id, "belief-3+40-2026-11-20");
  EXPECT_TRUE(check_priors(*priors, *world.loaded().rubric(make_date(2026, 11, 20)).value(), "learned.toml"));
  EXPECT_EQ(priors->weights(), world.loaded().priors_->weights());
  for (const BeliefChange& c : got->changes) {
    if (c.what == "基数") {
      EXPECT_NEAR(priors->base, c.now, 1e-4);
    }
  }
  EXPECT_DOUBLE_EQ(priors->firms, world.loaded().priors_->firms + 40);
}

// Of the firms under two years all work, of those of ten and more none; nothing else tells them apart.
TEST(LearnBeliefs, AgesAreLearnedAsTheOtherWeightsAndWritten) {
  std::vector<TestFirm> firms = visited_city(200);
  for (std::size_t i = 0; i < firms.size(); ++i) {
    firms[i].signals.resize(1);  // what was answered
    firms[i].established = i % 2 == 0 ? day(2025, 6, 1) : day(2010, 1, 1);
  }
  const World world(firms);
  const auto got = learn_beliefs(*world.snapshot, *world.rules, world.reference, {"all", make_date(2026, 11, 20), 1});
  ASSERT_TRUE(got) << got.error().text();
  const auto of = [&](const std::string& what) {
    for (const BeliefChange& c : got->changes)
      if (c.what == what) return c;
    return BeliefChange{};
  };
  const BeliefChange young = of("成立未满 2 年"), old = of("成立满 10 年");
  EXPECT_EQ(young.before, 0);
  EXPECT_GT(young.now, .3);
  EXPECT_LT(young.now, 2) << "drawn towards what was believed before";
  EXPECT_LT(old.now, -.3);
  EXPECT_LT(young.sd_now, young.sd_before);
  EXPECT_EQ(of("成立 5–9 年").what, "") << "of whom nobody was visited, nothing is learned";
  const Priors before = *world.loaded().priors_, now = parse_priors(got->toml, "learned.toml").value();
  ASSERT_EQ(now.ages.size(), before.ages.size());
  for (std::size_t i = 0; i < now.ages.size(); ++i) {
    EXPECT_EQ(now.ages[i].label, before.ages[i].label);
    EXPECT_EQ(now.ages[i].known, before.ages[i].known);
  }
  EXPECT_NEAR(now.ages[0].log_odds, young.now, 1e-4);
}

TEST(LearnBeliefs, WithoutVisitsThereIsNothingToLearn) {
  const World world({{.name = "甲"}});
  EXPECT_EQ(
      learn_beliefs(*world.snapshot, *world.rules, world.reference, {"all", make_date(2026, 11, 20), 1}).error().code,
      Errc::kUsage);
}

}  // namespace
}  // namespace tanmiao::miner::belief_learn_test
