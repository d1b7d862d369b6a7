// One name against a list: probabilities, and why.
#include "linkage/match/matcher.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "tests/core/generators.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_matcher_test {
namespace {

using tanmiao::testing::within;
constexpr NameFacts kBoxing{371625, 371600}, kBincheng{371602, 371600}, kJinan{370102, 370100};

std::vector<Listed> many(std::size_t count, std::size_t from = 0) {
  std::vector<Listed> out;
  for (std::size_t n = from; n < from + count; ++n) out.push_back({invented(n)});
  return out;
}

const ListOfNames& thousand() {
  static const ListOfNames made(many(1000));
  return made;
}

const MatchCandidate* of_row(const std::vector<MatchCandidate>& candidates, std::uint32_t row) {
  const auto at = std::find_if(candidates.begin(), candidates.end(), [&](const auto& c) { return c.row == row; });
  return at == candidates.end() ? nullptr : &*at;
}

double probability_of(const std::vector<MatchCandidate>& candidates, std::uint32_t row) {
  const MatchCandidate* found = of_row(candidates, row);
  return found == nullptr ? 0 : found->probability;
}

double sum_of(const std::vector<MatchCandidate>& candidates) {
  double sum = 0;
  for (const MatchCandidate& c : candidates) sum += c.probability;
  return sum;
}

TEST(Matcher, TheSameNameIsTheFirm) {
  for (const std::uint32_t row : {0u, 500u, 999u}) {
    const auto found = thousand().match(invented(row));
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().row, row);
    EXPECT_GT(found.front().probability, 0.99);
    EXPECT_EQ(found.front().levels.at(NameField::kWholeField), Level::kWholeEqual);
  }
}

// Of two with one trade name a number, a swap of characters and a group decide: none is linked by likeness alone.
TEST(Matcher, WhatIsAnotherFirmIsNotLinked) {
  std::vector<Listed> firms = many(1000);
  const std::vector<std::pair<std::string, std::string>> pairs{{"滨州第二汽车运输总公司", "滨州第三汽车运输总公司"},
                                                               {"中铁七局集团有限公司", "中铁十七局集团有限公司"},
                                                               {"滨州市厚润机械有限公司", "滨州市润厚机械有限公司"},
                                                               {"璟琨集团", "璟琨软件股份有限公司"}};
  for (const auto& [asked, listed] : pairs) firms.push_back({listed});
  const ListOfNames names(std::move(firms));
  constexpr double kLink = 0.95;
  for (const auto& [asked, listed] : pairs) {
    const auto found = names.match(asked);
    EXPECT_LT(found.empty() ? 0 : found.front().probability, kLink) << asked << " is not " << listed;
  }
}

TEST(Matcher, ASisterFirmOfAnotherTradeIsNotLinked) {
  std::vector<Listed> firms = many(1000);
  for (const char* name : {"青岛维客食品有限公司", "滨州力成食品有限公司", "滨州甲丙油品有限公司",
                           "滨州乙丁油品有限公司", "滨州丙戊油品有限公司"})
    firms.push_back({name});
  const ListOfNames names(std::move(firms));
  for (const char* asked : {"青岛维客油品有限公司", "滨州力成油品有限公司", "青岛维客船品有限公司"}) {
    const auto found = names.match(asked);
    EXPECT_LT(found.empty() ? 0 : found.front().probability, 0.95) << asked;
  }
}

TEST(Matcher, ABranchOfAnotherFirmIsNotLinked) {
  std::vector<Listed> firms = many(1000);
  for (const char* name : {"中国工商银行股份有限公司阳信支行", "中国农业银行股份有限公司阳信支行",
                           "中国建设银行博兴支行", "中国工商银行股份有限公司邹平支行"})
    firms.push_back({name});
  const ListOfNames names(std::move(firms));
  for (const char* asked : {"中国银行股份有限公司阳信支行", "中国银行博兴支行"}) {
    const auto found = names.match(asked);
    EXPECT_LT(found.empty() ? 0 : found.front().probability, 0.01) << asked;
  }
  const auto sister = names.match("中国建设银行股份有限公司阳信支行");
  EXPECT_LT(sister.empty() ? 0 : sister.front().probability, 0.95);
  const auto own = names.match("工商银行股份有限公司邹平支行");
  ASSERT_FALSE(own.empty());
  EXPECT_EQ(own.front().row, 1003u);
}

// A unit that many firms have says less: two lists that differ in that alone.
TEST(Matcher, AUnitIsWorthWhatItIsRare) {
  const auto bits = [](int bearers) {
    std::vector<Listed> firms{{"滨州嵩岳纺织有限公司阳信门市部"}};
    for (int n = 0; n < 40; ++n)
      firms.push_back({invented(static_cast<std::size_t>(n)) +
                       (n < bearers ? "阳信门市部" : invented(500).substr(0, 6) + std::to_string(n) + "店门市部")});
    const ListOfNames names(std::move(firms));
    const auto found = names.match("滨州松岳纺织有限公司阳信门市部");
    return found.empty() || found.front().row != 0 ? -1000.0 : found.front().weight;
  };
  EXPECT_GT(bits(0), bits(31) + 4.9);
  EXPECT_LT(bits(0), bits(31) + 5.1);
}

TEST(Matcher, AProvinceBeforeTheCityAddsNothing) {
  std::vector<Listed> firms = many(1000);
  firms.push_back({"滨州昱堃生物科技有限公司"});
  const ListOfNames names(std::move(firms));
  const auto found = names.match("山东省滨州昱堃生物科技有限公司");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().row, 1000u);
  EXPECT_GT(found.front().probability, 0.95);
}

TEST(Matcher, AnEmptyNameMatchesNothing) {
  std::vector<Listed> firms = many(20);
  firms.push_back({""});
  firms.push_back({"  "});
  const ListOfNames names(std::move(firms));
  for (const char* name : {"", " ", "　\t", "()", "（）"}) EXPECT_TRUE(names.match(name).empty()) << name;
  EXPECT_EQ(of_row(names.match(invented(3)), 20), nullptr);
}

TEST(Matcher, ATradeNameOfAnotherIsNoCandidate) {
  const ListOfNames names({{"滨州泰华纺织有限公司"}, {"滨州鼎信纺织有限公司"}});
  const auto found = names.match("滨州泰华纺织有限公司");
  EXPECT_EQ(of_row(found, 1), nullptr);
}

TEST(Matcher, TwoOfOneNameShareTheProbabilityAndThePlaceDecides) {
  std::vector<Listed> firms = many(200);
  firms.push_back({"滨州嵩岳纺织有限公司", kBoxing});
  firms.push_back({"滨州嵩岳纺织有限公司", kBincheng});
  const ListOfNames names(std::move(firms));
  const auto open = names.match("滨州嵩岳纺织有限公司");
  EXPECT_LE(probability_of(open, 200), 0.5);
  EXPECT_GT(probability_of(open, 200), 0.45);
  EXPECT_DOUBLE_EQ(probability_of(open, 200), probability_of(open, 201));
  for (const std::uint32_t row : {200u, 201u}) {
    const auto placed = names.match("滨州嵩岳纺织有限公司", names.firms()[row].facts);
    ASSERT_FALSE(placed.empty());
    EXPECT_EQ(placed.front().row, row);
    EXPECT_GT(placed.front().probability, 0.9);
  }
  const auto far = names.match("滨州嵩岳纺织有限公司", kJinan);
  EXPECT_LE(probability_of(far, 200), 0.5);
}

TEST(Matcher, AFirmFoundedLaterIsLessLikely) {
  const Day founded = to_day(make_date(2012, 3, 1));
  std::vector<Listed> firms = many(200);
  firms.push_back({"滨州嵩岳纺织有限公司", {0, 0, founded}});
  const ListOfNames names(std::move(firms));
  const auto after = names.match("滨州嵩岳纺织", {0, 0, founded}),
             before = names.match("滨州嵩岳纺织", {0, 0, founded - 1});
  EXPECT_GT(probability_of(after, 200), probability_of(before, 200));
}

TEST(Matcher, FormerNamesLeadToTheRow) {
  std::vector<Listed> firms = many(200);
  firms.push_back({"滨州嵩岳新材料有限公司", {}, {"滨州岱宗纺织有限公司", "Binzhou Songyue New Material Co., Ltd."}});
  const ListOfNames names(std::move(firms));
  for (const char* name : {"滨州嵩岳新材料有限公司", "滨州岱宗纺织有限公司", "BINZHOU SONGYUE NEW MATERIAL CO LTD",
                           "滨州某某有限公司（原滨州岱宗纺织有限公司）"}) {
    const auto found = names.match(name);
    ASSERT_FALSE(found.empty()) << name;
    EXPECT_EQ(found.front().row, 200u) << name;
    EXPECT_GT(found.front().probability, 0.9) << name;
    EXPECT_EQ(std::count_if(found.begin(), found.end(), [](const auto& c) { return c.row == 200; }), 1) << name;
  }
  EXPECT_TRUE(names.match("滨州某某有限公司（原滨州岱宗纺织有限公司）").front().by_former);
  EXPECT_FALSE(names.match("滨州岱宗纺织有限公司").front().by_former);
}

// Who writes a firm's short name does not mean one of its many branches; but of a branch whose firm is not there it may
// be.
TEST(Matcher, AShortNameMeansTheFirmAndNotItsBranches) {
  std::vector<Listed> firms = many(200);
  for (const char* unit : {"", "博兴分公司", "惠民分公司", "无棣分公司", "阳信分公司"})
    firms.push_back({"滨州嵩岳纺织股份有限公司" + std::string(unit)});
  const ListOfNames names(firms);
  const auto found = names.match("嵩岳纺织");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().row, 200u);
  EXPECT_GT(found.front().probability, 0.95);
  ASSERT_NE(of_row(found, 201), nullptr);
  EXPECT_EQ(of_row(found, 201)->levels.at(NameField::kUnitField), Level::kUnitBeside);

  firms.erase(firms.begin() + 200);
  const auto without = ListOfNames(std::move(firms)).match("嵩岳纺织");
  ASSERT_NE(of_row(without, 200), nullptr);
  EXPECT_EQ(of_row(without, 200)->levels.at(NameField::kUnitField), Level::kUnitMissing);
  EXPECT_GT(of_row(without, 200)->weight, of_row(found, 201)->weight + 4);
}

TEST(Matcher, ACodeOutweighsTheName) {
  const auto found = thousand().match(invented(3), {}, 7);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().row, 7u);
  EXPECT_TRUE(found.front().by_code);
  EXPECT_GT(found.front().probability, 0.999);
  const auto factors = thousand().matcher().factors(found.front());
  ASSERT_FALSE(factors.empty());
  EXPECT_EQ(factors.front().field, "code");
  // Without a name the code alone decides.
  const auto nameless = thousand().match("", {}, 7);
  ASSERT_EQ(nameless.size(), 1u);
  EXPECT_EQ(nameless.front().row, 7u);
  EXPECT_GT(nameless.front().probability, 0.999);
}

TEST(Matcher, FactorsAddUpToTheWeight) {
  for (const char* name : {"滨州甲乙纺织有限公司", "甲乙", "Shandong Jiayi Textile Co., Ltd."}) {
    for (const MatchCandidate& c : thousand().match(name)) {
      double sum = 0;
      for (const MatchFactor& f : thousand().matcher().factors(c)) {
        sum += f.bits;
        EXPECT_FALSE(f.text.empty());
      }
      EXPECT_NEAR(sum, c.weight, 1e-9) << name;
    }
  }
}

TEST(Matcher, WhatIsUsualIsNoFactor) {
  // Neither is a branch: the constant that the fit gave to that stands with the prior.
  for (const MatchCandidate& c : thousand().match(invented(3)))
    for (const MatchFactor& f : thousand().matcher().factors(c)) {
      EXPECT_NE(f.level == "none" ? f.field : "", "branch");
      EXPECT_TRUE(f.field != "form" || f.level != "equal" || f.bits == 0);
    }
}

TEST(Matcher, AThresholdChangesTheDecisionAlone) {
  EXPECT_EQ((MatchThresholds{0.95, 0.2}.decide(0.95)), MatchDecision::kLink);
  EXPECT_EQ((MatchThresholds{0.95, 0.2}.decide(0.9499)), MatchDecision::kReview);
  EXPECT_EQ((MatchThresholds{0.95, 0.2}.decide(0.1999)), MatchDecision::kNo);
  EXPECT_EQ((MatchThresholds{0, 0}.decide(0)), MatchDecision::kLink);
  EXPECT_EQ(decision_word(MatchDecision::kLink), "link");
  EXPECT_EQ(decision_word(MatchDecision::kReview), "review");
  EXPECT_EQ(decision_word(MatchDecision::kNo), "no");
}

// --- sharing out

MatchCandidate weighing(double weight, std::uint32_t row = 0) {
  MatchCandidate c;
  c.weight = weight, c.row = row;
  return c;
}

TEST(ShareOut, BitsHaveNoBound) {
  std::vector<MatchCandidate> some{weighing(5000), weighing(-5000, 1)};
  share_out(some, shipped_model());
  EXPECT_NEAR(some[0].bits, 5000, 1e-6);
  EXPECT_EQ(some[0].probability, 1);
  EXPECT_NEAR(some[1].bits, -10000, 1e-6);
  EXPECT_EQ(some[1].probability, 0);
  std::vector<MatchCandidate> none;
  share_out(none, shipped_model());
  EXPECT_TRUE(none.empty());
}

TEST(ShareOut, OneThatWeighsAsMuchAsNoneIsEven) {
  std::vector<MatchCandidate> one{weighing(0)};
  share_out(one, shipped_model());
  EXPECT_DOUBLE_EQ(one[0].probability, 0.5);
  EXPECT_DOUBLE_EQ(one[0].bits, 0);
}

std::vector<MatchCandidate> some_candidates() {
  std::vector<MatchCandidate> out;
  for (int n = tanmiao::testing::between(1, 12); n > 0; --n)
    out.push_back(weighing(within(-400, 400) / 10.0, static_cast<std::uint32_t>(out.size())));
  share_out(out, shipped_model());
  return out;
}

RC_GTEST_PROP(ShareOutProperty, ProbabilitiesSumToOneAtMostAndStandInOrder, ()) {
  const auto some = some_candidates();
  RC_ASSERT(sum_of(some) <= 1 + 1e-9);
  for (std::size_t i = 0; i < some.size(); ++i) {
    RC_ASSERT(std::abs(some[i].probability - 1 / (1 + std::exp2(-some[i].bits))) < 1e-12);
    if (i == 0) continue;
    RC_ASSERT(some[i - 1].weight >= some[i].weight);
    RC_ASSERT(some[i - 1].bits >= some[i].bits - 1e-9);  // of equal weights the last digit may differ
    RC_ASSERT(some[i - 1].probability >= some[i].probability - 1e-12);
  }
}

RC_GTEST_PROP(ShareOutProperty, OneMoreNeverRaisesAnother, ()) {
  const auto some = some_candidates();
  auto more = some;
  more.push_back(weighing(within(-400, 400) / 10.0, 99));
  share_out(more, shipped_model());
  for (const MatchCandidate& c : some) {
    RC_ASSERT(of_row(more, c.row)->probability <= c.probability + 1e-12);
    RC_ASSERT(of_row(more, c.row)->bits <= c.bits + 1e-9);
  }
}

// --- properties of the whole

// A name of the list as someone may write it.
std::string mention_of(std::size_t row) {
  std::string name = invented(row);
  switch (within(0, 5)) {
    case 0: return name.substr(6);                    // no region
    case 1: return name.substr(0, name.size() - 12);  // no form
    case 2: return name.substr(6, name.size() - 18);  // neither
    case 3: return name.erase(6, 3);                  // a character lost
    default: return name;
  }
}

RC_GTEST_PROP(MatcherProperty, ProbabilitiesSumToOneAtMost, ()) {
  const auto found = thousand().match(mention_of(within<std::size_t>(0, 1200)));
  RC_ASSERT(sum_of(found) <= 1 + 1e-9);
  for (std::size_t i = 0; i < found.size(); ++i) {
    RC_ASSERT(found[i].probability >= 0 && found[i].probability <= 1);
    RC_ASSERT(std::isfinite(found[i].bits));
    if (i > 0) RC_ASSERT(found[i - 1].probability >= found[i].probability - 1e-12);
    for (std::size_t j = 0; j < i; ++j) RC_ASSERT(found[i].row != found[j].row);
  }
}

RC_GTEST_PROP(MatcherProperty, HowItIsTypedDoesNotMatter, ()) {
  const std::string name = mention_of(within<std::size_t>(0, 1200));
  const std::string typed = tanmiao::testing::disguised(name);
  const auto plain = thousand().match(name), disguised = thousand().match(typed);
  RC_ASSERT(plain.size() == disguised.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    RC_ASSERT(plain[i].row == disguised[i].row);
    RC_ASSERT(plain[i].bits == disguised[i].bits);
  }
}

TEST(Matcher, TraditionalAndFullWidthFormsAreTheSameName) {
  std::vector<Listed> firms = many(50);
  firms.push_back({"滨州东华纺织(集团)有限公司"});
  const ListOfNames names(std::move(firms));
  const auto plain = names.match("滨州东华纺织(集团)有限公司");
  ASSERT_FALSE(plain.empty());
  EXPECT_EQ(plain.front().row, 50u);
  EXPECT_EQ(anatomist().take_apart("峯畧舘濶邨珎疎窰鉄嶽有限公司").exact,
            anatomist().take_apart("峰略馆阔村珍疏窑铁岳有限公司").exact);
  for (const char* name : {"濱州東華紡織(集團)有限公司", "滨州东华纺织（集团）有限公司",
                           " 滨州 东华　纺织(集团)有限公司\t", "滨州东华纺织集团有限公司"}) {
    const auto other = names.match(name);
    ASSERT_FALSE(other.empty()) << name;
    EXPECT_EQ(other.front().row, 50u) << name;
    EXPECT_EQ(other.front().bits, plain.front().bits) << name;
  }
}

// Rows in another order: the same answers about the same firms.
struct Shuffled {
  std::vector<std::uint32_t> order;  // row of the straight list, by row
  std::unique_ptr<ListOfNames> names;
};
std::vector<Shuffled> shuffles() {
  const std::vector<Listed> firms = many(60, 300);
  std::vector<Shuffled> out(6);
  for (std::uint32_t turn = 0; turn < out.size(); ++turn) {
    std::vector<Listed> moved;
    for (std::uint32_t n = 0; n < firms.size(); ++n) {
      out[turn].order.push_back((n * 7 + turn * 11) % 60);  // 7 and 60 have no factor in common
      moved.push_back(firms[out[turn].order.back()]);
    }
    out[turn].names = std::make_unique<ListOfNames>(moved);
  }
  return out;
}

RC_GTEST_PROP(MatcherProperty, TheOrderOfTheListChangesNothing, ()) {
  static const ListOfNames straight(many(60, 300));
  static const auto kShuffles = shuffles();
  const auto& [order, shuffled] = tanmiao::testing::one_of(kShuffles);
  const std::string name = mention_of(within<std::size_t>(300, 380));
  const auto one = straight.match(name), other = shuffled->match(name);
  RC_ASSERT(one.size() == other.size());
  for (std::uint32_t n = 0; n < order.size(); ++n) {
    const MatchCandidate *a = of_row(one, order[n]), *b = of_row(other, n);
    RC_ASSERT((a == nullptr) == (b == nullptr));
    if (a != nullptr) RC_ASSERT(std::abs(a->bits - b->bits) < 1e-9);
  }
}

TEST(Matcher, AnyNumberOfThreadsGivesEqualAnswers) {
  const ListOfNames two(many(1000), 2), eight(many(1000), 8);
  for (std::size_t n = 0; n < 1200; n += 7) {
    const std::string name = invented(n).substr(n % 3 == 0 ? 6 : 0);
    const auto one = thousand().match(name);
    for (const ListOfNames* other : {&two, &eight}) {
      const auto found = other->match(name);
      ASSERT_EQ(found.size(), one.size()) << name;
      for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_EQ(found[i].row, one[i].row);
        EXPECT_EQ(found[i].bits, one[i].bits);
      }
    }
  }
}

}  // namespace
}  // namespace tanmiao::linkage::match_matcher_test
