// Workbooks out and in again, and workbooks that mean harm.
#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tabular/cell_format.h"
#include "tabular/header.h"
#include "tabular/reader.h"
#include "tabular/xlsx_writer.h"
#include "tabular/zip.h"

namespace tanmiao::tabular::xlsx_test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string temporary(const std::string& name) {
  return (std::filesystem::path(testing::TempDir()) / (std::to_string(::getpid()) + "_" + name)).string();
}

std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

SheetLayout plain_layout(std::size_t columns, CellKind kind = CellKind::kText) {
  SheetLayout layout;
  layout.name = "表";
  for (std::size_t i = 0; i < columns; ++i) layout.columns.push_back({"列" + std::to_string(i + 1), 12, kind, false});
  return layout;
}

std::string write(const SheetLayout& layout, const Rows& rows) {
  const std::string path = temporary("write.xlsx");
  auto writer = XlsxWriter::create(path, {"title", "office", make_date(2026, 11, 23)});
  EXPECT_TRUE((*writer)->begin_sheet(layout));
  for (const auto& row : rows) EXPECT_TRUE((*writer)->row(row));
  EXPECT_TRUE((*writer)->finish());
  const std::string bytes = file_bytes(path);
  std::filesystem::remove(path);
  return bytes;
}

struct Read {
  Rows rows;
  std::vector<std::uint32_t> lines;
  std::string error;
};

Read read(std::string bytes, const ReadOptions& options = {}) {
  Read out;
  auto reader = read_rows(std::move(bytes), "t.xlsx", options);
  if (!reader) {
    out.error = reader.error().text();
    return out;
  }
  Row row;
  for (;;) {
    auto more = (*reader)->next(row);
    if (!more) out.error = more.error().text();
    if (!more || !*more) return out;
    out.rows.emplace_back(row.cells.begin(), row.cells.end());
    out.lines.push_back(row.line);
  }
}

std::string zip(const std::vector<std::pair<std::string, std::string>>& files) {
  const std::string path = temporary("made.zip");
  struct archive* archive = archive_write_new();
  archive_write_set_format_zip(archive);
  archive_write_open_filename(archive, path.c_str());
  for (const auto& [name, content] : files) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(archive, entry);
    archive_write_data(archive, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(archive);
  archive_write_free(archive);
  const std::string bytes = file_bytes(path);
  std::filesystem::remove(path);
  return bytes;
}

// A workbook of one sheet as other programs write it.
std::string workbook(const std::string& sheet_data, const std::string& styles = "<styleSheet/>",
                     const std::string& strings = "<sst/>") {
  return zip({{"xl/workbook.xml",
               "<workbook xmlns:r=\"x\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
              {"xl/_rels/workbook.xml.rels",
               "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
              {"xl/styles.xml", styles},
              {"xl/sharedStrings.xml", strings},
              {"xl/worksheets/sheet1.xml", "<worksheet>" + sheet_data + "</worksheet>"}});
}

// The XML of the first sheet.
std::string sheet_of(const std::string& bytes) {
  const std::string entry = "xl/worksheets/sheet1.xml";
  return unzip(bytes, "t.xlsx", {}, [&](std::string_view name) { return name == entry; }).value().at(entry);
}

TEST(Xlsx, AListOfSeveralPagesSideBySideHasItsTitleOnEach) {
  SheetLayout layout = plain_layout(12);
  layout.title = "名单";
  layout.frozen_columns = 3;
  EXPECT_NE(sheet_of(write(layout, {{"甲"}})).find("<mergeCell ref=\"A1:L1\"/>"), std::string::npos);
  layout.pages_wide = 4;
  const std::string sheet = sheet_of(write(layout, {{"甲"}}));
  EXPECT_NE(sheet.find("fitToWidth=\"4\" fitToHeight=\"0\" pageOrder=\"overThenDown\""), std::string::npos);
  EXPECT_NE(sheet.find("<mergeCell ref=\"A1:C1\"/>"), std::string::npos) << "over the columns that are repeated";
}

TEST(Xlsx, ChoicesDropDownInEveryRow) {
  SheetLayout layout = plain_layout(2);
  layout.columns[1].choices = {"有意申报", "无研发"};
  const std::string sheet = sheet_of(write(layout, {{"甲", ""}, {"乙", ""}}));
  EXPECT_NE(sheet.find("type=\"list\""), std::string::npos);
  EXPECT_NE(sheet.find("sqref=\"B2:B3\""), std::string::npos);
  EXPECT_NE(sheet.find("有意申报,无研发"), std::string::npos);
  EXPECT_EQ(sheet_of(write(layout, {})).find("dataValidation"), std::string::npos);
}

TEST(Xlsx, CodesComeBackWithEveryDigit) {
  const Rows codes = {{"000123", "91371600MA3WPBLW37", "440301199001011234"}, {"4.4E+17", "1e5", "0.10"}};
  for (const CellKind kind : {CellKind::kText, CellKind::kCode}) {
    const Read got = read(write(plain_layout(3, kind), codes));
    EXPECT_EQ(got.rows, (Rows{{"列1", "列2", "列3"}, codes[0], codes[1]}));
  }
}

TEST(Xlsx, NumbersOfMoreThanFifteenDigitsStayTextEvenInNumberColumns) {
  const Rows rows = {{"440301199001011234", "12.5", "-3", "新"}};
  EXPECT_EQ(read(write(plain_layout(4, CellKind::kNumber), rows)).rows[1], rows[0]);
}

TEST(Xlsx, DatesComeBackAsIsoAndPartialOnesAsText) {
  const Rows rows = {{"2015-06-02", "2015-06", "1899-12-31", "长期"}};
  EXPECT_EQ(read(write(plain_layout(4, CellKind::kDate), rows)).rows[1], rows[0]);
}

TEST(Xlsx, ARowMaySayWhatItsOwnCellsAre) {
  const std::string path = temporary("kinds.xlsx");
  auto writer = XlsxWriter::create(path, {"title", "office", make_date(2026, 11, 23)});
  ASSERT_TRUE((*writer)->begin_sheet(plain_layout(4, CellKind::kCode)));
  const std::vector<CellKind> kinds{CellKind::kNumber, CellKind::kDate, CellKind::kCode};
  ASSERT_TRUE((*writer)->row(std::vector<std::string>{"12.5", "2026-01-02", "007", "8"}, kinds));
  ASSERT_TRUE((*writer)->row(std::vector<std::string>{"12.5", "2026-01-02", "007", "8"}));
  ASSERT_TRUE((*writer)->finish());
  auto reader = open_rows(path);
  ASSERT_TRUE(reader);
  Row row;
  ASSERT_TRUE(*(*reader)->next(row));
  ASSERT_TRUE(*(*reader)->next(row));
  EXPECT_EQ(row.cells, (std::vector<std::string_view>{"12.5", "2026-01-02", "007", "8"}));
  ASSERT_EQ(row.marks.size(), 4u);
  EXPECT_EQ(row.marks[0] & (kNumberMark | kDateMark), kNumberMark);
  EXPECT_NE(row.marks[1] & kDateMark, 0);
  EXPECT_EQ(row.marks[2] | row.marks[3], 0) << "of the others their columns say it";
  ASSERT_TRUE(*(*reader)->next(row));
  EXPECT_EQ(row.marks[0] | row.marks[1], 0);
  std::filesystem::remove(path);
}

TEST(Xlsx, NothingFromOutsideBecomesAFormula) {
  const Rows rows = {{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")"}};
  for (const CellKind kind :
       {CellKind::kText, CellKind::kCentred, CellKind::kCode, CellKind::kNumber, CellKind::kDate}) {
    const std::string bytes = write(plain_layout(7, kind), rows);
    EXPECT_EQ(read(bytes).rows[1], rows[0]);
    const auto files = unzip(bytes, "t.xlsx", {}, [](std::string_view path) { return path.ends_with("sheet1.xml"); });
    ASSERT_EQ(files->size(), 1U);
    EXPECT_EQ(files->begin()->second.find("<f"), std::string::npos);
  }
}

TEST(Xlsx, TheHeaderIsFoundBelowTheTitle) {
  SheetLayout layout = plain_layout(0);
  layout.columns = {
      {"企业名称", 30}, {"统一社会信用代码", 22, CellKind::kCode}, {"注册资本（万元）", 10, CellKind::kNumber}};
  layout.title = "2026年第一批名单";
  layout.subtitles = {"编制单位：某局", "共 1 家"};
  auto reader = read_rows(write(layout, {{"滨州甲有限公司", "91371600MA3WPBLW37", "500"}}), "t.xlsx");
  const std::vector<WantedColumn> wanted = {
      {"code", {"信用代码", "统一社会信用代码"}, true}, {"name", {"企业名称"}, true}, {"capital", {"注册资本"}, false}};
  auto header = read_header(**reader, wanted);
  ASSERT_TRUE(header) << header.error().text();
  EXPECT_EQ(header->line, 4U);
  EXPECT_EQ(header->above.front(), "2026年第一批名单");
  Row row;
  ASSERT_TRUE((*reader)->next(row).value());
  EXPECT_EQ(header->cell(row, 0), "91371600MA3WPBLW37");
  EXPECT_EQ(header->cell(row, 1), "滨州甲有限公司");
  EXPECT_EQ(header->cell(row, 2), "500");
}

TEST(Xlsx, TheSameRowsGiveTheSameBytes) {
  const Rows rows = {{"a", "b"}};
  EXPECT_EQ(write(plain_layout(2), rows), write(plain_layout(2), rows));
}

TEST(Xlsx, SheetNamesAreCutAndCleaned) {
  EXPECT_EQ(sheet_name("a/b[c]:d*e?f\\g"), "a_b_c__d_e_f_g");
  EXPECT_EQ(sheet_name("''"), "Sheet");
  std::string han;
  for (int i = 0; i < 40; ++i) han += "滨";
  EXPECT_EQ(sheet_name(han).size(), 31U * 3);
}

TEST(Xlsx, AWantedSheetThatIsMissingIsAnsweredWithThoseThatAre) {
  ReadOptions options;
  options.sheet = "名单";
  EXPECT_EQ(read(write(plain_layout(1), {}), options).error, "t.xlsx: has no sheet \"名单\"; its sheets are 表");
}

TEST(Xlsx, ReadsWhatOtherProgramsWrite) {
  const std::string sheet =
      "<sheetData>"
      "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"inlineStr\"><is><t>x</t></is></c></row>"
      "<row r=\"5\"><c r=\"A5\" s=\"1\"><v>42157</v></c><c r=\"B5\" s=\"2\"><v>123</v></c><c "
      "r=\"C5\"><v>3.1400000000000001</v></c>"
      "<c r=\"D5\" t=\"str\"><f>A1&amp;B1</f><v>kept &amp; shown</v></c><c r=\"E5\"><v>9.1371600000000006E+17</v></c>"
      "<c r=\"F5\" t=\"b\"><v>1</v></c><c r=\"G5\" s=\"3\"><v>0.0567</v></c></row></sheetData>";
  const std::string styles =
      "<styleSheet><numFmts><numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>"
      "<numFmt numFmtId=\"177\" formatCode=\"000000\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"176\"/><xf numFmtId=\"177\"/><xf "
      "numFmtId=\"10\"/></cellXfs></styleSheet>";
  const std::string strings =
      "<sst><si><r><t>滨</t></r><r><t xml:space=\"preserve\">州_x000D_</t></r><rPh><t>bin</t></rPh></si></sst>";
  const Read got = read(workbook(sheet, styles, strings));
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.rows,
            (Rows{{"滨州\r", "", "x"},
                  {"2015-06-02", "000123", "3.14", "kept & shown", "9.1371600000000006E+17", "TRUE", "5.67%"}}));
  EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{2, 5}));
}

TEST(Xlsx, AMergedCountyStandsInEveryRowItSpans) {
  const Read got = read(workbook(
      "<sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>博兴县</v></c><c r=\"B1\" t=\"str\"><v>甲</v></c></row>"
      "<row r=\"2\"><c r=\"B2\" t=\"str\"><v>乙</v></c></row><row r=\"3\"><c r=\"B3\" "
      "t=\"str\"><v>丙</v></c></row></sheetData>"
      "<mergeCells count=\"1\"><mergeCell ref=\"A1:A2\"/></mergeCells>"));
  EXPECT_EQ(got.rows, (Rows{{"博兴县", "甲"}, {"博兴县", "乙"}, {"", "丙"}}));
}

TEST(HostileXlsx, WhatIsNoWorkbookIsNamed) {
  ReadOptions options;
  options.format = Format::kXlsx;
  EXPECT_EQ(read("<html>not found</html>", options).error,
            "t.xlsx: is not an xlsx workbook: it does not begin like a zip");
  EXPECT_NE(read(zip({{"a.txt", "x"}})).error.find("is a zip but no xlsx workbook"), std::string::npos);
  EXPECT_NE(read("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old").error.find("old format (.xls)"), std::string::npos);
}

TEST(HostileXlsx, EntitiesAndDocumentTypesAreRefused) {
  const std::string bomb =
      "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>";
  EXPECT_NE(read(workbook("<sheetData/>", "<styleSheet/>", bomb)).error.find("document type"), std::string::npos);
  const Read entity = read(workbook("<sheetData><row r=\"1\"><c t=\"str\"><v>&xxe;</v></c></row></sheetData>"));
  EXPECT_NE(entity.error.find("unknown entity &xxe;"), std::string::npos) << entity.error;
}

TEST(HostileXlsx, DepthIsBounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_NE(read(workbook(deep)).error.find("nest deeper than 64"), std::string::npos);
}

TEST(HostileXlsx, ABombIsStoppedByItsRatio) {
  const std::string bytes = workbook("<sheetData><row r=\"1\"><c t=\"str\"><v>" + std::string(80'000'000, ' ') +
                                     "</v></c></row></sheetData>");
  ReadOptions options;
  options.limits.max_ratio = 100;
  EXPECT_NE(read(bytes, options).error.find("more than 100 times its size"), std::string::npos);
}

TEST(HostileXlsx, TooManyEntriesAreRefused) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 50; ++i) files.emplace_back("f" + std::to_string(i), "");
  ReadOptions options;
  options.limits.max_entries = 20;
  EXPECT_NE(read(zip(files), options).error.find("more than 20 entries"), std::string::npos);
}

TEST(HostileXlsx, RowsThatRunBackwardsEndTheFile) {
  const Read got = read(workbook("<sheetData><row r=\"5\"/><row r=\"3\"/></sheetData>"));
  EXPECT_EQ(got.rows.size(), 1U);
  EXPECT_NE(got.error.find("row number 3 behind row 5"), std::string::npos) << got.error;
}

TEST(HostileXlsx, CutAnywhereItNeverCrashesAndNeverPretendsToBeWhole) {
  const Rows rows = {{"甲", "1"}, {"乙", "2"}};
  const std::string whole = write(plain_layout(2), rows);
  const Read full = read(whole);
  for (std::size_t n = 4; n < whole.size(); n += 7) {
    const Read got = read(whole.substr(0, n));
    EXPECT_TRUE(!got.error.empty() || got.rows == full.rows) << "cut at " << n;
  }
}

TEST(HostileXlsx, FlippedBytesNeverCrash) {
  const std::string whole = write(plain_layout(2), {{"甲", "1"}, {"乙", "2"}});
  for (std::size_t n = 0; n < whole.size(); n += 3) {
    std::string damaged = whole;
    damaged[n] = static_cast<char>(damaged[n] ^ 0x55);
    read(damaged);
  }
}

RC_GTEST_PROP(XlsxProperty, WhatIsWrittenIsRead, ()) {
  const auto cell = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab01 ,.\"'<>&=\n-+_x")));
  auto rows = *rc::gen::resize(8, rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(3, cell)));
  const Read got = read(write(plain_layout(3), rows));
  RC_ASSERT(got.error.empty());
  RC_ASSERT(got.rows.size() == rows.size() + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) RC_ASSERT(got.rows[i + 1] == rows[i]);
}

TEST(NumberFormats, ShowNumbersAsPeopleSeeThem) {
  const NumberFormat general{}, date = builtin_format(14);
  EXPECT_EQ(shown_number("1.2E+3", general, false), "1200");
  EXPECT_EQ(shown_number("0.1", general, false), "0.1");
  EXPECT_EQ(shown_number("0.30000000000000004", general, false), "0.3");
  EXPECT_EQ(shown_number("-5", general, false), "-5");
  EXPECT_EQ(shown_number("91371600123456789", general, false), "91371600123456789");
  EXPECT_EQ(shown_number("42157.5", date, false), "2015-06-02 12:00:00");
  EXPECT_EQ(shown_number("59", date, false), "1900-02-28");
  EXPECT_EQ(shown_number("61", date, false), "1900-03-01");
  EXPECT_EQ(shown_number("0", date, true), "1904-01-01");
  EXPECT_EQ(shown_number("0.5", builtin_format(20), false), "12:00:00");
  EXPECT_EQ(parse_format("#,##0.00_ ").kind, NumberFormat::Kind::kGeneral);
  EXPECT_EQ(parse_format("[$-804]yyyy\"年\"m\"月\"").kind, NumberFormat::Kind::kDate);
  EXPECT_EQ(parse_format("General").kind, NumberFormat::Kind::kGeneral);
  EXPECT_EQ(parse_format("0.00E+00").kind, NumberFormat::Kind::kGeneral);
}

}  // namespace
}  // namespace tanmiao::tabular::xlsx_test
