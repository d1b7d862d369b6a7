#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"
#include "store_fixture.h"

namespace tanmiao::store::columns_test {
namespace {

class Columns : public ::testing::Test {
 protected:
  Columns() : folder_(fresh_folder()) { std::filesystem::create_directories(folder_); }
  ~Columns() override { std::filesystem::remove_all(folder_); }

  void poke(const std::filesystem::path& path, std::streamoff at, char value) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file.put(value);
  }
  std::filesystem::path folder_;
};

// Firms 1 .. count, each owning one patent of its own.
SnapshotTables<Build> tables_of(std::uint32_t count) {
  SnapshotTables<Build> t;
  for (std::uint32_t n = 0; n <= count; ++n) {
    t.firms.each([](std::string_view, auto& column) { column.push_back({}); });
    t.first_ownership.push_back(n == 0 ? 0 : n - 1);
    t.first_recognition.push_back(0);
    t.first_signal.push_back(0);
  }
  t.first_ownership.push_back(count);
  t.first_recognition.push_back(0);
  t.first_signal.push_back(0);
  t.firms.name = {}, t.firms.code = {};
  for (std::uint32_t n = 0; n <= count; ++n) {
    t.firms.name.push_back(n == 0 ? "" : "企业" + std::to_string(n));
    t.firms.code.push_back(n == 0 ? "" : "CODE" + std::to_string(n));
  }
  for (std::uint32_t p = 0; p < count; ++p) {
    t.patents.each([](std::string_view, auto& column) { column.push_back({}); });
    t.ownerships.each([](std::string_view, auto& column) { column.push_back({}); });
    t.ownerships.patent.back() = p;
  }
  t.patents.first_event.push_back(0);
  t.patents.first_inventor.push_back(0);
  return t;
}

TEST_F(Columns, ASnapshotIsReadAsItWasWritten) {
  SnapshotInfo info;
  info.civil_date = day(3);
  info.view.as_of = day(2);
  const auto written = write_snapshot(folder_ / "g1", tables_of(4), info).value();
  const auto snapshot = Snapshot::open(folder_ / "g1").value();
  EXPECT_EQ(snapshot->last_firm(), 4u);
  EXPECT_EQ(snapshot->firms.name[3], "企业3");
  EXPECT_EQ(snapshot->ownerships_of(3), std::pair(2u, 3u));
  EXPECT_EQ(snapshot->info().digest, written.digest);
  EXPECT_EQ(snapshot->info().generation, "g1");
  EXPECT_EQ(snapshot->info().civil_date, day(3));
  EXPECT_EQ(snapshot->info().view.as_of, day(2));
  EXPECT_FALSE(snapshot->info().view.known_at);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "g1.new"));
}

TEST_F(Columns, AFirmIsFoundByCodeNumberOrUniqueName) {
  auto tables = tables_of(2);
  tables.firms.name = {};
  for (const char* name : {"", "同名", "同名"}) tables.firms.name.push_back(name);
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables, {}));
  ASSERT_TRUE(write_snapshot(folder_ / "g2", tables_of(2), {}));
  const auto same = Snapshot::open(folder_ / "g1").value();
  const auto own = Snapshot::open(folder_ / "g2").value();
  EXPECT_EQ(own->find_code("CODE2"), 2u);
  EXPECT_EQ(own->find_code("1"), 1u);
  EXPECT_EQ(own->find_code("3"), kNoFirm);
  EXPECT_EQ(own->find_code("企业2"), 2u);
  EXPECT_EQ(own->find_code(""), kNoFirm);
  EXPECT_EQ(same->find_code("同名"), kNoFirm);
}

TEST_F(Columns, AnUnchangedSnapshotKeepsItsGeneration) {
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables_of(4), {}));
  const auto again = write_snapshot(folder_ / "g2", tables_of(4), {}, folder_ / "g1").value();
  EXPECT_EQ(again.generation, "g1");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "g2"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "g2.new"));
  EXPECT_EQ(write_snapshot(folder_ / "g3", tables_of(5), {}, folder_ / "g1").value().generation, "g3");
}

TEST_F(Columns, ARelationThatLeadsOutsideIsRefused) {
  auto tables = tables_of(4);
  tables.ownerships.patent[2] = 4;
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables, {}));
  EXPECT_EQ(Snapshot::open(folder_ / "g1").error().code, Errc::kCorrupt);
  tables = tables_of(4);
  std::swap(tables.first_ownership[2], tables.first_ownership[4]);
  ASSERT_TRUE(write_snapshot(folder_ / "g2", tables, {}));
  EXPECT_EQ(Snapshot::open(folder_ / "g2").error().code, Errc::kCorrupt);
}

TEST_F(Columns, AUnitThatTheSnapshotDoesNotHaveIsRefused) {
  auto tables = tables_of(2);
  tables.firms.unit = {0, 1, 2}, tables.firms.zone = {0, 0, 1};
  for (const char* name : {"", "滨城区", "待核"}) tables.units.id.push_back(name), tables.units.name.push_back(name);
  tables.units.unresolved = {0, 0, 1};
  for (const char* name : {"", "高新区"}) tables.zones.id.push_back(name), tables.zones.name.push_back(name);
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables, {}));
  const auto snapshot = Snapshot::open(folder_ / "g1").value();
  const RegionTable none;
  EXPECT_EQ(snapshot->unit_name(1, none), "滨城区");
  EXPECT_FALSE(snapshot->unit_unresolved(1, none));
  EXPECT_TRUE(snapshot->unit_unresolved(2, none));
  EXPECT_EQ(snapshot->zone_name(2, none), "高新区");
  EXPECT_EQ(snapshot->zone_name(1, none), "");
  tables.firms.unit[1] = 3;
  ASSERT_TRUE(write_snapshot(folder_ / "g2", tables, {}));
  EXPECT_EQ(Snapshot::open(folder_ / "g2").error().code, Errc::kCorrupt);
  tables.firms.unit[1] = 1, tables.firms.zone[1] = 2;
  ASSERT_TRUE(write_snapshot(folder_ / "g3", tables, {}));
  EXPECT_EQ(Snapshot::open(folder_ / "g3").error().code, Errc::kCorrupt);
}

TEST_F(Columns, ADamagedByteIsNamedByTheCheck) {
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables_of(4), {}));
  EXPECT_THAT(ColumnFolderReader::open(folder_ / "g1").value().check().value(), ::testing::IsEmpty());
  poke(folder_ / "g1" / "owner.from.col", 64, 99);
  EXPECT_THAT(ColumnFolderReader::open(folder_ / "g1").value().check().value(),
              ::testing::ElementsAre(::testing::HasSubstr("owner.from")));
}

// Opening reads no offsets: whoever follows a damaged one is told, and the check names the column.
TEST_F(Columns, ADamagedOffsetLeadsNowhere) {
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables_of(4), {}));
  constexpr int kHeader = 64, kOffset = 8;
  poke(folder_ / "g1" / "firm.name.col", kHeader + 2 * kOffset + 3, 1);
  const auto snapshot = Snapshot::open(folder_ / "g1").value();
  EXPECT_THROW(static_cast<void>(snapshot->firms.name[1]), std::range_error);
  EXPECT_THROW(static_cast<void>(snapshot->firms.name[2]), std::range_error);
  EXPECT_FALSE(snapshot->firms.name[3].empty());
  EXPECT_THAT(ColumnFolderReader::open(folder_ / "g1").value().check().value(),
              ::testing::ElementsAre(::testing::HasSubstr("firm.name")));
}

// Every file of a snapshot, cut at every seventh byte or with that byte changed, is an error or a readable snapshot.
TEST_F(Columns, ADamagedFileIsAnErrorAndNeverACrash) {
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables_of(3), {}));
  for (const char* name : {"firm.name.col", "firm.flags.col", "firm.first_ownership.col", "manifest.json"}) {
    const auto path = folder_ / "g1" / name;
    std::ifstream in(path, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    for (std::size_t at = 0; at < whole.size(); at += 7) {
      std::ofstream(path, std::ios::binary) << whole.substr(0, at);
      EXPECT_FALSE(Snapshot::open(folder_ / "g1")) << name << " cut at " << at;
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 0x41);
      std::ofstream(path, std::ios::binary) << changed;
      const auto snapshot = Snapshot::open(folder_ / "g1");
      for (FirmNo n = 0; snapshot && n <= (*snapshot)->last_firm(); ++n) try {
          EXPECT_LT((*snapshot)->firms.name[n].size(), 100u);
        } catch (const std::range_error&) {  // an offset that leads outside
          EXPECT_STREQ(name, "firm.name.col");
        }
    }
    std::ofstream(path, std::ios::binary) << whole;
  }
  EXPECT_TRUE(Snapshot::open(folder_ / "g1"));
}

TEST_F(Columns, AWriteThatWasCutOffLeavesNothingInTheWay) {
  std::filesystem::create_directories(folder_ / "g1.new");
  std::ofstream(folder_ / "g1.new" / "firm.name.col") << "half";
  EXPECT_TRUE(write_snapshot(folder_ / "g1", tables_of(1), {}));
  EXPECT_TRUE(Snapshot::open(folder_ / "g1"));
}

TEST_F(Columns, AMissingColumnOrFolderIsSaid) {
  EXPECT_EQ(Snapshot::open(folder_ / "none").error().code, Errc::kNotFound);
  ASSERT_TRUE(write_snapshot(folder_ / "g1", tables_of(1), {}));
  std::filesystem::remove(folder_ / "g1" / "firm.name.col");
  EXPECT_EQ(Snapshot::open(folder_ / "g1").error().code, Errc::kCorrupt);
}

TEST_F(Columns, ARunIsWrittenOnceAndFoundByFirm) {
  RunTable<Build> table;
  for (const FirmNo firm : {7u, 3u, 5u}) {
    table.each([](std::string_view, auto& column) { column.push_back({}); });
    table.firm.back() = firm;
    table.rank.back() = static_cast<std::uint32_t>(table.firm.size());
  }
  const std::string digest = write_run(folder_ / "r1", table, R"({"campaign":"tech"})").value();
  EXPECT_EQ(write_run(folder_ / "r1", table, R"({"campaign":"tech"})").value(), digest);
  const auto run = Run::open(folder_ / "r1").value();
  EXPECT_EQ(run->size(), 3u);
  EXPECT_EQ(run->row_of(3), 1u);
  EXPECT_EQ(run->row_of(4), run->size());
  EXPECT_THAT(run->manifest_json(), ::testing::HasSubstr("tech"));
  table.rank[0] = 9;
  EXPECT_EQ(write_run(folder_ / "r1", table, "{}").error().code, Errc::kCorrupt);
}

}  // namespace
}  // namespace tanmiao::store::columns_test
