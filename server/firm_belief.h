// Sections of a firm's page: how likely the mark is, what to ask first, the cheapest ways there; other standards.
#pragma once

#include <boost/json.hpp>

#include "server/html.h"

namespace tanmiao::server {

// Of the JSON of miner::explain_json; nothing where it has no "belief" or no "standards".
Html belief_section(const boost::json::object& firm);
Html standards_section(const boost::json::object& firm);

}  // namespace tanmiao::server
