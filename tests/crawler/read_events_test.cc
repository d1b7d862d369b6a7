// What a reader process says, as the process that asked takes it.
#include "crawler/read_events.h"

#include "crawler/play_ahead.h"

#include "tests/crawler/reading_fixture.h"

#include <thread>

namespace tanmiao::crawler::read_events_test {
namespace {

using testing::ElementsAre;

constexpr const char* kList = R"([[page]]
role = "list"
reader = "table"
kind = "signal"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
[page.rules.signal_type]
constant = "contest"
)";
constexpr const char* kLinks = R"toml([[page.link]]
match = "(id=\\d+)"
address = "/get?$1#POST:json:{}"
role = "list"
)toml";

// The payload of a frame.
std::string said(FrameWriter& out) { return std::string(out.done().substr(kFrameHead)); }

Status played(const Source& source, const std::string& payload, Gathered& out) {
  return play(payload, {source, "http://h.test/a", 7}, out);
}

FrameWriter record_of(std::string_view key, std::uint64_t days) {
  FrameWriter out(Frame::kRecord);
  out.number(static_cast<std::uint64_t>(RecordKind::kSignal)).text(key).number(3);
  out.number(1).number(days).number(0).number(0).number(1).number(0).number(0);
  return out;
}
FrameWriter& with(FrameWriter& out, Field field, std::string_view value) {
  return out.number(static_cast<std::uint64_t>(field)).text(value);
}

TEST(ReadEvents, WhatASinkIsToldComesOutAgain) {
  const Source source = source_of(std::string(kList) + kLinks);
  std::string frames;
  EventSink sink([&](std::string_view frame) { return frames += frame, Status(); });
  Record record;
  record.kind = RecordKind::kSignal;
  record.key = "k";
  record.event_date = make_date(1, 1, 1);
  record.public_date = make_date(9999, 12, 31);
  record.fields = {{Field::kFirmName, "甲科技有限公司"}, {Field::kTitle, "某赛"}};
  ASSERT_TRUE(sink.record(Record(record)));
  ASSERT_TRUE(sink.found({"http://h.test/get?id=1#POST:json:{}", "list", true}));
  sink.offered(5);
  ASSERT_TRUE(sink.finish());
  Spool spool(1 << 20);
  ASSERT_TRUE(spool.append(frames));
  Gathered got;
  ASSERT_TRUE(play_all(spool, {source, "http://h.test/a", 7}, got));
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(content_hash(got.records[0]), content_hash(record));
  EXPECT_EQ(got.records[0].public_date, record.public_date);
  EXPECT_THAT(got.links, ElementsAre("list http://h.test/get?id=1#POST:json:{}"));
  EXPECT_EQ(got.rows, 5);
}

// More than what one holds of a file, played ahead of who takes it.
class Ahead : public testing::Test {
 protected:
  void give_all() {
    for (std::size_t i = 0; i < kRecords; ++i) {
      FrameWriter record = record_of("k" + std::to_string(i), 18'000);
      ahead_.give(with(record, Field::kFirmName, "甲").done());
    }
  }

  static constexpr std::size_t kRecords = 5 * PlayAhead::kGroup + 10;
  const Source source_ = source_of(kList);
  PlayAhead ahead_{{source_, "a.csv", 7}, {}};
};

TEST_F(Ahead, RecordsComeInTheirOrderInGroups) {
  std::jthread giver([this] {
    give_all();
    ahead_.give(FrameWriter(Frame::kRows).number(kRecords).done());
    ahead_.close();
  });
  std::size_t next = 0, groups = 0;
  for (auto some = ahead_.next(); !some.empty(); some = ahead_.next(), ++groups) {
    ASSERT_LE(some.size(), PlayAhead::kGroup);
    for (const Record& record : some) ASSERT_EQ(record.key, "k" + std::to_string(next++));
  }
  EXPECT_EQ(next, kRecords);
  EXPECT_EQ(groups, 6u);
  const auto rest = ahead_.finish();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->rows, kRecords);
  EXPECT_TRUE(rest->records.empty());
}

TEST_F(Ahead, WhatIsNoFrameIsToldAtTheEnd) {
  ahead_.give(std::string("\x01\0\0\0?", 5));
  ahead_.close();
  EXPECT_TRUE(ahead_.next().empty());
  const auto rest = ahead_.finish();
  ASSERT_FALSE(rest);
  EXPECT_EQ(rest.error().code, Errc::kCorrupt);
}

// Neither who gives nor the player waits for somebody who takes no more.
TEST_F(Ahead, WhoGivesUpIsNotWaitedFor) {
  std::jthread giver([this] {
    for (int i = 0; i < 20; ++i) give_all();
    ahead_.close();
  });
  EXPECT_EQ(ahead_.next().size(), PlayAhead::kGroup);
  ahead_.give_up();
  giver.join();
  EXPECT_TRUE(ahead_.next().empty());
}

// A file may have taken the reader over: no bytes that are no text, no day that no calendar has, no order of fields
// that the store does not keep.
TEST(ReadEvents, RecordsThatNoReaderMakesAreRefused) {
  const Source source = source_of(kList);
  Gathered got;
  FrameWriter good = record_of("k", 18'000), odd_key = record_of("\xFF", 18'000), far = record_of("k", ~0ULL >> 1),
              before = record_of("k", 1ULL << 63), empty = record_of("k", 1), order = record_of("k", 1),
              bytes = record_of("k", 1), kind = record_of("k", 1);
  EXPECT_TRUE(played(source, said(with(good, Field::kFirmName, "甲")), got));
  for (FrameWriter* const bad :
       {&odd_key, &far, &before, &with(empty, Field::kFirmName, ""), &with(bytes, Field::kFirmName, "\xC3("),
        &with(with(order, Field::kTitle, "b"), Field::kFirmName, "a"), &kind.number(all_fields().size()).text("x")}) {
    const Status done = played(source, said(*bad), got);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::kCorrupt);
  }
  EXPECT_EQ(got.records.size(), 1u);
}

TEST(ReadEvents, RowsAreCountedAtOnce) {
  const Source source = source_of(kList);
  struct Counted : Gathered {
    void offered(std::uint64_t more) override { ++calls, all += more; }
    int calls = 0;
    std::uint64_t all = 0;
  } got;
  EXPECT_TRUE(played(source, said(FrameWriter(Frame::kRows).number(1'000'000'000)), got));
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.all, 1'000'000'000u);
  EXPECT_FALSE(played(source, said(FrameWriter(Frame::kRows).number(1'000'000'001)), got));
}

// The description alone says what is asked for, and which secret goes where.
TEST(ReadEvents, LinksThatNoRuleMakesAreRefused) {
  const auto link = [](std::string_view address, std::string_view role, bool built, std::string_view fault = {}) {
    FrameWriter out(Frame::kLink);
    out.text(address).text(role).number(built ? 1 : 0).number(0).number(0).number(0).number(0).text(fault);
    return said(out);
  };
  const Source plain = source_of(kList), posts = source_of(std::string(kList) + kLinks);
  Source secret = plain;
  secret.secrets["token"] = {};
  Gathered got;
  EXPECT_TRUE(played(plain, link("http://h.test/b", "list", false), got));
  EXPECT_TRUE(played(plain, link("a.zip!b.txt", kUnread, false), got));
  EXPECT_TRUE(played(posts, link("http://h.test/b#POST:json:{}", "list", true), got));
  EXPECT_TRUE(played(secret, link("http://h.test/b", "list", false), got));
  EXPECT_FALSE(played(plain, link("http://h.test/b", "nowhere", false), got));
  EXPECT_FALSE(played(plain, link("", "list", false), got));
  EXPECT_FALSE(played(plain, link("http://h.test/b", "list", false, "\xFF"), got));
  EXPECT_FALSE(played(plain, link("http://h.test/b#POST:json:{}", "list", true), got));
  EXPECT_FALSE(played(secret, link("http://h.test/b?t={secret:token}", "list", false), got));
  EXPECT_FALSE(played(secret, link("http://h.test/b?t=%7bsecret:token%7d", "list", false), got));
}

}  // namespace
}  // namespace tanmiao::crawler::read_events_test
