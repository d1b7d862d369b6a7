// Why a firm does not stand higher, and where it stands among those that bear the title.
#include "miner/comparison.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <numeric>

#include "fixture.h"

namespace tanmiao::miner::comparison_test {
namespace {

namespace json = boost::json;
const Date kToday = make_date(2026, 11, 20);
const MineConfig kConfig{"all", kToday, 1};

// A utility model that is in force for all that is known: it counts one in class II.
TestPatent model(unsigned date) {
  TestPatent out{
      PatentKind::kUtility, day(2021, 1, date), day(2021, 9, 1), true, {{PatentEvent::kPledge, day(2026, 9, 1)}}};
  out.ipc = "A01B1/00";  // of no key industry, which would count as well
  return out;
}

// `count` firms, of which the n-th has n utility models.
std::vector<TestFirm> stairs(std::size_t count) {
  std::vector<TestFirm> firms;
  for (std::size_t n = 0; n < count; ++n) {
    TestFirm firm{"甲" + std::to_string(n) + "有限公司"};
    for (unsigned k = 0; k < n; ++k) firm.patents.push_back(model(1 + k));
    firms.push_back(std::move(firm));
  }
  return firms;
}

struct Mined {
  explicit Mined(const std::vector<TestFirm>& firms) : world(firms) {
    const auto data = world.folder();
    const auto report = mine(data, *world.snapshot, *world.rules, world.reference, kConfig, nullptr, silent_progress());
    run = store::Run::open(data.run(report->run.id)).value();
    holders = title_holders(*world.snapshot, *world.rules, world.reference, kConfig).value();
  }
  json::object explained(store::FirmNo firm) const {
    return json::parse(explain_json(*world.snapshot, *world.rules, world.reference, kConfig, firm, run.get(), nullptr,
                                    holders.get())
                           .value())
        .as_object();
  }
  std::size_t rank(store::FirmNo firm) const { return run->rank[run->row_of(firm)]; }

  World world;
  std::shared_ptr<const store::Run> run;
  std::shared_ptr<const TitleHolders> holders;
};

double number(const json::value& value) { return value.to_number<double>(); }

const json::object* step(const json::object& explained, std::string_view id) {
  for (const auto& one : explained.at("why_not_higher").at("ranks").as_array())
    if (one.at("id").as_string() == id) return &one.as_object();
  return nullptr;
}

TEST(WhyNotHigher, WhatIsLackingAddsUpToTheDistanceFromTheAverageAhead) {
  const Mined mined(stairs(12));
  const auto explained = mined.explained(3);  // two utility models
  const auto& beside = explained.at("why_not_higher").as_object();
  EXPECT_EQ(number(beside.at("of")), 12);
  EXPECT_EQ(number(beside.at("ahead")), 9);
  EXPECT_EQ(number(beside.at("compared_with")), 9);
  EXPECT_DOUBLE_EQ(number(beside.at("next_points")), mined.world.judge(4).score - mined.world.judge(3).score);
  double ahead = 0, gaps = 0;
  for (store::FirmNo firm = 4; firm <= 12; ++firm) ahead += mined.world.judge(firm).score / 9;
  for (const auto& item : beside.at("items").as_array())
    gaps += number(item.at("mean_points")) - number(item.at("points"));
  EXPECT_NEAR(gaps, ahead - mined.world.judge(3).score, 1e-9);
  EXPECT_EQ(beside.at("items").at(0).at("id").as_string(), "valid_class_two");
  EXPECT_THAT(std::string(beside.at("items").at(0).at("text").as_string()),
              testing::HasSubstr("：2，靠前的企业平均 7"));
}

TEST(WhyNotHigher, TheFirstOfTheListLacksNothingAndFirmsThatAreNoLeadsAreNotCompared) {
  auto firms = stairs(3);
  firms[0].status = FirmStatus::kCancelled;
  const Mined mined(firms);
  const auto first = mined.explained(3);
  EXPECT_TRUE(first.at("why_not_higher").at("items").as_array().empty());
  EXPECT_FALSE(first.at("why_not_higher").as_object().contains("next_points"));
  EXPECT_FALSE(mined.explained(1).contains("why_not_higher"));
}

// The rank that is promised is the rank that the firm has when the fact comes.
TEST(WhyNotHigher, ANewFactBringsTheRankThatWasTold) {
  auto firms = stairs(9);
  const Mined before(firms);
  for (const store::FirmNo firm : {1U, 3U, 4U, 8U}) {  // with one more the third has three in one field
    const auto explained = before.explained(firm);
    const json::object* told = step(explained, "class_two");
    ASSERT_NE(told, nullptr);
    auto changed = firms;
    changed[firm - 1].patents.push_back(model(20));
    const Mined after(changed);
    EXPECT_EQ(number(told->at("rank")), after.rank(firm)) << firm;
    EXPECT_NEAR(number(told->at("points")), after.world.judge(firm).score - before.world.judge(firm).score, 1e-9);
  }
}

// A firm of 100 with its answers: sales 10 million yuan, R&D in per mille of them, no software unless told.
TestFirm told(const std::string& name, int technical, int rd_per_mille, const std::string& software) {
  TestFirm firm{name};
  firm.signals = {{"self_report", day(2026, 3, 1),
                   R"({"staff_total":100,"tech_staff":)" + std::to_string(technical) +
                       R"(,"revenue":"1000000000","rd_expense":")" + std::to_string(rd_per_mille * 1000000) +
                       R"(","total_cost":"900000000")" + software + "}"}};
  return firm;
}
constexpr const char* kNoSoftware = R"(,"software_copyrights":0)";
TestPatent invention() {
  TestPatent out = model(20);
  out.kind = PatentKind::kInvention;
  return out;
}

// A fact that brings the points to the mark takes away what is held against a firm that cannot reach it.
TEST(WhyNotHigher, WhatFollowsFromAFactIsToldWithIt) {
  auto firms = stairs(9);
  TestFirm short_of_two = told("乙有限公司", 20, 50, kNoSoftware);  // 12 + 40 + 6
  short_of_two.patents.push_back(model(1));
  firms.push_back(short_of_two);
  TestFirm unnamed = told("丙有限公司", 20, 50, "");  // the same, its software not named
  unnamed.patents.push_back(model(2));
  firms.push_back(unnamed);
  const Mined before(firms);
  struct Case {
    store::FirmNo firm;
    std::string id;
  };
  for (const Case& one : {Case{10, "class_two"}, {10, "grant"}, {11, "grant"}, {11, "software"}}) {
    const json::object explained = before.explained(one.firm);
    ASSERT_EQ(explained.at("judgement").as_string(), "暂不满足");
    const json::object* said = step(explained, one.id);
    ASSERT_NE(said, nullptr) << one.firm << one.id;
    auto changed = firms;
    TestFirm& now = changed[one.firm - 1];
    if (one.id == "class_two") now.patents.push_back(model(20));
    if (one.id == "grant") now.patents.push_back(invention());
    if (one.id == "software") {
      now = told("丙有限公司", 20, 50, R"(,"software_copyrights":4)");
      now.patents.push_back(model(2));
    }
    const Mined after(changed);
    const double was = before.world.judge(one.firm).score, is = after.world.judge(one.firm).score;
    EXPECT_DOUBLE_EQ(number(said->at("points")), in_thousandths(is - was)) << one.firm << one.id;
    EXPECT_GE(number(said->at("points")), 10) << "what was held against it falls away";
    EXPECT_EQ(number(said->at("rank")), after.rank(one.firm)) << one.firm << one.id;
    EXPECT_EQ(said->at("judgement").as_string(), after.explained(one.firm).at("judgement").as_string());
    EXPECT_THAT(std::string(said->at("text").as_string()), testing::HasSubstr("研判由暂不满足变为较有希望"));
  }
  EXPECT_EQ(step(before.explained(4), "software"), nullptr) << "it lifts nothing where nothing is held against it";
}

// A right of the firm's own field makes its filings stand in one: what counts for that is told with it.
TEST(WhyNotHigher, ANewFilingStandsInTheFieldOfTheOthers) {
  const auto firms = stairs(6);
  const Mined before(firms);
  for (const store::FirmNo firm : {2U, 3U, 5U}) {
    const json::object explained = before.explained(firm);
    const json::object* said = step(explained, "filing");
    ASSERT_NE(said, nullptr);
    auto changed = firms;
    changed[firm - 1].patents.push_back({.kind = PatentKind::kInvention, .filing = to_day(kToday), .ipc = "A01B1/00"});
    const Mined after(changed);
    EXPECT_DOUBLE_EQ(number(said->at("points")),
                     in_thousandths(after.world.judge(firm).score - before.world.judge(firm).score));
    EXPECT_EQ(number(said->at("rank")), after.rank(firm));
  }
}

// 80 points and too few staff: the reason is told, and no condition is said to fail where none does.
TEST(NotYet, TheReasonIsTheOneItHas) {
  TestFirm few = told("甲有限公司", 9, 60, kNoSoftware);
  few.patents.push_back(invention());
  TestFirm low = told("乙有限公司", 20, 50, kNoSoftware);
  TestFirm few_and_low = told("丙有限公司", 9, 50, kNoSoftware);
  TestFirm listed = told("丁有限公司", 30, 60, kNoSoftware);
  listed.flags |= store::kFirmDishonest;
  const Mined mined({few, low, few_and_low, listed, {"戊有限公司"}});
  const auto of = [&](store::FirmNo firm) {
    const json::object explained = mined.explained(firm);
    std::string found;
    for (const auto& item : explained.at("contributions").as_array())
      if (item.at("id").as_string() == "known_fail" && item.as_object().contains("found"))
        found = item.at("found").as_string();
    return std::tuple(std::string(explained.at("judgement").as_string()),
                      std::string(explained.at("basis").at(0).as_string()), found,
                      std::string(explained.at("rubric").at("needed").as_string()), json::serialize(explained));
  };
  const auto [judged, basis, found, needed, all] = of(1);
  EXPECT_EQ(judged, "暂不满足");
  EXPECT_EQ(basis, "已知依据已达 60 分，但科技人员占比须达 10% 及以上（此项不得为 0 分）");
  EXPECT_EQ(needed, basis);
  EXPECT_EQ(found, "科技人员占比低于最低档，此项不得为 0 分");
  EXPECT_THAT(std::get<1>(of(2)), testing::StartsWith("最高 52 分，距 60 分差 8 分；按现有人员与知识产权，"));
  EXPECT_EQ(std::get<2>(of(2)), "最高可能 52 分，不足 60 分");
  EXPECT_THAT(std::get<1>(of(3)), testing::StartsWith("科技人员占比须达 10% 及以上（此项不得为 0 分）；达到 10% 后，"
                                                      "最高 44 分，距 60 分差 16 分"));
  EXPECT_EQ(std::get<2>(of(3)), "科技人员占比低于最低档，此项不得为 0 分；最高可能 40 分，不足 60 分");
  EXPECT_THAT(std::get<1>(of(4)), testing::StartsWith("已知不满足：")) << "here a condition does";
  EXPECT_THAT(std::get<2>(of(4)),
              testing::AllOf(testing::StartsWith("已知不满足："), testing::HasSubstr("列入严重违法失信名单")));
  EXPECT_EQ(std::get<2>(of(5)), "");
  for (const store::FirmNo firm : {1U, 2U, 3U, 5U})
    EXPECT_THAT(std::get<4>(of(firm)), testing::Not(testing::HasSubstr("条件不满足"))) << firm;
}

TEST(WhyNotHigher, StartUpsAreComparedWithStartUps) {
  auto firms = stairs(8);
  for (const std::size_t n : {1U, 3U, 5U}) firms[n].established = day(2025, 3, 1);
  const Mined mined(firms);
  const auto explained = mined.explained(2);  // the last of three
  EXPECT_EQ(number(explained.at("why_not_higher").at("of")), 3);
  EXPECT_EQ(number(explained.at("why_not_higher").at("ahead")), 2);
  const auto other = mined.explained(1);
  EXPECT_EQ(number(other.at("why_not_higher").at("of")), 5);
  EXPECT_EQ(number(other.at("why_not_higher").at("ahead")), 4);
  EXPECT_EQ(number(step(explained, "grant")->at("rank")), 1) << "5 points are more than those of five utility models";
}

TEST(WhyNotHigher, RightsOfUnknownStateCountAsWhatTheyWouldBe) {
  auto firms = stairs(4);
  firms[0].patents = {{PatentKind::kUtility, day(2024, 1, 1), day(2024, 9, 1), true}};
  const Mined mined(firms);
  const Assessment now = mined.world.judge(1);
  ASSERT_GT(gather(mined.world.context(), 1).unverified, 0);
  const auto explained = mined.explained(1);
  const json::object* told = step(explained, "verified");
  ASSERT_NE(told, nullptr);
  firms[0].patents[0].events = {{PatentEvent::kPledge, day(2026, 9, 1)}};
  EXPECT_NEAR(number(told->at("points")), Mined(firms).world.judge(1).score - now.score, 1e-9);
  EXPECT_EQ(step(mined.explained(2), "verified"), nullptr) << "nothing of it is open";
}

std::vector<TestFirm> with_titles(std::size_t titled) {
  auto firms = stairs(titled + 2);
  for (std::size_t n = 0; n < titled; ++n) {
    const int year = n % 2 == 0 ? 2026 : 2022;
    firms[n].recognitions.push_back({"tech_sme", year, day(year, 6, 1)});
  }
  return firms;
}

TEST(AmongListed, SharesAreOfThoseThatBearOrBoreTheTitle) {
  const Mined mined(with_titles(12));
  ASSERT_EQ(mined.holders->firms.size(), 12U);
  EXPECT_EQ(mined.holders->valid, 6U);
  const auto explained = mined.explained(13);  // twelve utility models, the title holders none to eleven
  const auto& listed = explained.at("listed").as_object();
  EXPECT_EQ(number(listed.at("count")), 12);
  EXPECT_EQ(number(listed.at("valid")), 6);
  for (const auto& item : listed.at("items").as_array()) {
    EXPECT_NE(item.at("id").as_string(), "past_tech_sme") << "this is the title itself";
    if (item.at("id").as_string() != "valid_class_two") continue;
    EXPECT_EQ(number(item.at("value")), 12);
    EXPECT_EQ(number(item.at("median")), 5.5);
    EXPECT_EQ(number(item.at("below")), 1);
    EXPECT_EQ(number(item.at("equal")), 0);
  }
  // A holder itself, on the middle step: its own score without the title is one of the twelve.
  const json::object inside = mined.explained(6).at("listed").at("score").as_object();
  EXPECT_NEAR(number(inside.at("below")), 5.0 / 12, 1e-9);
  EXPECT_NEAR(number(inside.at("equal")), 1.0 / 12, 1e-9);
}

TEST(AmongListed, AFewAreNoMeasureAndWhatCameAfterTheDayDoesNotCount) {
  auto firms = with_titles(10);
  firms[0].flags |= store::kFirmOutside;
  firms[1].recognitions[0].public_date = day(2026, 12, 1);
  const Mined mined(firms);
  EXPECT_EQ(mined.holders->firms.size(), 8U);
  const json::object listed = mined.explained(11).at("listed").as_object();
  EXPECT_EQ(number(listed.at("count")), 8);
  EXPECT_FALSE(listed.contains("score"));
  EXPECT_FALSE(listed.contains("items"));
  EXPECT_THAT(std::string(listed.at("text").as_string()), testing::HasSubstr("不足 10 家"));
}

}  // namespace
}  // namespace tanmiao::miner::comparison_test
