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
  for (const store::FirmNo firm : {1U, 4U, 8U}) {
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
