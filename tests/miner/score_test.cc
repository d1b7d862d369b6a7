// What is said of a score adds up to it exactly: in the run, in the JSON, in what people read.
#include <boost/json.hpp>
#include <cmath>

#include "miner/questions.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::score_test {
namespace {

namespace json = boost::json;

std::int64_t thousandths(const json::value& points) {
  const double value = points.to_number<double>();
  const std::int64_t whole = std::llround(value * 1000);
  EXPECT_EQ(value, static_cast<double>(whole) / 1000) << "no digits behind the thousandths";
  return whole;
}

// Firms whose points are logarithms of many counts.
std::vector<TestFirm> counts() {
  std::vector<TestFirm> firms;
  for (int n = 0; n < 40; ++n) {
    TestFirm firm{.name = "智能" + std::to_string(n) + "电子有限公司", .scope = "研发、零售、制造"};
    for (int k = 0; k < n % 7; ++k)
      firm.patents.push_back({.filing = day(2022 + k % 4, 1, 1), .granted = day(2024, 1, 1)});
    for (int k = 0; k < n % 5; ++k)
      firm.patents.push_back({.kind = PatentKind::kInvention, .filing = day(2025, 1, 1), .claims = 12});
    for (int k = 0; k < n % 3; ++k)
      firm.patents.push_back({.granted_by_kind = true, .events = {{PatentEvent::kPledge, day(2026, 9, 1)}}});
    firms.push_back(firm);
  }
  return firms;
}

TEST(Scores, AreTheSumOfTheirContributionsToTheThousandth) {
  const World world(counts());
  const auto data = world.folder();
  const MineConfig config{"all", make_date(2026, 11, 20), 1};
  const auto report = mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
  const auto run = store::Run::open(data.run(report->run.id)).value();
  const Context context = world.context();
  std::size_t uneven = 0;
  for (std::size_t row = 0; row < run->size(); ++row) {
    const FirmFacts facts = gather(context, run->firm[row]);
    const Assessment a = assess(context, facts);
    const json::value told = json::parse(explanation(context, facts, a, ""));
    std::int64_t sum = 0;
    double binary = 0;
    for (const auto& c : told.at("contributions").as_array()) {
      sum += thousandths(c.at("points"));
      binary += c.at("points").to_number<double>();
    }
    const json::value& score = told.at("score");
    EXPECT_EQ(sum, thousandths(score)) << row;
    EXPECT_EQ(sum, a.score.thousandths());
    EXPECT_EQ(run->score[row], score.to_number<double>()) << "the list has what the explanation says";
    if (binary != run->score[row]) ++uneven;
  }
  EXPECT_GT(uneven, 0U) << "some sums of binary fractions differ in the last bit: this is what is tested";
}

}  // namespace
}  // namespace tanmiao::miner::score_test
