// Lists that are drawn from a run: its shortlist, and who holds or held what the list is about.
#pragma once

#include "apps/tanmiao/candidates.h"
#include "miner/shortlist.h"

namespace tanmiao::app {

// Rows of the run that its shortlist has; firms that were taken out since are left out.
Result<miner::Shortlisted> shortlist_of(Workplace& place, const LoadedRun& run,
                                        const std::optional<miner::ShortlistRule>& rule = std::nullopt);

Action declare_shortlist(CLI::App& leaf, Common& common);
Action declare_filings(CLI::App& leaf, Common& common);
Action declare_renewals(CLI::App& leaf, Common& common);

}  // namespace tanmiao::app
