#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tanmiao::crawler {

// What a host's robots.txt says, for the run report.
struct RobotsState {
  std::string origin;
  std::string state;  // "allowed" (but for what `rules` forbid), "forbidden" (every address), "unreachable"
  int status = 0;     // HTTP status of the last answer; 0: none came
  std::chrono::sys_seconds fetched_at{};
  std::uint64_t rules = 0;            // that hold for us
  std::optional<double> crawl_delay;  // seconds
  std::string note;                   // Chinese
};

}  // namespace tanmiao::crawler
