// What robots.txt of a host said when it was read last: kept for those who plan, never in place of asking again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crawler/robots_state.h"
#include "store/facts.h"

namespace tanmiao::crawler {

Status remember_robots(store::Facts& facts, const std::vector<RobotsState>& states);
Result<std::optional<RobotsState>> remembered_robots(store::Facts& facts, const std::string& origin);

}  // namespace tanmiao::crawler
