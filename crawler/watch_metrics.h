// A crawl's counters for the textfile collector of Prometheus' node_exporter. Names and meanings: docs/watch.md.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "core/error.h"
#include "crawler/observer.h"

namespace tanmiao::crawler {

class MetricsFile : public Observer {
 public:
  // `file` is replaced as a whole, by rename, every `every` and at the end. `last_success`: of sources by their id,
  // from before this crawl.
  MetricsFile(std::filesystem::path file, std::chrono::milliseconds every = std::chrono::seconds(5))
      : file_(std::move(file)), every_(every) {}
  void know_success(const std::string& source, Instant last) { sources_[source].last_success = last; }

  void on(const CrawlEvent& event) override;
  void tick() override;
  Status write() const;      // kIo with the place
  std::string text() const;  // exposition format 0.0.4

 private:
  struct SourceCounts {
    std::uint64_t requests = 0, bytes = 0, read = 0, same = 0, failed = 0, refused = 0, rejected = 0;
    std::map<std::string, std::uint64_t> waiting;  // by host
    std::uint64_t fresh = 0, changed = 0, gone = 0, rows = 0, alarms = 0;
    bool ended = false, held = false, failed_whole = false, not_approved = false;
    Instant last_success{};
  };
  struct HostCounts {
    std::uint64_t requests = 0, bytes = 0;
    std::array<std::uint64_t, 6> answers{};  // none, 1xx to 5xx
    double seconds = 0;
    bool left_alone = false;
    Instant resting_until{};
  };

  std::filesystem::path file_;
  std::chrono::milliseconds every_;
  std::chrono::steady_clock::time_point began_{}, written_{};
  Instant began_at_{};
  bool running_ = false, good_ = false;
  double seconds_ = 0;
  std::map<std::string, SourceCounts, std::less<>> sources_;
  std::map<std::string, HostCounts, std::less<>> hosts_;
  Status status_;
};

}  // namespace tanmiao::crawler
