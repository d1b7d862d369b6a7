// What happens in a crawl as JSON lines, one an event, in order. The fields: docs/watch.md.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/error.h"
#include "crawler/observer.h"

namespace tanmiao::crawler {

// Whoever reads them slowly does not hold the crawl up: what a pipe does not take waits here, up to `most_waiting`
// bytes; beyond it lines are left out and their number is told ("dropped") as soon as there is room.
class EventLines : public Observer {
 public:
  static constexpr std::size_t kMostWaiting = std::size_t{8} << 20;
  // "-": standard output. The file is begun anew. kIo when it cannot be written.
  static Result<std::unique_ptr<EventLines>> open(const std::string& file, std::size_t most_waiting = kMostWaiting);
  EventLines(int fd, bool own, std::size_t most_waiting);
  ~EventLines() override;
  EventLines(const EventLines&) = delete;
  EventLines& operator=(const EventLines&) = delete;

  void on(const CrawlEvent& event) override;
  void tick() override { write_some(); }
  // Waits for the reader, at most so long. Why not all of it was written; empty: it was.
  std::string finish(std::chrono::milliseconds patience);

 private:
  void line(const std::string& text);
  void write_some();
  bool write_piece();

  int fd_;
  bool own_;
  bool file_;  // takes all that is written, at once
  std::size_t most_waiting_;
  std::string waiting_;
  std::size_t written_ = 0;    // of `waiting_`
  std::uint64_t dropped_ = 0;  // lines since the last one that was taken
  std::uint64_t lost_ = 0;     // lines in all
  std::string failure_;        // nothing is written any more
  std::chrono::steady_clock::time_point began_{};
  std::uint64_t requests_ = 0, bytes_ = 0, held_ = 0, sources_ = 0;
  std::uint64_t asked_ = 0, came_ = 0;  // as they were asked and came, by whichever source
};

}  // namespace tanmiao::crawler
