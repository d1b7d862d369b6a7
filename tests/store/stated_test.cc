// The day a delivery speaks of: what was stated later stands above what was stated earlier, in whatever order it came.
#include <algorithm>

#include "store_fixture.h"

namespace tanmiao::store::stated_test {
namespace {

using ::testing::ElementsAre;

// A row of a register of day `number`, lying in a file of that day. The public date is the rule's guess: long ago.
Record row(std::string key, std::string address, int number) {
  Record record = firm(std::move(key), std::move(address), "register-" + std::to_string(number) + ".csv");
  record.public_date = day(-1000);
  record.public_estimated = true;
  record.stated = day(number);
  return record;
}

class Stated : public StoreTest {
 protected:
  // A night in which the files of these days are read.
  BatchCounts read(int number, std::vector<Record> records) {
    const Batch batch = begin(number);
    CrawlGroup group;
    group.rows_read = records.size();
    for (const Record& r : records) group.parts.push_back({r.origin.part, 1, 1, {}, {}, r.stated});
    group.records = std::move(records);
    facts().commit(batch.id, group).value();
    const BatchCounts preview = facts().preview_crawl(batch.id, Completeness::kByPart).value();
    const BatchCounts counts = facts().publish_crawl(batch.id, Completeness::kByPart).value();
    EXPECT_EQ(preview.fresh, counts.fresh);
    EXPECT_EQ(preview.older, counts.older);
    facts().finish_night(night_.id).value();
    EXPECT_THAT(facts().check().value(), ::testing::IsEmpty());
    return counts;
  }
  std::vector<std::string> history_of(std::string_view key) {
    std::vector<std::string> found;
    for (const auto& v : facts().history("register", RecordKind::kFirm, key).value())
      found.push_back(iso(*v.record.stated) + " " +
                      (v.tombstone ? std::string("gone") : std::string(v.record.get(Field::kAddress))));
    return found;
  }
  std::string on(int number) {
    const auto found = shown({day(number), std::nullopt});
    return found.empty() ? "" : found.front();
  }
};

TEST_F(Stated, LastYearsRegisterDoesNotOverwriteThisYears) {
  read(100, {row("A", "新址", 90)});
  const BatchCounts counts = read(101, {row("A", "旧址", 40)});
  EXPECT_EQ(counts.older, 1u);
  EXPECT_EQ(counts.changed, 0u);
  EXPECT_EQ(counts.same, 1u);
  EXPECT_THAT(shown(), ElementsAre("A=新址"));
  EXPECT_EQ(seen().at(0).record.stated, day(90));
  EXPECT_EQ(seen().at(0).record.origin.part, "register-90.csv");
  EXPECT_THAT(history_of("A"), ElementsAre(iso(day(40)) + " 旧址", iso(day(90)) + " 新址"));
}

TEST_F(Stated, APastDaySeesWhatWasStatedByThen) {
  read(100, {row("A", "新址", 90)});
  read(101, {row("A", "旧址", 40)});
  EXPECT_EQ(on(95), "A=新址");
  EXPECT_EQ(on(89), "A=旧址");
  EXPECT_EQ(on(-500), "A=旧址");  // nothing earlier is known to differ
  EXPECT_EQ(on(-1001), "");
  // What this folder knew before the older file came.
  EXPECT_THAT(shown({day(50), clock_of(100)}), ElementsAre("A=新址"));
}

TEST_F(Stated, FilesOfSeveralYearsInOneNightBecomeTheirHistory) {
  std::vector<Record> rows = {row("A", "一", 10), row("A", "二", 20), row("A", "二", 30), row("A", "三", 40)};
  std::vector<std::vector<std::string>> histories;
  do {
    store_.reset();
    std::filesystem::remove_all(folder_);
    reopen();
    EXPECT_EQ(read(100, rows).fresh, 1u);
    histories.push_back(history_of("A"));
    EXPECT_THAT(shown(), ElementsAre("A=三"));
  } while (std::next_permutation(rows.begin(), rows.end(), [](const Record& a, const Record& b) {
    return std::pair(a.stated, a.get(Field::kAddress)) < std::pair(b.stated, b.get(Field::kAddress));
  }));
  ASSERT_EQ(histories.size(), 24u);
  for (const auto& history : histories)
    EXPECT_THAT(history, ElementsAre(iso(day(10)) + " 一", iso(day(20)) + " 二", iso(day(40)) + " 三"));
}

TEST_F(Stated, AStatementBetweenTwoEqualOnesKeepsTheLaterOneLive) {
  read(100, {row("A", "甲", 10)});
  EXPECT_EQ(read(101, {row("A", "甲", 50)}).same, 1u);
  EXPECT_EQ(read(102, {row("A", "乙", 30)}).older, 1u);
  EXPECT_THAT(shown(), ElementsAre("A=甲"));
  EXPECT_EQ(on(20), "A=甲");
  EXPECT_EQ(on(40), "A=乙");
  EXPECT_EQ(on(60), "A=甲");
  EXPECT_THAT(history_of("A"), ElementsAre(iso(day(10)) + " 甲", iso(day(30)) + " 乙", iso(day(50)) + " 甲"));
}

TEST_F(Stated, AnOlderFileThatSaysTheSameAddsNothing) {
  read(100, {row("A", "甲", 50)});
  EXPECT_EQ(read(101, {row("A", "甲", 50)}).older, 0u);
  read(102, {row("A", "乙", 60)});
  const BatchCounts again = read(103, {row("A", "甲", 55)});
  EXPECT_EQ(again.changed, 0u);
  EXPECT_THAT(history_of("A"), ElementsAre(iso(day(50)) + " 甲", iso(day(60)) + " 乙"));
}

TEST_F(Stated, AnAbsenceIsStatedForTheDayOfTheFileThatLacksIt) {
  read(100, {row("A", "甲", 50), row("B", "甲", 50)});
  read(101, {row("B", "甲", 50)});  // the mended file lacks A
  EXPECT_THAT(shown(), ElementsAre("B=甲"));
  EXPECT_THAT(history_of("A"), ElementsAre(iso(day(50)) + " 甲", iso(day(50)) + " gone"));
  read(102, {row("A", "甲", 50), row("B", "甲", 50)});  // and mended again
  EXPECT_THAT(shown(), ElementsAre("A=甲", "B=甲"));
  read(103, {row("A", "旧", 20)});
  EXPECT_THAT(shown(), ElementsAre("A=甲", "B=甲"));
}

TEST_F(Stated, NoDeliverySpeaksOfADayAfterItsNight) {
  read(10, {row("A", "甲", 400)});
  EXPECT_EQ(seen().at(0).record.stated, day(10));
}

}  // namespace
}  // namespace tanmiao::store::stated_test
