// What is known of a firm from outside, each line with its source: sections of its page, from its JSON (site.h).
#pragma once

#include <boost/json/fwd.hpp>

#include "server/joined_names.h"

namespace tanmiao::server {

Html patents_section(const boost::json::object& firm, const SourceTitles& titles, const JudgeWays& ways);
// With what it does for research, and what it reported itself.
Html recognitions_section(const boost::json::object& firm, const SourceTitles& titles, const JudgeWays& ways);
Html changes_section(const boost::json::object& firm, const SourceTitles& titles);
Html origins_section(const boost::json::object& firm, const SourceTitles& titles);

}  // namespace tanmiao::server
