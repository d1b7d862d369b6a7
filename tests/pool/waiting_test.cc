// What the run report says that people left undone.
#include "pool/waiting.h"
#include "office_fixture.h"

namespace tanmiao::pool::waiting_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kHead = "企业名称,统一社会信用代码,责任单位,走访人,走访日期,职工总数,核实结论\r\n";

class WaitingTest : public OfficeTest {
 protected:
  Waiting now(Date today = kToday) {
    Actor actor{"市科技局", Instant(today), today};
    return waiting(people(), *rules_, root_ / "exports", actor).value();
  }
  // The clock of the tests stands still, that of files does not.
  void written_at(const std::string& sheet, Instant at) {
    std::filesystem::last_write_time(root_ / "exports" / sheet, std::chrono::file_clock::from_sys(at));
  }
  static std::string row(store::FirmNo firm, const std::string& visitor, const std::string& staff) {
    return name(firm) + "," + code(firm) + ",," + visitor + ",2026-11-20," + staff + ",\r\n";
  }
  // Written as it stands when the firm was achieved, without the steps before.
  void stands(store::FirmNo firm, const std::string& stage, Cells cells) {
    store::PeopleChange change;
    store::PoolEntry entry = blank_entry(book_->key(firm), name(firm), "tech_sme");
    entry.stage = stage;
    entry.stage_since = make_date(2026, 3, 1);
    entry.cells = std::move(cells);
    entry.at = Instant(kToday);
    change.entries = {entry};
    ASSERT_TRUE(people().apply(change));
  }
};

TEST_F(WaitingTest, NothingWaitsInAnEmptyPool) {
  const Waiting none = now();
  EXPECT_EQ(none.conflicts, 0U);
  EXPECT_THAT(none.expired, IsEmpty());
  EXPECT_THAT(none.overdue, IsEmpty());
  EXPECT_THAT(none.sheets, IsEmpty());
}

TEST_F(WaitingTest, ANumberThatRanOutWaitsUntilTheStageSaysSo) {
  stands(3, "ACHIEVED", {{"registration_no", "202637160200000001"}, {"registration_until", "2026-12-31"}});
  EXPECT_THAT(now().expired, IsEmpty());
  EXPECT_THAT(now(make_date(2026, 12, 31)).expired, IsEmpty());  // valid on its last day
  const Date after = make_date(2027, 1, 1);
  EXPECT_THAT(now(after).expired, ElementsAre(HasSubstr(name(3))));
  ASSERT_TRUE(people().suppress(code(3), "企业要求", "科技局", Instant(kToday)));
  EXPECT_THAT(now(after).expired, IsEmpty());
}

TEST_F(WaitingTest, ADeadlineIsOverdueOnlyWhileTheWorkGoesOn) {
  stands(3, "VERIFIED", {{"deadline", "2026-11-24"}});
  stands(4, "VERIFIED", {{"deadline", "2026-11-25"}});  // today
  stands(5, "REJECTED", {{"deadline", "2026-11-24"}});
  stands(6, "LEFT", {{"deadline", "2026-11-24"}});
  EXPECT_THAT(now().overdue, ElementsAre(HasSubstr(name(3))));
}

TEST_F(WaitingTest, ASheetOfRefusedRowsWaitsUntilItComesBack) {
  const std::string bad = std::string(kHead) + row(3, "博兴县科技局", "很多");
  const ImportReport refused = import(bad);
  ASSERT_EQ(refused.rejected, 1U);
  const std::string sheet = std::filesystem::path(refused.rejects).filename().string();
  EXPECT_THAT(now().sheets, ElementsAre(sheet));
  written_at(sheet, Instant(kToday) - std::chrono::hours(1));
  // It comes back unmended: a new one waits in its place.
  const auto again = import_sheet(tools(), root_ / "exports" / sheet).value();
  ASSERT_EQ(again.rejected, 1U);
  const std::string next = std::filesystem::path(again.rejects).filename().string();
  EXPECT_NE(next, sheet);
  EXPECT_THAT(now().sheets, ElementsAre(next));
  // A name is given once more: that is another sheet.
  written_at(sheet, Instant(kToday) + std::chrono::hours(1));
  EXPECT_THAT(now().sheets, ElementsAre(sheet, next));
}

TEST_F(WaitingTest, AConflictWaitsUntilSomeoneChoosesOrOneIsWithdrawn) {
  ASSERT_EQ(import(std::string(kHead) + row(3, "博兴县科技局", "50")).taken, 1U);
  ASSERT_EQ(import(std::string(kHead) + row(3, "高新区经发局", "60")).conflicts, 1U);
  EXPECT_EQ(now().conflicts, 1U);
  ASSERT_TRUE(people().withdraw({1, true, "填错企业", "科技局", Instant(kToday)}));
  EXPECT_EQ(now().conflicts, 0U);
  // The sheet that was wrong comes once more: it is refused with the reason, and stays withdrawn.
  const ImportReport again = import(std::string(kHead) + row(3, "博兴县科技局", "50"));
  EXPECT_EQ(again.rejected, 1U);
  EXPECT_THAT(again.notes.at(0).text, HasSubstr("已撤回的第 1 号"));
  EXPECT_TRUE(people().self_reports().value().at(0).withdrawn.has_value());
}

TEST_F(WaitingTest, AFirmWhoseOnlyVisitWasWithdrawnIsNotAdmitted) {
  verify(3);
  const auto batch = office().open_batch("tech_sme", "").value();
  const std::vector<store::FirmNo> firms = {3};
  ASSERT_TRUE(people().withdraw({1, true, "填错企业", "科技局", Instant(kToday)}));
  const auto refused = office().tick(batch.id, firms, true);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(name(3)));
  ASSERT_TRUE(people().withdraw({1, false, "没有填错", "科技局", Instant(kToday)}));
  ASSERT_TRUE(office().tick(batch.id, firms, true));
  ASSERT_TRUE(people().withdraw({1, true, "填错企业", "科技局", Instant(kToday)}));
  EXPECT_FALSE(office().batch_to(batch.id, "frozen", "", std::nullopt));
  ASSERT_TRUE(people().withdraw({1, false, "没有填错", "科技局", Instant(kToday)}));
  ASSERT_TRUE(office().batch_to(batch.id, "frozen", "", std::nullopt));
  ASSERT_TRUE(people().withdraw({1, true, "填错企业", "科技局", Instant(kToday)}));
  EXPECT_FALSE(office().batch_to(batch.id, "signed", "", std::nullopt));
  EXPECT_TRUE(office().batch_to(batch.id, "draft", "填报撤回", std::nullopt));
}

}  // namespace
}  // namespace tanmiao::pool::waiting_test
