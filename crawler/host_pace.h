// When a host may be asked next: what its answers say of its strength. What they say of its will is the affair of
// crawler/stop_signs.h. A pure state machine: times come in, nothing is asked here. One for each host, shared
// by all sources of a night; each source brings its own rules.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::crawler {

// Hours of the civil day in which a host may be asked; one that ends before it begins goes over midnight.
struct NightWindow {
  std::chrono::minutes from{0}, to{0};
  bool holds(std::chrono::minutes of_day) const;
  std::chrono::minutes opens_in(std::chrono::minutes of_day) const;  // 0: it is open
  std::string text() const;                                          // "22:00-06:00"
};
Result<NightWindow> parse_window(std::string_view text);  // kConfig

// Hours that begin so soon are waited for; else a crawl goes on without the source.
inline constexpr std::chrono::minutes kSoonOpen{30};

struct PaceRules {
  std::chrono::milliseconds pause{3000};      // from the end of a request to the next: never less
  std::chrono::milliseconds slowest{60'000};  // a host in trouble gets at most this much, unless it asks for more
  std::chrono::seconds longest_wait{300};     // of a Retry-After; a host that wants more is left alone for the night
  std::optional<NightWindow> window;
  int failures_to_rest = 5;             // in a row: the host rests ...
  std::chrono::seconds first_rest{60};  // ... so long, then twice, then four times
  int most_rests = 3;                   // and is then left alone for the night
};

struct HostAnswer {
  int status = 0;     // 0: no whole answer
  bool ours = false;  // it ended for a reason of ours (a bound, a wish to stop), which says nothing of the host
  std::chrono::milliseconds took{0};
  std::chrono::seconds retry_after{0};
};

class HostPace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Next {
    enum class Kind { kNow, kAt, kBusy, kOver, kShut };  // kShut: outside the hours of the source
    Kind kind = Kind::kNow;
    Time at{};          // kAt; kShut: when the hours begin
    std::string why{};  // kOver, kShut; Chinese
  };
  // What its answers earned; outlives a process.
  struct Earned {
    double factor = 1;
    int failures = 0, rests = 0;
    bool operator==(const Earned&) const = default;
  };
  // May the next job begin, or how long to wait. `of_day`: civil time.
  Next next(const PaceRules& rules, Time now, std::chrono::minutes of_day) const;

  void began();
  void ended(const PaceRules& rules, Time now, const HostAnswer& answer);
  // Of the robots.txt of one of its origins. One machine answers for all of them: the longest counts.
  void wish(const std::string& origin, std::chrono::milliseconds pause);
  const std::map<std::string, std::chrono::milliseconds>& wishes() const { return wishes_; }
  void leave_alone(std::string why, bool by_failures = false);
  void rest_until(Time time);
  Time resting_until() const { return rest_until_; }
  // Of an earlier process: when its last request ended, at the latest; what the host had earned.
  void asked_before(Time ended) { asked_ = true, ended_ = std::max(ended_, ended); }
  void take_up(const Earned& earned);
  Earned earned() const { return {factor_, failures_, rests_}; }
  std::optional<Time> last_ended() const { return asked_ ? std::optional(ended_) : std::nullopt; }

  // What lies between two requests now: the source's pause, or the host's wish, times what its answers earned.
  std::chrono::milliseconds pause(const PaceRules& rules) const;
  bool over() const { return !over_.empty(); }
  const std::string& why_over() const { return over_; }
  bool over_by_failures() const { return failed_out_; }  // not by a word or a refusal of the host

 private:
  void slower(double times);
  void trouble(const PaceRules& rules, Time now);

  bool busy_ = false;
  bool asked_ = false;  // at least once
  bool failed_out_ = false;
  Time ended_{}, rest_until_{};
  std::map<std::string, std::chrono::milliseconds> wishes_;  // by origin, without those of 0
  double factor_ = 1;   // >= 1: multiplied when the host slows down or complains, taken back in small steps
  double calm_ms_ = 0;  // what an answer takes when all is well: a moving average; 0: unknown
  int failures_ = 0, rests_ = 0;
  std::string over_;  // left alone for the night, and why
};

}  // namespace tanmiao::crawler
