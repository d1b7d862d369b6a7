// Mistakes of a campaign file are all named, with their place and what was expected; shipped campaigns have none.
#include "miner/campaign_faults.h"

#include <gmock/gmock.h>

#include <fstream>

#include "miner/rules.h"
#include "tabular/reference_reader.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner::campaign_faults_test {
namespace {

using testing::ElementsAre;

const Reference& shipped() {
  static const auto loaded = tabular::load_reference("config/reference").value();
  return *loaded;
}

std::vector<std::string> faults_of(const std::string& toml) {
  static const auto rules = Rules::load("config").value();
  const auto campaign = parse_campaign("title = \"甲\"\n" + toml, "own", "own.toml");
  std::vector<std::string> out;
  if (!campaign) return {campaign.error().text()};
  const auto& scorecard = dynamic_cast<const LoadedRules&>(*rules).scorecard_;
  for (const Error& fault : unknown_in(*campaign, scorecard, shipped())) {
    EXPECT_EQ(fault.code, Errc::kConfig);
    out.push_back(fault.text());
  }
  return out;
}

TEST(CampaignFaults, NamesThatNoTableHas) {
  EXPECT_THAT(
      faults_of("units = [\"惠民\"]\nindustries = [\"I9\", \"高端铝业\"]\nwithout_programs = [\"hnet\", \"srdi\"]\n"),
      ElementsAre("own.toml:2:9: unknown responsible unit '惠民', did you mean '惠民县'?",
                  "own.toml:3:14: unknown industry 'I9', did you mean 'I1'?",
                  "own.toml:4:20: unknown programme 'hnet', did you mean 'hnte'?"));
  EXPECT_THAT(faults_of("counties = [\"999999\", \"371621\"]\n"),
              ElementsAre(testing::StartsWith("own.toml:2:12: unknown county '999999'")));
  EXPECT_THAT(faults_of("[shortlist]\n[[shortlist.quota]]\nunit = \"惠民\"\nleast = 1\n"),
              ElementsAre(testing::StartsWith("own.toml:4:8: unknown responsible unit '惠民'")));
}

TEST(CampaignFaults, CodesThatNoCodeBeginsWith) {
  EXPECT_THAT(faults_of("gbt = [\"9999x\", \"C38\"]\nipc = [\"Z99\", \"H02K\", \"C22C21/\", \"C22F1/04\", \"H\"]\n"),
              ElementsAre("own.toml:2:7: no code of GB/T 4754-2017 begins with '9999x': expected such as C38 or C3252",
                          "own.toml:3:7: no IPC symbol begins with 'Z99': expected such as H02K or C22C21/"));
  EXPECT_THAT(faults_of("[[code]]\ngbt = [\"3252\", \"\"]\n"),
              ElementsAre("own.toml:3:7: no code of GB/T 4754-2017 begins with '3252', did you mean 'C3252'?",
                          testing::HasSubstr("begins with ''")));
  EXPECT_EQ(faults_of("ipc = [\"H02K1x\", \"h02k\", \"H99K1\", \"H02K/\", \"\"]\n").size(), 5U);
}

TEST(CampaignFaults, WhatLeavesNobodyOrLetsInEverybody) {
  EXPECT_THAT(
      faults_of("min_age_months = 24\nmax_age_months = 12\n"),
      ElementsAre(
          "own.toml:2:18: 'min_age_months': expected less than max_age_months (12): no firm is of such an age"));
  EXPECT_THAT(faults_of("min_age_months = 12\nmax_age_months = 12\n").size(), 1U);
  EXPECT_TRUE(faults_of("min_age_months = 12\nmax_age_months = 24\n").empty());
  EXPECT_TRUE(faults_of("min_age_months = 12\n").empty());
  EXPECT_THAT(faults_of("[[word]]\ntext = \"\"\n[[minus_word]]\ntext = \" \"\n"),
              ElementsAre("own.toml:3:8: 'word[1].text': expected a word: an empty one stands in every name\n"
                          "own.toml:5:8: 'minus_word[1].text': expected a word: an empty one stands in every name"));
}

TEST(CampaignFaults, OfAFolderAllFilesAreToldAndTheShippedHaveNone) {
  EXPECT_TRUE(campaign_faults("config", shipped()).empty());
  const fs::path folder = fs::path(testing::TempDir()) / ("campaigns_" + std::to_string(::getpid()));
  fs::create_directories(folder / "campaigns");
  std::ofstream(folder / "campaigns" / "b.toml") << "title = \"乙\"\nunits = [\"无此县\"]\n";
  std::ofstream(folder / "campaigns" / "a.toml") << "title = \"甲\"\nleast = 0\nmost = 1\n";
  std::ofstream(folder / "campaigns" / "c.toml") << "title = \"丙\"\nwithout_programs = [\"hnte\"]\n";
  const auto faults = campaign_faults(folder, shipped());
  fs::remove_all(folder);
  ASSERT_EQ(faults.size(), 2U) << "programmes are those of the reference where there is no scorecard";
  EXPECT_THAT(faults[0].where, testing::HasSubstr("a.toml:2:"));
  EXPECT_THAT(faults[0].message, testing::HasSubstr("unknown key 'most'")) << "all of the file";
  EXPECT_THAT(faults[1].text(), testing::HasSubstr("b.toml:2:9: unknown responsible unit '无此县'"));
}

TEST(CampaignFaults, MiningSaysTheSame) {
  World world({{.name = "甲"}});
  world.reference = shipped();
  LoadedRules rules = world.loaded();
  rules.campaigns_.push_back(
      parse_campaign("title = \"甲\"\nwithout_programs = [\"hnet\"]\nipc = [\"Z99\"]\n", "own", "own.toml").value());
  const auto report = mine(world.folder(), *world.snapshot, rules, world.reference, {"own", make_date(2026, 11, 20), 1},
                           nullptr, silent_progress());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::kConfig);
  EXPECT_EQ(report.error().text(),
            "own.toml:2:20: unknown programme 'hnet', did you mean 'hnte'?\n"
            "own.toml:3:7: no IPC symbol begins with 'Z99': expected such as H02K or C22C21/");
}

}  // namespace
}  // namespace tanmiao::miner::campaign_faults_test
