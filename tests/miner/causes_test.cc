// Why a firm stands elsewhere: causes with their days, and points that add up.
#include "miner/causes.h"

#include <cmath>
#include <map>
#include <set>

#include "miner/cause_learned.h"
#include "tests/miner/stump_model.h"

namespace tanmiao::miner::causes_test {
namespace {

const Date kThen = make_date(2026, 1, 10), kNow = make_date(2026, 6, 10);

std::vector<FirmCauses> between(const World& before, const World& now, std::size_t firms, int threads = 1,
                                Date then = kThen, Date today = kNow) {
  const RunSide was{*before.snapshot, {"all", then, threads}}, is{*now.snapshot, {"all", today, threads}};
  std::vector<store::FirmNo> numbers;
  for (std::size_t i = 1; i <= firms; ++i) numbers.push_back(static_cast<store::FirmNo>(i));
  const auto found = causes(was, is, *now.rules, now.reference, numbers);
  EXPECT_TRUE(found) << found.error().text();
  return *found;
}
FirmCauses of_one(const TestFirm& before, const TestFirm& now) { return between(World({before}), World({now}), 1)[0]; }

std::string texts(const FirmCauses& found) {
  std::string out;
  for (const Cause& cause : found.causes) out += std::string(word(cause.kind)) + ": " + cause.text + "\n";
  return out;
}

TEST(Causes, AGrantIsToldWithItsDay) {
  const TestPatent filed{.kind = PatentKind::kInvention, .filing = day(2024, 3, 1), .public_date = day(2025, 9, 1)};
  TestPatent granted = filed;
  granted.granted = day(2026, 3, 1);
  granted.events = {{PatentEvent::kGrant, day(2026, 3, 1)}};
  const FirmCauses found = of_one({.name = "甲", .patents = {filed}}, {.name = "甲", .patents = {granted}});
  ASSERT_EQ(found.causes.size(), 1U) << texts(found);
  EXPECT_EQ(found.causes[0].kind, CauseKind::kFact);
  EXPECT_EQ(found.causes[0].text, "发明专利 20200（一种装置）授权于 2026-03-01");
  EXPECT_EQ(found.causes[0].date, day(2026, 3, 1));
  EXPECT_EQ(found.causes[0].key, "P0");
  EXPECT_GT(found.now, found.before);
}

// Seen for the first time with its grant: its application had been public for long, the grant was not.
TEST(Causes, AGrantIsToldOfARightThatWasNotThereBefore) {
  TestPatent granted{.kind = PatentKind::kInvention,
                     .filing = day(2024, 3, 1),
                     .granted = day(2026, 3, 1),
                     .events = {{PatentEvent::kGrant, day(2026, 3, 1)}},
                     .public_date = day(2025, 9, 1)};
  const FirmCauses found = of_one({.name = "甲"}, {.name = "甲", .patents = {granted}});
  ASSERT_EQ(found.causes.size(), 1U) << texts(found);
  EXPECT_EQ(found.causes[0].text, "发明专利 20200（一种装置）此前未收录，申请于 2024-03-01，授权于 2026-03-01");
  EXPECT_EQ(found.causes[0].kind, CauseKind::kFact);
  EXPECT_EQ(found.causes[0].date, day(2026, 3, 1));
  granted.granted = day(2025, 12, 1), granted.events = {{PatentEvent::kGrant, day(2025, 12, 1)}};
  const FirmCauses late = of_one({.name = "甲"}, {.name = "甲", .patents = {granted}});
  ASSERT_EQ(late.causes.size(), 1U);
  EXPECT_EQ(late.causes[0].kind, CauseKind::kLate) << "granted before the earlier day: only its coming is new";
  EXPECT_NE(late.causes[0].text.find("授权于 2025-12-01"), std::string::npos);
}

TEST(Causes, TheListsOfTheRegisterAndTheKindOfEnterpriseAreNamed) {
  const TestFirm clean{.name = "甲有限公司", .org_type = "有限责任公司"};
  TestFirm dishonest = clean, abnormal = clean, sole = clean;
  dishonest.flags |= store::kFirmDishonest, abnormal.flags |= store::kFirmAbnormal;
  sole.org_type = "个人独资企业";
  EXPECT_EQ(texts(of_one(clean, dishonest)), "fact: 列入严重违法失信名单\n");
  EXPECT_LT(of_one(clean, dishonest).now, of_one(clean, dishonest).before);
  EXPECT_EQ(texts(of_one(dishonest, clean)), "fact: 移出严重违法失信名单\n");
  EXPECT_EQ(texts(of_one(clean, abnormal)), "fact: 列入经营异常名录\n");
  EXPECT_EQ(texts(of_one(clean, sole)), "fact: 企业类型由 有限责任公司 变为 个人独资企业\n");
  EXPECT_EQ(texts(of_one(dishonest, dishonest)), "");
}

TEST(Causes, WhatWasPublicAllAlongIsNotNews) {
  const TestPatent old{.kind = PatentKind::kUtility,
                       .filing = day(2020, 3, 1),
                       .granted = day(2021, 1, 1),
                       .granted_by_kind = true,
                       .public_date = day(2021, 1, 1)};
  const FirmCauses found = of_one({.name = "甲"}, {.name = "甲", .patents = {old}});
  ASSERT_EQ(found.causes.size(), 1U);
  EXPECT_EQ(found.causes[0].kind, CauseKind::kLate) << "a source told of it only now";
  const FirmCauses lost = of_one({.name = "甲", .patents = {old}}, {.name = "甲"});
  ASSERT_EQ(lost.causes.size(), 1U);
  EXPECT_EQ(lost.causes[0].kind, CauseKind::kLate);
  EXPECT_LT(lost.now, lost.before);
}

TEST(Causes, WhatRunsOutIsTheDaysDoing) {
  const TestFirm firm{
      .name = "甲",
      .patents = {{.kind = PatentKind::kUtility, .filing = day(2023, 3, 1), .public_date = day(2023, 9, 1)}},
      .recognitions = {{.program = "hnte", .issued = day(2023, 3, 1), .public_date = day(2023, 3, 5)}},
      .signals = {{"rd_project", day(2023, 2, 1), "", day(2023, 2, 1)}}};
  const FirmCauses found = of_one(firm, firm);
  ASSERT_EQ(found.causes.size(), 3U) << texts(found);
  for (const Cause& cause : found.causes) EXPECT_EQ(cause.kind, CauseKind::kTime) << cause.text;
  EXPECT_NE(texts(found).find("高新技术企业 由有效转为已失效（有效期至 2026-03-01）"), std::string::npos)
      << texts(found);
  EXPECT_NE(texts(found).find("申请（2023-03-01）已满三年"), std::string::npos) << texts(found);
  EXPECT_LT(found.now, found.before);
}

TEST(Causes, EndsOfRightsAndVisitsAreNamed) {
  const TestPatent alive{.kind = PatentKind::kInvention,
                         .filing = day(2020, 3, 1),
                         .granted = day(2022, 1, 1),
                         .events = {{PatentEvent::kGrant, day(2022, 1, 1)}},
                         .public_date = day(2021, 9, 1)};
  TestPatent dead = alive;
  dead.events.push_back({PatentEvent::kLapsedFee, day(2026, 4, 2)});
  const FirmCauses found = of_one({.name = "甲", .patents = {alive}}, {.name = "甲", .patents = {dead}});
  ASSERT_EQ(found.causes.size(), 1U);
  EXPECT_NE(found.causes[0].text.find("因未缴年费终止，2026-04-02"), std::string::npos) << found.causes[0].text;
  TestFirm renamed{.name = "乙", .scope = "阀门研发"};
  const FirmCauses other = of_one({.name = "甲"}, renamed);
  EXPECT_NE(texts(other).find("名称由 甲 变为 乙"), std::string::npos);
}

TEST(Causes, ItemsAddUpAndAFirmThatStayedHasNone) {
  std::vector<TestFirm> before, now;
  for (int i = 0; i < 60; ++i) {
    TestFirm firm{.name = "企业" + std::to_string(i) + (i % 7 == 0 ? "科技" : "")};
    if (i % 3 == 0)
      firm.recognitions = {{.program = i % 2 ? "srdi" : "hnte",
                            .issued = day(2024, 1U + static_cast<unsigned>(i) % 12, 3),
                            .public_date = day(2024, 12, 30)}};
    before.push_back(firm);
    if (i % 5 == 0)
      firm.patents = {{.kind = PatentKind::kInvention, .filing = day(2024, 6, 1), .public_date = day(2026, 2, 1)}};
    if (i % 4 == 0) firm.signals = {{"rd_subsidy", day(2026, 2, 1), "", day(2026, 2, 9)}};
    now.push_back(firm);
  }
  const World was(before), is(now);
  const auto one = between(was, is, 60), two = between(was, is, 60, 2);
  std::size_t unmoved = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    double sum = 0;
    for (const ItemChange& item : one[i].items) sum += item.now - item.before;
    EXPECT_NEAR(sum, one[i].now - one[i].before, 1e-9);
    EXPECT_EQ(texts(one[i]), texts(two[i]));
    if (i % 5 != 0 && i % 4 != 0) {
      ++unmoved;
      EXPECT_TRUE(one[i].items.empty() && one[i].causes.empty()) << texts(one[i]);
    } else {
      EXPECT_FALSE(one[i].causes.empty());
    }
  }
  EXPECT_GT(unmoved, 20U);
}

TEST(Causes, AFirmThatOneSideDoesNotKnowIsJudgedAsUnknownThere) {
  const World was({{.name = "甲"}});
  const World is({{.name = "甲"}, {.name = "乙", .signals = {{"rd_subsidy", day(2026, 2, 1), "", day(2026, 2, 9)}}}});
  const auto found = between(was, is, 2);
  EXPECT_EQ(found[1].before, 0);
  ASSERT_EQ(found[1].causes.size(), 1U);
  EXPECT_EQ(found[1].causes[0].kind, CauseKind::kFact);
}

// As between(), both sides scored by the model.
FirmCauses by_model(const TestFirm& before, const TestFirm& now, const std::vector<Stump>& stumps, double slope = 0) {
  const World then({before}), today({now});
  RunSide is{*today.snapshot, {"all", kNow, 1}};
  is.config.learned = model_of(today, stumps, slope);
  return causes({*then.snapshot, {"all", kThen, 1}}, is, *today.rules, today.reference, {1}).value()[0];
}
std::map<std::string, About> columns_of(const FirmCauses& found) {
  std::map<std::string, About> out;
  for (const ColumnChange& c : found.learned->columns) out[c.id] = c.about;
  return out;
}

TEST(LearnedCausesOf, AGrantIsTheCauseOfTheColumnsThatRestOnIt) {
  const TestPatent filed{.kind = PatentKind::kInvention, .filing = day(2024, 3, 1), .public_date = day(2025, 9, 1)};
  TestPatent granted = filed;
  granted.granted = day(2026, 3, 1), granted.events = {{PatentEvent::kGrant, day(2026, 3, 1)}};
  const FirmCauses found = by_model(
      {.name = "甲", .patents = {filed}}, {.name = "甲", .patents = {granted}},
      {{"valid_inventions", 1, 1}, {"pending", 1, .25}, {"recent_filings", 1, .5}, {"other_signals", 1, 2}}, .1);
  ASSERT_TRUE(found.learned);
  ASSERT_EQ(found.causes.size(), 1U) << texts(found);
  EXPECT_EQ(found.causes[0].about, About::kRights);
  EXPECT_EQ(columns_of(found),
            (std::map<std::string, About>{
                {"valid_inventions", About::kRights}, {"pending", About::kRights}, {"score", About::kDerived}}))
      << "columns that do not differ are none";
  std::int64_t sum = 0;
  for (const ColumnChange& c : found.learned->columns) sum += c.now - c.before;
  EXPECT_EQ(sum, found.learned->now - found.learned->before);
  EXPECT_EQ(sum, 750 + std::llround(100 * (found.now - found.before))) << "1 less .25, and .1 a point of the scorecard";
}

TEST(LearnedCausesOf, WhatOnlyTheDayMovesIsNoFactsDoing) {
  const TestFirm firm{
      .name = "甲",
      .patents = {{.kind = PatentKind::kUtility, .filing = day(2024, 2, 1), .public_date = day(2024, 9, 1)}},
      .established = day(2016, 3, 1)};
  const FirmCauses found = by_model(firm, firm, {{"age", 10, .4}, {"since_filing", 2, -.3}});
  EXPECT_TRUE(found.causes.empty()) << texts(found);
  EXPECT_EQ(columns_of(found), (std::map<std::string, About>{{"age", About::kTime}, {"since_filing", About::kTime}}));
}

TEST(LearnedCausesOf, ANumberThatCameIsTheRegisters) {
  TestFirm now{.name = "甲"};
  now.insured = 40;
  const FirmCauses found = by_model({.name = "甲"}, now, {{"insured", 3, .4}, {"likelihood", 2, 1}});
  EXPECT_EQ(columns_of(found), (std::map<std::string, About>{{"insured", About::kRegister}}));
}

TEST(LearnedCausesOf, EveryColumnRestsOnSomething) {
  const World world({{.name = "甲"}});
  std::set<std::string> derived;
  for (const learn::LeadColumn& column : learn::lead_columns(world.loaded().scorecard_))
    if (about_of(column.id) == About::kDerived) derived.insert(column.id);
  EXPECT_EQ(derived, (std::set<std::string>{"score", "likelihood", "points_least", "points_most", "known_fail"}));
}

TEST(LearnedCausesOf, NothingWithoutAModelOrWithoutTheFirmOnOneSide) {
  EXPECT_FALSE(of_one({.name = "甲"}, {.name = "甲"}).learned);
  const World then({{.name = "甲"}}), today({{.name = "甲"}, {.name = "乙"}});
  RunSide is{*today.snapshot, {"all", kNow, 1}};
  is.config.learned = model_of(today, {{"age", 10, .4}});
  EXPECT_FALSE(causes({*then.snapshot, {"all", kThen, 1}}, is, *today.rules, today.reference, {2}).value()[0].learned);
}

}  // namespace
}  // namespace tanmiao::miner::causes_test
