// Progress against the targets as of a day, for page, sheet and API.
#pragma once

#include <vector>

#include "pool/counter.h"
#include "server/site.h"

namespace tanmiao::server {

struct Targets {
  std::vector<pool::Counter> counters;
  Date as_of{};
};
// Parameter "as_of" (default: today). Errors kUsage for what is no date or another parameter.
Result<Targets> targets_of(const Site& site, const Request& request);

}  // namespace tanmiao::server
