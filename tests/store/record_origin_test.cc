#include "store/record_origin.h"

#include "store_fixture.h"

namespace tanmiao::store::record_origin_test {
namespace {

class Origins : public StoreTest {
 protected:
  Result<std::optional<RecordOrigin>> origin(const View& view = {}, std::string_view key = "a") {
    return origin_of(facts(), view, RecordKind::kFirm, "register", key);
  }
  // One night that reads these records from these captures.
  void night(int number, std::vector<Record> records, Capture capture = {},
             Completeness all = Completeness::kComplete) {
    const Batch batch = begin(number);
    CrawlGroup group;
    group.records = std::move(records);
    group.parts = {{"list", static_cast<std::uint64_t>(number), 1, {}, {}}};
    if (capture.id != 0) group.captures = {std::move(capture)};
    ASSERT_TRUE(facts().commit(batch.id, group));
    ASSERT_TRUE(facts().publish_crawl(batch.id, all));
    ASSERT_TRUE(facts().finish_night(night_.id));
  }
};

TEST_F(Origins, LeadFromTheKeyToTheLineAndTheCaptureOfTheVersionInForce) {
  Capture capture;
  capture.id = facts().next_capture_id().value();
  capture.source = "register", capture.url = "https://register.example.invalid/list",
  capture.segment = "000001.warc.gz";
  capture.offset = 4711;
  Record first = firm("a", "一号", "list", 3), second = firm("a", "二号", "list", 5);
  first.origin.capture = 0;
  second.origin.capture = capture.id;
  night(1, {first});
  night(2, {second}, capture);
  const auto now = origin().value();
  ASSERT_TRUE(now);
  EXPECT_EQ(now->part, "list");
  EXPECT_EQ(now->line, 5u);
  EXPECT_EQ(now->seen, civil_day(clock_of(2)));
  EXPECT_EQ(now->segment, "000001.warc.gz");
  EXPECT_EQ(now->offset, 4711u);
  View then;
  then.known_at = clock_of(1);
  const auto before = origin(then).value();
  ASSERT_TRUE(before);
  EXPECT_EQ(before->line, 3u);
  EXPECT_EQ(before->seen, civil_day(clock_of(1)));
  EXPECT_EQ(before->segment, "");
}

TEST_F(Origins, OfWhatVanishedAreThoseOfItsLastVersion) {
  Record gone = firm("a", "一号", "list", 3);
  gone.origin.capture = 0;
  night(1, {gone});
  night(2, {});
  const auto last = origin().value();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->line, 3u);
}

TEST_F(Origins, AreNoneForARecordThatTheStoreOrTheViewDoesNotHave) {
  Record only = firm("a", "一号");
  only.origin.capture = 0;
  night(2, {only});
  EXPECT_FALSE(origin({}, "b").value());
  EXPECT_FALSE(origin_of(facts(), {}, RecordKind::kSignal, "register", "a").value());
  EXPECT_FALSE(origin_of(facts(), {}, RecordKind::kFirm, "nobody", "a").value());
  View then;
  then.known_at = clock_of(1);
  EXPECT_FALSE(origin(then).value());
}

}  // namespace
}  // namespace tanmiao::store::record_origin_test
