// robots.txt of a host beyond the life of a process, in notes of facts.db: what it said of us when it was read last,
// for those who plan; and its text for a day, so that a night that goes on, or another run, need not ask for it again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "crawler/robots.h"
#include "crawler/robots_state.h"
#include "store/facts.h"

namespace tanmiao::crawler {

Status remember_robots(store::Facts& facts, const std::vector<RobotsState>& states);
Result<std::optional<RobotsState>> remembered_robots(store::Facts& facts, const std::string& origin);

struct KeptRobots {
  RobotsAnswer answer;
  Instant fetched_at{};
};
// RFC 9309, 2.4: no longer than that.
inline constexpr std::chrono::hours kRobotsKept{24};

// `clock`: of the night. What is kept serves nights that lie less than kRobotsKept from the one that asked, by their
// clocks as by the time `now`: a night that is given a clock of its own sees what a host says on that day.
Status keep_robots(store::Facts& facts, const std::string& origin, Instant clock, const KeptRobots& kept);
Result<std::optional<KeptRobots>> kept_robots(store::Facts& facts, const std::string& origin, Instant clock,
                                              Instant now);

}  // namespace tanmiao::crawler
