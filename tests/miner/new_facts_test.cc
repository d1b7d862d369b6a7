// What a learned model would say with one fact more: the same as it says once the fact is there.
#include "miner/learn/new_facts.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <set>

#include "core/json_reading.h"
#include "miner/learned.h"
#include "tabular/reference_reader.h"
#include "tests/miner/stump_model.h"

namespace tanmiao::miner::new_facts_test {
namespace {

namespace json = boost::json;
using namespace learn;

const Date kToday = make_date(2026, 11, 20);

struct Mined {
  Mined(const std::vector<TestFirm>& firms, const std::vector<Stump>& stumps, double slope = 0)
      : world(firms), model(model_of(world, stumps, slope)), config{"all", kToday, 1} {
    config.learned = model;
    const auto data = world.folder();
    const auto report = mine(data, *world.snapshot, *world.rules, world.reference, config, nullptr, silent_progress());
    run = store::Run::open(data.run(report->run.id)).value();
  }
  json::object explained(store::FirmNo firm, const std::shared_ptr<const LearnedModel>& by) const {
    MineConfig asked = config;
    asked.learned = by;
    return json::parse(explain_json(*world.snapshot, *world.rules, world.reference, asked, firm, run.get()).value())
        .as_object();
  }
  json::object beside(store::FirmNo firm) const { return object_of(explained(firm, model), "why_not_higher"); }
  std::vector<Lift> lifted(store::FirmNo firm) const {
    const Context context = world.context(kToday);
    const FirmFacts facts = gather(context, firm);
    return lifts(*model, context, world.loaded().priors_.get(), facts, assess(context, facts));
  }
  double probability(store::FirmNo firm) const {
    return real_of(object_of(explained(firm, model), "learned"), "probability");
  }
  std::size_t rank(store::FirmNo firm) const { return run->rank[run->row_of(firm)]; }

  World world;
  std::shared_ptr<const FoldTrees> model;
  MineConfig config;
  std::shared_ptr<const store::Run> run;
};

const Lift* find(const std::vector<Lift>& lifts, std::string_view id) {
  const auto at = std::find_if(lifts.begin(), lifts.end(), [&](const Lift& lift) { return lift.id == id; });
  return at == lifts.end() ? nullptr : &*at;
}
std::vector<std::string> ids(const json::object& beside) {
  std::vector<std::string> out;
  each_of(beside, "ranks", [&](const json::object& one) { out.emplace_back(text_of(one, "id")); });
  return out;
}

TestPatent filed(int year, unsigned month) {
  return {.kind = PatentKind::kInvention, .filing = day(year, month, 1), .public_date = day(year, month, 1), .ipc = ""};
}
TestPatent granted() {
  TestPatent out = filed(2019, 3);
  out.granted = day(2021, 3, 1), out.events = {{PatentEvent::kGrant, day(2026, 9, 1)}};
  return out;
}
// Firms with one filing more each, and a scope of their own.
std::vector<TestFirm> stairs(int count) {
  std::vector<TestFirm> firms;
  for (int n = 0; n < count; ++n) {
    TestFirm firm{"甲" + std::to_string(n) + "有限公司"};
    for (int k = 0; k < n; ++k) firm.patents.push_back(filed(2025, 1 + static_cast<unsigned>(k)));
    firms.push_back(std::move(firm));
  }
  return firms;
}
const std::vector<Stump> kMany{{"recent_filings", 1, .3}, {"recent_filings", 2, .3},      {"recent_filings", 4, .3},
                               {"pending", 2, .2},        {"strong_signals", 1, .9},      {"valid_inventions", 1, 1.4},
                               {"recognitions", 1, .15},  {"strong_recognitions", 1, .4}, {"likelihood", .05, .25},
                               {"points_least", 30, .1},  {"since_filing", .5, -.2}};

// What is promised of the fact is what the model says once it is there.
TEST(NewFacts, AFactBringsTheProbabilityAndTheRankThatWereTold) {
  const std::vector<TestFirm> firms = stairs(9);
  const Mined before(firms, kMany, .05);
  for (const store::FirmNo firm : {2U, 4U, 7U}) {
    for (const std::string id : {"grant", "filing", "signal", "recognition"}) {
      auto changed = firms;
      TestFirm& one = changed[firm - 1];
      if (id == "grant") one.patents.push_back(granted());
      if (id == "filing") one.patents.push_back(filed(2026, 11)), one.patents.back().filing = to_day(kToday);
      if (id == "signal") one.signals = {{"rd_subsidy", day(2026, 5, 1), "", day(2026, 6, 1)}};
      if (id == "recognition")
        one.recognitions = {{.program = "srdi", .issued = day(2026, 6, 1), .public_date = day(2026, 6, 1)}};
      const Mined after(changed, kMany, .05);
      const auto lifted = before.lifted(firm);
      const Lift* lift = find(lifted, id);
      ASSERT_NE(lift, nullptr) << id;
      EXPECT_DOUBLE_EQ(lift->then.probability, after.probability(firm)) << id << " of " << firm;
      each_of(before.beside(firm), "ranks", [&](const json::object& told) {
        if (text_of(told, "id") != id) return;
        EXPECT_EQ(static_cast<std::size_t>(number_of(told, "rank")), after.rank(firm)) << id << " of " << firm;
        EXPECT_DOUBLE_EQ(real_of(told, "probability"), after.probability(firm));
        EXPECT_DOUBLE_EQ(real_of(told, "probability_before"), before.probability(firm));
      });
    }
  }
}

TEST(NewFacts, TheThreeThatLiftMostAreToldAndAsWhatTheModelSays) {
  const Mined mined(stairs(6), kMany, .05);
  const json::object beside = mined.beside(2);
  ASSERT_EQ(ids(beside).size(), 3U);
  EXPECT_EQ(ids(beside)[0], "grant");
  EXPECT_EQ(ids(beside)[1], "signal");
  double last = 1e9;
  each_of(beside, "ranks", [&](const json::object& one) {
    EXPECT_LE(real_of(one, "points"), last);
    last = real_of(one, "points");
    EXPECT_GT(last, 0);
    EXPECT_THAT(std::string(text_of(one, "text")), testing::HasSubstr("这是模型按以往名单的推算，不是购买专利的建议"));
  });
  EXPECT_THAT(std::string(text_of(beside.at("ranks").at(0).as_object(), "text")),
              testing::AllOf(testing::HasSubstr("再有一件自有的有效发明专利：模型推算取得的可能性由 "),
                             testing::HasSubstr("其余不变时排第 1 名（现第 5 名）")));
}

TEST(NewFacts, NoneWhereNothingLifts) {
  const Mined mined(stairs(4), {{"dead", 1, .5}, {"valid_inventions", 1, -.4}});
  EXPECT_TRUE(ids(mined.beside(2)).empty());
  EXPECT_TRUE(mined.lifted(2).empty()) << "what the model holds against a firm is no lift";
}

// Without the model that ordered the run nothing is said in its name.
TEST(NewFacts, AnotherModelOrNoneSaysNothing) {
  const Mined mined(stairs(4), kMany);
  const auto none = object_of(mined.explained(2, nullptr), "why_not_higher");
  const auto other = object_of(mined.explained(2, model_of(mined.world, {{"pending", 1, 2}})), "why_not_higher");
  for (const json::object& beside : {none, other}) {
    EXPECT_TRUE(ids(beside).empty());
    EXPECT_THAT(std::string(text_of(beside, "text")), testing::HasSubstr("学习模型已不保留或已停用"));
    EXPECT_FALSE(beside.at("items").as_array().empty()) << "what the run itself wrote is still told";
  }
  EXPECT_THAT(std::string(text_of(mined.beside(2), "text")), testing::Not(testing::HasSubstr("不保留")));
}

// An unknown number is known at the value that is best by the trees of the firm, and is scored as if it stood there.
TEST(NewFacts, AnUnknownNumberIsTriedAtItsBest) {
  auto firms = stairs(3);
  const std::vector<Stump> stumps{{"insured", std::log1p(29.5), .5}, {"insured", std::log1p(80), -1}};
  const Mined before(firms, stumps);
  const auto lifted = before.lifted(2);
  ASSERT_EQ(lifted.size(), 1U);
  EXPECT_EQ(lifted[0].label, "查明参保人数（最有利的情形：约 30 人）");
  firms[1].insured = 30;
  const Mined after(firms, stumps);
  EXPECT_DOUBLE_EQ(lifted[0].then.probability, after.probability(2));
  EXPECT_TRUE(after.lifted(2).empty()) << "it is known";
  EXPECT_EQ(find(Mined(firms, {{"capital", 5, .4}}).lifted(1), "insured"), nullptr) << "no tree asks for it";
}

TEST(NewFacts, AJointFilingIsToldOnlyWhereItAddsToAFiling) {
  const auto firms = stairs(3);
  EXPECT_EQ(find(Mined(firms, {{"pending", 2, .5}}).lifted(2), "joint_filing"), nullptr);
  const auto with = Mined(firms, {{"pending", 2, .5}, {"with_university", 1, .5}}).lifted(2);
  ASSERT_NE(find(with, "joint_filing"), nullptr);
  EXPECT_NE(find(with, "filing"), nullptr);
}

// A firm that stands among start-ups, or not, is compared with its own list: what would move it is not tried.
TEST(NewFacts, NothingMovesAFirmToTheOtherList) {
  auto firms = stairs(4);
  firms[1].established = kNoDay;
  const Mined mined(firms, {{"age", 1, .5}, {"age", 5, -.2}, {"age", 12, -.4}});
  const auto lifted = mined.lifted(2);
  ASSERT_EQ(lifted.size(), 1U);
  EXPECT_EQ(lifted[0].label, "查明成立日期（最有利的情形：已成立约 5.0 年）") << "with two years it were a start-up";
}

// Each column of the model is moved by some new fact, or is one that none is tried for. A new column has to be settled.
TEST(NewFacts, EveryColumnIsTriedOrKnownToStay) {
  TestFirm open{"甲有限公司"};
  open.established = kNoDay;
  open.industry = "F5179";  // wholesale: speaks against it
  open.patents = {{PatentKind::kUtility, day(2023, 1, 1), day(2023, 9, 1), true}};
  open.patents[0].ipc = "";
  TestFirm bought{"乙有限公司"};
  bought.patents = {{PatentKind::kUtility, day(2019, 1, 1), day(2019, 9, 1), true}};
  bought.patents[0].position = 0;
  World world({open, bought});
  world.reference = *tabular::load_reference("config/reference").value();
  const auto model = model_of(world, {{"insured", 2, 1}, {"capital", 6, 1}, {"age", 9, 1}, {"inventors", 2, 1}});
  const Context context = world.context(kToday);
  std::set<std::string> moved;
  for (const store::FirmNo firm : {1U, 2U}) {
    const FirmFacts facts = gather(context, firm);
    const Assessment now = assess(context, facts);
    std::vector<float> row;
    const Priors* priors = world.loaded().priors_.get();
    add_lead_row(context, priors, facts, now, row);
    for (const NewFact& fact : new_facts(*model, context, priors, facts, now)) {
      std::vector<float> then;
      add_lead_row(context, priors, fact.facts, assess_with(context, fact), then);
      for (std::size_t i = 0; i < row.size(); ++i)
        if (row[i] != then[i] && !(std::isnan(row[i]) && std::isnan(then[i]))) moved.insert(model->columns[i].id);
    }
  }
  for (const LeadColumn& column : model->columns)
    EXPECT_TRUE(stays(column.id) || moved.contains(column.id)) << column.id;
}

TEST(ModelOfRun, IsTheOneThatItsInputsNameOrNone) {
  const Mined mined(stairs(3), kMany);
  const auto data = mined.world.folder("kept");
  store::RunEntry run;
  run.inputs_json = json::serialize(json::object{{"learned", mined.model->digest}});
  EXPECT_EQ(model_of_run(data, run), nullptr) << "it is not kept";
  const fs::path file = learned_file(data, mined.model->digest);
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << mined.model->text;
  ASSERT_NE(model_of_run(data, run), nullptr);
  EXPECT_EQ(model_of_run(data, run)->hash(), mined.model->digest);
  std::ofstream(file, std::ios::binary) << mined.model->text << " ";
  EXPECT_EQ(model_of_run(data, run), nullptr) << "damaged";
  run.inputs_json = "{}";
  EXPECT_EQ(model_of_run(data, run), nullptr) << "the scorecard orders it";
}

}  // namespace
}  // namespace tanmiao::miner::new_facts_test
