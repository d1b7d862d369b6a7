// Sheets that come back: what is taken, what waits, what two people gave differently, and that nothing is lost.
#include "office_fixture.h"
#include "store/answers.h"

#include <fstream>
#include <sstream>

namespace tanmiao::pool::import_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kVisitHeader =
    "企业名称,统一社会信用代码,责任单位,走访人,走访日期,职工总数,科技人员数,上年销售收入(万元),上年研发费用(万元),"
    "核实结论,备注,数据版本\n";

class ImportTest : public OfficeTest {
 protected:
  static std::string visit(store::FirmNo n, const std::string& rest) {
    return name(n) + "," + code(n) + ",博兴县," + rest + "\n";
  }
  ImportReport visits(const std::string& rows, std::string by = "市科技局") {
    return import(std::string(kVisitHeader) + rows, std::move(by));
  }
};

TEST_F(ImportTest, AnswersBecomeDatedReportsAndTheLeadIsVerified) {
  const auto report = visits(visit(3, "高新科,2026-11-20,100,20,1000,50,有意申报,,走访0") + visit(4, ",,,,,,,,走访0"));
  EXPECT_EQ(report.use, SheetUse::kVisits);
  EXPECT_EQ(report.taken, 1U);
  EXPECT_EQ(report.blank, 1U);
  const auto reports = people().self_reports().value();
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(iso(reports[0].visited_on), "2026-11-20");
  EXPECT_EQ(reports[0].visitor, "高新科");
  EXPECT_EQ(reports[0].origin, "名单.csv:2");
  const std::vector<FieldValue> answers{{Field::kStaffTotal, "100"},
                                        {Field::kTechStaff, "20"},
                                        {Field::kRevenue, "1000000000 CNY"},
                                        {Field::kRdExpense, "50000000 CNY"}};
  EXPECT_EQ(reports[0].answers, answers);
  const auto entries = people().pool_entries().value();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].stage, "VERIFIED");
  EXPECT_EQ(people().check({}).value().size(), 0U);
}

TEST_F(ImportTest, AnEmptyCellIsUnknownAndZeroIsAValue) {
  visits(visit(3, ",2026-11-20,0,,,,,,走访0"));
  const auto reports = people().self_reports().value();
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].answers, (std::vector<FieldValue>{{Field::kStaffTotal, "0"}}));
}

TEST_F(ImportTest, NobodyWasReachedVerifiesNothing) {
  visits(visit(3, ",2026-11-20,,,,,联系不上,,走访0"));
  EXPECT_THAT(people().pool_entries().value(), IsEmpty());
  EXPECT_THAT(people().self_reports().value(), SizeIs(1));
}

TEST_F(ImportTest, TheSameSheetAgainChangesNothing) {
  const std::string rows = visit(3, "高新科,2026-11-20,100,20,,,有意申报,,走访0");
  visits(rows);
  const auto trail = people().audit_trail(0, 1000).value();
  const auto again = visits(rows);
  EXPECT_EQ(again.same, 1U);
  EXPECT_EQ(again.taken, 0U);
  EXPECT_THAT(people().audit_trail(0, 1000).value(), SizeIs(trail.size()));
}

TEST_F(ImportTest, WhatCannotBeReadComesBackWithItsReasonAndIsTakenWhenMended) {
  const auto report = visits(visit(3, ",上周,约100,,,,,,走访0") + visit(4, ",2026-11-20,50,60,,,,,走访0") +
                             "滨州第9科技有限公司," + code(8) + ",,,2026-11-20,5,,,,,,\n" + visit(5, ",,7,,,,,,走访0"));
  EXPECT_EQ(report.taken, 0U);
  EXPECT_EQ(report.rejected, 4U);
  std::string told;
  for (const RowNote& note : report.notes) told += note.text + "\n";
  EXPECT_THAT(told, HasSubstr("走访日期"));
  EXPECT_THAT(told, HasSubstr("科技人员数大于职工总数"));
  EXPECT_THAT(told, HasSubstr("代码与名称不符"));
  EXPECT_THAT(told, HasSubstr("没有填走访日期"));
  const auto rows = cells_of(report.rejects, "退回");
  std::string mended;
  for (auto row : rows) {
    if (std::find(row.begin(), row.end(), "上周") != row.end()) row[5] = "2026-11-20", row[6] = "100";
    for (std::size_t i = 0; i < row.size(); ++i) mended += (i ? "," : "") + row[i];
    mended += "\n";
  }
  const auto again = import(mended);
  EXPECT_EQ(again.taken, 1U) << mended;
  EXPECT_EQ(again.rejected, 3U);
}

TEST_F(ImportTest, TwoPeopleWhoDifferMakeAConflictAndBothAreKept) {
  visits(visit(3, "甲科,2026-11-20,80,20,,,有意申报,,走访0"), "甲");
  const auto second = visits(visit(3, "乙科,2026-11-21,90,20,,,材料不足,,走访0"), "乙");
  EXPECT_EQ(second.conflicts, 2U);  // staff and verdict; the technical staff is the same
  EXPECT_THAT(people().self_reports().value(), SizeIs(2));
  const auto open = people().conflicts(true).value();
  ASSERT_THAT(open, SizeIs(2));
  EXPECT_EQ(open[0].stored, "80");
  EXPECT_EQ(open[0].offered, "90");
  // A sheet that was made after the first one knew of it.
  const auto third = visits(visit(3, "丙科,2026-11-22,95,,,,,," + version_text(SheetUse::kVisits, code(3), 2)), "丙");
  EXPECT_EQ(third.conflicts, 0U);
  ASSERT_TRUE(office().settle(open[0].id, "offered", "电话核实"));
  EXPECT_EQ(office().settle(open[0].id, "stored", "").error().code, Errc::kNotFound);
}

TEST_F(ImportTest, TheSamePersonCorrectsHimselfWithoutAConflict) {
  visits(visit(3, "甲科,2026-11-20,80,,,,,,走访0"));
  EXPECT_EQ(visits(visit(3, "甲科,2026-11-20,85,,,,,,走访0")).conflicts, 0U);
}

TEST_F(ImportTest, OfSeveralVisitorsOneValueIsAlwaysInForce) {
  const auto staff = [&] {
    std::vector<std::string> in_force;
    for (const auto& r : store::settled_reports(people().self_reports().value(), people().conflicts(false).value()))
      for (const auto& answer : r.answers) in_force.push_back(answer.value);
    return in_force;
  };
  visits(visit(3, "甲科,2026-11-20,80,,,,,,"));
  visits(visit(3, "乙科,2026-11-20,90,,,,,,"));
  visits(visit(3, "丙科,2026-11-20,100,,,,,,"));
  EXPECT_THAT(staff(), ElementsAre("80"));
  // 100 instead of 80, while 90 is open: 100 counts.
  for (const auto& conflict : people().conflicts(true).value())
    if (conflict.stored == "80" && conflict.offered == "100") {
      ASSERT_TRUE(office().settle(conflict.id, "offered", "电话"));
    }
  EXPECT_THAT(staff(), ElementsAre("100"));
}

TEST_F(ImportTest, AFirmThatStandsThereTwiceDifferentlyIsRefusedInBothRows) {
  const auto report = visits(visit(3, "甲科,2026-11-20,80,,,,,,") + visit(3, "甲科,2026-11-20,90,,,,,,"));
  EXPECT_EQ(report.taken, 0U);
  EXPECT_EQ(report.rejected, 2U);
}

TEST_F(ImportTest, AFirmIsFoundByNameWhereThatIsCertain) {
  const auto report = visits(
      "滨州第4科技有限公司,,,,2026-11-20,5,,,,,,\n"         // no code, one firm
      "滨州双名科技有限公司,,惠民县,,2026-11-20,6,,,,,,\n"  // two firms, the unit tells
      "滨州双名科技有限公司,,,,2026-11-20,7,,,,,,\n"        // two firms
      "滨州第5科技有限公司,9.13716E+17,,,2026-11-20,8,,,,,,\n"
      "滨州旧名机械有限公司," +
      code(5) + ",,,2026-11-20,8,,,,,,\n");  // its former name
  std::string told;
  for (const RowNote& note : report.notes) told += note.text + "\n";
  EXPECT_THAT(told, HasSubstr("2 家企业同名"));
  EXPECT_THAT(told, HasSubstr("按企业名称认定"));
  std::vector<std::string> firms;
  for (const auto& r : people().self_reports().value()) firms.push_back(r.firm);
  EXPECT_THAT(firms, ElementsAre(code(4), code(kTwinB), code(5)));
  EXPECT_EQ(report.same, 1U) << "the firm was there twice, saying the same";
}

TEST_F(ImportTest, AFirmWithoutACodeKeepsItsIdentity) {
  visits("滨州第12科技有限公司,,博兴县,,2026-11-20,5,,,,有意申报,,\n");
  ASSERT_THAT(people().self_reports().value(), SizeIs(1));
  EXPECT_EQ(people().self_reports().value()[0].firm, "name:滨州第12科技有限公司@371625");
}

class PoolSheetTest : public OfficeTest {
 protected:
  void SetUp() override {
    for (const store::FirmNo n : {3U, 4U, 5U}) verify(n);
    const auto batch = office().open_batch("tech_sme", "第一批").value();
    const std::vector<store::FirmNo> three{3, 4, 5};
    ASSERT_TRUE(office().tick(batch.id, three, true));
    for (const char* state : {"frozen", "signed"}) ASSERT_TRUE(office().batch_to(batch.id, state, "", {}));
    sheet_ = (root_ / "pool.xlsx").string();
    out();
  }
  void out() {
    const auto rows = pool_rows(inputs(), {});
    ASSERT_TRUE(export_pool(rows, *rules_, *reference_, sheet_, {"科技型中小企业培育库", "市科技局", kToday, {}}));
  }
  // The sheet as csv with changes: (code, heading, value).
  std::string edited(const std::vector<std::array<std::string, 3>>& changes, const std::string& without = {}) {
    auto rows = cells_of(sheet_, "培育库");
    const auto header = std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.size() > 5; });
    const auto place = [&](const std::string& heading) {
      return static_cast<std::size_t>(std::find(header->begin(), header->end(), heading) - header->begin());
    };
    std::string csv;
    for (auto row = header; row != rows.end(); ++row) {
      row->resize(header->size());
      for (const auto& [code, heading, value] : changes)
        if ((*row)[place("统一社会信用代码")] == code) (*row)[place(heading)] = value;
      for (std::size_t i = 0; i < row->size(); ++i)
        if ((*header)[i] != without) csv += (csv.empty() || csv.back() == '\n' ? "\"" : ",\"") + (*row)[i] + "\"";
      csv += "\n";
    }
    return csv;
  }
  store::PoolEntry entry(store::FirmNo n) {
    for (const auto& e : people().pool_entries().value())
      if (e.firm == code(n)) return e;
    return {};
  }
  std::string sheet_;
};

TEST_F(PoolSheetTest, WithoutAnEditNothingChanges) {
  const auto before = people().audit_trail(0, 1000).value().size();
  const auto report = import_sheet(tools(), std::filesystem::path(sheet_)).value();
  EXPECT_EQ(report.use, SheetUse::kPool);
  EXPECT_EQ(report.rows, 3U);
  EXPECT_EQ(report.taken + report.conflicts + report.rejected, 0U);
  EXPECT_THAT(people().audit_trail(0, 1000).value(), SizeIs(before));
}

TEST_F(PoolSheetTest, EditsAndStepsComeBack) {
  const auto report = import(edited({{code(3), "责任人", "企业科"},
                                     {code(4), "当前阶段", "申报中"},
                                     {code(5), "当前阶段", "出库"},
                                     {code(5), "出库原因", "企业意愿"}}));
  EXPECT_EQ(report.taken, 3U);
  EXPECT_EQ(report.steps, 2U);
  EXPECT_EQ(entry(3).cells.at("owner"), "企业科");
  EXPECT_EQ(entry(4).stage, "FILING");
  EXPECT_EQ(entry(5).stage, "LEFT");
  EXPECT_EQ(entry(5).cells.at("leave_reason"), "企业意愿");
}

TEST_F(PoolSheetTest, AStepThatIsNotAllowedComesBack) {
  const auto report = import(edited({{code(3), "当前阶段", "已达成"}, {code(4), "责任人", "企业科"}}));
  EXPECT_EQ(report.taken, 1U);
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_THAT(report.notes.at(0).text, HasSubstr("可转为"));
  EXPECT_EQ(entry(3).stage, "ADMITTED");
}

TEST_F(PoolSheetTest, BothChangesAreKeptWhereTheyDoNotMeet) {
  ASSERT_TRUE(office("乙").edit(3, "tech_sme", {{"measures", "乙的措施"}}, std::nullopt));
  const auto report = import(edited({{code(3), "责任人", "甲的科"}}), "甲");
  EXPECT_EQ(report.conflicts, 0U);
  EXPECT_EQ(entry(3).cells.at("owner"), "甲的科");
  EXPECT_EQ(entry(3).cells.at("measures"), "乙的措施");
}

TEST_F(PoolSheetTest, WhereTheyMeetBothAreShown) {
  ASSERT_TRUE(office("乙").edit(3, "tech_sme", {{"owner", "乙的科"}}, std::nullopt));
  const std::string csv = edited({{code(3), "责任人", "甲的科"}});
  EXPECT_EQ(import(csv, "甲").conflicts, 1U);
  EXPECT_EQ(import(csv, "甲").conflicts, 0U) << "the same sheet again opens no second one";
  EXPECT_EQ(entry(3).cells.at("owner"), "乙的科");
  const auto open = people().conflicts(true).value();
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].offered, "甲的科");
  EXPECT_EQ(open[0].stored_by, "乙");
  ASSERT_TRUE(office().settle(open[0].id, "offered", "商定"));
  EXPECT_EQ(entry(3).cells.at("owner"), "甲的科");
}

TEST_F(PoolSheetTest, AnEmptiedCellIsTakenAndADeletedColumnIsNot) {
  ASSERT_TRUE(office().edit(3, "tech_sme", {{"owner", "企业科"}, {"measures", "辅导"}}, std::nullopt));
  out();
  import(edited({{code(3), "责任人", ""}}, "培育措施"));
  EXPECT_FALSE(entry(3).cells.contains("owner"));
  EXPECT_EQ(entry(3).cells.at("measures"), "辅导");
}

TEST_F(PoolSheetTest, WithoutItsVersionASheetOnlyFillsWhatIsEmpty) {
  ASSERT_TRUE(office().edit(3, "tech_sme", {{"owner", "企业科"}}, std::nullopt));
  out();
  const auto report = import(edited({{code(3), "责任人", "别的科"}, {code(3), "培育措施", "辅导"}}, "数据版本"));
  EXPECT_EQ(report.conflicts, 1U);
  EXPECT_EQ(entry(3).cells.at("owner"), "企业科");
  EXPECT_EQ(entry(3).cells.at("measures"), "辅导");
}

TEST_F(PoolSheetTest, AVersionThatBelongsToAnotherRowIsLost) {
  ASSERT_TRUE(office().edit(4, "tech_sme", {{"owner", "甲"}}, std::nullopt));
  out();
  ASSERT_TRUE(office("丙").edit(4, "tech_sme", {{"owner", "丙"}}, std::nullopt));
  const std::string other = version_text(SheetUse::kPool, entry_subject(code(3), "tech_sme"), entry(4).revision);
  const auto report = import(edited({{code(4), "数据版本", other}}));
  EXPECT_EQ(report.conflicts, 1U) << "what it was made from is not known: nothing is overwritten";
  EXPECT_EQ(entry(4).cells.at("owner"), "丙");
}

TEST_F(PoolSheetTest, OnesOwnHandIsNoConflictAndASettledOneIsNotOpenedAgain) {
  import(edited({{code(3), "责任人", "一"}}), "甲");
  EXPECT_EQ(import(edited({{code(3), "责任人", "二"}}), "甲").conflicts, 0U) << "from the same sheet, by the same hand";
  EXPECT_EQ(entry(3).cells.at("owner"), "二");
  const std::string late = edited({{code(3), "责任人", "三"}});
  EXPECT_EQ(import(late, "乙").conflicts, 1U);
  const auto open = people().conflicts(true).value();
  ASSERT_TRUE(office("丙").edit(3, "tech_sme", {{"owner", "四"}}, std::nullopt));
  EXPECT_EQ(office().settle(open[0].id, "offered", "x").error().code, Errc::kConflict) << "a third one wrote since";
  ASSERT_TRUE(office().settle(open[0].id, "stored", "x"));
  EXPECT_EQ(import(late, "乙").conflicts, 0U);
}

// Somebody filed while the sheet was out, in which the firm leaves.
TEST_F(PoolSheetTest, AnOfferedStepIsTakenWithTheReasonThatCameWithIt) {
  ASSERT_TRUE(office("乙").move(3, "tech_sme", {"FILING"}));
  ASSERT_TRUE(office("乙").move(3, "tech_sme", {"ADMITTED", {}, "材料退回"}));
  ASSERT_TRUE(office("乙").move(4, "tech_sme", {"FILING"}));
  const std::string csv = edited({{code(4), "当前阶段", "出库"}, {code(4), "出库原因", "企业意愿"}});
  const auto report = import(csv, "甲");
  EXPECT_EQ(report.conflicts, 1U);
  EXPECT_EQ(report.rejected, 0U);
  EXPECT_THAT(report.notes.back().text, HasSubstr("企业意愿"));
  const auto again = import(csv, "甲");
  EXPECT_EQ(again.conflicts + again.rejected + again.taken, 0U) << "the same sheet again changes nothing";
  const auto open = people().conflicts(true).value();
  ASSERT_THAT(open, SizeIs(1));
  // FILING does not lead to LEFT: refused, and it stays open.
  const auto refused = office().settle(open[0].id, "offered", "商定");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("仍待处理"));
  EXPECT_THAT(people().conflicts(true).value(), SizeIs(1));
  EXPECT_EQ(entry(4).stage, "FILING");
  ASSERT_TRUE(office().settle(open[0].id, "stored", "商定"));
}

TEST_F(PoolSheetTest, AnOfferedLeavingFromAnotherStageHasItsReasonWhenItIsChosen) {
  // The sheet of the firm shows 申报中; it achieves while the sheet is out.
  ASSERT_TRUE(office("乙").move(3, "tech_sme", {"FILING"}));
  out();
  const std::string csv = edited({{code(3), "当前阶段", "出库"}, {code(3), "出库原因", "企业意愿"}});
  Step achieved{"ACHIEVED"};
  achieved.cells = {{"registration_no", "2026371625A8000123"}, {"registration_until", "2026-12-31"}};
  ASSERT_TRUE(office("乙").move(3, "tech_sme", achieved));
  EXPECT_EQ(import(csv, "甲").conflicts, 1U);
  const auto open = people().conflicts(true).value();
  ASSERT_THAT(open, SizeIs(1));
  ASSERT_TRUE(office().settle(open[0].id, "offered", "电话核实"));
  EXPECT_EQ(entry(3).stage, "LEFT");
  EXPECT_EQ(entry(3).cells.at("leave_reason"), "企业意愿");
  EXPECT_EQ(entry(3).cells.at("registration_no"), "2026371625A8000123");
  EXPECT_THAT(people().conflicts(true).value(), IsEmpty());
}

TEST_F(PoolSheetTest, ANumberIsTheSameFromASheetAPageAndACommand) {
  ASSERT_TRUE(office().edit(3, "tech_sme", {{"certificate_no", "gr2021 3700 0001"}}, std::nullopt));
  import(edited({{code(4), "高企证书编号", "ＧＲ202137000001"}}));
  EXPECT_EQ(entry(3).cells.at("certificate_no"), "GR202137000001");
  EXPECT_EQ(entry(4).cells.at("certificate_no"), "GR202137000001");
  // One that was kept before there was one form: the sheet that shows it brings no edit.
  store::PeopleChange old;
  old.entries = {entry(5)};
  old.entries[0].cells["registration_no"] = "2026-3716";
  ASSERT_TRUE(people().apply(old));
  out();
  const auto report = import_sheet(tools(), std::filesystem::path(sheet_)).value();
  EXPECT_EQ(report.taken + report.conflicts + report.rejected, 0U);
}

TEST_F(PoolSheetTest, AFirmThatWasTakenOutMeanwhileComesBackAsRefused) {
  const std::string csv = edited({{code(3), "责任人", "企业科"}});
  ASSERT_TRUE(office().suppress(3, "企业要求"));
  const auto report = import(csv);
  EXPECT_EQ(report.taken, 0U);
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_THAT(report.notes.at(0).text, HasSubstr("不再列示"));
  EXPECT_FALSE(entry(3).cells.contains("owner"));
}

TEST_F(PoolSheetTest, CellsThatGoWithAStepAreRefusedWithoutOne) {
  const auto report = import(edited({{code(3), "出库原因", "企业意愿"}, {code(4), "阶段起始日", "2026-11-01"}}));
  EXPECT_EQ(report.rejected, 2U);
  EXPECT_THAT(report.notes.at(0).text, HasSubstr("当前阶段"));
}

TEST_F(PoolSheetTest, UnknownIsNeverZeroInAnyColumn) {
  const auto rows = cells_of(sheet_, "培育库");
  const auto header = std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.size() > 5; });
  for (auto row = header + 1; row != rows.end(); ++row)
    for (std::size_t i = 0; i < row->size(); ++i) EXPECT_NE((*row)[i], "0") << (*header)[i];
}

TEST_F(PoolSheetTest, ATableThatIsNeitherIsRefused) {
  const auto report = import_sheet(tools(), "名称,数量\n甲,1\n", "别的.csv");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::kFormat);
}

}  // namespace
}  // namespace tanmiao::pool::import_test
