// What people keep of firms: all of a change or nothing, nothing overwritten, every action in the audit.
#include <fstream>
#include <iterator>

#include "store/answers.h"
#include "store/schema.h"
#include "store_fixture.h"

namespace tanmiao::store::people_test {
namespace {

using sql::Database;
using ::testing::AllOf;
using ::testing::Contains;
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

class PeopleTest : public StoreTest {
 protected:
  // Behind the program's back.
  void by_hand(std::string_view script) { Database(folder_ / "people.db", Database::Mode::kWrite).script(script); }
};

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
  EXPECT_THAT(people().check({}).value(), IsEmpty());
}

TEST_F(PeopleTest, AChangedAuditEntryIsFound) {
  ASSERT_TRUE(people().suppress(kFirm, "r", "科技局", clock_of(1)));
  ASSERT_TRUE(people().lift_suppression(kFirm, "r", "科技局", clock_of(2)));
  by_hand("UPDATE audit SET detail = '{}' WHERE number = 1");
  EXPECT_THAT(people().check({}).value(), ElementsAre(HasSubstr("audit entry 1 does not fit")));
}

TEST_F(PeopleTest, AnAuditThatIsShorterThanItWasIsFound) {
  ASSERT_TRUE(people().suppress(kFirm, "r", "科技局", clock_of(1)));
  ASSERT_TRUE(people().audit("科技局", "sheet.import", "名单.xlsx", "{}", clock_of(2)));
  const AuditHead known = people().audit_head().value();
  EXPECT_EQ(known.number, 2U);
  by_hand("DELETE FROM audit WHERE number = 2");
  EXPECT_THAT(people().check({}).value(), ElementsAre(HasSubstr("audit entry 2 is missing: the audit ends with 1")));
  // Whoever knows of audit_head puts that right too: what was noted elsewhere still tells.
  by_hand("UPDATE audit_head SET number = 1, hash = (SELECT hash FROM audit WHERE number = 1)");
  EXPECT_THAT(people().check({}).value(), IsEmpty());
  EXPECT_THAT(people().check(known).value(), ElementsAre(HasSubstr("audit entry 2 is missing")));
  ASSERT_TRUE(people().audit("科技局", "sheet.import", "别的.xlsx", "{}", clock_of(2)));  // another second entry
  EXPECT_THAT(people().check(known).value(), ElementsAre(HasSubstr("audit entry 2 is not the one")));
}

// Every table, changed behind the audit's back: the row is named, and so is the entry that speaks of it.
TEST_F(PeopleTest, RowsThatAreNotWhatTheAuditSaysAreFound) {
  PeopleChange change;
  change.reports = {report(1, "5"), report(1, "6", "高新区")};
  change.entries = {entry("LEAD", 0)};
  change.batches = {{"2026-01", "tech_sme", "第一批", "draft", {}, "", "科技局", clock_of(1), 0}};
  Conflict conflict;
  conflict.firm = kFirm;
  conflict.field = "staff_total";
  conflict.stored = "5", conflict.offered = "6";
  conflict.stored_report = 1, conflict.offered_report = 2;
  conflict.at = clock_of(1);
  change.conflicts = {conflict};
  ASSERT_TRUE(people().apply(change));
  ASSERT_TRUE(people().settle(1, "offered", "科技局", "电话核实", clock_of(2)));
  ASSERT_TRUE(people().withdraw({1, true, "填错企业", "科技局", clock_of(3)}));
  ASSERT_TRUE(people().correct({std::string(kFirm), "address", "x", "r", "科技局", clock_of(2)}));
  ASSERT_TRUE(people().suppress(kFirm, "r", "科技局", clock_of(2)));
  ASSERT_TRUE(people().decide_source({"s", SourceState::kApproved, "科技局", "terms read", "h", clock_of(2)}));
  ASSERT_TRUE(people().decide_identity({"s", "k", 0, "name:x", Ruling::kSame, "科技局", "r", clock_of(2)}));
  ASSERT_THAT(people().check({}).value(), IsEmpty());
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"self_report", "answers = '{\"staff_total\":\"50\"}'"},
      {"self_report", "note = 'x'"},
      {"report_step", "withdrawn = 0"},
      {"pool_revision", "cells = '{}'"},
      {"pool_revision", "name = 'x'"},
      {"pool_revision", "stage = 'ACHIEVED'"},
      {"pool_batch", "state = 'signed'"},
      {"conflict", "offered = '7'"},
      {"conflict_choice", "taken = 'stored'"},
      {"correction", "value = 'y'"},
      {"suppression_step", "out = 0"},
      {"source_approval", "state = 3"},
      {"identity_decision", "same = 0"}};
  for (const auto& [table, what] : changes) {
    Database database(folder_ / "people.db", Database::Mode::kWrite);
    database.script("CREATE TABLE kept AS SELECT * FROM " + table + " ORDER BY rowid LIMIT 1");
    database.script("UPDATE " + table + " SET " + what + " WHERE rowid = (SELECT min(rowid) FROM " + table + ")");
    EXPECT_THAT(people().check({}).value(), ElementsAre(AllOf(HasSubstr("a row of " + table)), HasSubstr("has no row")))
        << table << " " << what;
    database.script("DELETE FROM " + table + " WHERE rowid = (SELECT min(rowid) FROM " + table + ")");
    EXPECT_THAT(people().check({}).value(), Contains(HasSubstr("has no row"))) << table;
    database.script("INSERT INTO " + table + " SELECT * FROM kept; DROP TABLE kept");
    ASSERT_THAT(people().check({}).value(), IsEmpty()) << table;
  }
}

TEST_F(PeopleTest, WhatIsNoTextIsNotKept) {
  PeopleChange change;
  change.entries = {entry("LEAD", 0)};
  change.entries[0].cells["note"] = "bad\xff\xfe";
  const auto refused = people().apply(change);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUsage);
  EXPECT_THAT(people().pool_entries().value(), IsEmpty());
  EXPECT_FALSE(people().suppress(kFirm, "\xff", "科技局", clock_of(1)));
  EXPECT_THAT(people().check({}).value(), IsEmpty());
}

TEST_F(PeopleTest, AReportIsWithdrawnAndCountsAgain) {
  PeopleChange change;
  change.reports = {report(1, "5"), report(1, "6", "高新区")};
  Conflict conflict;
  conflict.firm = kFirm;
  conflict.field = "staff_total";
  conflict.stored = "5", conflict.offered = "6";
  conflict.stored_report = 1, conflict.offered_report = 2;
  change.conflicts = {conflict};
  ASSERT_TRUE(people().apply(change));
  const auto in_force = [&] {
    std::vector<std::string> values;
    for (const auto& r : settled_reports(people().self_reports().value(), people().conflicts(false).value()))
      for (const auto& answer : r.answers) values.push_back(answer.value);
    return values;
  };
  EXPECT_THAT(in_force(), ElementsAre("5"));
  ASSERT_TRUE(people().withdraw({1, true, "填错企业", "科技局", clock_of(3)}));
  EXPECT_THAT(in_force(), ElementsAre("6"));  // the other stands alone
  EXPECT_THAT(people().conflicts(true).value(), IsEmpty());
  EXPECT_FALSE(people().conflicts(false).value().at(0).open());
  EXPECT_EQ(people().settle(1, "stored", "科技局", "r", clock_of(3)).error().code, Errc::kConflict);
  EXPECT_EQ(people().withdraw({1, true, "r", "科技局", clock_of(3)}).error().code, Errc::kConflict);
  EXPECT_EQ(people().withdraw({9, true, "r", "科技局", clock_of(3)}).error().code, Errc::kNotFound);
  EXPECT_EQ(people().self_reports().value().at(0).withdrawn->reason, "填错企业");
  ASSERT_TRUE(people().withdraw({1, false, "没有填错", "科技局", clock_of(4)}));
  EXPECT_THAT(in_force(), ElementsAre("5"));
  EXPECT_THAT(people().conflicts(true).value(), SizeIs(1));
  EXPECT_THAT(people().check({}).value(), IsEmpty());
}

// The first schema comes forward with what it held, and in the shape of a new file.
TEST_F(PeopleTest, TheFirstSchemaComesForward) {
  store_.reset();
  std::filesystem::remove(folder_ / "people.db");
  std::ifstream in("tests/store/people_v1.sql");
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

TEST_F(PeopleTest, ASavedSearchIsARevisionEachTimeAndStandsInTheAudit) {
  SavedSearch search{"铝箔", R"({"text":"铝箔"})", true, "招引", "科技局", clock_of(1)};
  EXPECT_EQ(people().save_search(search).value(), 1u);
  EXPECT_EQ(people().save_search(search).error().code, Errc::kConflict) << "somebody was first";
  search.revision = 1, search.query = R"({"text":"铝箔 -贸易"})", search.at = clock_of(2);
  EXPECT_EQ(people().save_search(search).value(), 2u);
  search.revision = 2, search.kept = false, search.reason = "办结";
  EXPECT_EQ(people().save_search(search).value(), 3u);
  ASSERT_TRUE(people().save_search({"另一个", "{}", true, "r", "科技局", clock_of(2)}));
  const auto all = people().saved_searches().value();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_FALSE(all[1].kept && all[0].kept);
  const auto history = people().saved_search_history("铝箔").value();
  ASSERT_THAT(history, SizeIs(3));
  EXPECT_EQ(history[0].query, R"({"text":"铝箔"})");
  EXPECT_EQ(history[2].reason, "办结");
  EXPECT_THAT(people().check({}).value(), IsEmpty());
  by_hand("UPDATE saved_search SET query = '{}' WHERE revision = 2");
  EXPECT_THAT(people().check({}).value(), Contains(HasSubstr("saved_search")));
}

}  // namespace
}  // namespace tanmiao::store::people_test
