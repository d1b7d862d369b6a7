// The last visit of each firm, for lists.
#pragma once

#include <map>
#include <string>

#include "server/site.h"

namespace tanmiao::server {

struct FollowUp {
  Date visited_on{};
  std::string verdict;  // 核实结论, of the last visit that has one
};
using FollowUps = std::map<store::FirmNo, FollowUp>;
Result<FollowUps> latest_visits(const Site& site, const World& world);

}  // namespace tanmiao::server
