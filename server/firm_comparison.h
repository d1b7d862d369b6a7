// Sections of a firm's page: what the firms ahead of it have, and where it stands among those that bear the title.
#pragma once

#include <boost/json.hpp>
#include <span>

#include "server/site.h"

namespace tanmiao::server {

// Of "why_not_higher" in the JSON of miner::explain_json: sentences and lists, without a sheet around them.
Html beside_others(const boost::json::object& firm);

// Of "listed" and its "nearest"; nothing where the JSON has none.
Html listed_section(const boost::json::object& firm, std::string_view campaign);

// The few of `listed` (ascending) that are most like the firm: number, name, code, score, reasons. `without`: firms
// that were taken out. Empty where the search fails or none is near: an explanation stands without it.
boost::json::array nearest_listed(const indexer::Searcher& searcher, const store::Snapshot& snapshot,
                                  store::FirmNo firm, std::span<const store::FirmNo> listed,
                                  const std::vector<store::FirmNo>& without);

}  // namespace tanmiao::server
