// The explanation of a firm as a page of text.
#pragma once

#include <boost/json/fwd.hpp>
#include <functional>
#include <map>
#include <string>

#include "store/columns/snapshot.h"

namespace tanmiao::app {

// `sources`: titles by id; one that is missing is shown by its id.
std::string explain_text(const store::Snapshot& snapshot, store::FirmNo firm, const boost::json::object& explanation,
                         const std::map<std::string, std::string, std::less<>>& sources);

}  // namespace tanmiao::app
