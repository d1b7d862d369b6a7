// A crawl's progress, host by host, on a terminal; elsewhere a line now and then.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "crawler/observer.h"

namespace tanmiao::app {

class WatchView : public crawler::Observer {
 public:
  // `every`: between two lines where there is no terminal.
  WatchView(bool terminal, std::chrono::milliseconds every) : terminal_(terminal), every_(every) {}
  ~WatchView() override;

  void on(const crawler::CrawlEvent& event) override;
  void tick() override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Host {
    enum class State { kPauses, kAsks, kRests, kLeft };
    State state = State::kPauses;
    std::string why;
    Instant until{};
    std::uint64_t done = 0, failed = 0, bytes = 0, requests = 0;
    std::map<std::string, std::uint64_t, std::less<>> waiting;  // by source
    std::chrono::milliseconds pause{0}, took{0};                // took: summed up
    Clock::time_point first{};
    std::uint64_t waits() const;
    std::chrono::seconds left() const;  // at the pace it has
    double speed(Clock::time_point now) const;
    std::string state_text() const;
  };

  Host& host(std::string_view name);
  void show(bool now);
  std::vector<std::string> frame() const;
  std::string summary() const;

  bool terminal_;
  std::chrono::milliseconds every_;
  Clock::time_point began_ = Clock::now(), shown_{};
  bool running_ = false;
  std::string day_, file_;  // file_: of an inbox, read last
  std::map<std::string, Host, std::less<>> hosts_;
  std::uint64_t sources_ = 0, ended_ = 0, held_ = 0, files_ = 0, rejected_ = 0;
};

}  // namespace tanmiao::app
