// Runs the queries that are kept (server/saved_query.h) for what is new: firms that match now and did not at the end of
// the night before.
#pragma once

#include <string>
#include <vector>

#include "apps/tanmiao/workplace.h"
#include "server/saved_query.h"

namespace tanmiao::app {

using server::SavedFound;
using server::SavedQuery;

// Runs those that are kept (or the one named) on what is live and compares with the last night before `night`. With
// `note` what matched is written down as that of `night`.
Result<std::vector<SavedFound>> run_saved_searches(Workplace& place, Date night, const std::string& only, bool note);

}  // namespace tanmiao::app
