// Politeness: one request at a time to a host, at its own pace (crawler/host_pace.h), robots.txt, redirects within the
// allow list, bounded patience with hosts in trouble. Shared by all sources of a night, all on one loop and one thread.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crawler/fetcher.h"
#include "crawler/host_memory.h"
#include "crawler/host_pace.h"
#include "crawler/observer.h"
#include "crawler/robots.h"
#include "crawler/robots_state.h"
#include "crawler/stop_signs.h"
#include "crawler/url.h"

namespace tanmiao::crawler {

struct Policy {
  std::vector<std::string> hosts;         // nothing else is asked
  std::chrono::milliseconds pause{3000};  // as the source wants it
  bool allow_loopback_speed = false;
  std::uint32_t most_attempts = 4;         // of one address
  std::chrono::seconds longest_wait{300};  // of a Retry-After; a host that wants more is left for the night
  std::optional<NightWindow> window{};     // hours in which the hosts may be asked
  std::chrono::seconds most_time{300};     // of one answer
  std::chrono::seconds most_stalled{30};
  bool failed_before = false;    // the address, in an earlier night: it is tried once
  bool others_stand_by = false;  // mirrors: a host that fails rests at once
};

struct PoliteAnswer {
  enum class Kind { kAnswer, kFailed, kRefused, kCancelled, kShut };  // kShut: outside the hours of the source
  Kind kind = Kind::kFailed;
  FetchResponse response;
  std::string url;               // the address it came from, after redirects; of a mirror that of the first host
  std::string mirror;            // of a mirror: the address that answered
  std::string robots;            // the decision that allowed it
  std::string note;              // why it failed or was refused, Chinese
  std::string not_followed;      // where a redirect led that request.refuses()
  bool stop = false;             // the host is not asked any more this night
  std::string stopped_because;   // Chinese
  std::optional<SignSeen> sign;  // the last that an answer other than 200 fitted
  bool source_stop = false;      // ... and after which its source ends
  std::uint32_t requests = 0;
  std::uint64_t bytes = 0;
};

class Hosts {
 public:
  // `memory` and `signs` outlive it; nullptr: nothing is known beyond this object; no answer is a stop sign.
  Hosts(boost::asio::io_context& loop, Fetcher& fetcher, std::string product, const std::atomic<bool>& stop,
        HostMemory* memory = nullptr, const StopSigns* signs = nullptr);
  ~Hosts();
  // request.url: an address (crawler/address.h). Follows up to five redirects, of a POST as RFC 9110 says: 307 and 308
  // send the body again, others ask by GET. Answers other than 200 and 304 are failures. Never throws for what a host
  // does.
  boost::asio::awaitable<PoliteAnswer> get(FetchRequest request, const Policy& policy);
  // A page of this address fitted a rule. True when something follows: nobody asks the host again this night, or, of a
  // rule that rests the source, the caller ends. `good`: a page that fitted none.
  bool heed(const std::string& address, const StopSign& sign, SignSeen& seen);
  void good(const std::string& address);
  // A source that ended for the night, whatever process asks: why, Chinese; empty: it did not.
  std::string source_rests(const std::string& id);
  void rest_source(const std::string& id, const SignSeen& seen);
  // Why a host is left alone, Chinese, empty: it is not; and the rule of which it is, if one.
  std::string why_left_alone(const std::string& origin) const;
  bool left_alone(const std::string& address);
  // The same pace for requests that are not HTTP (crawler/remote_crawl.h): may it be asked, or when; waiting for its
  // turn (kNow: to be taken by began() before anything else is waited for; kOver; kShut; kBusy: asked to stop); what
  // came of it.
  HostPace::Next next(const Url& url, const Policy& policy);
  std::chrono::milliseconds pause(const Url& url, const Policy& policy);
  boost::asio::awaitable<HostPace::Next> turn(Url url, const Policy& policy);
  void began(const Url& url);
  void ended(const Url& url, const Policy& policy, const HostAnswer& answer, std::uint64_t bytes);
  void leave(const Url& url, const std::string& why);  // for the night
  bool left_alone(const Url& url);
  // It waits for longer than its pause, or is not asked any more.
  bool rests(const std::string& address, const Policy& policy);
  // It is not asked any more, and not since it fails: it does not want to be.
  bool shut_out(const std::string& address);
  // What keeps the requests to an address apart from others: its host.
  static std::string lane_of(const Url& url);
  // Nothing is under way any more, and nothing more is asked: the next process knows since when.
  void remember_ends();
  // Whoever waits looks whether to stop.
  void wake_all();
  void observe(Observer* observer) { observer_ = observer; }
  // Of each of the origins that was asked.
  std::vector<RobotsState> robots_states(const std::set<std::string>& origins) const;
  // That its robots.txt names, as far as it was read.
  std::vector<std::string> sitemaps(const std::string& origin) const;
  // RFC 9309, 2.4: what was fetched longer ago is asked for again.
  void keep_robots_for(std::chrono::seconds time) { robots_kept_ = time; }

 private:
  struct Lane;
  Lane& lane(const Url& url);
  void recall(Lane& lane, const std::string& name);
  void remember(const Url& url, const PaceRules& rules);
  void wish(const Url& url, std::chrono::milliseconds delay, const Policy& policy);
  void asking();
  bool heed(const Url& url, const StopSign& sign, SignSeen& seen);
  bool heed_answer(const Url& url, const FetchResponse& response, PoliteAnswer& answer);
  bool heed_redirect(const Url& from, const Url& to, PoliteAnswer& answer);
  bool heed_robots(const Url& url, const FetchResponse& response, std::string_view text, PoliteAnswer& answer);
  void tell_asks(const Url& url);
  void tell_rests(const Url& url, const HostPace::Next& next);
  void tell_answered(const Url& url, const PaceRules& rules, const HostAnswer& came, std::uint64_t bytes,
                     bool was_over);
  boost::asio::awaitable<bool> sleep_until(std::chrono::steady_clock::time_point end);
  boost::asio::awaitable<FetchResponse> once(FetchRequest request, bool elsewhere, const Policy& policy,
                                             PoliteAnswer& answer);
  boost::asio::awaitable<FetchResponse> patiently(FetchRequest request, bool elsewhere, const Policy& policy,
                                                  PoliteAnswer& answer);
  bool recall_robots(const std::string& origin);
  boost::asio::awaitable<std::shared_ptr<const Robots>> robots(Url url, const Policy& policy, PoliteAnswer& answer);
  // Nothing: the host was not asked.
  boost::asio::awaitable<std::optional<RobotsAnswer>> fetch_robots(Url url, const Policy& policy, PoliteAnswer& answer);

  boost::asio::io_context& loop_;
  Fetcher& fetcher_;
  std::string product_;
  const std::atomic<bool>& stop_;
  HostMemory* memory_;
  const StopSigns* signs_;
  Observer* observer_ = nullptr;
  bool asking_ = false;  // the memory was told
  std::map<std::string, std::unique_ptr<Lane>> lanes_;
  std::set<boost::asio::steady_timer*> sleepers_;
  struct RobotsEntry {
    bool ready = false;
    std::shared_ptr<const Robots> robots;
    std::chrono::steady_clock::time_point fetched{};
    std::chrono::sys_seconds fetched_at{};
  };
  std::chrono::seconds robots_kept_ = std::chrono::hours(24);
  std::map<std::string, RobotsEntry> robots_;  // by origin
};

// Seconds or an HTTP date (against `now`); nothing when it is neither.
std::chrono::seconds retry_after(std::string_view value, std::chrono::sys_seconds now);

}  // namespace tanmiao::crawler
