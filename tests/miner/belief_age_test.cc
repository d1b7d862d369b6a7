// Ages in the priors: full years on the day, neutral as shipped, not needed by older files.
#include <fstream>

#include "miner/belief.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::belief_age_test {
namespace {

std::string shipped_text() {
  std::ifstream in("config/belief.toml");
  return {std::istreambuf_iterator<char>(in), {}};
}
const Priors& priors() {
  static const Priors shipped = parse_priors(shipped_text(), "b").value();
  return shipped;
}

// The shipped file as one of before there were ages.
std::string without_ages() {
  std::string text = shipped_text();
  for (std::size_t at = 0; (at = text.find("[[age]]\n", at)) != std::string::npos;)
    text.erase(at, text.find("sd = 0.3\n", at) + 9 - at);
  return text;
}

TEST(BeliefAge, AFirmIsOfOneAgeByFullYearsOnTheDay) {
  const World world({{.name = "甲", .established = day(2024, 11, 21)},
                     {.name = "乙", .established = day(2024, 11, 20)},
                     {.name = "丙", .established = day(2016, 11, 21)},
                     {.name = "丁", .established = day(2016, 11, 20)},
                     {.name = "戊", .established = kNoDay}});
  const std::size_t first = 1 + priors().industries.size() + priors().sizes.size();
  ASSERT_EQ(priors().ages.size(), 5U);
  const auto ages = [&](const Priors& p, store::FirmNo firm, Date as_of) {
    const Context context = world.context(as_of);
    const FirmFacts facts = gather(context, firm);
    const Evidence e = evidence_of(context, p, facts, assess(context, facts));
    EXPECT_EQ(e.x.size(), p.weights());
    std::vector<std::string> out;
    for (std::size_t i = 0; i < p.ages.size(); ++i)
      if (e.x.at(first + i) != 0) out.push_back(p.ages[i].label);
    return out;
  };
  const Date now = make_date(2026, 11, 20);
  using Labels = std::vector<std::string>;
  EXPECT_EQ(ages(priors(), 1, now), Labels{"成立未满 2 年"});
  EXPECT_EQ(ages(priors(), 2, now), Labels{"成立 2–4 年"}) << "two years to the day";
  EXPECT_EQ(ages(priors(), 2, make_date(2026, 11, 19)), Labels{"成立未满 2 年"}) << "as of the day before";
  EXPECT_EQ(ages(priors(), 3, now), Labels{"成立 5–9 年"});
  EXPECT_EQ(ages(priors(), 4, now), Labels{"成立满 10 年"});
  EXPECT_EQ(ages(priors(), 5, now), Labels{"成立日期未知"});
  Priors nobody = priors();
  nobody.ages.pop_back();
  EXPECT_EQ(ages(nobody, 5, now), Labels{}) << "no row for the unknown: nothing is added";
}

TEST(BeliefAge, ShippedAgesFavourNoneAndOlderFilesNeedNone) {
  for (const Priors::Weight& age : priors().ages) EXPECT_EQ(age.log_odds, 0) << age.label;
  const auto old = parse_priors(without_ages(), "old.toml");
  ASSERT_TRUE(old) << old.error().text();
  EXPECT_TRUE(old->ages.empty());
  EXPECT_EQ(old->weights() + 5, priors().weights());
  const World world({{.name = "甲科技", .established = day(2025, 1, 1)}});
  const Context context = world.context();
  const Rubric& rubric = context.rubric;
  EXPECT_TRUE(check_priors(*old, rubric, "old.toml"));
  const FirmFacts facts = gather(context, 1);
  const Assessment a = assess(context, facts);
  const Belief then = believe(rubric, *old, evidence_of(context, *old, facts, a)),
               now = believe(rubric, priors(), evidence_of(context, priors(), facts, a));
  EXPECT_NEAR(then.pass, now.pass, .01) << "an age that favours none moves the chance by its own doubt alone";
  Priors young = priors();
  young.ages[0].log_odds = 1;
  EXPECT_GT(believe(rubric, young, evidence_of(context, young, facts, a)).pass, now.pass + .02);
}

}  // namespace
}  // namespace tanmiao::miner::belief_age_test
