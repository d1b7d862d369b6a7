// A file of an earlier schema is brought forward on start, equals a new one in shape, and loses nothing.
#include <fstream>
#include <iterator>
#include <map>

#include "store/schema.h"
#include "store_fixture.h"

namespace tanmiao::store::migration_test {
namespace {

using sql::Database;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string schema_one() {
  std::ifstream in("tests/store/facts_v1.sql");
  return {std::istreambuf_iterator<char>(in), {}};
}

// table -> "name type notnull default pk" of each column, sorted: ALTER TABLE appends, the new text need not.
std::map<std::string, std::vector<std::string>> shape(const std::filesystem::path& file) {
  Database database(file, Database::Mode::kRead);
  std::map<std::string, std::vector<std::string>> found;
  sql::Query rows(database,
                  "SELECT m.name, c.name || ' ' || c.type || ' ' || c.pk FROM sqlite_master m"
                  " JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2");
  while (rows.step()) found[rows.text(0)].push_back(rows.text(1));
  sql::Query indexes(database, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1");
  while (indexes.step()) found["indexes"].push_back(indexes.text(0));
  return found;
}

class Migration : public StoreTest {
 protected:
  // Two nights as schema 1 kept them: A, changed on day 2; a run; an open batch that has staged B.
  void write_schema_one() {
    store_.reset();
    std::filesystem::remove(folder_ / "facts.db");
    Database old(folder_ / "facts.db", Database::Mode::kCreate);
    old.script(schema_one());
    const auto days = [](int number) { return std::to_string(day(number).time_since_epoch().count()); };
    const auto clock = [](int number) { return std::to_string(clock_of(number).time_since_epoch().count()); };
    std::string text;
    for (int n : {1, 2, 3}) {
      const std::string id = std::to_string(n);
      text += "INSERT INTO night VALUES(" + id + ", " + days(n) + ", " + clock(n) + (n < 3 ? ", 1);" : ", 0);");
      text += "INSERT INTO batch(id, night, stage, source, state, published_as) VALUES(" + id + ", " + id +
              ", 1, 'register', " + (n < 3 ? "2, " + id : "1, 0") + ");";
    }
    const auto version = [&](int id, int record, const Record& r, const char* previous, int night) {
      text += "INSERT INTO version VALUES(" + std::to_string(id) + ", " + std::to_string(record) + ", " +
              std::to_string(night) + ", " + previous + ", " +
              std::to_string(static_cast<std::int64_t>(content_hash(r))) + ", NULL, " + days(0) + ", 1, " +
              clock(night) + ", 0, 1, 1, 0, '" + fields_json(r) + "');";
    };
    version(1, 1, firm("A", "渤海路"), "NULL", 1);
    version(2, 1, firm("A", "黄河路"), "1", 2);
    version(3, 2, firm("B", "长江路"), "NULL", 3);
    const auto hash = [](const Record& r) { return std::to_string(static_cast<std::int64_t>(content_hash(r))); };
    text += "INSERT INTO source VALUES(1, 'register');";
    text += "INSERT INTO part(id, source, name, read_batch, seen_at) VALUES(1, 1, 'list', 2, " + clock(2) + ");";
    text += "INSERT INTO record VALUES(1, 1, 1, 'A', 2, " + hash(firm("A", "黄河路")) + ", 1, 2, " + clock(2) + ", " +
            clock(1) + ");";
    text += "INSERT INTO record(id, source, kind, key) VALUES(2, 1, 1, 'B');";
    text += "INSERT INTO staged VALUES(3, 2, 3, " + hash(firm("B", "长江路")) + ", 1, 2, 0);";
    text += "INSERT INTO run VALUES('r1', 'all', " + days(2) + ", 's', 'x', '{}', " + clock(2) + ", 5);";
    text += "PRAGMA user_version=1;";
    old.script(text);
  }
};

TEST_F(Migration, AFileOfSchemaOneIsBroughtForwardAndEqualsANewOne) {
  const auto fresh = shape(folder_ / "facts.db");
  write_schema_one();
  reopen();
  EXPECT_EQ(shape(folder_ / "facts.db"), fresh);
  EXPECT_THAT(facts().check().value(), IsEmpty());
  EXPECT_THAT(shown(), ElementsAre("A=黄河路"));
  EXPECT_THAT(shown({day(1), std::nullopt}), ElementsAre("A=渤海路"));
  EXPECT_EQ(seen().at(0).record.stated, civil_day(clock_of(2)));
  const auto runs = facts().runs().value();
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_TRUE(runs[0].live);
  EXPECT_FALSE(runs[0].known_at);
}

TEST_F(Migration, WhatAnOpenBatchHadStagedIsPublished) {
  write_schema_one();
  reopen();
  const Batch batch = begin(3);
  EXPECT_TRUE(night_.resumed);
  EXPECT_EQ(facts().publish_crawl(batch.id, Completeness::kByPart).value().fresh, 1u);
  EXPECT_THAT(shown(), ElementsAre("A=黄河路", "B=长江路"));
}

TEST_F(Migration, AReaderOfAnOldFileIsToldWhatToRun) {
  write_schema_one();
  const auto read = Store::open(folder_, Access::kRead, "a test");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::kConfig);
  EXPECT_THAT(read.error().message, ::testing::HasSubstr("tanmiao run"));
}

}  // namespace
}  // namespace tanmiao::store::migration_test
