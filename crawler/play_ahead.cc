#include "crawler/play_ahead.h"

namespace tanmiao::crawler {

PlayAhead::PlayAhead(EventsOf of, PageReading reading) : of_(std::move(of)), sink_(*this, std::move(reading)) {
  player_ = std::jthread([this] { play(); });
}

PlayAhead::~PlayAhead() { give_up(); }

void PlayAhead::give_up() {
  const std::scoped_lock lock(mutex_);
  given_up_ = true;
  changed_.notify_all();
}

void PlayAhead::pass_piece(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [&] { return pieces_.size() < kMostPieces || ended_ || given_up_; });
  if (!ended_ && !given_up_) pieces_.push_back(std::exchange(filling_, {}));
  filling_.clear();
  changed_.notify_all();
}

void PlayAhead::give(std::string_view frames) {
  if (filling_.capacity() == 0) filling_.reserve(kPiece + kPiece / 8);
  filling_ += frames;
  if (filling_.size() < kPiece) return;
  std::unique_lock lock(mutex_);
  pass_piece(lock);
}

void PlayAhead::close() {
  std::unique_lock lock(mutex_);
  if (!filling_.empty()) pass_piece(lock);
  closed_ = true;
  changed_.notify_all();
}

std::vector<Record> PlayAhead::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !ready_.empty() || ended_ || given_up_; });
  if (ready_.empty() || given_up_) return {};
  std::vector<Record> group = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return group;
}

Result<PageReading> PlayAhead::finish() {
  player_.join();
  TANMIAO_TRY(result_);
  return PageReading(std::move(sink_));
}

Status PlayAhead::Sink::record(Record&& record) {
  TANMIAO_TRY(PageReading::record(std::move(record)));
  if (records.size() < kGroup || ahead.hand_on(records)) return {};
  return Error{Errc::kCancelled, "given up", {}};
}

void PlayAhead::play() {
  for (std::string piece; result_ && next_piece(piece);) result_ = play_all(piece, of_, sink_);
  if (result_ && !sink_.records.empty()) (void)hand_on(sink_.records);
  sink_.records.clear();
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

// False: there is none any more.
bool PlayAhead::next_piece(std::string& piece) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !pieces_.empty() || closed_ || given_up_; });
  if (pieces_.empty() || given_up_) return false;
  piece = std::move(pieces_.front());
  pieces_.pop_front();
  changed_.notify_all();
  return true;
}

// False: nobody wants it any more.
bool PlayAhead::hand_on(std::vector<Record>& records) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ready_.size() < kMostReady || given_up_; });
  if (given_up_) return false;
  ready_.push_back(std::exchange(records, {}));
  records.reserve(kGroup);
  changed_.notify_all();
  return true;
}

}  // namespace tanmiao::crawler
