// A long file that is stored while it is read.
#include "crawler/store_along.h"

#include "crawler/crawl_sources.h"
#include "crawler/file_reader.h"
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler::store_along_test {
namespace {

class Along : public Crawling {
 protected:
  Along() : now_(night(1)) {
    folder_source();
    CrawlConfig one = config_;
    one.only = {"register"};
    source_ = std::move(chosen_sources(one).value().at(0));
    batch_id_ = store_->facts().open_batch(now_, store::Stage::kCrawl, "register").value().id;
    batch_.emplace(env_, source_, batch_id_);
  }
  std::unique_ptr<StoreAlong> file(std::uint64_t most_along = StoreAlong::kMostAlong) {
    return std::make_unique<StoreAlong>(
        *batch_, store_->facts(), EventsOf{source_, "a.csv"},
        PageTally(source_, source_.pages[0], "a.csv", now_.civil_date),
        [this] { return ++captures_, Result<std::uint64_t>(7); }, most_along);
  }
  // Some 200 bytes each.
  static Status give(StoreAlong& file, int from, int to) {
    EventSink sink([&](std::string_view frame) { return file.append(frame); });
    for (int i = from; i < to; ++i) {
      Record record;
      record.key = code(i);
      record.set(Field::kFirmName, "试验" + std::to_string(i) + std::string(180, 'x'));
      record.public_date = now_of_test();
      record.origin.line = static_cast<std::uint32_t>(i);
      TANMIAO_TRY(sink.record(std::move(record)));
      sink.row();
    }
    return sink.finish();
  }
  static Date now_of_test() { return make_date(2025, 1, 1); }
  std::uint64_t published() {
    return store_->facts().publish_crawl(batch_id_, store::Completeness::kByPart).value().fresh;
  }
  void take_and_keep(StoreAlong& file, std::uint64_t rows) {
    auto reading = file.take();
    ASSERT_TRUE(reading) << reading.error().text();
    EXPECT_EQ(reading->rows, rows);
    batch_->add(std::move(*reading));
    const Status kept = file.keep();
    ASSERT_TRUE(kept) << kept.error().text();
  }

  static constexpr int kLong = 50'000;  // more than kHeldEvents, and many groups
  store::Night now_;
  Source source_;
  store::BatchId batch_id_ = 0;
  CrawlEnv env_{*store_, now_, config_, *reference_, silent_progress(), stop_};
  std::optional<CrawlBatch> batch_;
  int captures_ = 0;
};

TEST_F(Along, AShortFileIsHeldUntilItsEnd) {
  const auto a = file();
  ASSERT_TRUE(give(*a, 0, 100));
  EXPECT_EQ(captures_, 0);
  EXPECT_FALSE(a->is_long());
  take_and_keep(*a, 100);
  EXPECT_EQ(captures_, 1);
  EXPECT_EQ(published(), 100u);
}

TEST_F(Along, ALongFileIsKeptAtItsEnd) {
  const auto a = file();
  ASSERT_TRUE(give(*a, 0, kLong));
  EXPECT_TRUE(a->is_long());
  take_and_keep(*a, kLong);
  EXPECT_EQ(published(), std::uint64_t{kLong});
}

TEST_F(Along, WhatIsReadAnewIsStoredOnce) {
  auto a = file();
  ASSERT_TRUE(give(*a, 0, kLong));
  a->clear();
  EXPECT_EQ(a->size(), 0u);
  ASSERT_TRUE(give(*a, 10, kLong + 20));
  take_and_keep(*a, kLong + 10);
  EXPECT_EQ(captures_, 2);
  a = file();
  ASSERT_TRUE(give(*a, 2 * kLong, 3 * kLong));
  a.reset();  // nobody takes it
  EXPECT_EQ(published(), std::uint64_t{kLong} + 10);
}

// What goes beyond the bound of the transaction waits, and comes behind.
TEST_F(Along, OfAVeryLongFileTheRestFollowsItsEnd) {
  auto a = file(kHeldEvents + 100'000);
  ASSERT_TRUE(give(*a, 0, kLong));
  take_and_keep(*a, kLong);
  EXPECT_FALSE(a->is_long());
  a = file(kHeldEvents + 100'000);
  ASSERT_TRUE(give(*a, kLong, 2 * kLong));
  a.reset();
  EXPECT_EQ(published(), std::uint64_t{kLong});
}

TEST_F(Along, TheWishToStopEndsItAndKeepsNothing) {
  auto a = file();
  ASSERT_TRUE(give(*a, 0, kLong / 2));
  stop_ = true;
  const Status stopped = give(*a, kLong / 2, 20 * kLong);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::kCancelled);
  a.reset();
  stop_ = false;
  EXPECT_EQ(published(), 0u);
  EXPECT_EQ(records(), 0u);
}

// What an earlier file left in the group is no part of the whole.
TEST_F(Along, WhatCameBeforeStays) {
  auto a = file();
  ASSERT_TRUE(give(*a, 0, 5));
  batch_->add(a->take().value());
  a = file();
  ASSERT_TRUE(give(*a, 5, kLong));
  a.reset();
  EXPECT_EQ(published(), 5u);
}

}  // namespace
}  // namespace tanmiao::crawler::store_along_test
