#include <algorithm>
#include <atomic>
#include <thread>

#include "store/sqlite.h"
#include "store_fixture.h"

namespace tanmiao::store::publication_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Publication : public StoreTest {};

TEST_F(Publication, NothingOfABatchIsSeenBeforeItIsPublished) {
  const Batch batch = begin(1);
  CrawlGroup group;
  group.records = {firm("A", "渤海路")};
  ASSERT_TRUE(facts().commit(batch.id, group));
  EXPECT_THAT(shown(), IsEmpty());
  ASSERT_TRUE(facts().publish_crawl(batch.id, Completeness::kComplete));
  EXPECT_THAT(shown(), ElementsAre("A=渤海路"));
}

// Of a file that proves to be unreadable: groups were committed, and are gone with it; what came before it stays.
TEST_F(Publication, AWholeIsKeptOrNothingOfIt) {
  const Batch batch = begin(1);
  const auto give = [&](std::string key) {
    CrawlGroup group;
    group.records = {firm(std::move(key), "渤海路", "whole")};
    group.rejects = {{"register", "whole", 2, "", "", "", ""}};
    group.tallies["part:whole"]["records"] = 1;
    ASSERT_TRUE(facts().commit(batch.id, group));
  };
  give("A");
  ASSERT_TRUE(facts().begin_whole());
  EXPECT_EQ(facts().begin_whole().error().code, Errc::kUsage);
  give("B"), give("C");
  EXPECT_EQ(facts().tallies(batch.id).value()["part:whole"]["records"], 3);
  ASSERT_TRUE(facts().end_whole(false));
  EXPECT_EQ(facts().tallies(batch.id).value()["part:whole"]["records"], 1);
  EXPECT_THAT(facts().rejects("register", batch.id).value(), SizeIs(1));
  ASSERT_TRUE(facts().begin_whole());
  give("D"), give("E");
  ASSERT_TRUE(facts().end_whole(true));
  EXPECT_EQ(facts().end_whole(true).error().code, Errc::kUsage);
  ASSERT_TRUE(facts().publish_crawl(batch.id, Completeness::kByPart));
  EXPECT_THAT(shown(), ElementsAre("A=渤海路", "D=渤海路", "E=渤海路"));
  ASSERT_TRUE(facts().begin_whole());  // and whoever closes the store before its end keeps nothing
  reopen();
  EXPECT_THAT(facts().check().value(), IsEmpty());
}

// What was counted before a decision to publish is counted again where something was written since.
TEST_F(Publication, APreviewHoldsUntilSomethingIsWritten) {
  const Batch batch = begin(1);
  CrawlGroup group;
  group.records = {firm("A", "渤海路"), firm("B", "渤海路")};
  ASSERT_TRUE(facts().commit(batch.id, group));
  EXPECT_EQ(facts().preview_crawl(batch.id, Completeness::kByPart).value().fresh, 2u);
  group.records = {firm("C", "渤海路")};
  ASSERT_TRUE(facts().commit(batch.id, group));
  EXPECT_EQ(facts().preview_crawl(batch.id, Completeness::kByPart).value().fresh, 3u);
  EXPECT_EQ(facts().publish_crawl(batch.id, Completeness::kByPart).value().fresh, 3u);
  const Batch next = begin(2);
  group.records = {firm("C", "黄河路")};
  group.parts = {{"list", 1, 1, {}, {}}};
  ASSERT_TRUE(facts().commit(next.id, group));
  EXPECT_EQ(facts().preview_crawl(next.id, Completeness::kAppendOnly).value().gone, 0u);
  EXPECT_EQ(facts().publish_crawl(next.id, Completeness::kByPart).value().gone, 2u) << "another question";
}

TEST_F(Publication, ARecordComesBackAsItWasGiven) {
  Record given = firm("A", "渤海路", "list?page=2", 17);
  given.event_date = day(-400);
  given.public_estimated = true;
  night(1, {given});
  const StoredRecord got = seen().at(0);
  EXPECT_EQ(got.record.fields, given.fields);
  EXPECT_EQ(got.record.event_date, given.event_date);
  EXPECT_EQ(got.record.public_date, given.public_date);
  EXPECT_TRUE(got.record.public_estimated);
  EXPECT_EQ(got.record.origin.capture, 7u);
  EXPECT_EQ(got.record.origin.part, "list?page=2");
  EXPECT_EQ(got.record.origin.line, 17u);
  EXPECT_EQ(got.hash, content_hash(given));
}

TEST_F(Publication, TheSameInputTwiceIsNoChange) {
  night(1, {firm("A", "渤海路"), firm("B", "黄河路")});
  const auto generation = facts().records_generation().value();
  const BatchCounts counts = night(2, {firm("B", "黄河路"), firm("A", "渤海路")});
  EXPECT_EQ(counts.same, 2u);
  EXPECT_EQ(counts.fresh + counts.changed + counts.gone, 0u);
  EXPECT_EQ(facts().records_generation().value(), generation);
  EXPECT_EQ(facts().history("register", RecordKind::kFirm, "A").value().size(), 1u);
}

// A long group: its records are made by several threads, and new ones are told from known ones wherever they stand.
TEST_F(Publication, NewAndKnownRecordsOfOneGroupAreToldApart) {
  constexpr int kRecords = 5000;
  const auto record = [](int i, bool changed) { return firm(std::to_string(i), changed ? "黄河路" : "渤海路"); };
  std::vector<Record> before, now;
  for (int i = 0; i < kRecords; i += i % 30 == 20 ? 10 : 1) before.push_back(record(i, false));
  std::uint64_t same = 0, changed = 0;
  for (int i = kRecords - 1, known = static_cast<int>(before.size()); i >= 0; --i) {
    const bool was = known > 0 && before[static_cast<std::size_t>(known) - 1].key == std::to_string(i);
    known -= was ? 1 : 0;
    changed += was && i % 7 == 0 ? 1U : 0U;
    same += was && i % 7 != 0 ? 1U : 0U;
    now.push_back(record(i, i % 7 == 0));
  }
  EXPECT_EQ(night(1, before).fresh, before.size());
  const BatchCounts counts = night(2, now);
  EXPECT_EQ(counts.fresh, kRecords - before.size());
  EXPECT_EQ(counts.changed, changed);
  EXPECT_EQ(counts.same, same);
  EXPECT_EQ(counts.older + counts.contested, 0u);
  EXPECT_THAT(shown(), SizeIs(kRecords));
  EXPECT_THAT(facts().check().value(), IsEmpty());
}

// Of the first links the tree by firm is made at the end.
TEST_F(Publication, LinksAreFoundByTheirFirmFromTheFirstOn) {
  night(1, {firm("A", "渤海路"), firm("B", "黄河路")});
  const auto publish = [&](int number, std::vector<FirmEntry> fresh, std::vector<Link> links) {
    night_ = facts().begin_night(day(number), clock_of(number)).value();
    const Batch batch = facts().open_batch(night_, Stage::kLink, "").value();
    Facts::LinkUpdate update;
    update.new_firms = std::move(fresh), update.links = std::move(links);
    const auto delta = facts().publish_links(batch.id, update).value();
    facts().finish_night(night_.id).value();
    return std::vector<std::uint64_t>{delta.added, delta.removed, delta.moved};
  };
  const auto firms = [&](FirmNo no) {
    std::vector<std::string> keys;
    for (const StoredRecord& one : facts().records_of(no, {}).value()) keys.push_back(one.record.key);
    return keys;
  };
  const RecordId a = seen().at(0).id, b = seen().at(1).id;
  EXPECT_THAT(publish(2, {{1, "code:A"}, {2, "code:B"}}, {{a, 2, LinkReason::kCode, 0}, {b, 1, LinkReason::kCode, 0}}),
              ElementsAre(2, 0, 0));
  EXPECT_THAT(firms(1), ElementsAre("B"));
  EXPECT_THAT(firms(2), ElementsAre("A"));
  EXPECT_THAT(facts().links_of(2).value(), ElementsAre(Link{a, 2, LinkReason::kCode, 0}));
  EXPECT_THAT(facts().links_in(b).value(), ElementsAre(Link{b, 1, LinkReason::kCode, 0}));
  EXPECT_THAT(facts().links_of(3).value(), IsEmpty());
  EXPECT_THAT(publish(3, {}, {{a, 1, LinkReason::kCode, 0}}), ElementsAre(0, 1, 1));
  EXPECT_THAT(firms(1), ElementsAre("A"));
  EXPECT_THAT(firms(2), IsEmpty());
  EXPECT_THAT(facts().check().value(), IsEmpty());
  store_.reset();
  sql::Database file(folder_ / "facts.db", sql::Database::Mode::kRead);
  EXPECT_EQ(file.number("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = 'link_of_firm'"), 1);
}

// The folder of their snapshot is written meanwhile: until it is there nobody sees a link, and without it nothing
// stays.
TEST_F(Publication, LinksWaitForTheFolderOfTheirSnapshot) {
  night(1, {firm("A", "渤海路")});
  night_ = facts().begin_night(day(2), clock_of(2)).value();
  const Batch batch = facts().open_batch(night_, Stage::kLink, "").value();
  Facts::LinkUpdate update;
  update.new_firms = {{1, "code:A"}}, update.links = {{seen().at(0).id, 1, LinkReason::kCode, 0}};
  sql::Database beside(folder_ / "facts.db", sql::Database::Mode::kRead);
  const auto visible = [&] { return beside.number("SELECT count(*) FROM link"); };
  update.finish_generation = [&]() -> Result<std::string> {
    EXPECT_EQ(visible(), 0);
    return Error{Errc::kDiskFull, "the folder was not written", ""};
  };
  const auto failed = facts().publish_links(batch.id, update);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kDiskFull);
  EXPECT_THAT(facts().links().value(), IsEmpty());
  EXPECT_THAT(facts().firm_register().value(), IsEmpty());
  update.finish_generation = []() -> Result<std::string> { return "snapshot-b"; };
  ASSERT_TRUE(facts().publish_links(batch.id, update));
  EXPECT_EQ(visible(), 1);
  sql::Query note(beside, "SELECT count(*) FROM batch WHERE note = ?1");
  EXPECT_TRUE(note.with("snapshot-b").step());
  EXPECT_EQ(note.integer(0), 1);
}

TEST_F(Publication, AChangedRecordIsANewVersionAndTheOldOneStays) {
  night(1, {firm("A", "渤海路")});
  const BatchCounts counts = night(2, {firm("A", "黄河路")});
  EXPECT_EQ(counts.changed, 1u);
  EXPECT_THAT(shown(), ElementsAre("A=黄河路"));
  const auto history = facts().history("register", RecordKind::kFirm, "A").value();
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].record.get(Field::kAddress), "渤海路");
  EXPECT_EQ(history[1].seen_at, clock_of(2));
  EXPECT_EQ(history[1].first_seen, clock_of(1));
}

TEST_F(Publication, AHeldBatchIsNeverSeenAndYesterdayStays) {
  night(1, {firm("A", "渤海路")});
  const Batch batch = begin(2);
  CrawlGroup group;
  group.parts = {{"list", 2, 1, {}, {}}};
  group.records = {firm("A", "黄河路"), firm("B", "长江路")};
  ASSERT_TRUE(facts().commit(batch.id, group));
  ASSERT_TRUE(facts().hold(batch.id, "2 rows, 120000 expected"));
  EXPECT_THAT(shown(), ElementsAre("A=渤海路"));
  EXPECT_EQ(facts().parts("register").value().at("list").bytes_hash, 1u);
  EXPECT_EQ(facts().publish_crawl(batch.id, Completeness::kByPart).error().code, Errc::kConflict);
  ASSERT_TRUE(facts().finish_night(night_.id));
  EXPECT_EQ(night(3, {firm("A", "渤海路"), firm("B", "长江路")}).fresh, 1u);
}

TEST_F(Publication, OfOneKeyWithTwoContentsTheLaterPlaceIsTakenInWhateverOrderTheyCome) {
  const std::vector<Record> records = {firm("A", "first", "p1", 9), firm("A", "second", "p2", 1),
                                       firm("A", "third", "p2", 3)};
  std::vector<std::size_t> order = {0, 1, 2};
  int number = 1;
  do {
    night(number++, {firm("A", "nothing")}, Completeness::kByPart, {"p1", "p2", "list"});
    std::vector<Record> shuffled;
    shuffled.reserve(order.size());
    for (const std::size_t i : order) shuffled.push_back(records[i]);
    EXPECT_EQ(night(number++, shuffled, Completeness::kByPart, {"p1", "p2"}).contested, 1u);
    EXPECT_THAT(shown(), ElementsAre("A=third"));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(Publication, ThePreviewCountsWhatPublishingWillCount) {
  night(1, {firm("A", "渤海路"), firm("B", "黄河路"), firm("C", "长江路")});
  const Batch batch = begin(2);
  CrawlGroup group;
  group.parts = {{"list", 2, 1, {}, {}}};
  group.records = {firm("A", "新立河"), firm("B", "黄河路"), firm("D", "学院路")};
  group.rejects = {{"register", "list", 4, "credit_code", "91", "18 characters", "a,b"}};
  group.rows_read = 4;
  ASSERT_TRUE(facts().commit(batch.id, group));
  for (const BatchCounts& c : {facts().preview_crawl(batch.id, Completeness::kByPart).value(),
                               facts().publish_crawl(batch.id, Completeness::kByPart).value()}) {
    EXPECT_EQ(c.read, 4u);
    EXPECT_EQ(c.rejected, 1u);
    EXPECT_EQ(c.fresh, 1u);
    EXPECT_EQ(c.changed, 1u);
    EXPECT_EQ(c.same, 1u);
    EXPECT_EQ(c.gone, 1u);
    EXPECT_EQ(c.parts, 1u);
  }
}

TEST_F(Publication, RecordsStreamByKindThenSourceThenKey) {
  for (const char* source : {"zeta", "alpha"}) {
    const Night now = facts().begin_night(day(1), clock_of(1)).value();
    const Batch batch = facts().open_batch(now, Stage::kCrawl, source).value();
    CrawlGroup group;
    for (const char* key : {"2", "10", "1"}) {
      Record record = firm(key, "渤海路");
      record.source = source;
      group.records.push_back(record);
      record.kind = RecordKind::kSignal;
      record.fields.clear();
      group.records.push_back(record);
    }
    ASSERT_TRUE(facts().commit(batch.id, group));
    ASSERT_TRUE(facts().publish_crawl(batch.id, Completeness::kComplete));
  }
  std::vector<std::string> order;
  for (const auto& r : seen())
    order.push_back(std::string(kind_name(r.record.kind)) + " " + r.record.source + " " + r.record.key);
  EXPECT_THAT(order, ElementsAre("firm alpha 1", "firm alpha 10", "firm alpha 2", "firm zeta 1", "firm zeta 10",
                                 "firm zeta 2", "signal alpha 1", "signal alpha 10", "signal alpha 2", "signal zeta 1",
                                 "signal zeta 10", "signal zeta 2"));
  EXPECT_EQ(seen({}, 1u << static_cast<unsigned>(RecordKind::kSignal)).size(), 6u);
}

TEST_F(Publication, ANightTooOldToResumeIsClosedAndItsOpenBatchGivenUp) {
  const Batch batch = begin(1);
  CrawlGroup group;
  group.records = {firm("A", "渤海路")};
  ASSERT_TRUE(facts().commit(batch.id, group));
  const Batch fresh = begin(5);
  EXPECT_FALSE(night_.resumed);
  EXPECT_EQ(night_.civil_date, day(5));
  EXPECT_NE(fresh.id, batch.id);
  EXPECT_EQ(facts().publish_crawl(fresh.id, Completeness::kComplete).value().fresh, 0u);
}

TEST_F(Publication, AnEstimatedPublicDateNeverHidesWhatWasReadAndIsNoChange) {
  Record record = firm("A", "渤海路");
  record.public_estimated = true;
  record.public_date = day(400);
  night(1, {record});
  View view;
  view.as_of = day(1);
  EXPECT_EQ(seen(view).size(), 1u);
  record.public_date = day(300);
  EXPECT_EQ(night(2, {record}).changed, 0u);
}

TEST_F(Publication, AChangedVersionWithAnEstimatedDateIsKnownFromTheNightThatFoundIt) {
  Record record = firm("A", "渤海路");
  record.public_estimated = true;
  night(1, {record});
  record.set(Field::kAddress, "黄河路");
  night(9, {record});
  View view;
  view.as_of = day(8);
  ASSERT_EQ(seen(view).size(), 1u);
  EXPECT_EQ(seen(view)[0].record.get(Field::kAddress), "渤海路");
  EXPECT_EQ(seen()[0].record.get(Field::kAddress), "黄河路");
}

// What a register said before the version that a view sees, and until when; what the view cannot know is not there.
TEST_F(Publication, EarlierVersionsAreReadWithTheDayTheyEnded) {
  night(1, {firm("A", "渤海路"), firm("B", "长江路")});
  night(5, {firm("A", "黄河路"), firm("B", "长江路")});
  night(9, {firm("A", "长江路"), firm("B", "长江路")});
  const auto earlier = [&](const View& view) {
    std::vector<std::pair<std::string, Date>> found;
    facts()
        .each_earlier(view, all_records(),
                      [&](const StoredRecord& r, Date until) {
                        EXPECT_EQ(r.record.key, "A");
                        found.emplace_back(r.record.get(Field::kAddress), until);
                        return Status();
                      })
        .value();
    return found;
  };
  using ::testing::ElementsAre;
  using ::testing::Pair;
  EXPECT_THAT(earlier({}), ElementsAre(Pair("黄河路", day(9)), Pair("渤海路", day(5))));
  View view;
  view.known_at = clock_of(6);
  EXPECT_THAT(earlier(view), ElementsAre(Pair("渤海路", day(5))));
  view.known_at = clock_of(2);
  EXPECT_THAT(earlier(view), ::testing::IsEmpty());
}

TEST_F(Publication, AnEarlierVersionThatWasNotPublicYetIsNotSeenInThePast) {
  Record record = firm("A", "渤海路");
  record.public_date = day(15);
  night(20, {record});
  record.set(Field::kAddress, "黄河路");
  record.public_date = day(2);
  night(30, {record});
  View view;
  view.as_of = day(10);
  int found = 0;
  facts()
      .each_earlier(view, all_records(),
                    [&](const StoredRecord&, Date) {
                      ++found;
                      return Status();
                    })
      .value();
  EXPECT_EQ(found, 0);
}

TEST_F(Publication, ARowThatCannotBeReadKeepsWhatItSaidBefore) {
  night(1, {firm("A", "渤海路"), firm("B", "黄河路")});
  const Batch batch = begin(3);
  CrawlGroup group;
  Part list;
  list.name = "list";
  list.bytes_hash = 2;
  group.parts = {list};
  group.records = {firm("A", "渤海路")};
  Reject reject;
  reject.source = "register", reject.part = "list", reject.line = 2, reject.field = "注册资本";
  reject.kind = RecordKind::kFirm, reject.key = "B";
  group.rejects = {reject};
  ASSERT_TRUE(facts().commit(batch.id, group));
  const BatchCounts counts = facts().publish_crawl(batch.id, Completeness::kComplete).value();
  EXPECT_EQ(counts.gone, 0u);
  EXPECT_EQ(seen().size(), 2u);
}

TEST_F(Publication, AnUnfinishedNightIsTakenUpAgainWithItsDateAndClock) {
  const Batch batch = begin(1);
  CrawlGroup group;
  group.urls = {{"https://example.test/1", "", "list", 0, UrlState::kDone, 1, "", 0, 1},
                {"https://example.test/2", "https://example.test/1", "detail", 1, UrlState::kWaiting, 0, "", 0, 2}};
  group.records = {firm("A", "渤海路")};
  ASSERT_TRUE(facts().commit(batch.id, group));
  reopen();
  const Batch again = begin(2);
  EXPECT_TRUE(night_.resumed);
  EXPECT_EQ(night_.civil_date, day(1));
  EXPECT_EQ(night_.clock, clock_of(1));
  EXPECT_EQ(again.id, batch.id);
  const auto frontier = facts().frontier(again.id).value();
  ASSERT_EQ(frontier.size(), 2u);
  EXPECT_EQ(frontier[0].state, UrlState::kDone);
  EXPECT_EQ(frontier[1].role, "detail");
  ASSERT_TRUE(facts().publish_crawl(again.id, Completeness::kByPart));
  EXPECT_EQ(seen().at(0).seen_at, clock_of(1));
}

TEST_F(Publication, AVisitorsErrorEndsTheStream) {
  night(1, {firm("A", "渤海路"), firm("B", "黄河路")});
  int calls = 0;
  const Status status = facts().each_record({}, ~0u, [&](const StoredRecord&) -> Status {
    ++calls;
    return Error{Errc::kCancelled, "enough", {}};
  });
  EXPECT_EQ(status.error().code, Errc::kCancelled);
  EXPECT_EQ(calls, 1);
}

// Also by several threads, whatever is gone between, and where there are more shares than records.
TEST_F(Publication, EachRecordIsInJustOneShare) {
  std::vector<Record> records;
  for (int n = 0; n < 40; ++n) records.push_back(firm(std::to_string(100 + n), "渤海路"));
  night(1, records, Completeness::kComplete);
  std::erase_if(records, [](const Record& r) { return r.key < "111" || r.key == "125"; });
  night(2, records, Completeness::kComplete);
  std::vector<RecordId> wanted = all_records();
  std::sort(wanted.begin(), wanted.end());
  ASSERT_EQ(wanted.size(), records.size());
  for (const std::uint32_t shares : {1u, 2u, 3u, 64u}) {
    std::vector<std::vector<RecordId>> read(shares);
    std::vector<std::thread> threads;
    std::atomic<int> failed = 0;
    for (std::uint32_t n = 0; n < shares; ++n)
      threads.emplace_back([&, n] {
        const Status status = facts().each_packed_record(
            {}, {n, shares}, [&](const StoredRecord& head, std::string_view, bool) -> Status {
              read[n].push_back(head.id);
              return {};
            });
        failed += !status;
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    std::vector<RecordId> all;
    for (const auto& some : read) all.insert(all.end(), some.begin(), some.end());
    EXPECT_EQ(all, wanted) << shares << " shares";  // in the order of their numbers, too
  }
}

TEST_F(Publication, AReaderSeesWhatAWriterPublishesAndCannotWrite) {
  auto reader = Store::open(folder_, Access::kRead, "a reader").value();
  night(1, {firm("A", "渤海路")});
  EXPECT_EQ(reader->facts().totals().value().at("register").records, 1u);
  EXPECT_EQ(reader->facts().set_note("a", "b").error().code, Errc::kRefused);
}

// One night; `misses` deliveries in a row must lack a record.
class Misses : public StoreTest {
 protected:
  BatchCounts misses(int number, std::vector<Record> records, Absence absence, bool same = false) {
    const Batch batch = begin(number);
    CrawlGroup group;
    group.records = std::move(records);
    if (same)
      group.parts_same = {"list"};
    else
      group.parts = {{"list", 1, 1, {}, {}}};
    facts().commit(batch.id, group).value();
    const BatchCounts before = facts().preview_crawl(batch.id, absence).value();
    const BatchCounts counts = facts().publish_crawl(batch.id, absence).value();
    EXPECT_EQ(std::pair(before.missing, before.gone), std::pair(counts.missing, counts.gone));
    facts().finish_night(night_.id).value();
    return counts;
  }
};

TEST_F(Misses, ARecordIsGoneAfterSoManyDeliveriesInARowWithoutIt) {
  for (const Completeness completeness : {Completeness::kComplete, Completeness::kByPart}) {
    folder_ = fresh_folder();
    reopen();
    const Absence absence(completeness, 3);
    misses(1, {firm("A", "渤海路"), firm("B", "黄河路")}, absence);
    EXPECT_EQ(misses(2, {firm("A", "渤海路")}, absence).missing, 1u);
    EXPECT_EQ(misses(3, {firm("A", "渤海路"), firm("B", "黄河路")}, absence).missing, 0u)
        << "it came back: from the beginning";
    EXPECT_EQ(misses(4, {firm("A", "渤海路")}, absence).missing, 1u);
    const BatchCounts second = misses(5, {}, absence, true);
    EXPECT_EQ(second.missing, 1u) << "an unchanged list still lacks it";
    EXPECT_EQ(second.same, 1u);
    EXPECT_THAT(seen(), SizeIs(2));
    const BatchCounts third = misses(6, {firm("A", "长江路")}, absence);
    EXPECT_EQ(third.gone, 1u);
    EXPECT_EQ(third.missing, 0u);
    EXPECT_THAT(seen(), SizeIs(1));
    EXPECT_EQ(misses(7, {firm("A", "长江路")}, absence).gone, 0u);
    EXPECT_EQ(misses(8, {firm("A", "长江路"), firm("B", "黄河路")}, absence).changed, 1u);
    EXPECT_EQ(misses(9, {firm("A", "长江路")}, absence).missing, 1u);
    EXPECT_EQ(facts().last_published(Stage::kCrawl, "register").value()->counts.missing, 1u);
  }
}

// Away on one night, and back as it was: unchanged, since nothing was read of it meanwhile.
TEST_F(Misses, APartThatWasAwayBringsItsRecordsBack) {
  for (const std::uint16_t misses : {std::uint16_t{1}, std::uint16_t{3}}) {
    folder_ = fresh_folder();
    reopen();
    const Absence absence(Completeness::kComplete, misses);
    const auto deliver = [&](int number, const std::set<std::string>& names) {
      const auto known = facts().parts("register").value();
      const Batch batch = begin(number);
      CrawlGroup group;
      for (const std::string& name : names) {
        // As a crawl does: what is known to be read by this reading and has the same bytes is not read again.
        const auto at = known.find(name);
        if (at != known.end() && at->second.reading_hash == 1) {
          group.parts_same.push_back(name);
          continue;
        }
        group.parts.push_back({name, 1, 1, {}, {}});
        if (name.ends_with(".zip")) continue;
        group.records.push_back(firm(name, "渤海路"));
        group.records.back().origin.part = name;
      }
      facts().commit(batch.id, group).value();
      facts().preview_crawl(batch.id, absence).value();
      const BatchCounts counts = facts().publish_crawl(batch.id, absence).value();
      facts().finish_night(night_.id).value();
      return counts;
    };
    const std::set<std::string> all{"a", "b", "c.zip", "c.zip!d"};
    deliver(1, all);
    EXPECT_THAT(seen(), SizeIs(3));
    deliver(2, {"a"});
    EXPECT_THAT(seen(), SizeIs(misses == 1 ? 1 : 3));
    for (int number = 3; number < 7; ++number) {
      const BatchCounts counts = deliver(number, all);
      EXPECT_EQ(counts.gone + counts.missing, 0u) << number;
      EXPECT_EQ(counts.fresh + counts.changed + counts.same, 3u) << number;
      EXPECT_THAT(seen(), SizeIs(3)) << number;
    }
  }
}

// Though its batch was given up, and whether or not the page was met in it.
TEST_F(Misses, APageThatIsToBeAskedAgainIsDueWhateverBecomesOfItsBatch) {
  const auto commit = [&](int number, CrawlGroup group, bool publish) {
    const Batch batch = begin(number);
    facts().commit(batch.id, group).value();
    if (publish)
      facts().publish_crawl(batch.id, Completeness::kByPart).value();
    else
      facts().hold(batch.id, "held").value();
    facts().finish_night(night_.id).value();
    return facts().parts("register").value();
  };
  CrawlGroup first;
  first.parts = {{"a", 1, 1, {}, {}}, {"b", 1, 1, {}, {}}};
  first.revisits = {{"a", day(1), 0}, {"b", day(1), 0}};
  EXPECT_EQ(commit(1, first, true).at("a").checked, day(1));
  CrawlGroup second;
  second.parts_same = {"b"};
  second.revisits = {{"a", Date(), 0}, {"b", day(2), 0}, {"b", Date(), 0}, {"never", Date(), 0}};
  const auto held = commit(2, second, false);
  EXPECT_FALSE(held.at("a").checked);
  EXPECT_FALSE(held.at("b").checked);
  EXPECT_FALSE(held.contains("never"));
}

TEST_F(Misses, WhenAPageIsDueIsKeptWithItsPart) {
  const Batch batch = begin(1);
  CrawlGroup group;
  group.parts = {{"a", 1, 1, {}, {}}, {"b", 1, 1, {}, {}}};
  group.revisits = {{"a", day(1), 8}};
  facts().commit(batch.id, group).value();
  EXPECT_TRUE(facts().parts("register").value().empty());
  facts().publish_crawl(batch.id, Completeness::kByPart).value();
  const auto parts = facts().parts("register").value();
  EXPECT_EQ(parts.at("a").checked, day(1));
  EXPECT_EQ(parts.at("a").interval, 8);
  EXPECT_FALSE(parts.at("b").checked);
}

}  // namespace
}  // namespace tanmiao::store::publication_test
