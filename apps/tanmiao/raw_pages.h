// Retention of raw pages: what the nightly job and `tanmiao archive prune` share.
#pragma once

#include <boost/json/fwd.hpp>

#include "apps/tanmiao/workplace.h"
#include "crawler/archive.h"

namespace tanmiao::app {

// Pages fetched more than `days` before `clock` go; one audit entry says how many of which source.
Result<std::vector<crawler::ArchiveCut>> prune_raw_pages(Workplace& place, int days, Instant clock, bool dry);

// docs/schema/archive.json
boost::json::array archive_json(const std::vector<crawler::ArchiveCut>& cuts);

}  // namespace tanmiao::app
