// JSON of what people do, for the API.
#pragma once

#include <boost/json/fwd.hpp>

#include "server/site.h"

namespace tanmiao::server {

Result<boost::json::object> pool_json(const Site& site, const Request& request);
Result<boost::json::object> batches_json(const Site& site);
Result<boost::json::object> conflicts_json(const Site& site);
Result<boost::json::object> review_json(const Site& site, const Request& request);
Result<boost::json::object> targets_json(const Site& site, const Request& request);

}  // namespace tanmiao::server
