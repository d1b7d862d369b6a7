// What a reader gave of a long file, played by a thread of its own some groups ahead of who stores them.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "crawler/crawl_batch.h"
#include "crawler/read_events.h"

namespace tanmiao::crawler {

class PlayAhead {
 public:
  // `events` and what `of` refers to stay until this ends.
  PlayAhead(const Spool& events, EventsOf of, PageTally tally) : events_(events), of_(std::move(of)), sink_(*this) {
    sink_.tally = std::move(tally);
    player_ = std::jthread([this] { play(); });
  }
  ~PlayAhead() {
    {
      const std::scoped_lock lock(mutex_);
      given_up_ = true;
    }
    changed_.notify_all();
  }
  PlayAhead(const PlayAhead&) = delete;
  PlayAhead& operator=(const PlayAhead&) = delete;

  // The next records in their order, kGroupRecords at most; none: all were given, or what was played has an error.
  std::vector<Record> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !ready_.empty() || ended_; });
    if (ready_.empty()) return {};
    std::vector<Record> group = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    return group;
  }
  // Once next() gave none: all but the records.
  Result<PageReading> finish() {
    player_.join();
    TANMIAO_TRY(result_);
    return PageReading(std::move(sink_));
  }

 private:
  static constexpr std::size_t kMostReady = 2;

  struct Sink : PageReading {
    explicit Sink(PlayAhead& to) : ahead(to) {}
    Status record(Record&& record) override {
      TANMIAO_TRY(PageReading::record(std::move(record)));
      return records.size() < kGroupRecords || ahead.hand_on(records) ? Status()
                                                                      : Error{Errc::kCancelled, "given up", {}};
    }
    PlayAhead& ahead;
  };

  void play() {
    result_ = play_all(events_, of_, sink_);
    if (result_ && !sink_.records.empty()) (void)hand_on(sink_.records);
    sink_.records.clear();
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  // False: nobody wants it any more.
  bool hand_on(std::vector<Record>& records) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ready_.size() < kMostReady || given_up_; });
    if (given_up_) return false;
    ready_.push_back(std::exchange(records, {}));
    changed_.notify_all();
    return true;
  }

  const Spool& events_;
  EventsOf of_;
  Sink sink_;
  Status result_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<Record>> ready_;
  bool ended_ = false, given_up_ = false;
  std::jthread player_;  // the last: it ends before what it works on
};

}  // namespace tanmiao::crawler
