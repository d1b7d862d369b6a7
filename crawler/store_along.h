// What the reader of a file of an inbox gives. A short one is held until it was read to its end. A long one is stored
// while it is read, in a transaction that ends with it (Facts::begin_whole): nothing of a file may be kept that cannot
// be read to its end.
//
//   who reads (calling thread) ─ frames ─► player: records ─ groups ─► writer: JSON, hashes, the store
//        └─ beyond kMostAlong: a file without a name, given on once all was read
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "crawler/crawl_batch.h"
#include "crawler/play_ahead.h"
#include "crawler/spool.h"

namespace tanmiao::crawler {

class StoreAlong : public FrameTaker {
 public:
  // What bounds the transaction, and with it the log of facts.db: bytes of frames.
  static constexpr std::uint64_t kMostAlong = std::uint64_t{1} << 30;

  // `begin`: gives the capture that the records are of and puts it into the batch's group. It may be asked again, when
  // the file is read anew.
  StoreAlong(CrawlBatch& batch, store::Facts& facts, EventsOf of, PageTally tally,
             std::function<Result<std::uint64_t>()> begin, std::uint64_t most_along = kMostAlong);
  ~StoreAlong() override;

  Status append(std::string_view frame) override;
  void clear() override;
  std::uint64_t size() const override { return size_; }

  // The file was read to its end: its records are stored, or in the batch's group. Gives all but them.
  Result<PageReading> take();
  // After take(), with all that ends the file in the batch's group: writes it, and keeps the whole.
  Status keep();
  bool is_long() const { return whole_; }

 private:
  Status start();
  void write();
  void stop_threads();
  Status given(std::string_view frame);
  Result<PageReading> all_played();

  CrawlBatch& batch_;
  store::Facts& facts_;
  EventsOf of_;
  PageTally tally_;
  std::function<Result<std::uint64_t>()> begin_;
  std::uint64_t most_along_, size_ = 0;
  Spool held_, rest_{0};
  bool whole_ = false;  // a transaction is open
  Status failed_;       // of the writer; read once it ended
  std::atomic<bool> broken_ = false;
  std::optional<PlayAhead> ahead_;
  std::jthread writer_;
};

}  // namespace tanmiao::crawler
