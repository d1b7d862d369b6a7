// The distribution within the interval: what is known stays, what is open is averaged over, questions and paths.
#include "miner/belief.h"

#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <numeric>

#include "tests/miner/fixture.h"

namespace tanmiao::miner::belief_test {
namespace {

namespace json = boost::json;

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}
const Rubric& rubric() {
  static const Rubric shipped = parse_rubric(text_of("config/rubrics/tech_sme_2017.json"), "r").value();
  return shipped;
}
const Priors& priors() {
  static const Priors shipped = parse_priors(text_of("config/belief.toml"), "b").value();
  return shipped;
}
Evidence nothing_known() {
  Evidence e;
  e.x.assign(priors().weights(), 0);
  e.x[0] = 1;
  return e;
}

TEST(Belief, WhatIsUnknownIsADistributionWithinTheInterval) {
  const Belief belief = believe(rubric(), priors(), nothing_known());
  EXPECT_GT(belief.pass, 0) << "unknown is not zero";
  EXPECT_LT(belief.pass, 1);
  EXPECT_LT(belief.low, belief.pass);
  EXPECT_GT(belief.high, belief.pass);
  EXPECT_NEAR(std::accumulate(belief.points.begin(), belief.points.end(), 0.0), 1, 1e-12);
  for (const Shares* shares : {&belief.staff, &belief.rd, &belief.ip}) {
    double sum = 0;
    for (const auto& [points, share] : *shares) sum += share;
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(Belief, WhenAllIsKnownItIsCertain) {
  Evidence e = nothing_known();
  e.staff = 12, e.rd = 30, e.software = 0, e.valid_two = 3;
  EXPECT_NEAR(believe(rubric(), priors(), e).pass, 1, 1e-12) << "12 + 30 + 18 is 60";
  e.valid_two = 2;
  EXPECT_NEAR(believe(rubric(), priors(), e).pass, 0, 1e-12) << "54";
  e.staff = 0, e.rd = 50, e.valid_one = 1;
  EXPECT_NEAR(believe(rubric(), priors(), e).pass, 0, 1e-12) << "80 points, but staff is 0";
  EXPECT_EQ(believe(rubric(), priors(), e).mean(), 80);
  e = nothing_known();
  e.valid_one = 1, e.impossible = true;
  EXPECT_EQ(believe(rubric(), priors(), e).pass, 0) << "a gate is known to fail";
}

// A right nobody knows of is likelier dead the older it is, and likelier still when nobody saw it granted.
TEST(Belief, OldApplicationsThatWereNeverGrantedCountForLittle) {
  const auto application = [](int year, bool granted) {
    TestPatent patent{.kind = PatentKind::kInvention, .filing = day(year, 3, 1), .public_date = day(year + 1, 9, 1)};
    if (granted) patent.granted = day(year + 3, 3, 1);
    return patent;
  };
  const World world({{.name = "甲有限公司", .patents = {application(2015, false), application(2015, false)}},
                     {.name = "乙有限公司", .patents = {application(2015, true)}},
                     {.name = "丙有限公司", .patents = {application(2020, true)}}});
  const Context context = world.context();
  const auto evidence = [&](store::FirmNo firm) {
    const FirmFacts facts = gather(context, firm);
    return evidence_of(context, priors(), facts, assess(context, facts));
  };
  const Evidence old = evidence(1), granted = evidence(2), young = evidence(3);
  ASSERT_EQ(old.open_one.size(), 2U);
  ASSERT_EQ(granted.open_one.size(), 1U);
  ASSERT_EQ(young.open_one.size(), 1U);
  EXPECT_LT(old.open_one[0], .1) << "eleven years without a grant";
  EXPECT_GT(granted.open_one[0], .4);
  EXPECT_GT(young.open_one[0], granted.open_one[0]);
  EXPECT_NEAR(priors().right_chance(true, true, std::nullopt), (.9 + .7 + .45 + .25) / 4, 1e-12) << "of unknown age";
}

// Fees are paid for all rights of a firm or for none: ten of them are no ten throws.
TEST(Belief, RightsOfOneFirmShareTheirFateInPart) {
  Evidence one = nothing_known(), ten = nothing_known();
  one.open_one = {.2}, ten.open_one.assign(10, .2);
  const auto class_one = [](const Priors& p, const Evidence& e) { return believe(rubric(), p, e).ip.at(30); };
  Priors apart = priors(), joined = priors();
  apart.together = 0, joined.together = 1;
  EXPECT_NEAR(class_one(apart, one), .2, 1e-12);
  EXPECT_NEAR(class_one(joined, one), .2, 1e-12);
  EXPECT_NEAR(class_one(apart, ten), 1 - std::pow(.8, 10), 1e-12);
  EXPECT_NEAR(class_one(joined, ten), .2, 1e-12);
  EXPECT_NEAR(class_one(priors(), ten), priors().together * .2 + (1 - priors().together) * (1 - std::pow(.8, 10)),
              1e-12);
  Evidence mixed = nothing_known();
  mixed.open_one = {.3}, mixed.open_two = {.5, .1}, mixed.software = 0;
  const Belief belief = believe(rubric(), joined, mixed);
  EXPECT_NEAR(belief.ip.at(30), .3, 1e-12);
  EXPECT_NEAR(belief.ip.at(6), .2, 1e-12) << "the likelier of class II alone: between .3 and .5";
  EXPECT_NEAR(belief.ip.at(0), .5, 1e-12);
}

// A firm known to be active in all but its shares: how sure those are is what is left open.
TEST(Belief, TheIntervalIsAsWideAsTheSharesAreUnsure) {
  Evidence e = nothing_known();
  e.staff = 20, e.valid_one = 1;  // R&D decides
  const auto width = [&](double firms) {
    Priors some = priors();
    some.firms = firms, some.base_sd = 1e-9;
    const Belief belief = believe(rubric(), some, e);
    EXPECT_LE(belief.low, belief.pass);
    EXPECT_GE(belief.high, belief.pass);
    return belief.high - belief.low;
  };
  EXPECT_GT(width(60), .05) << "sixty firms are no certainty";
  EXPECT_NEAR(width(60) / width(6000), 10, 1) << "like one over the root of their number";
  e.rd = 50;
  EXPECT_NEAR(believe(rubric(), priors(), e).low, 1, 1e-9) << "what is known is not unsure";
}

TEST(Belief, MoreSignalsMakeItLikelier) {
  Evidence e = nothing_known();
  const double before = chance_to_pass(rubric(), priors(), e);
  for (std::size_t i = 0; i < priors().signals.size(); ++i) {
    e = nothing_known();
    e.x[priors().weights() - priors().signals.size() + i] = 1;
    const double after = chance_to_pass(rubric(), priors(), e);
    EXPECT_EQ(after > before, priors().signals[i].feature.weight > 0) << priors().signals[i].feature.id;
  }
  e = nothing_known();
  e.staff = 20;
  EXPECT_GT(believe(rubric(), priors(), e).active, believe(rubric(), priors(), nothing_known()).active)
      << "many technicians make R&D likelier";
}

// Answers move the belief, on the whole nowhere: the mean over what may be answered is what was believed before.
TEST(Belief, AQuestionIsWorthWhatItsAnswersDivide) {
  Evidence e = nothing_known();
  e.open_one = {.8}, e.open_two = {.6, .2}, e.valid_two = 1;
  for (const int known : {0, 1, 2}) {
    if (known == 1) e.staff = 8;
    if (known == 2) e.staff.reset(), e.rd = 30;
    const Belief belief = believe(rubric(), priors(), e);
    ASSERT_EQ(belief.ask.size(), known == 0 ? 4U : 3U);
    for (const Question& question : belief.ask) {
      double chance = 0, pass = 0;
      for (const auto& o : question.outcomes) chance += o.chance, pass += o.chance * o.pass;
      EXPECT_NEAR(chance, 1, 1e-9) << question.id;
      EXPECT_NEAR(pass, belief.pass, 1e-9) << question.id << " " << known;
      EXPECT_GE(question.value, 0);
      EXPECT_LE(question.value, 1);
    }
    for (std::size_t i = 1; i < belief.ask.size(); ++i) EXPECT_GE(belief.ask[i - 1].value, belief.ask[i].value);
  }
  e = nothing_known();
  e.valid_one = 1, e.staff = 20;  // 50 points: R&D decides, nothing else can
  const Belief belief = believe(rubric(), priors(), e);
  ASSERT_EQ(belief.ask.size(), 1U);
  EXPECT_EQ(belief.ask[0].id, "rd");
  EXPECT_NEAR(belief.ask[0].value, 1, 1e-9);
}

TEST(Belief, PathsReachTheMarkAndNoneAsksForAnotherAndMore) {
  for (int staff = -1; staff <= 20; staff += 7)
    for (const int valid_two : {0, 2, 5})
      for (const bool rd_known : {false, true}) {
        Evidence e = nothing_known();
        e.valid_two = valid_two;
        if (staff >= 0) e.staff = staff / 4 * 4;
        if (rd_known) e.rd = 20;
        const auto paths = paths_to_pass(rubric(), priors(), e);
        const int known = e.staff.value_or(0) + e.rd.value_or(0) + std::min(valid_two * 6, 24);
        ASSERT_EQ(paths.empty(), known >= 60 && e.staff.value_or(0) > 0) << known;
        for (std::size_t i = 0; i < paths.size(); ++i) {
          EXPECT_GE(paths[i].points, 60);
          EXPECT_GE(paths[i].cost, paths[i == 0 ? 0 : i - 1].cost);
          double cost = 0;
          Evidence then = e;
          then.software = 0;
          then.staff = e.staff.value_or(0), then.rd = e.rd.value_or(0);
          for (const Step& step : paths[i].steps) {
            cost += step.cost;
            EXPECT_GT(step.cost, 0);
            if (step.fact == "staff") then.staff = step.points;
            if (step.fact == "rd") then.rd = step.points;
            if (step.fact == "ip") then.valid_one = step.points == 30, then.valid_two = step.points / 6;
          }
          EXPECT_NEAR(cost, paths[i].cost, 1e-9);
          EXPECT_NEAR(chance_to_pass(rubric(), priors(), then), 1, 1e-9) << "the path does not reach the mark";
        }
      }
  Evidence e = nothing_known();
  e.valid_one = 1, e.staff = 20, e.rd = 10;
  EXPECT_TRUE(paths_to_pass(rubric(), priors(), e).empty()) << "60 already";
}

TEST(Belief, AnEvidentGapIsOneMorePatent) {
  Evidence e = nothing_known();
  e.staff = 20, e.rd = 30, e.software = 0, e.valid_two = 1;  // 56
  const auto paths = paths_to_pass(rubric(), priors(), e);
  ASSERT_FALSE(paths.empty());
  ASSERT_EQ(paths[0].steps.size(), 1U);
  EXPECT_EQ(paths[0].steps[0].rights, 1);
}

// Firms drawn from other shares and weights than the shipped ones: what is learned comes near what drew them.
TEST(Belief, LearnsFromVisitedFirms) {
  std::uint64_t state = 42;
  const auto unit = [&] {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
  };
  const auto drawn = [&](const Shares& shares) {
    double left = unit();
    for (const auto& [points, share] : shares)
      if ((left -= share) < 0) return points;
    return shares.rbegin()->first;
  };
  Priors truth = priors();
  truth.base = -1;
  truth.active.staff = {{0, .05}, {4, .15}, {8, .2}, {12, .2}, {16, .2}, {20, .2}};
  truth.active.rd = {{0, .1}, {10, .1}, {20, .1}, {30, .1}, {40, .1}, {50, .5}};
  const std::size_t signal = truth.weights() - 3;
  truth.signals[truth.signals.size() - 3].feature.weight = 2;
  std::vector<Evidence> visited;
  for (int i = 0; i < 1500; ++i) {
    Evidence e = nothing_known();
    e.x[signal] = unit() < .4 ? 1 : 0;
    const double odds = truth.base + truth.signals[truth.signals.size() - 3].feature.weight * e.x[signal];
    const auto& kind = unit() < 1 / (1 + std::exp(-odds)) ? truth.active : truth.inactive;
    e.staff = drawn(kind.staff), e.rd = drawn(kind.rd), e.software = drawn(kind.software);
    visited.push_back(std::move(e));
  }
  const Priors got = learned(priors(), visited);
  EXPECT_NEAR(got.base, -1, .3);
  EXPECT_NEAR(got.signals[got.signals.size() - 3].feature.weight, 2, .35);
  EXPECT_NEAR(got.active.rd.at(50), .5, .05);
  EXPECT_LT(got.base_sd, priors().base_sd) << "what was seen is surer than what was believed";
  EXPECT_EQ(learned(priors(), {}).base, priors().base) << "nothing seen, nothing learned";
  EXPECT_EQ(learned(priors(), visited).base, got.base) << "the same firms give the same";
}

TEST(Belief, APriorThatCannotBeIsNamed) {
  const auto changed = [](const std::string& from, const std::string& to) {
    std::string text = text_of("config/belief.toml");
    text.replace(text.find(from), from.size(), to);
    return parse_priors(text, "belief.toml");
  };
  EXPECT_NE(changed("50 = 0.28", "50 = 0.38").error().message.find("active.rd"), std::string::npos);
  EXPECT_FALSE(changed("id = \"direct_pass\"", "id = \"direct_pas\""));
  EXPECT_NE(changed("years = 5\nlog_odds", "years = 2\nlog_odds").error().message.find("stands there twice"),
            std::string::npos);
  EXPECT_FALSE(changed("known = false\nlog_odds", "known = false\nyears = 3\nlog_odds"));
  EXPECT_FALSE(changed("[[age]]\nyears = 0", "[[age]]\nyear = 0")) << "a slip";
  const auto odd = changed("50 = 0.28", "45 = 0.28");
  ASSERT_TRUE(odd);
  EXPECT_EQ(check_priors(*odd, rubric(), "belief.toml").error().code, Errc::kConfig);
}

TEST(Belief, TheExplanationTellsIt) {
  TestFirm firm{.name = "甲科技"};
  firm.signals = {{"rd_super_deduction", day(2026, 1, 1), ""}};
  TestFirm told{.name = "乙"};
  told.signals = {
      {"self_report", day(2026, 3, 1),
       R"({"staff_total":100,"tech_staff":30,"revenue":"1000000000","rd_expense":"60000000","software_copyrights":0})"}};
  const World world({firm, told, TestFirm{.name = "丙"}});
  const MineConfig config{"all", make_date(2026, 11, 20), 1, nullptr, {}, {}};
  const auto of = [&](store::FirmNo n) {
    return json::parse(explain_json(*world.snapshot, *world.rules, world.reference, config, n, nullptr).value())
        .at("belief");
  };
  EXPECT_GT(of(1).at("pass").to_number<double>(), of(3).at("pass").to_number<double>());
  EXPECT_EQ(of(1).at("ask_first").at(0).at("fact").as_string(), "rd");
  EXPECT_EQ(of(2).at("pass").to_number<double>(), 1) << "70 points are known";
  EXPECT_TRUE(of(2).at("paths").as_array().empty());
  EXPECT_FALSE(of(3).at("paths").as_array().empty());
}

}  // namespace
}  // namespace tanmiao::miner::belief_test
