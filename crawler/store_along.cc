#include "crawler/store_along.h"

#include "crawler/file_reader.h"
#include "crawler/folder_files.h"

namespace tanmiao::crawler {

StoreAlong::StoreAlong(CrawlBatch& batch, store::Facts& facts, EventsOf of, PageTally tally,
                       std::function<Result<std::uint64_t>()> begin, std::uint64_t most_along)
    : batch_(batch),
      facts_(facts),
      of_(std::move(of)),
      tally_(std::move(tally)),
      begin_(std::move(begin)),
      most_along_(most_along),
      held_(kHeldEvents) {}

StoreAlong::~StoreAlong() { StoreAlong::clear(); }

void StoreAlong::clear() {
  stop_threads();
  if (whole_) {
    batch_.group = {};
    (void)facts_.end_whole(false);
  }
  whole_ = false;
  failed_ = {};
  broken_ = false;
  size_ = 0;
  held_.clear(), rest_.clear();
}

void StoreAlong::stop_threads() {
  if (ahead_) ahead_->give_up();
  if (writer_.joinable()) writer_.join();
  ahead_.reset();
}

// What was committed before is no part of the whole.
Status StoreAlong::start() {
  TANMIAO_TRY(batch_.flush());
  TANMIAO_TRY(facts_.begin_whole());
  whole_ = true;
  TANMIAO_ASSIGN(of_.capture, begin_());
  PageReading reading;
  reading.tally = tally_;
  ahead_.emplace(of_, std::move(reading));
  writer_ = std::jthread([this] { write(); });
  ahead_->give(held_.bytes());
  held_.clear();
  return {};
}

// Of the batch's group nobody else knows meanwhile.
void StoreAlong::write() {
  for (auto some = ahead_->next(); !some.empty(); some = ahead_->next()) {
    auto& records = batch_.group.records;
    if (records.empty())
      records = std::move(some);
    else
      std::move(some.begin(), some.end(), std::back_inserter(records));
    if (whole_ || batch_.full()) failed_ = batch_.flush();
    if (failed_) continue;
    broken_ = true;
    ahead_->give_up();
  }
}

Status StoreAlong::append(std::string_view frame) {
  size_ += frame.size();
  if (!whole_ && size_ <= kHeldEvents) return held_.append(frame);
  if (!whole_) TANMIAO_TRY(start());
  return size_ > most_along_ ? rest_.append(frame) : given(frame);
}

Status StoreAlong::given(std::string_view frame) {
  ahead_->give(frame);  // NOLINT(bugprone-unchecked-optional-access): start() made it
  if (!broken_) return {};
  if (writer_.joinable()) writer_.join();
  return failed_;
}

Result<PageReading> StoreAlong::all_played() {
  if (!ahead_) return PageReading();
  ahead_->close();
  writer_.join();
  TANMIAO_TRY(failed_);
  Result<PageReading> reading = ahead_->finish();
  ahead_.reset();
  return reading;
}

Result<PageReading> StoreAlong::take() {
  if (!whole_) {
    TANMIAO_ASSIGN(of_.capture, begin_());
    FileSink sink(batch_, tally_);
    TANMIAO_TRY(play_all(held_, of_, sink));
    return PageReading(std::move(sink.page));
  }
  TANMIAO_ASSIGN(PageReading reading, all_played());
  if (rest_.size() == 0) return reading;
  // It was read to its end: what is left is committed as it comes.
  TANMIAO_TRY(facts_.end_whole(true));
  whole_ = false;
  ahead_.emplace(of_, std::move(reading));
  writer_ = std::jthread([this] { write(); });
  TANMIAO_TRY(each_frame(rest_, of_.part, [&](std::string_view frame) { return given(frame); }));
  return all_played();
}

Status StoreAlong::keep() {
  TANMIAO_TRY(batch_.flush());
  if (!whole_) return {};
  whole_ = false;
  return facts_.end_whole(true);
}

}  // namespace tanmiao::crawler
