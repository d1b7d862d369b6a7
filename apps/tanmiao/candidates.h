// The candidate list of a run, opened and printed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "apps/tanmiao/workplace.h"
#include "pool/leads.h"
#include "store/columns/run_table.h"

namespace tanmiao::app {

struct LoadedRun {
  store::RunEntry entry;
  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<const store::Run> run, previous;  // previous: of the same campaign, may be null
};

// By id; else the live run of the campaign. kNotFound names what there is.
Result<LoadedRun> load_run(Workplace& place, const std::string& id, const std::string& campaign);
Result<std::vector<pool::CandidateRow>> candidate_rows_of(Workplace& place, const LoadedRun& run,
                                                          const pool::CandidateFilter& filter);
// Firms that people had taken out, ascending.
Result<std::vector<store::FirmNo>> suppressed_of(Workplace& place, const store::Snapshot& snapshot);
// By id, from the source files; empty when they cannot be read: an export does not fail for that.
std::map<std::string, std::string, std::less<>> source_titles(const Workplace& place);
std::string candidate_table(const std::vector<pool::CandidateRow>& rows);

}  // namespace tanmiao::app
