#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tanmiao::crawler {

// What a host's robots.txt and its pages say to programs, and how it stands tonight; for the run report.
struct RobotsState {
  std::string origin;
  std::string state;  // "allowed" (but for what `rules` forbid), "forbidden" (every address), "unreachable"
  int status = 0;     // HTTP status of the last answer; 0: none came
  std::chrono::sys_seconds fetched_at{};
  std::uint64_t rules = 0;            // that hold for us
  std::optional<double> crawl_delay;  // seconds
  std::string note;                   // Chinese
  std::string left_alone{};           // why nobody asks the host any more this night, Chinese; empty: it may be asked
  // Pages of it that ask (X-Robots-Tag, meta robots) not to be kept, not to be archived, not to be followed.
  std::uint64_t noindex = 0, noarchive = 0, nofollow = 0;
};

}  // namespace tanmiao::crawler
