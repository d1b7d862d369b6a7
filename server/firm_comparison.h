// Sections of a firm's page: what the firms ahead of it have, and where it stands among those that bear the title.
#pragma once

#include <boost/json.hpp>

#include "server/site.h"

namespace tanmiao::server {

// Of "why_not_higher" in the JSON of miner::explain_json: sentences and lists, without a sheet around them.
Html beside_others(const boost::json::object& firm);

// Of "listed" and its "nearest"; nothing where the JSON has none.
Html listed_section(const boost::json::object& firm, std::string_view campaign);

}  // namespace tanmiao::server
