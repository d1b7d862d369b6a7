// The official rubric as an interval, against the derived table and the story of a visit.
#include <fstream>

#include "fixture.h"

namespace tanmiao::miner::rubric_test {
namespace {

TestPatent valid_utility() {
  return {PatentKind::kUtility, day(2022, 1, 5), day(2022, 8, 1), true, {{PatentEvent::kInForce, day(2026, 10, 1)}}};
}
TestFirm visited(std::string numbers) {
  TestFirm firm{"甲电机有限公司", "", {valid_utility()}};
  firm.signals.push_back({"self_report", day(2026, 9, 1), std::move(numbers)});
  return firm;
}

TEST(Rubric, AFirmsOwnNumbersCloseTheInterval) {
  const World world({visited(R"({"staff_total":100,"tech_staff":20,"revenue":1000000000,"rd_expense":50000000})"),
                     visited(R"({"staff_total":100,"tech_staff":20,"revenue":1000000000,"rd_expense":60000000})")});
  const Assessment five = world.judge(1), six = world.judge(2);
  EXPECT_EQ(five.rows[0].points.least, 12);
  EXPECT_EQ(five.rows[1].points.least, 40);
  EXPECT_EQ(five.rows[2].points.most, 6);
  EXPECT_EQ(five.total.least, 58);
  EXPECT_EQ(five.total.most, 58);
  EXPECT_EQ(five.judgement, Judgement::kNotYet);
  EXPECT_NE(five.needed.find("差 2 分"), std::string::npos) << five.needed;
  EXPECT_NE(five.needed.find("6%"), std::string::npos) << five.needed;
  EXPECT_EQ(six.total.least, 68);
  EXPECT_EQ(six.judgement, Judgement::kPromising);
  EXPECT_NE(six.rows[0].evidence.find("企业自报，2026-09-01"), std::string::npos) << "the answer keeps its date";
}

// A blank is no zero: where no patents were ever loaded, what a firm may hold stays open until it names its software.
TEST(Rubric, WithoutASourceOfPatentsABlankLeavesTheirPointsOpen) {
  const std::string numbers = R"("staff_total":100,"tech_staff":20,"revenue":1000000000,"rd_expense":50000000)";
  const auto without = [](std::string text) {
    TestFirm firm = visited(std::move(text));
    firm.patents.clear();
    return firm;
  };
  const World world({without("{" + numbers + "}"), without("{" + numbers + R"(,"software_copyrights":0})")});
  const Assessment blank = world.judge(1), zero = world.judge(2);
  EXPECT_EQ(blank.total.least, 52);
  EXPECT_EQ(blank.total.most, 82);
  EXPECT_NE(blank.judgement, Judgement::kNotYet);
  EXPECT_EQ(zero.total.most, 52);
  EXPECT_EQ(zero.judgement, Judgement::kNotYet) << "0 is a value";
}

TEST(Rubric, TheBetterOfTheTwoChoicesCounts) {
  const World world({visited(
      R"({"staff_total":100,"tech_staff":30,"revenue":1000000000,"rd_expense":30000000,"total_cost":100000000})")});
  EXPECT_EQ(world.judge(1).rows[1].points.least, 50);
}

TEST(Rubric, WithoutAnyNumberEverythingIsPossible) {
  const World world({{"乙有限公司"}});
  const Assessment a = world.judge(1);
  EXPECT_EQ(a.total.least, 0);
  EXPECT_EQ(a.total.most, 100);
  EXPECT_EQ(a.judgement, Judgement::kLittle);
}

TEST(Rubric, NoTechnicalStaffFailsWhateverTheSum) {
  const World world({visited(R"({"staff_total":100,"tech_staff":5,"revenue":1000000000,"rd_expense":90000000})")});
  EXPECT_EQ(world.judge(1).judgement, Judgement::kNotYet);
}

TEST(Rubric, SizeBeyondTheBoundFailsItsGate) {
  const World world({visited(R"({"staff_total":501})"), visited(R"({"revenue":20000000000})"),
                     visited(R"({"revenue":20000000001})")});
  EXPECT_EQ(world.judge(1).gates[1].answer, GateAnswer::kFails);
  EXPECT_EQ(world.judge(2).gates[2].answer, GateAnswer::kHolds) << "200 million yuan exactly is within";
  EXPECT_EQ(world.judge(3).gates[2].answer, GateAnswer::kFails);
  EXPECT_EQ(world.judge(3).judgement, Judgement::kNotYet);
}

// All combinations of domain table tech_sme_needed_rd.csv: share needed of revenue and of cost in percent, 0
// impossible.
TEST(Rubric, NeededRdShareOfAllThirtyCombinations) {
  std::ifstream in("config/rubrics/tech_sme_2017.json");
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const Rubric rubric = parse_rubric(bytes, "rubric").value();
  constexpr std::array<int, 5> kStaff = {20, 16, 12, 8, 4};
  constexpr std::array<int, 6> kIp = {30, 24, 18, 12, 6, 0};
  constexpr int kRevenue[5][6] = {
      {2, 3, 4, 4, 5, 5}, {3, 3, 4, 5, 5, 6}, {3, 4, 4, 5, 6, 6}, {4, 4, 5, 5, 6, 0}, {4, 5, 5, 6, 6, 0}};
  for (std::size_t s = 0; s < kStaff.size(); ++s) {
    for (std::size_t i = 0; i < kIp.size(); ++i) {
      const std::string got = needed_rd(rubric, kStaff[s], kIp[i]);
      const int revenue = kRevenue[s][i];
      const std::string expected = revenue == 0
                                       ? ""
                                       : "需研发费用占销售收入 " + std::to_string(revenue) +
                                             "% 以上，或占成本费用总额 " + std::to_string(revenue * 5) + "% 以上";

      EXPECT_EQ(got, expected) << kStaff[s] << " " << kIp[i];
    }
  }
}

std::string official() {
  std::ifstream in("config/rubrics/tech_sme_2017.json");
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Rubric, SaysHowLongANumberHoldsAndWhereItsPointsStand) {
  using namespace std::chrono;
  const Rubric rubric = parse_rubric(official(), "rubric").value();
  EXPECT_EQ(rubric.points_clause, "《评价办法》第六条第（五）项、第七条");
  EXPECT_EQ(rubric.direct_clause, "《评价办法》第八条");
  ASSERT_NE(rubric.number_rule(2025), nullptr);
  ASSERT_NE(rubric.number_rule(2026), nullptr);
  EXPECT_EQ(rubric.number_rule(2025)->ends, March / 31);
  EXPECT_FALSE(rubric.number_rule(2025)->renewal_until);
  EXPECT_EQ(rubric.number_rule(2026)->renewal_until, August / 31);
}

TEST(Rubric, ARuleOfNumbersThatCannotBeReadIsNamed) {
  const auto changed = [](const std::string& from, const std::string& to) {
    std::string text = official();
    text.replace(text.find(from), from.size(), to);
    return parse_rubric(text, "r.json");
  };
  EXPECT_EQ(changed("\"ends\": \"03-31\"", "\"ends\": \"02-30\"").error().message,
            "not a rubric: expected a month and a day such as 03-31: 02-30");
  EXPECT_EQ(changed("\"ends\": \"03-31\"", "\"end\": \"03-31\"").error().message,
            "not a rubric: a rule of number.expiry_rules lacks ends");
  EXPECT_EQ(
      changed("\"renewal_until\": \"08-31\"", "\"renewal_until\": \"09-30\"").value().number_rule(2027)->renewal_until,
      std::chrono::September / 30)
      << "the table decides, not the code";
}

TEST(Rubric, GarbageIsAConfigErrorThatNamesTheFile) {
  const auto got = parse_rubric("{\"id\": 1}", "config/rubrics/x.json");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::kConfig);
  EXPECT_EQ(got.error().where, "config/rubrics/x.json");
}

}  // namespace
}  // namespace tanmiao::miner::rubric_test
