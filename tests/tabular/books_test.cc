// Workbooks of other formats than xlsx: what is given of them, and what mischief does not do.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>

#include "tabular/ole_file.h"
#include "tabular/reader.h"

namespace tanmiao::tabular::books_test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Given {
  Rows rows;
  std::vector<std::uint32_t> lines;
  std::vector<std::vector<std::uint8_t>> marks;
  std::vector<bool> hidden;
  std::string error;
};

Given given(const std::string& bytes, const ReadOptions& options = {}) {
  Given out;
  auto reader = read_rows(bytes, "t", options);
  if (!reader) return out.error = reader.error().text(), out;
  Row row;
  for (;;) {
    const auto more = (*reader)->next(row);
    if (!more) out.error = more.error().text();
    if (!more || !*more) return out;
    out.rows.emplace_back(row.cells.begin(), row.cells.end());
    out.lines.push_back(row.line);
    out.marks.push_back(row.marks);
    out.hidden.push_back(row.hidden);
  }
}

std::string flat_ods(const std::string& rows, const std::string& styles = "") {
  return "<?xml version=\"1.0\"?><office:document xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" "
         "office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\"><office:automatic-styles>" +
         styles + "</office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"名单\">" +
         rows + "</table:table></office:spreadsheet></office:body></office:document>";
}
std::string text_cell(const std::string& text, const std::string& more = "") {
  return "<table:table-cell office:value-type=\"string\"" + more + "><text:p>" + text + "</text:p></table:table-cell>";
}

TEST(Ods, CellsAreGivenAsTheyAreMeant) {
  const Given got = given(flat_ods(
      "<table:table-row>" + text_cell("甲<text:s text:c=\"2\"/>乙</text:p><text:p>丙") +
      "<table:table-cell office:value-type=\"float\" office:value=\"913716267312395\"><text:p>9.13E+14</text:p>"
      "</table:table-cell><table:table-cell office:value-type=\"float\" office:value=\"123\"><text:p>000123</text:p>"
      "</table:table-cell><table:table-cell office:value-type=\"date\" office:date-value=\"2026-11-03T00:00:00\">"
      "<text:p>26/11/3</text:p></table:table-cell><table:table-cell office:value-type=\"percentage\" "
      "office:value=\"0.05\"/><table:table-cell office:value-type=\"string\"><office:annotation><text:p>批注</text:p>"
      "</office:annotation><text:p>丁</text:p></table:table-cell><table:table-cell table:formula=\"of:=1+1\"/>"
      "<table:table-cell office:value-type=\"string\" calcext:value-type=\"error\"><text:p>#REF!</text:p>"
      "</table:table-cell></table:table-row>"));
  EXPECT_EQ(got.error, "");
  ASSERT_EQ(got.rows, (Rows{{"甲  乙\n丙", "913716267312395", "000123", "2026-11-03", "5%", "丁", "", "#REF!"}}));
  EXPECT_EQ(got.marks[0], (std::vector<std::uint8_t>{0, kNumberMark, kNumberMark, kNumberMark | kDateMark,
                                                     kNumberMark | kPercentMark, 0, kNoResultMark, kFaultMark}));
}

TEST(Ods, RepeatsAreUnrolledOnlyAsFarAsTheyHoldAnything) {
  const Given got = given(flat_ods(
      "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell "
      "table:number-columns-repeated=\"16384\"/></table:table-row><table:table-row table:visibility=\"filter\" "
      "table:number-rows-repeated=\"2\">" +
      text_cell("甲", " table:number-columns-repeated=\"2\"") + "</table:table-row>"));
  EXPECT_EQ(got.rows, (Rows{{"甲", "甲"}, {"甲", "甲"}}));
  EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{1'048'001, 1'048'002}));
  EXPECT_EQ(got.hidden, (std::vector<bool>{true, true}));
  ReadOptions options;
  options.limits.max_rows = 1000;
  const Given bomb =
      given(flat_ods("<table:table-row table:number-rows-repeated=\"16000000\">" +
                     text_cell("甲", " table:number-columns-repeated=\"16000000\"") + "</table:table-row>"),
            options);
  EXPECT_NE(bomb.error.find("more than 1000 rows"), std::string::npos) << bomb.error;
}

TEST(Ods, MergedScaledAndStruckCellsAreMarked) {
  const Given got = given(flat_ods(
      "<table:table-row>" + text_cell("博兴县", " table:number-rows-spanned=\"2\"") +
          "<table:table-cell table:style-name=\"s\" office:value-type=\"float\" office:value=\"52000\"/>" +
          text_cell("旧", " table:style-name=\"k\"") +
          "</table:table-row><table:table-row><table:covered-table-cell/>" + text_cell("乙") + "</table:table-row>",
      "<number:number-style style:name=\"n\"><number:number number:display-factor=\"1000\"/></number:number-style>"
      "<style:style style:name=\"s\" style:data-style-name=\"n\"/><style:style style:name=\"k\">"
      "<style:text-properties style:text-line-through-style=\"solid\"/></style:style>"));
  ASSERT_EQ(got.rows, (Rows{{"博兴县", "52000", "旧"}, {"博兴县", "乙"}}));
  EXPECT_EQ(got.marks[0], (std::vector<std::uint8_t>{0, kNumberMark | kScaledMark, kStruckMark}));
  EXPECT_EQ(got.marks[1][0], kMergedMark);
}

TEST(Html, ATableIsASheet) {
  const Given got = given(
      "\n<HTML><head><meta charset=utf-8><title><table></title><style>td{}</style></head><body>"
      "<script>'<table><tr><td>x'</script><!-- <table> --><table border=1><tr><th rowspan=2>县<th colspan=2>企业</tr>"
      "<tr><td>甲&amp;乙&nbsp;&#20025;</td><td>  多   空\n格 <br>二</td></tr>"
      "<tr style='display:none'><td x:num=\"1234.5\">1,235<td><del>旧</del><td><table><tr><td>内</td><td>层</td></tr>"
      "</table></td></tr></table></body>");
  EXPECT_EQ(got.error, "");
  ASSERT_EQ(got.rows, (Rows{{"县", "企业"}, {"县", "甲&乙\xC2\xA0丹", "多 空 格 \n二"}, {"1234.5", "旧", "内 层"}}));
  EXPECT_EQ(got.marks[1][0], kMergedMark);
  EXPECT_EQ(got.marks[2][1], kStruckMark);
  EXPECT_TRUE(got.hidden[2]);
}

ReadOptions documents(const std::string& sheet = "") {
  ReadOptions options;
  options.documents = true;
  options.sheet = sheet;
  return options;
}

// Pages lay themselves out with tables; the list is one of the inner ones.
TEST(Html, OfADocumentEachTableIsASheet) {
  const std::string page =
      "<html><table><tr><td>菜单<td><table><tr><th>甲<th colspan=2>乙<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5"
      "</table>后文<td>右</tr><tr><td>末</table><table><tr><td>二</table>";
  EXPECT_EQ(given(page, documents("表1")).rows, (Rows{{"菜单", "后文", "右"}, {"末"}}));
  EXPECT_EQ(given(page, documents("表2")).rows, (Rows{{"甲", "乙"}, {"1", "2", "3"}, {"1", "4", "5"}}));
  EXPECT_EQ(given(page, documents("表3")).rows, (Rows{{"二"}}));
  EXPECT_EQ(given("<html><table><tr><td>甲<table><tr><td>乙", documents("表1")).rows, (Rows{{"甲"}}));
  std::string deep = "<html>";
  for (int i = 0; i < 2'000; ++i) deep += "<table><tr><td>x";
  EXPECT_EQ(given(deep, documents()).error, "");
}

TEST(Html, CharsetsThatAreSaidWronglyAreFoundOut) {
  const std::string gbk = "<html><meta charset=\"gb2312\"><table><tr><td>\xBC\xD7</td></tr></table>";
  EXPECT_EQ(given(gbk).rows, (Rows{{"甲"}}));
  std::string many;
  for (int i = 0; i < 40; ++i) many += "<tr><td>甲公司</td></tr>";
  EXPECT_EQ(given("<html><meta charset=gbk><table>" + many + "</table>").rows.at(39),
            (std::vector<std::string>{"甲公司"}));
}

TEST(XmlSheet, IsReadWithItsIndexesAndTypes) {
  const Given got = given(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
      "xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Styles><Style ss:ID=\"p\"><NumberFormat "
      "ss:Format=\"Percent\"/></Style></Styles><Worksheet ss:Name=\"名单\"><Table><Row ss:Index=\"3\" "
      "ss:Hidden=\"1\"><Cell "
      "ss:MergeDown=\"1\"><Data ss:Type=\"String\">县</Data><Comment><ss:Data>批注</ss:Data></Comment></Cell><Cell "
      "ss:Index=\"3\"><Data ss:Type=\"DateTime\">2026-11-03T00:00:00.000</Data></Cell><Cell ss:StyleID=\"p\"><Data "
      "ss:Type=\"Number\">0.05</Data></Cell><Cell ss:Formula=\"=1\"/></Row><Row><Cell ss:Index=\"2\"><Data "
      "ss:Type=\"Number\">12</Data></Cell></Row></Table></Worksheet></Workbook>");
  EXPECT_EQ(got.error, "");
  ASSERT_EQ(got.rows, (Rows{{"县", "", "2026-11-03", "5%", ""}, {"县", "12"}}));
  EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(got.marks[0][4], kNoResultMark);
  EXPECT_EQ(got.marks[1][0], kMergedMark);
}

// A compound file with one stream, as torture_bytes.py makes them, and BIFF8 records in it.
std::string number(std::uint64_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}
std::string record(std::uint32_t type, const std::string& data) {
  return number(type, 2) + number(data.size(), 2) + data;
}
std::string wide(std::u16string_view text) {
  std::string out;
  for (const char16_t c : text) out += number(c, 2);
  return out;
}
std::string compound(std::string stream) {
  constexpr std::uint32_t kFree = 0xFFFFFFFF, kEnd = 0xFFFFFFFE, kTable = 0xFFFFFFFD;
  const std::size_t size = std::max<std::size_t>(stream.size(), 4096), sectors = (size + 511) / 512;
  stream.resize(sectors * 512);
  std::string fat = number(kTable, 4) + number(kEnd, 4);
  for (std::size_t i = 0; i < 126; ++i) fat += number(i + 1 < sectors ? i + 3 : i + 1 == sectors ? kEnd : kFree, 4);
  const auto entry = [&](std::u16string_view name, std::uint32_t kind, std::uint32_t start, std::size_t bytes) {
    std::string out = wide(name);
    out.resize(64);
    return out + number(name.size() * 2 + 2, 2) + number(kind, 1) + number(1, 1) + number(kFree, 4) + number(kFree, 4) +
           number(kind == 5 ? 1 : kFree, 4) + std::string(36, '\0') + number(start, 4) + number(bytes, 8);
  };
  std::string directory = entry(u"Root Entry", 5, kEnd, 0) + entry(u"Workbook", 2, 2, size);
  directory.resize(512);
  std::string header = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0') + number(0x3E, 2) + number(3, 2) +
                       number(0xFFFE, 2) + number(9, 2) + number(6, 2) + std::string(6, '\0');
  for (const std::uint32_t value : {0U, 1U, 1U, 0U, 4096U, kEnd, 0U, kEnd, 0U, 0U}) header += number(value, 4);
  for (int i = 0; i < 108; ++i) header += number(kFree, 4);
  return header + fat + directory + stream;
}

std::string xls(const std::string& globals, const std::string& cells) {
  const std::string begin = record(0x809, number(0x600, 2) + number(5, 2) + std::string(12, '\0')) + globals;
  const std::string name = number(2, 1) + number(1, 1) + wide(u"名单");
  const std::size_t bound = 4 + 6 + name.size();
  const std::string bounds = record(0x85, number(begin.size() + bound + 4, 4) + number(0, 2) + name);
  return compound(begin + bounds + record(0x0A, "") +
                  record(0x809, number(0x600, 2) + number(0x10, 2) + std::string(12, '\0')) + cells + record(0x0A, ""));
}
std::string at(std::uint32_t row, std::uint32_t column, std::uint32_t style = 0) {
  return number(row, 2) + number(column, 2) + number(style, 2);
}
std::string real(double value) { return number(std::bit_cast<std::uint64_t>(value), 8); }

TEST(Xls, RecordsBecomeCells) {
  const std::string styles = record(0x31, std::string(14, '\0')) +
                             record(0xE0, number(0, 2) + number(0, 2) + std::string(16, '\0')) +
                             record(0xE0, number(0, 2) + number(14, 2) + std::string(16, '\0'));
  // The second text is cut off inside its characters and goes on in one byte each.
  const std::string strings = record(0xFC, number(2, 4) + number(2, 4) + number(2, 2) + number(1, 1) + wide(u"甲乙") +
                                               number(5, 2) + number(1, 1) + wide(u"丙a")) +
                              record(0x3C, number(0, 1) + "bcd");
  const std::string cells =
      record(0xFD, at(0, 0) + number(0, 4)) + record(0xFD, at(0, 1) + number(1, 4)) +
      record(0x203, at(0, 2) + real(913716267312395)) + record(0x203, at(0, 3, 1) + real(45987)) +
      record(0x27E, at(0, 4) + number((std::uint64_t{12'345} << 2) | 3, 4)) +
      record(0x205, at(0, 5) + number(0x17, 1) + number(1, 1)) +
      record(0x06, at(1, 0) + std::string(6, '\0') + number(0xFFFF, 2) + std::string(6, '\0')) +
      record(0x207, number(1, 2) + number(1, 1) + wide(u"丁")) +
      record(0xBD, at(1, 1, 0) + number(4 << 2 | 2, 4) + number(0, 2) + number(5 << 2 | 2, 4) + number(2, 2)) +
      record(0x208, number(2, 2) + std::string(10, '\0') + number(0x20, 2) + number(0, 2)) +
      record(0x203, at(2, 1) + real(9.13716267312395e17)) +
      record(0xE5, number(1, 2) + number(1, 2) + number(2, 2) + number(0, 2) + number(0, 2));
  const Given got = given(xls(styles + strings, cells));
  EXPECT_EQ(got.error, "");
  ASSERT_EQ(got.rows, (Rows{{"甲乙", "丙abcd", "913716267312395", "2025-11-26", "123.45", "#REF!"},
                            {"丁", "4", "5"},
                            {"丁", "9.13716267312395e+17"}}));
  EXPECT_EQ(got.marks[0],
            (std::vector<std::uint8_t>{0, 0, kNumberMark, kNumberMark | kDateMark, kNumberMark, kFaultMark}));
  EXPECT_EQ(got.marks[2][0], kMergedMark);
  EXPECT_EQ(got.hidden, (std::vector<bool>{false, false, true}));
  EXPECT_EQ(given(xls(styles + record(0x22, number(1, 2)), record(0x203, at(0, 0, 1) + real(45987 - 1462)))).rows,
            (Rows{{"2025-11-26"}}));
}

TEST(Xls, WhatCannotBeReadSaysWhy) {
  EXPECT_NE(given(xls(record(0x2F, "\1\0"), "")).error.find("password"), std::string::npos);
  EXPECT_NE(given(compound(record(0x809, number(0x500, 2) + number(5, 2)))).error.find("older than Excel 97"),
            std::string::npos);
  const std::string whole = xls("", record(0x203, at(0, 0) + real(1)));
  EXPECT_NE(given(whole.substr(0, 2000)).error.find("damaged"), std::string::npos);
}

// Bytes changed and cut anywhere: an error or rows, and an end.
RC_GTEST_PROP(Books, DamageIsAnErrorOrRows, ()) {
  const std::string strings = record(0xFC, number(1, 4) + number(1, 4) + number(2, 2) + number(1, 1) + wide(u"甲乙"));
  static const std::vector<std::string> kWhole = {
      xls(strings, record(0xFD, at(0, 0) + number(0, 4)) + record(0x203, at(1, 1) + real(2)) +
                       record(0xE5, number(1, 2) + number(0, 2) + number(9, 2) + number(0, 2) + number(0, 2))),
      flat_ods("<table:table-row table:number-rows-repeated=\"3\">" +
               text_cell("甲", " table:number-rows-spanned=\"2\"") + "</table:table-row>"),
      "<html><table><tr><td rowspan=3 colspan=2>甲&amp;<td>乙</table>"};
  std::string bytes = kWhole[*rc::gen::inRange<std::size_t>(0, kWhole.size())];
  const auto changes = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, bytes.size()), rc::gen::arbitrary<char>()));
  for (const auto& [place, value] : changes) bytes[place] = value;
  if (*rc::gen::inRange(0, 4) == 0) bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  ReadOptions options;
  options.limits.max_rows = 1'000;
  options.limits.max_bytes = 1U << 20;
  const Given got = given(bytes, options);
  RC_ASSERT(got.rows.size() <= 1'000U);
}

}  // namespace
}  // namespace tanmiao::tabular::books_test
