// What Hosts keeps of each host, for its own parts only: crawler/fetcher_hosts.cc asks, crawler/host_lanes.cc heeds
// what came and remembers it, crawler/fetcher_robots.cc is about robots.txt.
#pragma once

#include "crawler/fetcher_hosts.h"

namespace tanmiao::crawler {

inline constexpr int kMostRedirects = 5;

struct Hosts::Lane {
  explicit Lane(boost::asio::io_context& loop) : freed(loop, boost::asio::steady_timer::time_point::max()) {}
  HostPace pace;
  SignWatch watch;
  std::optional<SignSeen> sign;     // for which it is left alone
  HostRest told;                    // to the memory, or by it
  boost::asio::steady_timer freed;  // never runs out: it is cancelled when the request in flight ends
};

PaceRules pace_rules(const Url& url, const Policy& policy);
bool is_redirect(int status);

}  // namespace tanmiao::crawler
