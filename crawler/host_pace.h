// When a host may be asked next: what its answers say of its strength. What they say of its will is the affair of
// crawler/stop_signs.h. A pure state machine: times come in, nothing is asked here. One for each host, shared
// by all sources of a night; each source brings its own rules.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::crawler {

// Hours of the civil day in which a host may be asked; one that ends before it begins goes over midnight.
struct NightWindow {
  std::chrono::minutes from{0}, to{0};
  bool holds(std::chrono::minutes of_day) const;
  std::string text() const;  // "22:00-06:00"
};
Result<NightWindow> parse_window(std::string_view text);  // kConfig

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

  // `first`: when the first request may begin. After a crash nobody knows when the last one ended: a full pause.
  explicit HostPace(Time first = {}) : rest_until_(first) {}

  struct Next {
    enum class Kind { kNow, kAt, kBusy, kOver };
    Kind kind = Kind::kNow;
    Time at{};          // kAt
    std::string why{};  // kOver, Chinese
  };
  // May the next job begin, or how long to wait. `of_day`: civil time.
  Next next(const PaceRules& rules, Time now, std::chrono::minutes of_day) const;

  void began();
  void ended(const PaceRules& rules, Time now, const HostAnswer& answer);
  void wish(std::chrono::milliseconds pause) { wish_ = pause; }  // of its robots.txt
  void leave_alone(std::string why, bool by_failures = false);
  void rest_until(Time time);
  Time resting_until() const { return rest_until_; }

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
  std::chrono::milliseconds wish_{0};
  double factor_ = 1;   // >= 1: multiplied when the host slows down or complains, taken back in small steps
  double calm_ms_ = 0;  // what an answer takes when all is well: a moving average; 0: unknown
  int failures_ = 0, rests_ = 0;
  std::string over_;  // left alone for the night, and why
};

}  // namespace tanmiao::crawler
