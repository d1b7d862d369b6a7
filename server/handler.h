// From a request to an answer. The guard has been asked before.
#pragma once

#include "server/site.h"

namespace tanmiao::server {

Response handle(const Site& site, const Request& request);

}  // namespace tanmiao::server
