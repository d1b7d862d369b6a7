// config/tanmiao.toml: what a city sets. Relative paths start at the folder of the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "crawler/crawl.h"
#include "linkage/link.h"
#include "linkage/match/matcher.h"

namespace tanmiao::app {

// [report]: from when on the run report asks for a person.
struct ReportLimits {
  int quiet_days = 35;                       // a source brought nothing new for longer
  std::map<std::string, int> quiet_days_of;  // for sources of another rhythm, by id
  int backup_days = 7;                       // since the last backup
  std::uint64_t free_bytes = 5'000'000'000;  // free space below this
};

// [backtest]: what a night checks of its ranking.
struct NightlyBacktest {
  bool nightly = false;
  bool learned = false;  // a learned ranking takes the scorecard's place where it is shown to be better
  std::string label = "tech_sme";
  int horizon_months = 12, resamples = 200;
  int compare_months = 24;  // a new model is held against all that ranked so long ago, not only the one in use
  std::uint64_t most_firms = 1'000'000;  // of more firms nothing is looked back at: a night has an end
};

struct AppConfig {
  std::filesystem::path file;
  std::uint32_t city_code = 0;  // GB/T 2260, a prefecture: 371600
  std::string city_name, issuer;
  std::filesystem::path reference;  // folder of reference tables
  std::filesystem::path rules;      // folder with campaigns/, rubrics/, scorecard.toml
  crawler::CrawlConfig crawl;       // person_key is filled in by with_person_key()
  std::filesystem::path person_key_file;
  linkage::LinkConfig link;
  std::filesystem::path match_weights;  // of the comparison of names
  linkage::MatchThresholds match_thresholds;
  std::vector<std::string> campaigns;
  int keep_raw_days = 90;  // [archive] keep_days: raw pages go after so many days; 0: never
  ReportLimits report;
  NightlyBacktest backtest;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
};

Result<AppConfig> load_config(const std::filesystem::path& file);

// Reads the secret for hashes of persons' names, or makes it (mode 0600). Error kConfig when the file would lie inside
// the data folder: a copy of the data must not carry the key.
Status with_person_key(AppConfig& config, const std::filesystem::path& data);

}  // namespace tanmiao::app
