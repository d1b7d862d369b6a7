// What is known of hosts beyond the life of a process: when one may be asked again, which are left alone tonight, what
// their answers add up to, how slowly one is asked, when it was asked last and what its robots.txt said within a day. A
// process that dies between a Retry-After and the next request must not make the next one impolite, and neither must a
// second run of the same night.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "core/date.h"
#include "crawler/host_pace.h"
#include "crawler/robots_memory.h"
#include "crawler/stop_signs.h"
#include "store/facts.h"

namespace tanmiao::crawler {

using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

struct HostRest {
  Instant until{};                // not asked before; whole seconds, rounded up
  std::string over;               // why it is not asked any more this night, Chinese; empty: it may be
  std::string rule{}, address{};  // of the stop sign, when it was one
  bool failed = false;            // ... since it failed; else it does not want to be asked
  HostPace::Earned earned{};
  SignCount signs{};                                          // of this night
  std::map<std::string, std::chrono::milliseconds> wishes{};  // Crawl-delay by origin, as it was read last
  bool operator==(const HostRest&) const = default;
};

class HostMemory {
 public:
  virtual ~HostMemory() = default;
  virtual HostRest known(const std::string& host) = 0;
  virtual void keep(const std::string& host, const HostRest& rest) = 0;  // at once
  // When the last request of an earlier process to it ended, at the latest; nothing: there was none for a day.
  virtual std::optional<Moment> last_asked(const std::string& host) = 0;
  // Of an origin: what it answered less than a day ago (RFC 9309, 2.4), if that is still known.
  virtual std::optional<KeptRobots> robots(const std::string& origin) = 0;
  virtual void keep_robots(const std::string& origin, const KeptRobots& kept) = 0;  // at once
  virtual void asking() = 0;  // at once: requests go out from now on, and nobody notes when they end ...
  virtual void asked(const std::map<std::string, Moment>& ended) = 0;  // ... until here; of hosts that were asked
};

// In notes of facts.db. A night is a civil date, however many runs it has, and what lies less than kSameNight before or
// after: midnight ends none.
class StoredHostMemory : public HostMemory {
 public:
  static constexpr std::chrono::hours kSameNight{8};
  StoredHostMemory(store::Facts& facts, Date day, Instant clock) : facts_(facts), day_(day), clock_(clock) {}
  HostRest known(const std::string& host) override;
  void keep(const std::string& host, const HostRest& rest) override;
  std::optional<Moment> last_asked(const std::string& host) override;
  std::optional<KeptRobots> robots(const std::string& origin) override;
  void keep_robots(const std::string& origin, const KeptRobots& kept) override;
  void asking() override;
  void asked(const std::map<std::string, Moment>& ended) override;
  const Status& status() const { return status_; }  // the first error

 private:
  void load_asked();
  void write_asked(bool asking);

  store::Facts& facts_;
  Date day_;
  Instant clock_;
  std::map<std::string, HostRest> kept_;
  // Any host may have been asked until `anybody`: a process was cut off. Known once they are `loaded_`.
  bool loaded_ = false;
  Moment anybody_{};
  std::map<std::string, Moment> ended_;
  Status status_;
};

}  // namespace tanmiao::crawler
