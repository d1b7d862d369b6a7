// The words of the run report, for JSON and for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/tanmiao/pipeline.h"

namespace tanmiao::app {

std::string_view word(crawler::SourceOutcome outcome);   // "published"
std::string_view label(crawler::SourceOutcome outcome);  // "已发布"
std::string outcome_word(const NightReport& report);     // "done", "held", "failed"
std::string_view stage_label(std::string_view stage);    // "采集"
std::string outcome_label(const NightReport& report);

// One row a stage: name, seconds, peak memory in MB, what it did.
struct StageLine {
  std::string word, label;
  Figures figures;
  std::string did;
};
std::vector<StageLine> stage_lines(const NightReport& report);

// One row a source.
std::vector<std::string> source_headings();
std::vector<std::vector<std::string>> source_rows(const NightReport& report);

}  // namespace tanmiao::app
