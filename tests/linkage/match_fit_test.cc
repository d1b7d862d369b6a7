// Weights fitted to small synthetic cases.
#include "linkage/match/fit.h"

#include <cmath>

#include "tests/core/generators.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_fit_test {
namespace {

using enum Level;
using tanmiao::testing::between;
using tanmiao::testing::chance;
using tanmiao::testing::within;

double level_of(const MatchModel& model, Level level, Writing writing = Writing::kFull) {
  return model.of(writing).level[static_cast<std::size_t>(level)];
}

MatchCandidate candidate(std::initializer_list<Level> levels, Writing writing = Writing::kFull) {
  MatchCandidate c;
  c.writing = writing;
  for (std::size_t n = kLevels; n-- > 0;) c.levels.set(static_cast<Level>(n));  // the first of each field
  for (const Level level : levels) c.levels.set(level);
  return c;
}

// Two that differ in their place: the one of the same county is the firm in nine cases of ten.
std::vector<FitCase> place_tells() {
  std::vector<FitCase> cases;
  for (int n = 0; n < 60; ++n) {
    FitCase one;
    one.candidates = {candidate({kTradeEqual, kPlaceCounty}), candidate({kTradeEqual, kPlaceOther})};
    one.truth = n % 10 == 0 ? 1 : 0;
    one.list = 100;
    cases.push_back(one);
  }
  return cases;
}

MatchModel plain_model() {
  MatchModel model;
  for (Weights& w : model.weights) w.prior = 6;
  return model;
}

TEST(Fit, ALevelThatTellsGainsWeight) {
  MatchModel model = plain_model();
  const FitReport report = fit(model, place_tells());
  EXPECT_EQ(report.cases, 60u);
  EXPECT_EQ(report.labelled, 60u);
  EXPECT_GT(report.after, report.before + 0.1);
  EXPECT_GT(level_of(model, kPlaceCounty), 0.5);
  EXPECT_LT(level_of(model, kPlaceOther), -0.5);
  EXPECT_NEAR(level_of(model, kPlaceCounty) - level_of(model, kPlaceOther), std::log2(9.0), 1);
  // What stands in no case stays where it was, and so do other writings.
  EXPECT_EQ(level_of(model, kTradeSound), 0);
  EXPECT_EQ(level_of(model, kPlaceCounty, Writing::kShort), 0);
  EXPECT_EQ(model.of(Writing::kShort).prior, 6);
}

TEST(Fit, NobodyLowersTheLevelsThatStandThere) {
  MatchModel model = plain_model();
  std::vector<FitCase> cases;
  for (int n = 0; n < 40; ++n) {
    FitCase one;
    one.candidates = {candidate({n % 2 == 0 ? kTradeEqual : kTradeSome})};
    one.truth = n % 2 == 0 ? 0 : FitCase::kNobody;
    one.list = 50;
    cases.push_back(one);
  }
  fit(model, cases);
  EXPECT_GT(level_of(model, kTradeEqual), level_of(model, kTradeSome) + 2);
  EXPECT_NEAR(model.of(Writing::kFull).rate, 0.5, 1e-9);
}

TEST(Fit, UnlabelledCasesDoNotMoveIt) {
  MatchModel model = plain_model(), more = plain_model();
  auto cases = place_tells();
  fit(model, cases);
  const std::size_t labelled = cases.size();
  for (FitCase one : place_tells()) {
    one.truth = FitCase::kUnknown;
    one.candidates[0].levels.set(kRegionOther);
    cases.push_back(one);
  }
  const FitReport report = fit(more, cases);
  EXPECT_EQ(report.labelled, labelled);
  EXPECT_EQ(level_of(more, kRegionOther), 0);
  EXPECT_GT(level_of(more, kPlaceCounty), 0.4);
}

TEST(Fit, NoCasesChangeNothing) {
  MatchModel model = shipped_model();
  const FitReport report = fit(model, {});
  EXPECT_EQ(report.cases, 0u);
  for (std::size_t w = 0; w < kWritings; ++w) EXPECT_EQ(model.weights[w].level, shipped_model().weights[w].level);
}

std::vector<FitCase> some_cases() {
  std::vector<FitCase> cases;
  for (int n = between(1, 20); n > 0; --n) {
    FitCase one;
    one.list = between(1, 1000);
    for (int c = between(0, 4); c > 0; --c) {
      MatchCandidate made = candidate({});
      made.writing = static_cast<Writing>(between(0, 3));
      for (std::size_t level = 0; level < kLevels; ++level)
        if (chance(30)) made.levels.set(static_cast<Level>(level));
      made.terms = {between(0, 20) / 1.0, between(0, 10) / 1.0, between(0, 10) / 1.0};
      one.candidates.push_back(made);
    }
    one.truth = within(-2, static_cast<int>(one.candidates.size()));
    cases.push_back(one);
  }
  return cases;
}

RC_GTEST_PROP(FitProperty, TheLikelihoodOfTheLabelsNeverFalls, ()) {
  MatchModel model = chance(50) ? shipped_model() : plain_model();
  const auto cases = some_cases();
  FitOptions options;
  options.rounds = 60;
  const FitReport report = fit(model, cases, options);
  RC_LOG() << report.before << " -> " << report.after << '\n';
  RC_ASSERT(report.after >= report.before - 1e-6);
  for (const Weights& w : model.weights) {
    RC_ASSERT(std::isfinite(w.prior));
    for (const double factor : {w.trade, w.industry, w.region}) RC_ASSERT(factor >= 0 && factor <= 2);
    for (const double bits : w.level) RC_ASSERT(std::isfinite(bits));
  }
}

TEST(FitUnlabelled, AListThatNeverWritesTheFormIsLearned) {
  // Names of which all but the form agree: left out where the firm is a joint-stock company, never elsewhere.
  MatchModel model = shipped_model();
  std::vector<FitCase> cases;
  for (int n = 0; n < 300; ++n) {
    FitCase one;
    one.truth = FitCase::kUnknown, one.list = 1000;
    MatchCandidate firm = candidate({kTradeEqual, kIndustryEqual, kFormMissingLimited}, Writing::kShort);
    firm.terms = {9, 4, 0};
    MatchCandidate other = candidate({kTradeSome, kIndustryOther, kFormMissingStock}, Writing::kShort);
    one.candidates = {firm, other};
    cases.push_back(one);
  }
  UnlabelledOptions options;
  options.writings = {Writing::kShort};
  options.fields = {NameField::kFormField};
  fit_unlabelled(model, cases, options);
  EXPECT_GT(level_of(model, kFormMissingLimited, Writing::kShort),
            level_of(shipped_model(), kFormMissingLimited, Writing::kShort));
  EXPECT_LT(level_of(model, kFormMissingStock, Writing::kShort),
            level_of(shipped_model(), kFormMissingStock, Writing::kShort));
}

RC_GTEST_PROP(FitUnlabelledProperty, MovesOnlyWhatItWasAskedFor, ()) {
  const MatchModel before = shipped_model();
  MatchModel after = before;
  const auto writing = static_cast<Writing>(between(0, 3));
  const auto field = static_cast<NameField>(within<std::size_t>(0, kNameFields));
  UnlabelledOptions options;
  options.writings = {writing};
  options.fields = {field};
  options.rates = chance(50);
  fit_unlabelled(after, some_cases(), options);
  for (std::size_t w = 0; w < kWritings; ++w) {
    const Weights &a = before.weights[w], &b = after.weights[w];
    const bool asked = static_cast<Writing>(w) == writing;
    if (!asked || !options.rates) RC_ASSERT(a.prior == b.prior && a.rate == b.rate);
    RC_ASSERT(b.rate > 0 && b.rate < 1);
    RC_ASSERT(a.trade == b.trade && a.industry == b.industry && a.region == b.region && a.scale == b.scale);
    for (std::size_t n = 0; n < kLevels; ++n) {
      RC_ASSERT(std::isfinite(b.level[n]));
      if (!asked || field_of(static_cast<Level>(n)) != field) RC_ASSERT(a.level[n] == b.level[n]);
    }
  }
}

TEST(FitUnlabelled, RatesFollowHowManyNamesHaveTheirFirm) {
  const auto fitted = [](Level trade, double rarity) {
    MatchModel model = shipped_model();
    std::vector<FitCase> cases;
    for (int n = 0; n < 500; ++n) {
      FitCase one;
      one.truth = FitCase::kUnknown, one.list = 1000;
      one.candidates = {candidate({trade, kIndustryEqual, kRegionEqual, kFormEqual})};
      one.candidates[0].terms = {rarity, 4, 2};
      cases.push_back(one);
    }
    UnlabelledOptions options;
    options.writings = {Writing::kFull};
    options.rates = true;
    fit_unlabelled(model, cases, options);
    return model.of(Writing::kFull);
  };
  const Weights all = fitted(kTradeSound, 12), hardly = fitted(kTradeSome, 0);
  EXPECT_GT(all.rate, shipped_model().of(Writing::kFull).rate);
  EXPECT_GT(all.prior, shipped_model().of(Writing::kFull).prior);
  EXPECT_LT(hardly.rate, 0.2);
  EXPECT_LT(hardly.prior, shipped_model().of(Writing::kFull).prior);
}

TEST(MarginScale, FollowsHowOftenTheBestIsRight) {
  const auto cases = [](double bits, int wrong_of_ten) {
    std::vector<FitCase> out;
    for (int n = 0; n < 100; ++n) {
      FitCase one;
      one.candidates = {candidate({})};
      one.candidates[0].bits = bits;
      one.truth = n % 10 < wrong_of_ten ? FitCase::kNobody : 0;
      out.push_back(one);
    }
    return out;
  };
  // Even odds of one in ten wrong are log2(9) = 3.17 bits.
  EXPECT_LT(fit_margin_scale(cases(8, 1)), 0.6);
  EXPECT_NEAR(fit_margin_scale(cases(3.17, 1)), 1, 0.11);
  EXPECT_EQ(fit_margin_scale({}), 1);
}

}  // namespace
}  // namespace tanmiao::linkage::match_fit_test
