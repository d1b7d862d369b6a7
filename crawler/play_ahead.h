// What a reader gives of a long file, played by a thread of its own: behind who reads it, ahead of who stores it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "crawler/crawl_batch.h"
#include "crawler/read_events.h"

namespace tanmiao::crawler {

class PlayAhead {
 public:
  static constexpr std::size_t kGroup = 2000;  // records that are handed on at once

  // What `of` refers to stays until this ends. `reading`: what came of the document before, without records.
  PlayAhead(EventsOf of, PageReading reading);
  ~PlayAhead();
  PlayAhead(const PlayAhead&) = delete;
  PlayAhead& operator=(const PlayAhead&) = delete;

  // Whole frames; waits while too many of them were not played. After close() none may come.
  void give(std::string_view frames);
  void close();

  // The next records in their order, kGroup at most; none: all were given, or what was played has an error, or it was
  // given up.
  std::vector<Record> next();
  void give_up();  // nobody waits any more
  // Once it was closed and next() gave none: all but the records.
  Result<PageReading> finish();

 private:
  static constexpr std::size_t kMostReady = 3;                   // groups
  static constexpr std::size_t kPiece = std::size_t{256} << 10;  // bytes of frames that go from thread to thread
  static constexpr std::size_t kMostPieces = 16;

  struct Sink : PageReading {
    Sink(PlayAhead& to, PageReading&& so_far) : PageReading(std::move(so_far)), ahead(to) {}
    Status record(Record&& record) override;
    PlayAhead& ahead;
  };

  void play();
  bool next_piece(std::string& piece);
  bool hand_on(std::vector<Record>& records);
  void pass_piece(std::unique_lock<std::mutex>& lock);

  EventsOf of_;
  Sink sink_;
  Status result_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string filling_;             // of who gives
  std::deque<std::string> pieces_;  // given, not yet played
  std::deque<std::vector<Record>> ready_;
  bool closed_ = false, ended_ = false, given_up_ = false;
  std::jthread player_;  // the last: it ends before what it works on
};

}  // namespace tanmiao::crawler
