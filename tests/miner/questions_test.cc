// What to ask first: the same everywhere, by what the answer is worth.
#include "miner/questions.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <sstream>

#include "tests/miner/fixture.h"

namespace tanmiao::miner::questions_test {
namespace {

namespace json = boost::json;
const Date kToday = make_date(2026, 11, 20);
const MineConfig kConfig{"all", kToday, 2};

// A right of which nobody knows whether it is in force.
TestPatent unverified(PatentKind kind, int year) {
  return {.kind = kind, .filing = day(year, 1, 1), .granted = day(year + 1, 1, 1), .granted_by_kind = true};
}
TestFirm answered(const std::string& name, const std::string& numbers) {
  TestFirm firm{.name = name};
  firm.signals = {{"self_report", day(2026, 3, 1), "{" + numbers + "}"}};
  return firm;
}

std::vector<TestFirm> firms() {
  std::vector<TestFirm> out{{.name = "一"}, {.name = "二"}, {.name = "三"}, {.name = "四"}};
  for (int year = 2019; year < 2024; ++year) out[1].patents.push_back(unverified(PatentKind::kUtility, year));
  out[2].patents = {unverified(PatentKind::kInvention, 2019), unverified(PatentKind::kUtility, 2019)};
  out[3].recognitions = {{"hnte", 2025, day(2025, 12, 1)}};
  out.push_back(answered("五", R"("staff_total":100,"tech_staff":30,"rd_expense":"0","software_copyrights":0)"));
  out.push_back(answered("六", R"("staff_total":100)"));
  out.push_back(answered("七", R"("staff_total":100,"tech_staff":30,"revenue":"0","rd_expense":"1000000")"));
  out.push_back(answered(
      "八",
      R"("staff_total":100,"tech_staff":30,"revenue":"1000000000","rd_expense":"60000000","software_copyrights":0)"));
  for (int n = 0; n < 30; ++n) {  // as others before them
    out.push_back(out[static_cast<std::size_t>(n % 3)]);
    out.back().name = "同" + std::to_string(n);
  }
  return out;
}

std::vector<std::string> parts(const std::string& line) {
  std::vector<std::string> out;
  std::string rest = line;
  const std::string between = "；";
  while (!rest.empty()) {
    const std::size_t end = rest.find(between);
    out.push_back(rest.substr(0, end));
    rest = end == std::string::npos ? "" : rest.substr(end + between.size());
  }
  return out;
}

struct Mined {
  Mined() : world(firms()) {
    const auto data = world.folder();
    const auto report = mine(data, *world.snapshot, *world.rules, world.reference, kConfig, nullptr, silent_progress());
    run = store::Run::open(data.run(report->run.id)).value();
  }
  json::object explained(store::FirmNo firm) const {
    return json::parse(explain_json(*world.snapshot, *world.rules, world.reference, kConfig, firm, run.get()).value())
        .as_object();
  }
  std::string asked(store::FirmNo firm) const { return std::string(run->ask_first[run->row_of(firm)]); }

  World world;
  std::shared_ptr<const store::Run> run;
};

TEST(Questions, AreAskedEverywhereByWhatTheAnswerIsWorth) {
  const Mined mined;
  std::size_t patents_later = 0;
  for (std::size_t row = 0; row < mined.run->size(); ++row) {
    const store::FirmNo firm = mined.run->firm[row];
    const json::object explained = mined.explained(firm);
    EXPECT_EQ(explained.at("ask_first").as_string(), mined.asked(firm)) << firm;
    std::vector<std::string> by_value;
    double last = 1;
    for (const auto& question : explained.at("belief").at("ask_first").as_array()) {
      const double value = question.at("value").to_number<double>();
      EXPECT_GE(value, .005) << "what tells nothing is no question";
      EXPECT_LE(value, last);
      last = value;
      by_value.emplace_back(question.at("label").as_string());
    }
    std::vector<std::string> line = parts(mined.asked(firm));
    if (!line.empty() && line.front().starts_with("直接确认依据")) line.erase(line.begin());
    EXPECT_EQ(line, by_value) << firm;
    const auto patents = std::find_if(line.begin(), line.end(),
                                      [](const std::string& one) { return one.find("效力待核") != std::string::npos; });
    if (patents != line.end() && patents != line.begin()) ++patents_later;
  }
  EXPECT_GT(patents_later, 0U) << "patents do not stand first for being patents: " << mined.asked(2) << " "
                               << mined.asked(3);
}

TEST(Questions, WhatIsAnsweredIsNotAskedAndWhatIsOpenIsNamed) {
  const Mined mined;
  EXPECT_THAT(mined.asked(1),
              testing::AllOf(testing::HasSubstr("上年研发费用与销售收入"), testing::HasSubstr("职工总数与科技人员数")));
  EXPECT_THAT(mined.asked(4), testing::StartsWith("直接确认依据是否仍有效、是否愿意登记"));
  EXPECT_THAT(mined.asked(5), testing::Not(testing::HasSubstr("研发费用"))) << "it spends nothing, as it said";
  EXPECT_THAT(mined.asked(6),
              testing::AllOf(testing::HasSubstr("科技人员数"), testing::Not(testing::HasSubstr("职工总数"))));
  EXPECT_THAT(mined.asked(7),
              testing::AllOf(testing::HasSubstr("上年成本费用总额"), testing::Not(testing::HasSubstr("销售收入"))));
  EXPECT_EQ(mined.asked(8), "") << "70 points are known: no answer changes that the mark is reached";
}

TEST(Questions, WithoutALikelihoodWhatIsOpenIsAsked) {
  const World world(firms());
  const Context context = world.context(kToday);
  const Questions questions(context, nullptr);
  const auto of = [&](store::FirmNo firm) {
    const FirmFacts facts = gather(context, firm);
    return questions.line(facts, assess(context, facts));
  };
  EXPECT_EQ(of(2), "上年研发费用与销售收入；职工总数与科技人员数；有无软件著作权；5 件效力待核专利的年费与权属");
  EXPECT_EQ(of(5), "") << "all is answered";
}

}  // namespace
}  // namespace tanmiao::miner::questions_test
