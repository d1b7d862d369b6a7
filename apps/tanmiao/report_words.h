// The words of the run report's JSON.
#pragma once

#include <string>
#include <string_view>

#include "apps/tanmiao/pipeline.h"

namespace tanmiao::app {

std::string_view word(crawler::SourceOutcome outcome);  // "published"
std::string outcome_word(const NightReport& report);    // "done", "held", "failed"

}  // namespace tanmiao::app
