// The official rubric as an interval, against the derived table and the story of a visit.
#include <fstream>

#include "core/messages.h"
#include "fixture.h"
#include "miner/questions.h"
#include "tabular/reference_reader.h"

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

// A blank is no zero: of whom no right is known, what it may hold stays open until it names its software, whatever
// other firms have.
TEST(Rubric, WithoutAnyRightABlankLeavesTheirPointsOpen) {
  const std::string numbers = R"("staff_total":100,"tech_staff":20,"revenue":1000000000,"rd_expense":50000000)";
  const auto without = [](std::string text) {
    TestFirm firm = visited(std::move(text));
    firm.patents.clear();
    return firm;
  };
  const World world({without("{" + numbers + "}"),
                     without("{" + numbers + R"(,"software_copyrights":0})"),
                     {"乙有限公司", "", {valid_utility()}}});
  const Assessment blank = world.judge(1), zero = world.judge(2);
  EXPECT_EQ(blank.total.least, 52);
  EXPECT_EQ(blank.total.most, 82);
  EXPECT_NE(blank.judgement, Judgement::kNotYet);
  EXPECT_EQ(zero.total.most, 52);
  EXPECT_EQ(zero.judgement, Judgement::kNotYet) << "0 is a value";
}

TEST(Rubric, HeadsOfDifferentYearsAreNotSetAgainstEachOther) {
  TestFirm firm{"甲电机有限公司"};
  firm.signals = {{"self_report", day(2025, 3, 1), R"({"staff_total":100,"tech_staff":30})"},
                  {"self_report", day(2026, 3, 1), R"({"staff_total":400})"}};
  TestFirm same_year = firm;
  same_year.signals[1] = {"self_report", day(2025, 9, 1), R"({"tech_staff":20})"};
  const World world({firm, same_year});
  EXPECT_EQ(world.judge(1).rows[0].points, (Interval{0, 20}));
  EXPECT_EQ(world.judge(2).rows[0].points, (Interval{12, 12}));
}

TEST(Rubric, MoreTechnicalStaffThanStaffIsUnknown) {
  const World world({visited(R"({"staff_total":10,"tech_staff":50})")});
  const RubricRow row = world.judge(1).rows[0];
  EXPECT_EQ(row.points, (Interval{0, 20}));
  EXPECT_NE(row.gap.find("多于职工总数"), std::string::npos) << row.gap;
}

TEST(Rubric, AnswersOfLongAgoAreNotReckonedWith) {
  TestFirm firm = visited(R"({"staff_total":100,"tech_staff":30,"revenue":1000000000,"rd_expense":90000000})");
  firm.signals[0].date = day(2012, 5, 1);
  const World world({firm});
  EXPECT_EQ(world.judge(1).total.most, 100);
  EXPECT_EQ(gather(world.context(make_date(2014, 6, 1)), 1).numbers.staff_total, 100);
}

// Article 8 asks for gates and no score.
TEST(Rubric, ADirectPassIsNotOverruledByPoints) {
  TestFirm low = visited(R"({"staff_total":100,"tech_staff":5,"revenue":1000000000,"rd_expense":0})");
  low.recognitions = {{.program = "hnte", .year = 2025, .issued = day(2025, 11, 1), .valid_to = day(2028, 11, 1)}};
  TestFirm large = low;
  large.signals[0].numbers = R"({"staff_total":900})";
  const World world({low, large});
  EXPECT_LT(world.judge(1).total.most, 60);
  EXPECT_EQ(world.judge(1).judgement, Judgement::kPromising);
  EXPECT_EQ(world.judge(2).judgement, Judgement::kNotYet) << "a gate that is known to fail";
}

TEST(Rubric, APlatformOfLongAgoIsNotTakenForValid) {
  TestFirm old{"甲有限公司"}, fresh{"乙有限公司"};
  old.recognitions = {{.program = "platform", .year = 2008, .level = "省级"}};
  fresh.recognitions = {{.program = "platform", .year = 2024, .level = "省级"}};
  const World world({old, fresh});
  const FirmFacts one = gather(world.context(), 1), two = gather(world.context(), 2);
  EXPECT_EQ(one.recognitions[0].held, Held::kUnverified);
  EXPECT_TRUE(!one.direct && one.strong_recognitions == 0);
  EXPECT_EQ(two.recognitions[0].held, Held::kValid);
  EXPECT_TRUE(two.direct);
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

// A number of register or visit fails the condition; capital proves nothing and stays a hint.
TEST(Rubric, SizeFailsWhereANumberSaysSoAndCapitalOnlyHints) {
  TestFirm insured{.name = "甲电机有限公司"}, at_bound{.name = "乙电机有限公司"}, rich{.name = "丙电机有限公司"};
  insured.insured = 501, at_bound.insured = 500, rich.capital = 20'001'000'000;
  const World world(
      {insured, at_bound, rich, visited(R"({"assets":20000000001})"), visited(R"({"assets":20000000000})")});
  for (const store::FirmNo fails : {1U, 4U}) {
    EXPECT_TRUE(world.judge(fails).gate_fails) << fails;
    EXPECT_EQ(world.judge(fails).judgement, Judgement::kNotYet) << fails;
  }
  for (const store::FirmNo open : {2U, 3U, 5U}) EXPECT_FALSE(world.judge(open).gate_fails) << open;
  const Context context = world.context();
  EXPECT_NE(hints(context, gather(context, 3)).find("疑似超规模"), std::string::npos);
  EXPECT_EQ(hints(context, gather(context, 2)).find("疑似超规模"), std::string::npos);
}

// A code alone makes no resident enterprise (居民企业).
TEST(Rubric, LegalFormsThatAreNoResidentEnterprisesNeverHoldTheFirstGate) {
  const std::vector<std::pair<TestFirm, GateAnswer>> cases = {
      {{.name = "甲电机有限公司"}, GateAnswer::kHolds},
      {{.name = "甲电机厂", .org_type = "有限责任公司(自然人独资)"}, GateAnswer::kHolds},
      {{.name = "甲电机厂", .org_type = "集体所有制"}, GateAnswer::kHolds},
      {{.name = "甲电机厂", .org_type = "个人独资企业"}, GateAnswer::kFails},
      {{.name = "甲电机经营部", .org_type = "集体分支机构(非法人)"}, GateAnswer::kFails},
      {{.name = "甲电机经营部", .org_type = "集体经营单位(非法人)"}, GateAnswer::kFails},
      {{.name = "甲电机中心", .org_type = "普通合伙"}, GateAnswer::kFails},
      {{.name = "甲电机有限公司乙地分公司", .org_type = "有限责任公司分公司"}, GateAnswer::kFails},
      {{.name = "甲电机中心（有限合伙）"}, GateAnswer::kFails},
      {{.name = "甲电机厂", .org_type = "私营企业"}, GateAnswer::kUnknown},
      {{.name = "甲电机中心"}, GateAnswer::kUnknown},
      {{.name = "乙电机有限公司", .flags = store::kFirmInScope}, GateAnswer::kUnknown},
  };
  std::vector<TestFirm> firms;
  for (const auto& [firm, expected] : cases) firms.push_back(firm);
  World world(firms);
  world.reference = *tabular::load_reference("config/reference", 371600).value();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Assessment a = world.judge(static_cast<store::FirmNo>(i + 1));
    EXPECT_EQ(a.gates[0].answer, cases[i].second) << cases[i].first.name << cases[i].first.org_type << a.gates[0].why;
    if (cases[i].second == GateAnswer::kFails) {
      EXPECT_EQ(a.judgement, Judgement::kNotYet);
    }
  }
}

// What a firm is registered for is not yet what it earns its money with.
TEST(Rubric, ARegisteredTradeSpeaksAgainstAFirmAndProvesNothing) {
  TestFirm trader{.name = "甲电机有限公司", .industry = "F5179"}, maker{.name = "乙电机有限公司", .industry = "C3812"};
  trader.patents.push_back({PatentKind::kInvention,
                            day(2021, 1, 1),
                            day(2023, 9, 1),
                            true,
                            {{PatentEvent::kGrant, day(2023, 9, 1)}, {PatentEvent::kPledge, day(2026, 9, 1)}}});
  World world({trader, maker});
  world.reference = *tabular::load_reference("config/reference", 371600).value();
  const Assessment doubted = world.judge(1), held = world.judge(2);
  const GateResult& gate = doubted.gates.back();
  EXPECT_EQ(gate.gate->id, "T6");
  EXPECT_EQ(gate.answer, GateAnswer::kUnknown);
  EXPECT_TRUE(gate.against);
  EXPECT_EQ(doubted.judgement, Judgement::kPromising) << "a valid invention, and no condition that is known to fail";
  const auto points = [](const Assessment& a, Feature feature) {
    for (const Contribution& c : a.contributions)
      if (c.feature->feature == feature) return c.points;
    return 0.0;
  };
  EXPECT_LT(points(doubted, Feature::kGateDoubt), 0);
  EXPECT_EQ(points(doubted, Feature::kKnownFail), 0);
  EXPECT_EQ(held.gates.back().answer, GateAnswer::kHolds);
  EXPECT_EQ(points(held, Feature::kGateDoubt), 0);
  const Context context = world.context();
  const Questions questions(context, world.loaded().priors_.get());
  EXPECT_NE(questions.line(gather(context, 1), doubted).find("主营业务收入主要来自哪个行业"), std::string::npos);
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
            "not a rubric: number.expiry_rules[0].ends: expected a month and a day such as 03-31: 02-30");
  EXPECT_EQ(changed("\"ends\": \"03-31\"", "\"end\": \"03-31\"").error().message,
            "not a rubric: number.expiry_rules[0].ends: expected the last day such as 03-31");
  EXPECT_EQ(
      changed("\"renewal_until\": \"08-31\"", "\"renewal_until\": \"09-30\"").value().number_rule(2027)->renewal_until,
      std::chrono::September / 30)
      << "the table decides, not the code";
}

std::string refusal(const std::string& from, const std::string& to) {
  std::string text = official();
  EXPECT_NE(text.find(from), std::string::npos) << from;
  text.replace(text.find(from), from.size(), to);
  const auto got = parse_rubric(text, "config/rubrics/x.json");
  if (got) return "taken";
  EXPECT_EQ(got.error().code, Errc::kConfig);
  EXPECT_EQ(got.error().where, "config/rubrics/x.json");
  EXPECT_TRUE(in_chinese(got.error().message).starts_with("评价规则有误：")) << in_chinese(got.error().message);
  EXPECT_EQ(in_chinese(got.error().message).find("expected"), std::string::npos) << in_chinese(got.error().message);
  return got.error().message;
}

// A slip in the official rule is told with its place and what was expected, never read as something else.
TEST(Rubric, SlipsAreRefusedWithTheirPlace) {
  EXPECT_EQ(refusal("\"pass\": 60", "\"pass\": 600"),
            "not a rubric: score.pass: expected a whole number from 1 to 100, found 600");
  EXPECT_EQ(refusal("\"valid_from\": \"2017-05-03\"", "\"valid_from\": \"2017-5-33\""),
            "not a rubric: valid_from: expected a day such as 2022-06-01, found \"2017-5-33\"");
  EXPECT_EQ(refusal("\"valid_to\": null", "\"valid_to\": \"2020-1-1\""),
            "not a rubric: valid_to: expected a day such as 2022-06-01, found \"2020-1-1\"");
  EXPECT_EQ(refusal("\"valid_to\": null", "\"valid_to\": \"2016-01-01\""),
            "not a rubric: valid_to: is before valid_from");
  EXPECT_EQ(refusal("\"valid_to\": null", "\"vald_to\": null"),
            "not a rubric: vald_to: is no member, did you mean 'valid_to'?");
  EXPECT_EQ(refusal("\"field\": \"staff_total\"", "\"field\": \"staf_total\""),
            "not a rubric: gates[1].field: there is no field 'staf_total' of gates, did you mean 'staff_total'?");
  EXPECT_EQ(refusal("\"op\": \"<=\"", "\"op\": \">=\""),
            "not a rubric: gates[1].op: expected <= of staff_total, found >=");
  EXPECT_EQ(refusal("\"value\": 500", "\"values\": 500"),
            "not a rubric: gates[1].values: is no member, did you mean 'value'?");
  EXPECT_EQ(refusal("\"C16\"", "\"16\""),
            "not a rubric: gates[7].gbt4754_2017: expected codes of GB/T 4754 such as C16: 16");
}

TEST(Rubric, BandsLeaveNoGapAndDoNotOverlap) {
  const std::string at = "not a rubric: score.indicators[0].bands: ";
  EXPECT_EQ(refusal("\"lo\": 0.25,\n      \"hi\": 0.3", "\"lo\": 0.25,\n      \"hi\": 0.29"),
            at + "the band from 0.25 ends at 0.29: expected 0.3, where the next one begins");
  EXPECT_EQ(refusal("\"lo\": 0.25,\n      \"hi\": 0.3", "\"lo\": 0.25,\n      \"hi\": 0.31"),
            at + "the band from 0.25 ends at 0.31: expected 0.3, where the next one begins");
  EXPECT_EQ(refusal("\"lo\": 0.25,\n      \"hi\": 0.3", "\"lo\": 0.25,\n      \"hi\": 0.2"),
            at + "the band from 0.25 ends at 0.2: expected lo below hi");
  EXPECT_EQ(refusal("\"points\": 16", "\"points\": 21"),
            at + "the band from 0.25 gives no fewer points than the next one");
  EXPECT_EQ(refusal("\"lo\": 0,", "\"lo\": 0.05,"), at + "expected a band from 0 on");
}

TEST(Rubric, WhatIsNoJsonIsToldByLineAndColumn) {
  const auto got = parse_rubric("{\n \"id\": x\n}", "config/rubrics/x.json");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().where, "config/rubrics/x.json:2:8");
}

class RulesFolder {
 public:
  RulesFolder() : root_(fs::path(::testing::TempDir()) / ("rules_" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::copy("config", root_, fs::copy_options::recursive);
  }
  ~RulesFolder() { fs::remove_all(root_); }
  RulesFolder(const RulesFolder&) = delete;
  RulesFolder& operator=(const RulesFolder&) = delete;
  // Writes a changed copy of one of its files.
  void copy(const std::string& from, const std::string& to,
            std::initializer_list<std::pair<std::string, std::string>> changes) {
    std::ifstream in(root_ / "rubrics" / from);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    for (const auto& [was, is] : changes) text.replace(text.find(was), was.size(), is);
    std::ofstream(root_ / "rubrics" / to) << text;
  }
  std::string refusal() const {
    const auto loaded = Rules::load(root_);
    return loaded ? "taken" : loaded.error().message + " @" + fs::path(loaded.error().where).filename().string();
  }

 private:
  fs::path root_;
};

TEST(Rubric, TwoOfOneProgrammeOnOneDayAreRefused) {
  RulesFolder folder;
  EXPECT_EQ(folder.refusal(), "taken") << "as shipped";
  folder.copy("tech_sme_2017.json", "tech_sme_2027.json", {{"\"tech_sme_2017\"", "\"tech_sme_2027\""}});
  EXPECT_EQ(folder.refusal(),
            "valid_from: 2017-05-03 is that of tech_sme_2017.json too: expected rules of one programme to begin on "
            "different days @tech_sme_2027.json");
  folder.copy(
      "tech_sme_2017.json", "tech_sme_2027.json",
      {{"\"tech_sme_2017\"", "\"tech_sme_2027\""}, {"\"2017-05-03\",\n \"valid_to", "\"2027-01-01\",\n \"valid_to"}});
  EXPECT_EQ(folder.refusal(), "taken") << "a later edition";
  folder.copy("star_2024.json", "star_2025.json", {{"\"star_2024\"", "\"star_2025\""}});
  EXPECT_NE(folder.refusal().find("2024-04-30 is that of star_2024.json too"), std::string::npos) << folder.refusal();
  folder.copy("star_2024.json", "star_2025.json", {});
  EXPECT_EQ(folder.refusal(), "id: 'star_2024' is that of star_2024.json too: expected one of its own @star_2025.json");
}

// What stands twice would count twice.
TEST(Scorecard, AFeatureThatStandsThereTwiceIsRefused) {
  std::ifstream in("config/scorecard.toml");
  const std::string shipped{std::istreambuf_iterator<char>(in), {}};
  ASSERT_TRUE(parse_scorecard(shipped, "scorecard.toml"));
  const auto twice =
      parse_scorecard(shipped + "\n[[feature]]\nid = \"pending\"\nlabel = \"x\"\nweight = 1\n", "scorecard.toml");
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().text().find("'pending' stands there twice"), std::string::npos) << twice.error().text();
}

TEST(Rubric, GarbageIsAConfigErrorThatNamesTheFile) {
  const auto got = parse_rubric("{\"id\": 1}", "config/rubrics/x.json");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::kConfig);
  EXPECT_EQ(got.error().where, "config/rubrics/x.json");
}

}  // namespace
}  // namespace tanmiao::miner::rubric_test
