// The queue as a spreadsheet: out, filled in, back, and back once more.
#include "pool/judged_sheet.h"

#include <fstream>

#include "tests/linkage/small_world.h"

namespace tanmiao::pool::judged_sheet_test {
namespace {

using linkage::code;
using linkage::firm;
using linkage::recognition;
using store::FirmNo;
using store::Ruling;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kBohai = "渤海科技有限公司", kHuanghe = "黄河科技有限公司";
const std::string kFormula = "=1+1渤海科技有限公司";

class JudgedSheet : public linkage::Linkage {
 protected:
  JudgedSheet() {
    linked({firm("a", kBohai, code(1)), firm("b", kBohai, code(2), "博兴县"), firm("c", kHuanghe, code(3)),
            recognition("r", kBohai), recognition("s", kBohai), recognition("t", "无人知晓有限公司")});
  }
  ~JudgedSheet() override { book_.reset(); }
  void linked(std::vector<Record> records) {
    night(std::move(records));
    reference_now_ = std::make_shared<const Reference>(reference_);
    book_ = std::make_unique<FirmBook>(snapshot_, nullptr, reference_now_, store_->facts().firm_register().value());
  }
  Judge judge() { return Judge::open(store_->facts(), store_->people(), *book_, taken_out_).value(); }
  std::vector<JudgedRow> rows() {
    const Judge open = judge();
    const auto queue = ReviewQueue::read(store_->facts(), open.rulings(), *book_, taken_out_).value();
    return waiting_rows(queue.select({}), open.rulings(), *book_);
  }
  std::string write(const std::vector<JudgedRow>& rows, const std::string& name) {
    const std::string path = (folder_ / name).string();
    const auto done = export_judged(rows, path, {"待判定表", "市科技局", make_date(2026, 2, 1)});
    EXPECT_TRUE(done) << done.error().text();
    return path;
  }
  ImportReport read(const std::string& path) {
    auto open = judge();
    const Actor actor{"市科技局", Instant(make_date(2026, 2, 1)), make_date(2026, 2, 1)};
    const auto report = import_judged(open, *book_, actor, path, folder_ / "exports");
    EXPECT_TRUE(report) << report.error().text();
    return report ? *report : ImportReport{};
  }
  static JudgedRow filled(JudgedRow row, std::string ruling, std::string reason = "看过", std::string by = "") {
    row.ruling = std::move(ruling), row.reason = std::move(reason), row.by = std::move(by);
    return row;
  }
  std::size_t written() { return store_->people().audit_trail(0, 99).value().size(); }

  std::shared_ptr<const Reference> reference_now_;
  std::unique_ptr<FirmBook> book_;
  TakenOut taken_out_;
};

TEST_F(JudgedSheet, ARowIsANameAndAFirm) {
  const auto all = rows();
  ASSERT_THAT(all, SizeIs(5)) << "two records of two namesakes, and a name that nobody bears";
  EXPECT_EQ(all[0].source, "src");
  EXPECT_EQ(all[0].kind, "资质");
  EXPECT_EQ(all[0].key, "r");
  EXPECT_EQ(all[0].name, kBohai);
  EXPECT_EQ(all[0].code, code(1));
  EXPECT_EQ(all[0].scope, "本条");
  EXPECT_EQ(all[0].ruling, "");
  EXPECT_EQ(all[4].firm, "");
  const auto report = read(write(all, "queue.xlsx"));
  EXPECT_EQ(report.rows, 5u);
  EXPECT_EQ(report.blank, 5u) << "an untouched sheet changes nothing";
  EXPECT_EQ(written(), 0u);
}

TEST_F(JudgedSheet, BothFormatsComeBackOnceAndTwice) {
  auto all = rows();
  all[0] = filled(all[0], "同一");
  all[1] = filled(all[1], "different", "县区不同", "博兴县科技局");
  all[2] = filled(all[2], "不确定");
  for (const char* name : {"queue.csv", "queue.xlsx"}) {
    const std::string path = write(all, name);
    const auto first = read(path);
    EXPECT_EQ(first.taken, std::string(name) == "queue.csv" ? 3u : 0u) << name;
    EXPECT_EQ(first.taken + first.same, 3u) << name;
    EXPECT_EQ(first.blank, 2u);
    EXPECT_THAT(first.notes, IsEmpty());
    const auto again = read(path);
    EXPECT_EQ(again.taken, 0u);
    EXPECT_EQ(again.same, 3u);
  }
  EXPECT_EQ(written(), 3u);
  const auto decisions = store_->people().identity_decisions().value();
  ASSERT_THAT(decisions, SizeIs(3));
  EXPECT_EQ(decisions[0].by, "市科技局") << "who sent the sheet in";
  EXPECT_EQ(decisions[1].by, "博兴县科技局") << "who is named in the row";
  EXPECT_EQ(decisions[1].ruling, Ruling::kDifferent);
  linked({});
  EXPECT_EQ(recognitions(coded(1)), 1u);
}

TEST_F(JudgedSheet, WhatStandsGoesAlongAndCanBeTakenBack) {
  auto all = rows();
  read(write({filled(all[0], "同一")}, "first.csv"));
  const Judge open = judge();
  auto decided = decided_rows(open.rulings(), *book_, taken_out_);
  ASSERT_THAT(decided, SizeIs(1));
  EXPECT_EQ(decided[0].ruling, "是同一家");
  EXPECT_EQ(decided[0].firm, kBohai);
  EXPECT_EQ(read(write(decided, "decided.xlsx")).same, 1u);
  const std::string back = write({filled(decided[0], "撤销", "误判")}, "back.csv");
  EXPECT_EQ(read(back).taken, 1u);
  EXPECT_EQ(read(back).same, 1u) << "taken back before";
  EXPECT_THAT(decided_rows(judge().rulings(), *book_, taken_out_), IsEmpty());
  taken_out_.firms = {coded(1), coded(2)};
  auto hidden = filled(all[1], "不同");
  hidden.firm = kHuanghe;
  const auto refused = read(write({hidden}, "second.csv"));
  ASSERT_THAT(refused.notes, SizeIs(1));
  EXPECT_THAT(refused.notes[0].text, HasSubstr("信用代码："));
  EXPECT_EQ(refused.notes[0].text.find(kBohai), std::string::npos) << "its name is not told";
  EXPECT_THAT(decided_rows(judge().rulings(), *book_, taken_out_), IsEmpty());
}

// A number is another firm's where the data was built anew: a firm without a code goes by its identity.
TEST_F(JudgedSheet, ARulingOnAFirmWithoutACodeComesBackIntoAFolderThatWasBuiltAnew) {
  const std::string works = "渤海机械厂";
  std::vector<Record> records{firm("w", works, ""), recognition("w", "渤海机械")};
  linked(records);
  auto row = filled({"src", "资质", "w", "0", "渤海机械"}, "同一");
  row.firm = works;
  row.code = "name:" + works + "@371602";
  EXPECT_EQ(read(write({row}, "first.csv")).taken, 1u);
  const auto decided = decided_rows(judge().rulings(), *book_, taken_out_);
  ASSERT_THAT(decided, SizeIs(1));
  EXPECT_EQ(decided[0].code, row.code);
  const std::string sheet =
      std::filesystem::temp_directory_path() / ("tanmiao_decided_" + std::to_string(::getpid()) + ".xlsx");
  ASSERT_TRUE(export_judged(decided, sheet, {"待判定表", "市科技局", make_date(2026, 2, 1)}));
  book_.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
  open();
  linked({firm("z", "渤海化工有限公司", code(7))});  // other firms have the first numbers here
  linked(records);
  const auto report = read(sheet);
  std::filesystem::remove(sheet);
  EXPECT_EQ(report.taken, 1u) << (report.notes.empty() ? "" : report.notes[0].text);
  linked({});
  FirmNo found = store::kNoFirm;
  for (FirmNo n = 1; n <= snapshot_->last_firm(); ++n)
    if (snapshot_->firms.name[n] == works) found = n;
  EXPECT_EQ(recognitions(found), 1u);
  auto unknown = row;
  unknown.code = "name:无此机械厂@371602";
  EXPECT_THAT(read(write({unknown}, "unknown.csv")).notes, SizeIs(1));
}

TEST_F(JudgedSheet, OfAllRecordsOfTheSource) {
  auto row = filled(rows()[1], "同一");
  row.scope = "全部";
  row.key = "";
  EXPECT_EQ(read(write({row}, "all.csv")).taken, 1u);
  EXPECT_EQ(store_->people().identity_decisions().value().at(0).key, "");
  linked({});
  EXPECT_EQ(recognitions(coded(2)), 2u);
}

TEST_F(JudgedSheet, ABadRowNamesFileRowAndColumnAndTheOthersGoOn) {
  const auto all = rows();
  std::vector<JudgedRow> bad(10, all[0]);
  for (auto& row : bad) row = filled(row, "同一");
  bad[0].ruling = "是";
  bad[1].kind = "商标";
  bad[2].reason = "";
  bad[3].code = "91371602MA3XXXXX0X";
  bad[4].firm = kHuanghe;  // is not the firm of the code
  bad[5].code = "";        // two bear the name
  bad[6].key = "nowhere";
  bad[7].slot = "第一";
  bad[8].scope = "全市";
  bad[9].ruling = "撤销";  // of nothing
  bad.push_back(filled(all[2], "同一"));
  const auto report = read(write(bad, "bad.csv"));
  EXPECT_EQ(report.rejected, 10u);
  EXPECT_EQ(report.taken, 1u) << "the rest goes on";
  ASSERT_THAT(report.notes, SizeIs(10));
  const std::vector<std::string> expected = {"判定：",     "类别：", "依据：", "信用代码：", "可能的企业：",
                                             "信用代码：", "记录",   "位：",   "范围：",     "撤销"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(report.notes[i].where, "bad.csv:" + std::to_string(i + 2));
    EXPECT_THAT(report.notes[i].text, HasSubstr(expected[i])) << i;
  }
  EXPECT_THAT(report.notes[0].text, HasSubstr("是同一家、不是、说不准或撤销"));
  ASSERT_FALSE(report.rejects.empty());
  EXPECT_EQ(read(report.rejects).rejected, 10u) << "the workbook of what was refused can be mended and read again";
}

TEST_F(JudgedSheet, TwoRowsThatContradictEachOtherAreToldOnce) {
  const auto all = rows();
  auto wide = filled(all[0], "不同");
  wide.scope = "全部";
  const auto report = read(write({filled(all[0], "同一"), filled(all[1], "同一"), wide}, "two.csv"));
  EXPECT_EQ(report.taken, 1u);
  ASSERT_THAT(report.notes, SizeIs(2));
  EXPECT_THAT(report.notes[0].text, HasSubstr("第 2 行"));
  EXPECT_EQ(written(), 1u);
}

TEST_F(JudgedSheet, WhatContradictsACodeIsRefusedHereToo) {
  Record row = recognition("v", kHuanghe);
  row.set(Field::kCreditCode, code(3));
  linked({row});
  JudgedRow wrong{"src", "资质", "v", "0", kHuanghe};
  wrong.code = code(1);
  const auto report = read(write({filled(wrong, "同一")}, "code.csv"));
  ASSERT_THAT(report.notes, SizeIs(1));
  EXPECT_THAT(report.notes[0].text, HasSubstr("判定："));
  EXPECT_THAT(report.notes[0].text, HasSubstr(code(3)));
}

TEST_F(JudgedSheet, NoCellBecomesAFormulaAndNamesComeBackAsTheyWere) {
  linked({recognition("f", kFormula)});
  JudgedRow row{"src", "资质", "f", "0", kFormula};
  row.code = code(1);
  const std::string csv = write({filled(row, "同一", "-2+3 核实")}, "formula.csv");
  std::ifstream in(csv);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  EXPECT_THAT(bytes, HasSubstr("'=1+1"));
  EXPECT_EQ(read(csv).taken, 1u);
  EXPECT_EQ(store_->people().identity_decisions().value().at(0).reason, "-2+3 核实");
  EXPECT_EQ(read(write({filled(row, "同一", "-2+3 核实")}, "formula.xlsx")).same, 1u);
}

TEST_F(JudgedSheet, AnotherTableIsNoneOfOurs) {
  const std::string path = (folder_ / "other.csv").string();
  std::ofstream(path) << "来源,类别,名称\nsrc,资质,渤海科技有限公司\n";
  auto open = judge();
  const auto report = import_judged(open, *book_, {"某科", {}, {}}, path, folder_ / "exports");
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("判定"));
  EXPECT_FALSE(export_judged({}, (folder_ / "queue.doc").string(), {}));
}

// Pages say 是同一家, 不是, 说不准; sheets of before 同一, 不同, 不确定; programs same, different, unsure.
TEST_F(JudgedSheet, EveryWordThatWasEverShownIsRead) {
  for (const auto& [ruling, words] : std::vector<std::pair<Ruling, std::vector<std::string>>>{
           {Ruling::kSame, {"是同一家", "同一家", "同一", "same"}},
           {Ruling::kDifferent, {"不是", "不同", "different"}},
           {Ruling::kUnsure, {"说不准", "不确定", "搁置", "unsure"}},
           {Ruling::kUndone, {"撤销", "undone", "undo"}}})
    for (const std::string& word : words) EXPECT_EQ(ruling_from_word(word), ruling) << word;
  EXPECT_EQ(ruling_from_word("可能吧"), std::nullopt);
  auto all = rows();
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(read(write({filled(all[0], "说不准")}, "page.csv")).taken, 1u);
  EXPECT_EQ(read(write({filled(all[0], "不是")}, "page2.csv")).taken, 1u);
}

TEST_F(JudgedSheet, AGroupGoesOutAsOneRowAndComesBackAsOneRuling) {
  Record young = firm("y", "山东泰华纺织有限公司", code(9));
  young.fields.push_back({Field::kEstablished, "2020-01-01"});
  canonicalise(young);
  std::vector<Record> records{young};
  for (const char* no : {"201110123402.7", "201110123403.1", "201110123404.6"})
    records.push_back(linkage::patent(no, {"山东泰华纺织有限公司"}));
  linked(records);
  std::vector<JudgedRow> of_group;
  for (const JudgedRow& row : rows())
    if (row.name == "山东泰华纺织有限公司") of_group.push_back(row);
  ASSERT_THAT(of_group, SizeIs(1));
  EXPECT_EQ(of_group[0].scope, "本组");
  const std::size_t before = written();
  EXPECT_EQ(read(write({filled(of_group[0], "是同一家")}, "group.csv")).taken, 1u);
  EXPECT_EQ(written(), before + 3);
  EXPECT_EQ(read(write({filled(of_group[0], "撤销")}, "group-undo.csv")).taken, 1u);
  EXPECT_EQ(written(), before + 6);
}

}  // namespace
}  // namespace tanmiao::pool::judged_sheet_test
