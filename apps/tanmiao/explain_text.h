// The explanation of a firm as a page of text.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "store/columns/snapshot.h"

namespace tanmiao::app {

std::string explain_text(const store::Snapshot& snapshot, store::FirmNo firm, const boost::json::object& explanation);

}  // namespace tanmiao::app
