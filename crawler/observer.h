// How others watch a crawl: progress on a terminal, events, metrics. Told on the thread of the crawl, in the order in
// which things happen; nothing is locked and nothing copied on the way. Whoever listens may not keep the crawl waiting.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/date.h"

namespace tanmiao::crawler {

struct SourceReport;

struct CrawlEvent {
  enum class Kind : std::uint8_t {
    kNightBegins,   // number: of the night, day; `count`: sources
    kSourceBegins,  // source, title; `waiting`: addresses; the source's files are not counted before
    kAsks,          // host: a request goes out
    kAnswered,      // host: one came back or failed: status, bytes, took, pause
    kFetched,       // source, host, address (of a file its name): read or found unchanged; why: "" or "same"
    kReceived,      // source, host, address: a listing or a file came from a server of folders; files are read later
    kFailed,        // the same: nothing came, or nothing could be made of it; why
    kRefused,       // the same: not asked for, by robots.txt or since it led away from the source's hosts; why
    kReject,        // source, address, number: line, title: field, why: what was expected. Never the row itself
    kHostRests,     // host, until, why: it is asked again then
    kHostLeft,      // host, why: it is not asked again this night
    kSourceEnds,    // source, report
    kEnds,          // why: "" or the error that ended all
  };
  Kind kind = Kind::kEnds;
  std::string_view source{}, title{};
  std::string_view host{};     // as Hosts::lane_of gives it
  std::string_view address{};  // as the frontier knows it: secrets by their names
  std::string_view why{};      // Chinese, but for kFetched
  int status = 0;              // HTTP status of the last answer, or what HTTP would have said of it; 0: none
  std::uint64_t number = 0, count = 0;
  std::uint64_t bytes = 0;     // as they came
  std::uint32_t requests = 0;  // that an address took
  std::uint64_t records = 0;   // read from it
  std::uint64_t rejected = 0;  // rows of it
  std::uint64_t waiting = 0;   // addresses of this source and host that are known and not yet asked for
  std::chrono::milliseconds took{0};
  std::chrono::milliseconds pause{0};  // to the host's next request
  Instant until{};
  Date day{};
  const SourceReport* report = nullptr;
};

// Views and pointers of an event hold until on() returns.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on(const CrawlEvent& event) = 0;
  virtual void tick() {}  // twenty times a second while hosts are asked, so that time passes for those who show it
};

class Observers : public Observer {
 public:
  void add(Observer* observer) {
    if (observer != nullptr) all_.push_back(observer);
  }
  bool empty() const { return all_.empty(); }
  void on(const CrawlEvent& event) override {
    for (Observer* const one : all_) one->on(event);
  }
  void tick() override {
    for (Observer* const one : all_) one->tick();
  }

 private:
  std::vector<Observer*> all_;
};

inline void tell(Observer* observer, const CrawlEvent& event) {
  if (observer != nullptr) observer->on(event);
}

}  // namespace tanmiao::crawler
