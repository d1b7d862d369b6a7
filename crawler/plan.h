// What a crawl would ask for now, and how long it would take at the given politeness. Nothing is asked and nothing
// written. What it rests on is what the last crawl found: pages that changed since may lead to others.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crawler/crawl.h"
#include "crawler/host_memory.h"
#include "crawler/remote_ledger.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

inline constexpr std::chrono::milliseconds kLeastPlannedPause{1000};  // as in crawler/host_lanes.cc

struct PlannedHost {
  std::string host;                    // as Hosts::lane_of gives it
  std::uint64_t requests = 0;          // now: robots.txt and redirects included, retries not
  std::uint64_t addresses = 0;         // of them pages
  std::uint64_t not_due = 0;           // pages that are known and not due for another look
  std::chrono::milliseconds pause{0};  // between two requests: the source's, or what robots.txt asked for last
  std::chrono::milliseconds rests{0};  // before the first one
  std::chrono::milliseconds takes{0};  // pauses and rest; what the host takes to answer comes on top
  std::string left_alone;              // Chinese: why it is not asked any more this night
  std::optional<RobotsState> robots;   // as it was read last
};

struct SourcePlan {
  std::string id, title;
  bool folder = false, remote = false;  // remote: of the listings and files of its servers; what the inbox holds is not
  std::string obstacle;  // Chinese: why nothing would be asked or read; what is planned is what would be without it
  std::string note;      // Chinese: what bounds the plan
  bool first = false;    // nothing is known but where to start
  bool resumed = false;  // what an earlier process of this night left
  std::vector<std::string> addresses;  // that would be asked for, in the order of their finding; of a folder: files
  std::uint64_t requests = 0, known_bytes = 0;      // bytes: of the same pages when they came last
  std::uint64_t not_due = 0, refused = 0;           // refused: by robots.txt, the last time
  std::uint64_t most_requests = 0, most_bytes = 0;  // a night
  std::uint64_t files = 0, files_same = 0;
  std::vector<PlannedHost> hosts;
  std::vector<std::string> origins;  // whose robots.txt is asked for; of all sources together once
  std::chrono::milliseconds takes{0};
};

struct CrawlPlan {
  Date day{};
  std::string obstacle;  // Chinese: why no crawl would begin; what is planned is what would be without it
  std::vector<SourcePlan> sources;
  std::uint64_t requests = 0;
  std::chrono::milliseconds takes{0};  // of the host that takes longest, all its sources together
};

// What is known of a source on the network. Pure.
struct SourceKnowledge {
  const Source& source;
  Date day{};
  std::chrono::minutes of_day{0};  // Beijing
  bool allow_loopback_speed = false;
  std::uint64_t reading = 0;  // reading_hash()
  const std::map<std::string, store::Part>& parts;
  const std::vector<store::FrontierUrl>& frontier;  // of the last batch
  bool open = false;                                // that batch was cut off and would be taken up
  std::map<std::string, std::uint64_t> bytes{};     // of a part when it came last
  std::map<std::string, RobotsState> robots{};      // by origin
  std::map<std::string, HostRest> rests{};          // by lane
  Instant now{};
  std::set<std::string> robots_kept{};  // origins that are not asked for it again
};
SourcePlan plan_source(const SourceKnowledge& known);

// Of a remote source by its ledger; the host that would be asked is the first that is not left alone. Pure.
struct RemoteKnowledge {
  const Source& source;
  const RemoteLedger& ledger;
  Date day{};
  std::chrono::minutes of_day{0};  // Beijing
  bool allow_loopback_speed = false;
  store::NightId night = 0;                 // 0: a new one
  std::map<std::string, HostRest> rests{};  // by lane
  Instant now{};
  std::filesystem::path inbox{};
};
SourcePlan plan_remote(const RemoteKnowledge& known);

// Of all sources of the configuration, from the store as it lies there.
Result<CrawlPlan> plan_crawl(store::Store& store, const CrawlConfig& config, const Reference& reference, Instant now);

}  // namespace tanmiao::crawler
