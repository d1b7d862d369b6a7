#include "apps/tanmiao/report_words.h"

namespace tanmiao::app {

std::string_view word(crawler::SourceOutcome outcome) {
  switch (outcome) {
    case crawler::SourceOutcome::kPublished: return "published";
    case crawler::SourceOutcome::kUnchanged: return "unchanged";
    case crawler::SourceOutcome::kHeld: return "held";
    case crawler::SourceOutcome::kNotApproved: return "not_approved";
    case crawler::SourceOutcome::kFailed: return "failed";
    case crawler::SourceOutcome::kNotNow: return "not_now";
  }
  return "";
}

std::string outcome_word(const NightReport& report) {
  return report.failure ? "failed" : report.held() ? "held" : "done";
}

}  // namespace tanmiao::app
