// Of several bearers of one name: who lives, who bears it today, who bore it on the day that is asked for.
#include "linkage/match/life.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/date.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_life_test {
namespace {

Day day(int year, int month = 1) { return to_day(make_date(year, static_cast<unsigned>(month), 1)); }
const std::string kName = "滨州嵩岳纺织有限公司";

// Two firms of one name among others of other names.
struct Namesakes {
  Lives lives;
  ListOfNames list;
  Namesakes(FirmLife one, NameSpan its, FirmLife other, NameSpan others) : list(firms()) {
    lives.firms.resize(list.firms().size());
    lives.names.resize(list.firms().size());
    lives.firms[0] = one, lives.firms[1] = other;
    lives.names[0] = its, lives.names[1] = others;
  }
  static std::vector<Listed> firms() {
    std::vector<Listed> out{{kName}, {kName}};
    for (std::size_t n = 0; n < 300; ++n) out.push_back({invented(n)});
    return out;
  }
  std::vector<MatchCandidate> asked(Day on = kNoDay, bool as_former = false) const {
    auto out = list.match(kName);
    weigh_lives(out, lives, on, as_former, shipped_model());
    share_out(out, shipped_model());
    return out;
  }
};

TEST(MatchLife, OfTwoThatAreTheSameNobodyIsPreferred) {
  const auto both = Namesakes({}, {}, {}, {}).asked();
  EXPECT_NEAR(both[0].probability, 0.5, 0.01);
  EXPECT_NEAR(both[1].probability, 0.5, 0.01);
}

TEST(MatchLife, WhoLivesIsMeantAndTheProbabilityStaysOne) {
  FirmLife gone;
  gone.gone = true;
  const Namesakes two(gone, {}, {}, {});
  const auto found = two.asked();
  EXPECT_EQ(found[0].row, 1u);
  EXPECT_GT(found[0].probability, 0.95);
  EXPECT_LT(found[0].probability, 0.995) << "the other may be meant all the same";
  EXPECT_NEAR(found[0].probability + found[1].probability, 1, 1e-3);
  auto why = two.list.matcher().factors(found[0]);
  tell_lives(found, two.lives, kNoDay, why);
  ASSERT_FALSE(why.empty());
  EXPECT_EQ(why.back().field, "life");
  EXPECT_NE(why.back().text.find("另有 1 家用过同一名称：已注销"), std::string::npos) << why.back().text;
}

TEST(MatchLife, ThePresentBearerComesBeforeTheFormerOne) {
  EXPECT_EQ(Namesakes({}, {true, kNoDay}, {}, {}).asked()[0].row, 1u);
  EXPECT_GT(Namesakes({}, {true, kNoDay}, {}, {}).asked()[0].probability, 0.95);
  EXPECT_NEAR(Namesakes({}, {true, kNoDay}, {}, {}).asked(kNoDay, true)[0].probability, 0.5, 0.01)
      << "who asks by a former name may mean either";
  FirmLife gone;
  gone.gone = true;
  EXPECT_EQ(Namesakes(gone, {}, {}, {true, kNoDay}).asked()[0].row, 1u) << "alive before dissolved";
}

// A slip in a former name leads to the firm as one in today's does, unless somebody else bears it today.
TEST(MatchLife, AFormerNameThatNobodyElseBearsWeighsAsTodays) {
  const std::string slip = "滨州嵩岳纺职有限公司";
  const auto asked = [&](NameSpan its, bool another) {
    std::vector<Listed> firms{{kName}};
    if (another) firms.push_back({kName});
    for (std::size_t n = 0; n < 300; ++n) firms.push_back({invented(n)});
    const ListOfNames list(std::move(firms));
    Lives lives{std::vector<FirmLife>(list.firms().size()), std::vector<NameSpan>(list.firms().size())};
    lives.names[0] = its;
    auto out = list.match(slip);
    weigh_lives(out, lives, kNoDay, false, shipped_model());
    share_out(out, shipped_model());
    std::vector<MatchFactor> factors;
    tell_lives(out, lives, kNoDay, factors);
    EXPECT_EQ(std::count_if(factors.begin(), factors.end(), [](const auto& f) { return f.level == "former"; }),
              its.former && !another ? 1 : 0);
    return out.front();
  };
  const auto today = asked({}, false), former = asked({true, kNoDay}, false), contested = asked({true, kNoDay}, true);
  EXPECT_EQ(former.row, 0u);
  EXPECT_DOUBLE_EQ(former.probability, today.probability);
  EXPECT_EQ(contested.row, 1u) << "who bears it today";
}

TEST(MatchLife, WhoBoreItOnTheDayIsMeant) {
  const FirmLife old{day(1999), day(2010), true}, young{day(2012), kNoDay, false};
  const Namesakes two(old, {}, young, {});
  EXPECT_EQ(two.asked(day(2005))[0].row, 0u);
  EXPECT_GT(two.asked(day(2005))[0].probability, 0.95);
  EXPECT_EQ(two.asked(day(2015))[0].row, 1u);
  EXPECT_EQ(two.asked()[0].row, 1u);
  EXPECT_EQ(two.asked(day(2010, 6))[0].row, 0u) << "half a year after it was struck off";
  const Namesakes renamed({day(1999), kNoDay, false}, {true, day(2010)}, young, {});
  EXPECT_EQ(renamed.asked(day(2005))[0].row, 0u) << "it bore the name then";
  EXPECT_EQ(renamed.asked(day(2015))[0].row, 1u);
}

TEST(MatchLife, LevelsOfADayAndOfNone) {
  const FirmLife firm{day(2000), day(2010), false}, open{day(2000), kNoDay, false}, gone{kNoDay, kNoDay, true};
  EXPECT_EQ(life_level(firm, {}, kNoDay, false), Level::kLifeGone) << "a day of dissolution is enough";
  EXPECT_EQ(life_level(firm, {true, kNoDay}, kNoDay, false), Level::kLifeGoneFormer);
  EXPECT_EQ(life_level(firm, {}, day(2005), false), Level::kLifeUnknown);
  EXPECT_EQ(life_level(firm, {}, day(1999, 6), false), Level::kLifeNearDay);
  EXPECT_EQ(life_level(firm, {}, day(2012), false), Level::kLifeOtherDay);
  EXPECT_EQ(life_level(gone, {}, day(2005), false), Level::kLifeGone) << "nobody knows since when";
  EXPECT_EQ(life_level(open, {true, day(2008)}, day(2005), false), Level::kLifeUnknown);
  EXPECT_EQ(life_level(open, {true, day(2008)}, day(2012), false), Level::kLifeOtherDay);
  EXPECT_EQ(life_level(open, {true, kNoDay}, day(2012), false), Level::kLifeFormer);
}

TEST(MatchLife, ADissolvedBestSaysSoWithItsDay) {
  const Namesakes one({kNoDay, day(2010), true}, {}, {kNoDay, day(2009), true}, {true, kNoDay});
  const auto found = one.asked();
  ASSERT_EQ(found[0].row, 0u);
  auto why = one.list.matcher().factors(found[0]);
  tell_lives(found, one.lives, kNoDay, why);
  bool told = false;
  for (const auto& factor : why)
    told |= factor.field == "life" && factor.level == "gone" && factor.bits < 0 &&
            factor.text.find("已注销或吊销（2010-01-01") != std::string::npos;
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace tanmiao::linkage::match_life_test
