// What a night knows of hosts beyond the life of a process: when one may be asked again, and which are left alone. A
// process that dies between a Retry-After and the next request must not make the next one impolite.
#pragma once

#include <map>
#include <string>

#include "core/date.h"
#include "store/facts.h"

namespace tanmiao::crawler {

struct HostRest {
  Instant until{};                // not asked before; whole seconds, rounded up
  std::string over;               // why it is not asked any more this night, Chinese; empty: it may be
  std::string rule{}, address{};  // of the stop sign, when it was one
  bool failed = false;            // ... since it failed; else it does not want to be asked
  bool operator==(const HostRest&) const = default;
};

class HostMemory {
 public:
  virtual ~HostMemory() = default;
  virtual HostRest known(const std::string& host) = 0;
  virtual void keep(const std::string& host, const HostRest& rest) = 0;  // at once
};

// In notes of facts.db, of one night.
class StoredHostMemory : public HostMemory {
 public:
  StoredHostMemory(store::Facts& facts, store::NightId night) : facts_(facts), night_(night) {}
  HostRest known(const std::string& host) override;
  void keep(const std::string& host, const HostRest& rest) override;
  const Status& status() const { return status_; }  // the first error

 private:
  store::Facts& facts_;
  store::NightId night_;
  std::map<std::string, HostRest> kept_;
  Status status_;
};

}  // namespace tanmiao::crawler
