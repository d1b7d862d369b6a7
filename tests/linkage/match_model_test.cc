// The file of weights.
#include "linkage/match/model.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/core/generators.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_model_test {
namespace {

namespace fs = std::filesystem;

class ModelFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("match_model_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<MatchModel> load(const std::string& text) {
    std::ofstream(file(), std::ios::binary) << text;
    return load_match_model(file());
  }
  fs::path file() const { return folder_ / "weights.csv"; }
  std::string text() const {
    std::ostringstream out;
    out << std::ifstream(file(), std::ios::binary).rdbuf();
    return out.str();
  }

  fs::path folder_;
};

TEST_F(ModelFile, WhatIsSavedIsLoaded) {
  MatchModel model = shipped_model();
  model.weights[1].prior = -3.25;
  model.weights[2].scale = 0.75;
  model.weights[0].level[static_cast<std::size_t>(Level::kTradeSound)] = -4.125;
  model.weights[3].level[static_cast<std::size_t>(Level::kDayBefore)] = 0;
  ASSERT_TRUE(save_match_model(model, file()));
  const auto loaded = load_match_model(file());
  ASSERT_TRUE(loaded) << loaded.error().text();
  for (std::size_t w = 0; w < kWritings; ++w) {
    const Weights &a = model.weights[w], &b = loaded->weights[w];
    EXPECT_NEAR(a.prior, b.prior, 0.0006);
    EXPECT_NEAR(a.rate, b.rate, 0.0006);
    EXPECT_NEAR(a.scale, b.scale, 0.0006);
    EXPECT_NEAR(a.trade, b.trade, 0.0006);
    EXPECT_NEAR(a.industry, b.industry, 0.0006);
    EXPECT_NEAR(a.region, b.region, 0.0006);
    for (std::size_t n = 0; n < kLevels; ++n) EXPECT_NEAR(a.level[n], b.level[n], 0.0006) << level_name(Level(n));
  }
  const std::string first = text();
  ASSERT_TRUE(save_match_model(*loaded, file()));
  EXPECT_EQ(text(), first);
}

// Probabilities of one name add up to one at most while no margin is scaled apart from the others.
TEST_F(ModelFile, TheShippedWeightsAreSane) {
  for (std::size_t w = 0; w < kWritings; ++w) {
    const Weights& weights = shipped_model().weights[w];
    EXPECT_GT(weights.rate, 0);
    EXPECT_LT(weights.rate, 1);
    EXPECT_EQ(weights.scale, 1);
    for (const double factor : {weights.trade, weights.industry, weights.region}) {
      EXPECT_GE(factor, 0);
      EXPECT_LE(factor, 2);
    }
    EXPECT_GT(weights.level[static_cast<std::size_t>(Level::kPlaceCounty)],
              weights.level[static_cast<std::size_t>(Level::kPlaceOther)]);
    EXPECT_GT(weights.level[static_cast<std::size_t>(Level::kWholeEqual)], 5);
  }
}

// A model that the store kept before the level was there.
TEST_F(ModelFile, ALevelThatAnEarlierModelLacksWeighsAsTheOneItWasPartOf) {
  const auto old = parse_match_model("writing,field,level,bits\nfull,industry,slip,-1.5\n");
  ASSERT_TRUE(old);
  EXPECT_EQ(old->weights[0].level[static_cast<std::size_t>(Level::kIndustryNear)], -1.5);
  const auto kept = parse_match_model(match_model_text(shipped_model()));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->weights[0].level[static_cast<std::size_t>(Level::kIndustryNear)], -6);
  EXPECT_EQ(kept->weights[0].unit, shipped_model().weights[0].unit);
}

TEST_F(ModelFile, TheVersionFollowsTheContents) {
  const std::string text = "writing,field,level,bits\nfull,prior,,1.5\n";
  const auto one = load(text), same = load(text), other = load(text + "full,trade,equal,2\n");
  ASSERT_TRUE(one && same && other);
  EXPECT_EQ(one->version, same->version);
  EXPECT_NE(one->version, other->version);
  EXPECT_EQ(one->version.size(), 12u);
  EXPECT_EQ(one->of(Writing::kFull).prior, 1.5);
}

TEST_F(ModelFile, WhatDoesNotFitNamesFileAndLine) {
  for (const char* row : {"full,trade,equall,1", "full,trad,equal,1", "wide,trade,equal,1", "full,trade,equal,much",
                          "full,trade,equal,", "full,trade,equal,nan", "full,trade,equal,inf", "full,trade,equal",
                          "full,region,county,1", "full,prior,equal,1", ",,,1"}) {
    const auto loaded = load("writing,field,level,bits\nfull,prior,,1\n" + std::string(row) + "\n");
    ASSERT_FALSE(loaded) << row;
    EXPECT_EQ(loaded.error().code, Errc::kConfig) << row;
    EXPECT_EQ(loaded.error().where, file().string() + ":3") << row;
  }
  EXPECT_NE(load("writing,field,level,bits\nfull,trade,equall,1\n").error().message.find("equall"), std::string::npos);
}

TEST_F(ModelFile, AMissingFileIsNamed) {
  const auto loaded = load_match_model(folder_ / "none.csv");
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().text().find("none.csv"), std::string::npos);
}

TEST(Writing, FollowsFromBothNames) {
  const auto writing = [](std::string_view mention, std::string_view entry) {
    return writing_name(writing_of(anatomist().take_apart(mention), anatomist().take_apart(entry)));
  };
  EXPECT_EQ(writing("滨州泰华纺织有限公司", "滨州泰华纺织"), "full");
  EXPECT_EQ(writing("泰华纺织", "滨州泰华纺织有限公司"), "short");
  EXPECT_EQ(writing("Taihua Textile", "滨州泰华纺织有限公司"), "cross");
  EXPECT_EQ(writing("滨州泰华纺织有限公司", "Taihua Textile"), "cross");
  EXPECT_EQ(writing("Taihua Textile", "TAIHUA"), "latin");
}

RC_GTEST_PROP(ModelProperty, AWeightMoreIsAScoreMore, ()) {
  MatchModel model = shipped_model();
  Comparison levels;
  for (std::size_t n = 0; n < kLevels; ++n)
    if (tanmiao::testing::chance(40) || n == 0) levels.set(static_cast<Level>(n));
  const TermBits terms{1, 2, 3};
  const double before = model.score(Writing::kShort, levels, terms);
  const Level raised = levels.levels[tanmiao::testing::within<std::size_t>(0, kNameFields)];
  model.weights[1].level[static_cast<std::size_t>(raised)] += 2.5;
  const double times = static_cast<double>(std::count(levels.levels.begin(), levels.levels.end(), raised));
  RC_ASSERT(std::abs(model.score(Writing::kShort, levels, terms) - before - 2.5 * times) < 1e-9);
  RC_ASSERT(model.score(Writing::kFull, levels, terms) == shipped_model().score(Writing::kFull, levels, terms));
}

}  // namespace
}  // namespace tanmiao::linkage::match_model_test
