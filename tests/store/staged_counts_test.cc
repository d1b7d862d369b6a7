// What is counted while rows are staged is what counting the rows gives.
#include <random>

#include "store/sqlite_facts.h"
#include "store_fixture.h"

namespace tanmiao::store::staged_counts_test {
namespace {

// Two stores that are told the same. Of the second one each batch is continued by another process before it ends, which
// has to count.
class CountedBeside : public ::testing::Test {
 protected:
  CountedBeside() : folders_{fresh_folder(), fresh_folder()} {
    for (int i = 0; i < 2; ++i) open(i);
  }
  ~CountedBeside() override {
    for (int i = 0; i < 2; ++i) stores_[i].reset(), std::filesystem::remove_all(folders_[i]);
  }
  void open(int i) {
    stores_[i].reset();
    stores_[i] = Store::open(folders_[i], Access::kWrite, "a test").value();
  }
  SqliteFacts& facts(int i) { return dynamic_cast<SqliteFacts&>(stores_[i]->facts()); }

  void begin(int number) {
    for (int i = 0; i < 2; ++i) {
      const Night night = facts(i).begin_night(day(number), clock_of(number)).value();
      nights_[i] = night.id;
      batches_[i] = facts(i).open_batch(night, Stage::kCrawl, "register").value().id;
    }
  }
  void commit(const CrawlGroup& group) {
    for (int i = 0; i < 2; ++i) facts(i).commit(batches_[i], group).value();
  }
  void begin_whole() {
    for (int i = 0; i < 2; ++i) facts(i).begin_whole().value();
  }
  void end_whole(bool keep) {
    for (int i = 0; i < 2; ++i) facts(i).end_whole(keep).value();
  }
  // True: it was kept.
  bool same_counts(Absence absence) {
    const bool kept = facts(0).kept_sums(batches_[0]).has_value();
    open(1);
    EXPECT_FALSE(facts(1).kept_sums(batches_[1]));
    EXPECT_EQ(told(facts(0).preview_crawl(batches_[0], absence).value()),
              told(facts(1).preview_crawl(batches_[1], absence).value()));
    return kept;
  }
  void end(Absence absence, bool hold) {
    std::vector<std::uint64_t> counts[2];
    std::vector<std::string> lines[2];
    for (int i = 0; i < 2; ++i) {
      if (hold) facts(i).hold(batches_[i], "a test", {}).value();
      if (!hold) counts[i] = told(facts(i).publish_crawl(batches_[i], absence, {}).value());
      facts(i).finish_night(nights_[i]).value();
      facts(i).dump([&](std::string_view line) { lines[i].emplace_back(line); }).value();
    }
    EXPECT_EQ(counts[0], counts[1]);
    EXPECT_EQ(lines[0], lines[1]);
  }
  static std::vector<std::uint64_t> told(const BatchCounts& c) {
    return {c.read, c.rejected, c.fresh,      c.changed, c.gone,     c.missing,
            c.same, c.parts,    c.parts_same, c.older,   c.contested};
  }

  std::filesystem::path folders_[2];
  std::unique_ptr<Store> stores_[2];
  NightId nights_[2] = {};
  BatchId batches_[2] = {};
};

// Nights as they come: keys anew, changed, the same, twice in a delivery, in rows that could not be read, in files that
// could not, in parts that are the same, for other days; held, and with an absence of each kind.
TEST_F(CountedBeside, CountsAreThoseOfTheRows) {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  int kept = 0, counted = 0;
  for (int number = 1; number <= 60; ++number) {
    begin(number);
    const bool days = number % 4 == 0, twice = number % 3 != 0;
    const std::vector<std::string> parts = {"a", "b", "c"};
    std::string met;
    int next = 0;
    for (int groups = 1 + below(5); groups > 0; --groups) {
      const bool whole = below(3) == 0;
      if (whole) begin_whole();
      CrawlGroup group;
      for (int rows = below(12); rows > 0; --rows) {
        const std::string key = std::to_string(twice ? below(25) : (next += 1 + below(3)));
        const std::string& part = parts[static_cast<std::size_t>(below(3))];
        if (below(8) == 0) {
          group.rejects.push_back({"register", part, 1, "", "", "", "", RecordKind::kFirm, key});
          continue;
        }
        Record record = firm(key, below(3) == 0 ? "黄河路" : "渤海路", part, static_cast<std::uint32_t>(below(9)));
        if (days && below(3) == 0) record.stated = day(number - below(6));
        group.records.push_back(std::move(record));
      }
      group.rows_read = group.records.size() + group.rejects.size();
      for (const std::string& part : parts)
        if (met.find(part) == std::string::npos && below(2) == 0) {
          if (below(4) == 0) group.parts_same.push_back(part);
          if (group.parts_same.empty() || group.parts_same.back() != part) group.parts.push_back({part, 1, 1, {}, {}});
          met += part;
        }
      commit(group);
      if (whole) end_whole(below(3) != 0);
    }
    const Absence absence(static_cast<Completeness>(number % 3), static_cast<std::uint16_t>(1 + number % 2));
    (same_counts(absence) ? kept : counted) += 1;
    end(absence, below(5) == 0);
    ASSERT_FALSE(HasFailure()) << "night " << number;
  }
  EXPECT_GT(kept, 20);
  EXPECT_GT(counted, 5);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(facts(i).check().value().empty());
}

TEST_F(CountedBeside, OfADeliveryWhoseKeysComeOnceOrTwiceNothingIsCountedAgain) {
  begin(1);
  CrawlGroup group;
  group.records = {firm("A", "渤海路"), firm("B", "渤海路"), firm("A", "黄河路", "list", 2)};
  commit(group);
  EXPECT_EQ(facts(0).kept_sums(batches_[0]), (StagedSums{2, 2, 0, 2, 1, 0}));
  end(Completeness::kByPart, false);
  EXPECT_FALSE(facts(0).kept_sums(batches_[0])) << "it was published";
  begin(2);
  group.records = {firm("A", "渤海路"), firm("B", "渤海路")};
  commit(group);
  EXPECT_EQ(facts(0).kept_sums(batches_[0]), (StagedSums{2, 0, 1, 1, 0, 0}));
  group.records = {firm("A", "黄河路", "list", 2)};  // as it was: the row that said otherwise came before
  commit(group);
  EXPECT_EQ(facts(0).kept_sums(batches_[0]), (StagedSums{2, 0, 0, 0, 1, 0}));
  EXPECT_TRUE(same_counts(Completeness::kByPart));
}

// What cannot be told from a row by itself, or is not all there, is counted.
TEST_F(CountedBeside, WhatIsNotKnownIsCounted) {
  begin(1);
  CrawlGroup group;
  group.records = {firm("A", "渤海路"), firm("A", "黄河路")};
  group.records[0].stated = day(0);
  commit(group);
  EXPECT_FALSE(facts(0).kept_sums(batches_[0])) << "a record that was stated for two days";
  EXPECT_FALSE(same_counts(Completeness::kByPart));
  end(Completeness::kByPart, false);
  begin(2);
  begin_whole();
  commit(group);
  end_whole(false);
  group.records = {firm("A", "黄河路")};
  commit(group);
  EXPECT_TRUE(facts(0).kept_sums(batches_[0])) << "of what was given up no row is there";
  begin_whole();
  commit(group);
  end_whole(false);
  commit(group);
  EXPECT_FALSE(facts(0).kept_sums(batches_[0])) << "rows of before what was given up";
  EXPECT_FALSE(same_counts(Completeness::kByPart));
  end(Completeness::kByPart, false);
  begin(3);
  commit(group);
  group.records = {firm("B", "黄河路")};
  group.records[0].source = "another";
  for (int i = 0; i < 2; ++i) ASSERT_FALSE(facts(i).commit(batches_[i], group));
  EXPECT_FALSE(facts(0).kept_sums(batches_[0])) << "a group that was not written to its end";
  EXPECT_FALSE(same_counts(Completeness::kByPart));
  group.records[0].source = "register";
  commit(group);
  sql::Database(folders_[0] / "facts.db", sql::Database::Mode::kWrite).one("INSERT INTO note VALUES('a', 'b')");
  EXPECT_FALSE(facts(0).kept_sums(batches_[0])) << "somebody else wrote";
}

// A new row is as long as it will be once it is published: no page is split then.
TEST_F(CountedBeside, PublishingMakesNoRowLonger) {
  begin(1);
  CrawlGroup group;
  for (int i = 0; i < 5000; ++i) group.records.push_back(firm(std::to_string(i), "渤海路", "list", 1));
  group.parts = {{"list", 1, 1, {}, {}}};
  commit(group);
  const auto pages = [&] {
    sql::Database file(folders_[0] / "facts.db", sql::Database::Mode::kRead);
    return file.number("SELECT count(*) FROM dbstat WHERE name = 'record'");
  };
  const auto before = pages();
  EXPECT_GT(before, 10);
  end(Completeness::kByPart, false);
  EXPECT_EQ(pages(), before);
  sql::Database file(folders_[0] / "facts.db", sql::Database::Mode::kRead);
  EXPECT_EQ(file.number("SELECT count(*) FROM record WHERE missed_on IS NOT NULL"), 0);
}

}  // namespace
}  // namespace tanmiao::store::staged_counts_test
