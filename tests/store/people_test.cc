// What people keep of firms: all of a change or nothing, nothing overwritten, every action in the audit.
#include <fstream>
#include <iterator>

#include "store/schema.h"
#include "store_fixture.h"

namespace tanmiao::store {
namespace {

using sql::Database;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::string_view kFirm = "91371600MA3TEST017";

SelfReport report(int on, std::string staff, std::string visitor = "博兴县科技局") {
  SelfReport made;
  made.firm = kFirm;
  made.visited_on = day(on);
  made.visitor = std::move(visitor);
  if (!staff.empty()) made.answers = {{Field::kStaffTotal, std::move(staff)}};
  made.verdict = "有意申报";
  made.origin = "名单.xlsx!名单!7";
  made.by = "科技局";
  made.at = clock_of(on);
  return made;
}

PoolEntry entry(std::string stage, std::uint64_t revision) {
  PoolEntry made;
  made.firm = kFirm;
  made.track = "tech_sme";
  made.stage = std::move(stage);
  made.stage_since = day(1);
  made.name = "某企业";
  made.cells = {{"owner", "高新科"}, {"measures", "辅导"}};
  made.reason = "走访";
  made.by = "科技局";
  made.at = clock_of(1);
  made.revision = revision;
  return made;
}

class PeopleTest : public StoreTest {};

TEST_F(PeopleTest, ReportsComeBackAsTheyWereGiven) {
  PeopleChange change;
  change.reports = {report(1, "0"), report(2, "")};
  EXPECT_THAT(people().apply(change).value(), ElementsAre(1, 2));
  reopen();
  const auto found = people().self_reports().value();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_TRUE(found[0].same_content(change.reports[0]));  // 0 is a value
  EXPECT_THAT(found[1].answers, IsEmpty());               // and an empty cell is none
  EXPECT_EQ(found[0].origin, "名单.xlsx!名单!7");
  EXPECT_EQ(found[0].at, clock_of(1));
}

TEST_F(PeopleTest, EveryRevisionOfAnEntryIsKept) {
  PeopleChange change;
  change.entries = {entry("LEAD", 0)};
  ASSERT_TRUE(people().apply(change));
  change.entries = {entry("VERIFIED", 1)};
  ASSERT_TRUE(people().apply(change));
  const auto live = people().pool_entries().value();
  ASSERT_THAT(live, SizeIs(1));
  EXPECT_EQ(live[0].stage, "VERIFIED");
  EXPECT_EQ(live[0].revision, 2U);
  EXPECT_THAT(live[0].cells, ElementsAre(Pair("measures", "辅导"), Pair("owner", "高新科")));
  EXPECT_THAT(people().pool_history(kFirm, "tech_sme").value(), SizeIs(2));
}

TEST_F(PeopleTest, AChangeMadeToAnOldStateChangesNothing) {
  PeopleChange change;
  change.entries = {entry("LEAD", 0)};
  ASSERT_TRUE(people().apply(change));
  change.reports = {report(1, "5")};  // together with an entry of an old revision
  const auto refused = people().apply(change);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kConflict);
  EXPECT_THAT(people().self_reports().value(), IsEmpty());

  PeopleChange first;
  first.last_report = 0;
  first.reports = {report(1, "5")};
  ASSERT_TRUE(people().apply(first));
  EXPECT_EQ(people().apply(first).error().code, Errc::kConflict);  // a report came in since
}

TEST_F(PeopleTest, AConflictIsSettledOnce) {
  PeopleChange change;
  change.reports = {report(1, "5"), report(1, "6", "高新区")};
  Conflict conflict;
  conflict.firm = kFirm;
  conflict.field = "staff_total";
  conflict.stored = "5";
  conflict.offered = "6";
  conflict.stored_report = 1;
  conflict.offered_report = 2;  // its place among the reports of the change
  change.conflicts = {conflict};
  ASSERT_TRUE(people().apply(change));
  const auto open = people().conflicts(true).value();
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].offered_report, 2U);
  ASSERT_TRUE(people().settle(open[0].id, "offered", "科技局", "电话核实", clock_of(3)));
  EXPECT_EQ(people().settle(open[0].id, "stored", "科技局", "", clock_of(3)).error().code, Errc::kConflict);
  EXPECT_EQ(people().settle(99, "stored", "科技局", "", clock_of(3)).error().code, Errc::kNotFound);
  EXPECT_THAT(people().conflicts(true).value(), IsEmpty());
  EXPECT_EQ(people().conflicts(false).value().at(0).taken, "offered");
}

TEST_F(PeopleTest, TheLastCorrectionCountsUntilItIsWithdrawn) {
  const auto correct = [&](std::string value, int on) {
    return people().correct({std::string(kFirm), "address", std::move(value), "企业来函", "科技局", clock_of(on)});
  };
  ASSERT_TRUE(correct("渤海路 1 号", 1));
  ASSERT_TRUE(correct("黄河路 2 号", 2));
  ASSERT_THAT(people().corrections().value(), SizeIs(1));
  EXPECT_EQ(people().corrections().value()[0].value, "黄河路 2 号");
  ASSERT_TRUE(correct("", 3));
  EXPECT_THAT(people().corrections().value(), IsEmpty());
  EXPECT_THAT(people().correction_history(kFirm).value(), SizeIs(3));
}

TEST_F(PeopleTest, ASuppressionCanBeLiftedAndIsRemembered) {
  ASSERT_TRUE(people().suppress(kFirm, "企业要求", "科技局", clock_of(1)));
  EXPECT_THAT(people().suppressions().value(), ElementsAre(Pair(std::string(kFirm), "企业要求")));
  ASSERT_TRUE(people().lift_suppression(kFirm, "企业撤回", "科技局", clock_of(2)));
  EXPECT_THAT(people().suppressions().value(), IsEmpty());
  EXPECT_EQ(people().lift_suppression(kFirm, "", "科技局", clock_of(2)).error().code, Errc::kNotFound);
  EXPECT_THAT(people().suppression_history().value(), SizeIs(2));
}

TEST_F(PeopleTest, EveryActionStandsInTheAudit) {
  PeopleChange change;
  change.reports = {report(1, "5")};
  change.entries = {entry("LEAD", 0)};
  change.batches = {{"2026-01", "tech_sme", "第一批", "draft", {}, "", "科技局", clock_of(1), 0}};
  ASSERT_TRUE(people().apply(change));
  ASSERT_TRUE(people().correct({std::string(kFirm), "address", "x", "r", "科技局", clock_of(2)}));
  ASSERT_TRUE(people().suppress(kFirm, "r", "科技局", clock_of(2)));
  std::vector<std::string> actions;
  for (const auto& line : people().audit_trail(0, 100).value()) actions.push_back(line.action);
  EXPECT_THAT(actions, ElementsAre("report.put", "batch.draft", "pool.put", "value.correct", "firm.suppress"));
  EXPECT_EQ(people().check().value(), std::nullopt);
}

TEST_F(PeopleTest, AChangedAuditEntryIsFound) {
  ASSERT_TRUE(people().suppress(kFirm, "r", "科技局", clock_of(1)));
  ASSERT_TRUE(people().lift_suppression(kFirm, "r", "科技局", clock_of(2)));
  Database(folder_ / "people.db", Database::Mode::kWrite).script("UPDATE audit SET detail = '{}' WHERE number = 1");
  const auto found = people().check().value();
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, HasSubstr("audit entry 1"));
}

// The first schema comes forward with what it held, and in the shape of a new file.
TEST_F(PeopleTest, TheFirstSchemaComesForward) {
  store_.reset();
  std::filesystem::remove(folder_ / "people.db");
  std::ifstream in(std::filesystem::path(__FILE__).parent_path() / "people_v1.sql");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  {
    Database old(folder_ / "people.db", Database::Mode::kCreate);
    old.script(text);
    old.script(
        "INSERT INTO suppression VALUES('91371600MA3TEST017', '企业要求', '科技局', 1767200000);"
        "INSERT INTO pool_entry VALUES('91371600MA3TEST017', 'tech_sme', 1, 'LEAD', 'a', '科技局', 1767200000);"
        "INSERT INTO pool_entry VALUES('91371600MA3TEST017', 'tech_sme', 2, 'VERIFIED', 'b', '科技局', 1767300000);");
  }
  reopen();
  EXPECT_THAT(people().suppressions().value(), ElementsAre(Pair(std::string(kFirm), "企业要求")));
  const auto entries = people().pool_entries().value();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].stage, "VERIFIED");
  EXPECT_EQ(iso(entries[0].stage_since), "2026-01-02");  // of 2026-01-01T20:40:00Z in Beijing
  EXPECT_EQ(entries[0].revision, 2U);
  EXPECT_THAT(people().pool_history(kFirm, "tech_sme").value(), SizeIs(2));

  const auto tables = [](const std::filesystem::path& file) {
    Database database(file, Database::Mode::kRead);
    std::vector<std::string> found;
    sql::Query rows(database, "SELECT type || ' ' || name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1");
    while (rows.step()) found.push_back(rows.text(0));
    return found;
  };
  const auto migrated = tables(folder_ / "people.db");
  store_.reset();
  std::filesystem::remove_all(folder_);
  reopen();
  EXPECT_EQ(migrated, tables(folder_ / "people.db"));
}

}  // namespace
}  // namespace tanmiao::store
