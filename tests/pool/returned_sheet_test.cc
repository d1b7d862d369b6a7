// What people and office programs write into the cells of a sheet, and what is made of it.
#include "pool/returned_sheet.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/text/normalize.h"
#include "pool/export.h"
#include "tabular/csv_writer.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool::returned_sheet_test {
namespace {

constexpr std::string_view kCode = "91371626MA3C0XN18J";

std::vector<SheetField> fields() {
  return {{"name", {"企业名称", "单位名称"}, FieldKind::kText, {}, true},
          {"code", {"统一社会信用代码"}, FieldKind::kCode},
          {"day", {"走访日期"}, FieldKind::kDate},
          {"staff", {"职工总数"}, FieldKind::kCount},
          {"sales", {"上年销售收入(万元)"}, FieldKind::kMoneyWan},
          {"verdict", {"核实结论"}, FieldKind::kChoice, {"有意申报", "材料不足", "无研发", "联系不上"}},
          {"note", {"备注"}, FieldKind::kText},
          {"number", {"高企证书编号"}, FieldKind::kNumber}};
}
enum Place : std::size_t { kName, kCodeCell, kDay, kStaff, kSales, kVerdict, kNote, kNumber };

using Rows = std::vector<std::vector<std::string>>;

std::string csv(const Rows& rows) {
  std::string out;
  for (const auto& row : rows) tabular::append_csv_row(out, {row.begin(), row.end()});
  return out;
}

const std::vector<std::string> kHeader = {"企业名称",           "统一社会信用代码", "走访日期", "职工总数",
                                          "上年销售收入(万元)", "核实结论",         "备注",     "高企证书编号"};

ReturnedSheet read(const std::string& bytes, const ReturnedOptions& options = {}) {
  auto sheet = read_returned(bytes, "t", fields(), options);
  EXPECT_TRUE(sheet) << (sheet ? "" : sheet.error().text());
  return sheet ? std::move(*sheet) : ReturnedSheet();
}

ReturnedCell cell(Place place, const std::string& text) {
  std::vector<std::string> row(kHeader.size());
  row[kName] = "甲公司";
  row[place] = text;
  ReturnedOptions options;
  options.today = make_date(2026, 11, 25);
  const ReturnedSheet sheet = read(csv({kHeader, row}), options);
  EXPECT_EQ(sheet.rows.size(), 1U);
  return sheet.rows.empty() ? ReturnedCell() : sheet.rows[0].cells[place];
}

struct Vector {
  std::string_view text, value;  // empty value: refused
  std::string_view says;         // what the problem, else the remark, holds
};
void expect(Place place, const std::vector<Vector>& vectors) {
  for (const Vector& v : vectors) {
    const ReturnedCell got = cell(place, std::string(v.text));
    EXPECT_EQ(got.value, v.value) << v.text << ": " << got.problem;
    EXPECT_EQ(got.problem.empty(), !v.value.empty()) << v.text << ": " << got.problem;
    const std::string& told = v.value.empty() ? got.problem : got.remark;
    EXPECT_NE(told.find(v.says), std::string::npos) << v.text << ": " << told;
    EXPECT_EQ(v.says.empty() && !v.value.empty(), told.empty()) << v.text << ": " << told;
    EXPECT_EQ(got.as_written, v.text);
  }
}

TEST(ReturnedCells, Counts) {
  expect(kStaff, {{"120", "120", ""},
                  {"0", "0", ""},
                  {"007", "7", ""},
                  {"120.0", "120", ""},
                  {"1,234", "1234", "千分位"},
                  {"1，234", "1234", "千分位"},
                  {"１２０", "120", "全角"},
                  {"120人", "120", "单位“人”"},
                  {"120 人", "120", "单位“人”"},
                  {" 120　", "120", ""},
                  {"一百二十", "120", "中文数字"},
                  {"12.5万", "125000", "按 125000"},
                  {"12,34", "", "不是数"},
                  {"120.5", "", "整数"},
                  {"-5", "", "负数"},
                  {"(5)", "", "负数"},
                  {"5%", "", "百分数"},
                  {"约120", "", "确切"},
                  {"120余人", "", "确切"},
                  {"120左右", "", "确切"},
                  {"100-120", "", "范围"},
                  {"100~120", "", "范围"},
                  {"12 0", "", "空格"},
                  {"120（含劳务）", "", "说明写入备注"},
                  {"120人(含劳务)", "", "说明写入备注"},
                  {"无", "", "可能是零"},
                  {"-", "", "可能是零"},
                  {"—", "", "可能是零"},
                  {"N/A", "", "可能是零"},
                  {"不详", "", "可能是零"},
                  {"#REF!", "", "公式出错"},
                  {"#N/A", "", "公式出错"},
                  {"########", "", "列太窄"},
                  {"1.2E+05", "", "科学计数法"},
                  {"13800000000", "", "过大"},
                  {"99999999999999999999999", "", "过大"},
                  {"TRUE", "", "不是数"},
                  {"很多", "", "确切"}});
}

TEST(ReturnedCells, MoneyIsOfTheColumnsUnitUnlessItSaysItsOwn) {
  expect(kSales, {{"500", "500000000", ""},
                  {"0", "0", ""},
                  {"233.6", "233600000", ""},
                  {"0.1", "100000", ""},
                  {"1,234.56", "1234560000", "千分位"},
                  {"500万", "500000000", "“万”"},
                  {"500万元", "500000000", ""},
                  {"1.2亿", "12000000000", "“亿”"},
                  {"1.2亿元", "12000000000", "“亿元”"},
                  {"5000000元", "500000000", "“元”"},
                  {"伍佰万元", "500000000", "中文数字"},
                  {"￥500", "500000000", "全角"},
                  {"233.33333333", "233333333", ""},
                  {"120亿元", "1200000000000", "“亿元”"},
                  {"52000000", "", "误按元"},
                  {"500万美元", "", "人民币"},
                  {"-20", "", "负数"},
                  {"6.5%", "", "百分数"},
                  {"约500万", "", "确切"},
                  {"500多万", "", "确切"},
                  {"无", "", "可能是零"},
                  {"保密", "", "不是金额"}});
}

TEST(ReturnedCells, AHeadingOrTitleLineMayNameAnotherUnit) {
  const auto sales = [](const std::string& heading, const std::string& title, const std::string& text) {
    Rows rows = {{"企业名称", "职工总数", "核实结论", heading}, {"甲公司", "", "", text}};
    if (!title.empty()) rows.insert(rows.begin(), {title});
    return read(csv(rows)).rows.at(0).cells[kSales];
  };
  EXPECT_EQ(sales("上年销售收入（元）", "", "5000000").value, "500000000");
  EXPECT_EQ(sales("上年销售收入（亿元）", "", "1.2").value, "12000000000");
  EXPECT_EQ(sales("上年销售收入(千元)", "", "5000").value, "500000000");
  EXPECT_EQ(sales("上年销售收入", "", "500").value, "500000000");
  EXPECT_EQ(sales("上年销售收入", "填报单位：某局　单位：元", "5000000").value, "500000000");
  EXPECT_EQ(sales("上年销售收入(万元)", "单位：元", "500").value, "500000000");
  EXPECT_NE(sales("上年销售收入(万美元)", "", "500").problem.find("万美元"), std::string::npos);
}

TEST(ReturnedCells, Codes) {
  const std::string good(kCode), lower = "91371626ma3c0xn18j", wide = "９１３７１６２６ＭＡ３Ｃ０ＸＮ１８Ｊ";
  ASSERT_EQ(cell(kCodeCell, good).value, good);
  for (const std::string& text : std::vector<std::string>{
           lower, wide, "'" + good, "=\"" + good + "\"", "91371626-MA3C0XN1-8J", "9137 1626 MA3C 0XN1 8J",
           "统一社会信用代码：" + good, good + "\xE2\x80\x8B", "\xEF\xBB\xBF" + good}) {
    const ReturnedCell got = cell(kCodeCell, text);
    EXPECT_EQ(got.value, good) << text << ": " << got.problem;
    EXPECT_FALSE(got.remark.empty()) << text;
  }
  for (const auto& [text, says] :
       std::vector<std::pair<std::string, std::string>>{{"9.13716E+17", "末几位已丢失"},
                                                        {"91371626MA3COXN18J", "是否为 " + good},
                                                        {"91371626MA3C0XN18", "17 位"},
                                                        {"91371626MA3C0XN180", "校验"},
                                                        {"MA3C0XN18", "9 位"},
                                                        {"无", "留空"}}) {
    const ReturnedCell got = cell(kCodeCell, text);
    EXPECT_EQ(got.value, "") << text;
    EXPECT_NE(got.problem.find(says), std::string::npos) << text << ": " << got.problem;
    EXPECT_EQ(got.digits_lost, text.find("E+") != std::string::npos);
  }
  EXPECT_EQ(cell(kNumber, "gr202537002393").value, "GR202537002393");
  EXPECT_NE(cell(kNumber, "2.02434E+17").problem.find("丢失"), std::string::npos);
}

TEST(ReturnedCells, RegistrationNumbersKeepOrRegainTheirZero) {
  std::string number = "37162622800123";  // 14 digits and the check that follows from them
  for (char c = '0'; c <= '9'; ++c) {
    const ReturnedCell got = cell(kCodeCell, number + c);
    if (!got.value.empty()) {
      EXPECT_EQ(got.value, number + c);
      number += c;
      break;
    }
  }
  ASSERT_EQ(number.size(), 15U);
}

TEST(ReturnedCells, Dates) {
  expect(kDay, {{"2026-11-03", "2026-11-03", ""},
                {"2026-11-3", "2026-11-03", ""},
                {"2026.11.3", "2026-11-03", ""},
                {"2026/11/3", "2026-11-03", ""},
                {"2026年11月3日", "2026-11-03", ""},
                {"２０２６年１１月３日", "2026-11-03", ""},
                {"20261103", "2026-11-03", ""},
                {"2026年11月3日星期二", "2026-11-03", ""},
                {"2026-11-03 12:30:00", "2026-11-03", "钟点"},
                {"2026-11-03T00:00:00", "2026-11-03", "钟点"},
                {"45987", "2025-11-26", "序列号"},
                {"45987.5", "2025-11-26", "序列号"},
                {"11/3", "", "没有年份"},
                {"11.3", "", "没有年份"},
                {"11月3日", "", "没有年份"},
                {"26.11.3", "", "两位"},
                {"3/11/2026", "", "年份在后"},
                {"2026-11", "", "没有写到日"},
                {"2026", "", "没有写到日"},
                {"2026年11月", "", "没有写到日"},
                {"2026-11-31", "", "不是日期"},
                {"2027-01-05", "", "晚于今天"},
                {"1926-11-03", "", "1949"},
                {"120", "", "不是日期"},
                {"昨天", "", "不是日期"},
                {"长期", "", "不是日期"},
                {"无", "", "留空"},
                {"0", "", "不是日期"}});
}

TEST(ReturnedCells, ChoicesAreNotGuessed) {
  expect(kVerdict, {{"有意申报", "有意申报", ""},
                    {" 有 意 申 报 ", "有意申报", "按“有意申报”"},
                    {"有意申报。", "有意申报", "按“有意申报”"},
                    {"有意申请", "", "是否应为“有意申报”"},
                    {"有意申报（明年）", "", "其余写入备注"},
                    {"好", "", "可填：有意申报"}});
}

TEST(ReturnedCells, TextsKeepTheirLines) {
  EXPECT_EQ(cell(kNote, "一\r\n二").value, "一\n二");
  EXPECT_EQ(cell(kNote, "👨‍👩‍👧 好").value, "👨‍👩‍👧 好");
  EXPECT_EQ(cell(kNote, "  ").value, "");
  EXPECT_EQ(cell(kNote, std::string(40'000, 'x')).value.size(), 40'000U);
}

TEST(ReturnedSheets, LinesThatAreOfNoFirmAreToldAndNotRead) {
  const ReturnedSheet sheet = read(csv({{"某市候选名单"},
                                        kHeader,
                                        {"1", "2", "3", "4", "5", "6", "7", "8"},
                                        {"甲公司", "", "", "12", "", "", "", ""},
                                        {},
                                        kHeader,
                                        {"合  计", "", "", "12", "", "", "", ""},
                                        {"填表人：某某　联系电话：", "", "", "", "", "", "", ""}}));
  ASSERT_EQ(sheet.rows.size(), 1U);
  EXPECT_EQ(sheet.rows[0].line, 4U);
  EXPECT_EQ(sheet.above, std::vector<std::string>{"某市候选名单"});
  EXPECT_EQ(sheet.remarks, (std::vector<std::string>{"第 7 行是合计，未读取", "第 6 行是重复的表头，未读取",
                                                     "第 3 行是栏次编号，未读取", "第 8 行是表尾文字，未读取"}));
}

TEST(ReturnedSheets, ColumnsThatStandTwiceAreComparedAndStrangersNamed) {
  const ReturnedSheet sheet = read(csv({{"企业名称", "职工总数", "职工总数", "联系电话", "核实结伦", "备注", ""},
                                        {"甲公司", "12", "12", "", "", "", ""},
                                        {"乙公司", "", "13", "", "", "", ""},
                                        {"丙公司", "14", "15", "", "", "", "旁注"}}));
  ASSERT_EQ(sheet.rows.size(), 3U);
  EXPECT_EQ(sheet.rows[0].cells[kStaff].value, "12");
  EXPECT_EQ(sheet.rows[1].cells[kStaff].value, "13");
  EXPECT_NE(sheet.rows[2].cells[kStaff].problem.find("“14”、“15”"), std::string::npos);
  EXPECT_EQ(sheet.remarks, (std::vector<std::string>{
                               "第 4 行有内容写在没有列名的列，未读取", "不认识的列“联系电话”，未读取",
                               "不认识的列“核实结伦”，未读取；是否应为“核实结论”", "列“职工总数”出现了不止一次"}));
  EXPECT_FALSE(sheet.present[kVerdict]);
  EXPECT_TRUE(sheet.present[kStaff]);
}

TEST(ReturnedSheets, WhatIsNoTableIsSaid) {
  const auto error = [](const std::string& bytes) {
    const auto sheet = read_returned(bytes, "t", fields());
    return sheet ? std::string("read") : sheet.error().text();
  };
  EXPECT_NE(error("").find("is empty"), std::string::npos);
  EXPECT_NE(error("%PDF-1.7 ...").find("a PDF"), std::string::npos);
  EXPECT_NE(error("<html><body>登录</body></html>").find("without a table"), std::string::npos);
  EXPECT_NE(error("a,b,c\r\n1,2,3\r\n").find("no header row"), std::string::npos);
  EXPECT_NE(error("统一社会信用代码,职工总数,核实结论\r\n").find("企业名称"), std::string::npos);
}

class Rejects : public testing::Test {
 protected:
  std::string path = (std::filesystem::path(testing::TempDir()) / (std::to_string(::getpid()) + "_r.xlsx")).string();
  ~Rejects() override { std::filesystem::remove(path); }
};

TEST_F(Rejects, AreTheRowsAsTheyCameAndCanBeReadAgain) {
  const Rows rows = {
      {"企业名称", "统一社会信用代码", "电话", "走访日期", "职工总数", "上年销售收入(万元)", "核实结论", "备注"},
      {"甲公司", std::string(kCode), "05430000000", "45987", "约120", "1,234.5", "有意申报", "一\n二"},
      {"乙公司", "371626228001234", "", "2026-11-03", "无", "", "", "=1+1"},
      {"丙公司", "", "", "", "5", "", "", ""}};
  const ReturnedSheet sheet = read(csv(rows));
  ASSERT_EQ(sheet.rows.size(), 3U);
  const std::vector<RejectedRow> rejects = {{0, sheet.rows[0].problems(fields())},
                                            {1, sheet.rows[1].problems(fields())}};
  ASSERT_TRUE(write_rejects(path, sheet, fields(), rejects));
  const auto again = read_returned(std::filesystem::path(path), fields());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->headings, sheet.headings);
  ASSERT_EQ(again->rows.size(), 2U);
  for (std::size_t r = 0; r < 2; ++r) {
    for (std::size_t f = 0; f < fields().size(); ++f) {
      EXPECT_EQ(again->rows[r].cells[f].value, sheet.rows[r].cells[f].value) << r << " " << f;
      EXPECT_EQ(again->rows[r].cells[f].problem, sheet.rows[r].cells[f].problem) << r << " " << f;
    }
    EXPECT_EQ(again->rows[r].all[2], sheet.rows[r].all[2]);  // the telephone of a column nobody asked for
  }
  EXPECT_EQ(again->remarks, sheet.remarks);
}

// export -> import without edits changes nothing: whatever values a sheet holds come back as they are.
RC_GTEST_PROP(ReturnedSheets, WhatIsWrittenComesBack, ()) {
  const auto count = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1'000'000));
  const std::string path =
      (std::filesystem::path(testing::TempDir()) / (std::to_string(::getpid()) + "_p.xlsx")).string();
  tabular::SheetLayout layout;
  layout.name = "名单";
  layout.columns = {{"企业名称", 20},
                    {"统一社会信用代码", 20, tabular::CellKind::kCode},
                    {"走访日期", 12, tabular::CellKind::kDate},
                    {"职工总数", 12, tabular::CellKind::kNumber},
                    {"上年销售收入(万元)", 12, tabular::CellKind::kNumber}};
  auto book = tabular::XlsxWriter::create(path, {"t", "o", {}});
  RC_ASSERT(book.has_value());
  RC_ASSERT((*book)->begin_sheet(layout).has_value());
  for (const int n : count) {
    const std::string sales = std::to_string(n / 100) + "." + std::to_string(n % 100 / 10) + std::to_string(n % 10);
    const std::vector<std::string> row = {"企业" + std::to_string(n), std::string(kCode),
                                          iso(make_date(2001, 1, 1) + std::chrono::days(n % 9000)), std::to_string(n),
                                          sales};
    RC_ASSERT((*book)->row(row).has_value());
  }
  RC_ASSERT((*book)->finish().has_value());
  const auto sheet = read_returned(std::filesystem::path(path), fields());
  std::filesystem::remove(path);
  RC_ASSERT(sheet.has_value());
  RC_ASSERT(sheet->rows.size() == count.size());
  for (std::size_t i = 0; i < count.size(); ++i) {
    const auto& cells = sheet->rows[i].cells;
    RC_ASSERT(sheet->rows[i].problems(fields()).empty());
    RC_ASSERT(cells[kStaff].value == std::to_string(count[i]));
    RC_ASSERT(cells[kSales].value == std::to_string(std::int64_t{count[i]} * 10'000));
    RC_ASSERT(cells[kDay].value == iso(make_date(2001, 1, 1) + std::chrono::days(count[i] % 9000)));
    RC_ASSERT(cells[kCodeCell].value == kCode);
  }
}

RC_GTEST_PROP(ReturnedSheets, AnyBytesGiveASheetOrAnError, (const std::string& bytes)) {
  static const std::vector<std::string> kStarts = {"",
                                                   "企业名称,统一社会信用代码,职工总数\r\n",
                                                   "<table><tr><td>企业名称<td>职工总数<td>备注</tr>",
                                                   "PK\x03\x04",
                                                   "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
                                                   "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:"
                                                   "office:spreadsheet\"><Worksheet><Table><Row>"};
  const std::string& start = kStarts[*rc::gen::inRange<std::size_t>(0, kStarts.size())];
  const auto sheet = read_returned(start + bytes, "t", fields());
  if (!sheet) RC_ASSERT(!sheet.error().message.empty());
  if (!sheet) return;
  for (const ReturnedRow& row : sheet->rows) {
    RC_ASSERT(row.cells.size() == fields().size());
    for (const ReturnedCell& c : row.cells) {
      RC_ASSERT(c.value.empty() || c.problem.empty());
      RC_ASSERT(text::valid_utf8(c.value) && text::valid_utf8(c.problem) && text::valid_utf8(c.remark));
    }
  }
}

}  // namespace
}  // namespace tanmiao::pool::returned_sheet_test
