// Announcement lists that come again: what people said of their rows, two at a time, their names, renewals.
#include <mutex>
#include <thread>

#include "core/firm_name.h"
#include "list_fixture.h"

namespace tanmiao::pool::list_intake_test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ListIntakeTest : public ListTest {
 protected:
  static constexpr const char* kNumber = "2026371600A1";

  // The row of a twin comes with this in its column of codes.
  OfficialRow twin(const std::string& code_cell, const std::string& number = kNumber) {
    const auto in =
        take_in("企业名称,统一社会信用代码,入库登记编号\n" + name(kTwinA) + "," + code_cell + "," + number + "\n");
    EXPECT_TRUE(in) << in.error().text();
    return in ? in->list.rows.at(0) : OfficialRow{};
  }
  // Firms that decisions say the row of the twin is, or is not.
  std::set<std::string> said(bool same, const std::string& number = kNumber) {
    std::set<std::string> firms;
    for (const auto& one : people().identity_decisions().value())
      if (one.same() == same && one.key == std::string("tech_sme|") + number) firms.insert(one.firm_identity);
    return firms;
  }
  static std::string identity(store::FirmNo firm) { return "code:" + code(firm); }
  std::set<std::string> twins() { return {identity(kTwinA), identity(kTwinB)}; }
  void decide(store::FirmNo firm, bool same, const std::string& reason) {
    store::IdentityDecision one;
    one.source = rules_->official("tech_sme").value()->source;
    one.key = std::string("tech_sme|") + kNumber;
    one.firm_identity = identity(firm);
    one.ruling = same ? store::Ruling::kSame : store::Ruling::kDifferent;
    one.by = "市科技局";
    one.reason = reason;
    one.decided_at = Instant(kToday);
    one.kind = RecordKind::kRecognition;
    one.name = exact_name_key(name(kTwinA), *reference_);
    ASSERT_TRUE(people().decide_identity(one));
  }
  std::string inbox_row(std::size_t row, std::size_t column) {
    return cells_of((root_ / "inbox/lists-tech-sme/科技型中小企业_第1批.csv").string(), "").at(row).at(column);
  }
  std::string csv_of(int list, int rows) const {
    std::string csv = "企业名称,入库登记编号\n";
    for (int i = 0; i < rows; ++i)
      csv += "滨州第" + std::to_string(list) + "批第" + std::to_string(i) + "家有限公司,2026371600B" +
             std::to_string(list * 1000 + i) + "\n";
    return csv;
  }
};

TEST_F(ListIntakeTest, AMarkIsTakenBackByTheCodeOfAFirmOfItsNameAlone) {
  twin("非本企业");
  EXPECT_EQ(said(false), twins());
  struct Case {
    const char* what;
    std::string cell, why;
  };
  const Case cases[] = {{"no code", "待查", "待查"},
                        {"a firm of another name", code(5), name(5)},
                        {"a check character that is wrong", code(kTwinA).substr(0, 17) + "A", "校验码"},
                        {"empty", "", "先前已标为非本企业"}};
  for (const Case& one : cases) {
    const OfficialRow row = twin(one.cell);
    EXPECT_EQ(row.pile, Pile::kUnknown) << one.what;
    EXPECT_TRUE(row.not_ours) << one.what;
    EXPECT_THAT(row.why, HasSubstr(one.why)) << one.what;
    EXPECT_THAT(said(true), IsEmpty()) << one.what;
    EXPECT_EQ(said(false), twins()) << one.what;
    EXPECT_EQ(inbox_row(1, 1), "") << one.what;
  }
  EXPECT_THAT(people().identity_decisions().value(), SizeIs(2)) << "said once";
  EXPECT_EQ(twin(code(kTwinB)).pile, Pile::kFound);
  EXPECT_EQ(said(true), std::set{identity(kTwinB)});
  EXPECT_EQ(said(false), std::set{identity(kTwinA)}) << "the other one is as little meant as before";
  EXPECT_EQ(inbox_row(1, 1), code(kTwinB));
}

TEST_F(ListIntakeTest, ACodeThatNobodyHasYetStaysWithTheMark) {
  twin("非本企业");
  const std::string fresh = "91371600MA3WPBLW37";
  const OfficialRow row = twin(fresh);
  EXPECT_EQ(row.pile, Pile::kUnknown);
  EXPECT_EQ(inbox_row(1, 1), fresh) << "the firm may come into the register";
  EXPECT_THAT(said(true), IsEmpty());
  EXPECT_TRUE(twin("").not_ours) << "none of those of its name all the same";
}

TEST_F(ListIntakeTest, MarkedAgainItIsNoneOfTheFirmsThatItWasSaidToBe) {
  decide(5, true, "公告名单：第1批，已填写代码");  // as an earlier edition wrote of a wrong code
  decide(kTwinB, true, "电话核实");
  twin("非本企业");
  EXPECT_THAT(said(true), IsEmpty());
  EXPECT_EQ(said(false), (std::set{identity(5), identity(kTwinA), identity(kTwinB)}));
}

TEST_F(ListIntakeTest, ACodeThatIsMendedMovesTheRowAndLeavesAReviewAlone) {
  twin("非本企业");
  twin(code(kTwinA));
  EXPECT_EQ(said(true), std::set{identity(kTwinA)});
  twin(code(kTwinB));
  EXPECT_EQ(said(true), std::set{identity(kTwinB)}) << "the first code was the wrong one";
  decide(kTwinA, true, "电话核实");
  twin(code(kTwinB));
  EXPECT_THAT(said(true), Contains(identity(kTwinA)));
}

TEST_F(ListIntakeTest, TitlesKeepTheirBlanks) {
  for (const char* title :
       {"科技型中小企业公告　第四批", "科技型中小企业 第 5 批", "公告　　截至日期：2025-12-31　　第6批"}) {
    const std::string rows = "企业名称,入库登记编号\n" + name(3) + ",2026371600A1\n";
    const auto first = take_in(rows, std::string(title) + ".csv");
    ASSERT_TRUE(first) << first.error().text();
    const auto match = matching();
    const auto again =
        take_in_list({first->workbook}, {people(), match, actor(), root_, root_ / "exports", "市科技局", ""});
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->list.title, title);
    EXPECT_EQ(again->kept, first->kept);
    EXPECT_THAT(cells_of(again->kept, ""), SizeIs(2));
  }
}

TEST_F(ListIntakeTest, AWorkbookIsNeverWrittenOverAndBearsItsProgramme) {
  const std::string rows = "企业名称,编号\n" + name(3) + ",1\n" + name(4) + ",2\n";
  const auto sme = take_in(rows, "第1批.csv").value();
  const auto hnte = take_in(rows, "第1批.csv", "hnte").value();
  const auto again = take_in(rows, "第1批.csv").value();
  const auto file = [](const ListIntake& in) { return std::filesystem::path(in.workbook).filename().string(); };
  EXPECT_EQ(file(sme), "核对_科技型中小企业_第1批.xlsx");
  EXPECT_EQ(file(hnte), "核对_高新技术企业_第1批.xlsx");
  EXPECT_EQ(file(again), "核对_科技型中小企业_第1批_2.xlsx");
}

// Each with a store of its own, as every upload and every command has. flock() tells open files apart, not processes.
TEST_F(ListIntakeTest, ListsOfOneNameAtATimeAreAllKept) {
  constexpr int kLists = 8, kRows = 60;
  std::vector<std::thread> all;
  std::mutex guard;
  std::vector<std::string> problems;
  std::set<std::string> workbooks;
  all.reserve(kLists);
  for (int i = 0; i < kLists; ++i)
    all.emplace_back([&, i] {
      const auto own = store::Store::open(root_, store::Access::kRead, "a test");
      const auto match = matching();
      const auto in = take_in_list({"第1批.csv", csv_of(i, kRows)},
                                   {(*own)->people(), match, actor(), root_, root_ / "exports", "市科技局", ""});
      const std::lock_guard lock(guard);
      if (in)
        workbooks.insert(in->workbook);
      else
        problems.push_back(in.error().text());
    });
  for (std::thread& one : all) one.join();
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_THAT(cells_of((root_ / "inbox/lists-tech-sme/科技型中小企业_第1批.csv").string(), ""),
              SizeIs(1 + kLists * kRows));
  EXPECT_THAT(workbooks, SizeIs(kLists));
}

TEST_F(ListIntakeTest, WhoWaitsTooLongIsToldThatNothingWasKept) {
  const auto program = *rules_->official("tech_sme").value();
  {
    const auto held = InboxLock::take(program, root_).value();
    const auto second = InboxLock::take(program, root_, std::chrono::milliseconds(50));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::kLocked);
    EXPECT_TRUE(InboxLock::take(*rules_->official("hnte").value(), root_, std::chrono::milliseconds(0)));
  }
  EXPECT_TRUE(InboxLock::take(program, root_, std::chrono::milliseconds(0)));
}

TEST_F(ListIntakeTest, NextYearsNumberOfAFirmThatAchievedIsProposedAsARenewal) {
  const std::string heading = "企业名称,入库登记编号\n";
  put_entry(3, "ACHIEVED", make_date(2025, 9, 1));
  put_entry(4, "FILING", make_date(2026, 9, 1));
  auto office = this->office("高新科");
  const Cells last_year{{"registration_no", "2025371600A1"}, {"registration_until", "2026-03-31"}};
  ASSERT_TRUE(office.edit(store::FirmNo{3}, "tech_sme", last_year, std::nullopt));
  const auto before = people().pool_history(code(3), "tech_sme").value();

  const std::string next = heading + name(3) + ",2026371600A9\n" + name(4) + ",2026371600A2\n";
  const auto in = take_in(next, "2026年.csv").value();
  ASSERT_THAT(in.proposals, SizeIs(2));
  EXPECT_TRUE(in.proposals[0].renewal());
  EXPECT_FALSE(in.proposals[1].renewal());
  EXPECT_THAT(cells_of(in.workbook, std::string(kProposalSheet)), Contains(Contains("更新编号（续评）")));
  const auto done = achieve(office, in.proposals, *rules_, in.list.title);
  ASSERT_TRUE(done) << done.error().text();
  const auto after = people().pool_history(code(3), "tech_sme").value();
  ASSERT_THAT(after, SizeIs(before.size() + 1));
  EXPECT_EQ(after.back().stage, "ACHIEVED");
  EXPECT_EQ(after.back().stage_since, before.back().stage_since) << "no step: it stays where it is";
  EXPECT_EQ(after.back().cells.at("registration_no"), "2026371600A9");
  EXPECT_EQ(after.back().cells.at("registration_until"), "2027-03-31");
  EXPECT_THAT(after.back().reason, HasSubstr("2026年"));
  EXPECT_EQ(stage_of(4), "ACHIEVED");
  EXPECT_THAT(take_in(next, "2026年.csv").value().proposals, IsEmpty());
  EXPECT_THAT(take_in(heading + name(3) + ",2026371600A3\n").value().proposals, IsEmpty()) << "of the same year";
  EXPECT_EQ(achieve(office, in.proposals, *rules_, in.list.title).error().code, Errc::kConflict);
  EXPECT_TRUE(people().check({}).value().empty());
}

}  // namespace
}  // namespace tanmiao::pool::list_intake_test
