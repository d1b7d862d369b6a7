// Bytes that are no text in workbooks: their row is bad and says so, the rows around it are good, and whatever is given
// is UTF-8.
#include <gtest/gtest.h>

#include "core/text/normalize.h"
#include "tabular/charset.h"
#include "tabular/reader.h"
#include "tests/tabular/zip_fixture.h"

namespace tanmiao::tabular::not_utf8_test {
namespace {

const std::string kNoText = "\x1F\x8B";  // what gzip begins with

struct Taken {
  std::vector<std::vector<std::string>> rows;  // of bad ones: the problem, then the raw text
  std::string error;
};

Taken taken(const std::string& bytes, ReadOptions options = {}) {
  Taken out;
  options.documents = true;
  auto reader = read_rows(bytes, "t", options);
  if (!reader) return out.error = reader.error().text(), out;
  Row row;
  for (;;) {
    const auto more = (*reader)->next(row);
    if (!more) out.error = more.error().text();
    if (!more || !*more) return out;
    EXPECT_TRUE(text::valid_utf8(row.raw) && text::valid_utf8(row.problem));
    if (row.bad())
      out.rows.push_back({row.problem, std::string(row.raw)});
    else
      out.rows.emplace_back(row.cells.begin(), row.cells.end());
  }
}

std::string docx(const std::string& rows) {
  return zip_of({{"word/document.xml", "<w:document><w:tbl>" + rows + "</w:tbl></w:document>"}});
}

std::string xlsx(const std::string& sheet, const std::string& strings = "", const std::string& name = "名单") {
  return zip_of({{"xl/workbook.xml",
                  "<workbook><sheets><sheet name=\"" + name + "\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"},
                 {"xl/_rels/workbook.xml.rels", "<R><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\"/></R>"},
                 {"xl/sharedStrings.xml", "<sst>" + strings + "</sst>"},
                 {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>"}});
}

using Rows = std::vector<std::vector<std::string>>;

TEST(NotUtf8, ACellOfADocument) {
  const auto cell = [](const std::string& text) { return "<w:tc><w:t>" + text + "</w:t></w:tc>"; };
  const auto row = [](const std::string& cells) { return "<w:tr>" + cells + "</w:tr>"; };
  const Taken got =
      taken(docx(row(cell("企业") + cell("年度")) + row(cell("甲") + cell("2" + kNoText)) + row(cell("乙"))));
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.rows, (Rows{{"企业", "年度"}, {"cell 2 holds bytes that are not UTF-8", "甲,2\x1F\\x8B"}, {"乙"}}));
}

TEST(NotUtf8, ACellThatOthersAreMergedWith) {
  const Taken got = taken(
      "<table><tr><td rowspan=\"2\">" + std::string(70, 'x') + "</td><td>1</td></tr><tr><td>2</td></tr></table>", [] {
        ReadOptions options;
        options.limits.max_cell_bytes = 65;
        return options;
      }());
  EXPECT_EQ(got.rows,
            (Rows{{"cell 1 is longer than 65 bytes", std::string(64, 'x') + ",1"},
                  {"cell 1 is merged with that of line 1, which cannot be read", std::string(64, 'x') + ",2"}}));
}

TEST(NotUtf8, ACellAndASharedTextOfAWorkbook) {
  const std::string inline_text = "<c t=\"inlineStr\"><is><t>";
  const Taken got = taken(xlsx("<row><c t=\"s\"><v>0</v></c>" + inline_text +
                                   "甲</t></is></c></row>"
                                   "<row><c t=\"s\"><v>1</v></c>" +
                                   inline_text +
                                   "乙</t></is></c></row>"
                                   "<row>" +
                                   inline_text + "丙" + kNoText +
                                   "</t></is></c></row>"
                                   "<row>" +
                                   inline_text + "丁</t></is></c></row>",
                               "<si><t>好</t></si><si><t>\xB2\xA9\xD0\xCB</t></si>"));
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.rows, (Rows{{"好", "甲"},
                            {"cell 1 holds bytes that are not UTF-8", "\\xB2\\xA9\\xD0\\xCB,乙"},
                            {"cell 1 holds bytes that are not UTF-8", "丙\x1F\\x8B"},
                            {"丁"}}));
}

TEST(NotUtf8, AMergedCellOfAWorkbook) {
  const std::string bad = xlsx("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>" + kNoText +
                               "</v></c></row>"
                               "<row r=\"2\"><c r=\"B2\" t=\"str\"><v>b</v></c></row>"
                               "<row r=\"3\"><c r=\"B3\" t=\"str\"><v>c</v></c></row></sheetData>"
                               "<mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells><sheetData>");
  EXPECT_EQ(taken(bad).rows, (Rows{{"cell A1 holds bytes that are not UTF-8", "\x1F\\x8B"},
                                   {"cell 1 is merged with that of line 1, which cannot be read", "\x1F\\x8B,b"},
                                   {"", "c"}}));
}

TEST(NotUtf8, TheNameOfASheetIsShown) {
  const auto names = sheet_names(xlsx("<row/>", "", "a" + kNoText), "t");
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, std::vector<std::string>{"a\x1F\\x8B"});
}

TEST(NotUtf8, WhatIsDamagedIsNamedInText) {
  const std::string error = taken(docx("</w:" + kNoText + ">")).error;
  EXPECT_TRUE(text::valid_utf8(error));
  EXPECT_NE(error.find("</w:\x1F\\x8B> where </w:tbl> was expected"), std::string::npos) << error;
}

TEST(NotUtf8, ALongLineIsCutWithinACharacter) {
  ReadOptions options;
  options.limits.max_row_bytes = 5'000;
  std::string line = "a";
  while (line.size() <= 6'000) line += "字";
  const Taken got = taken(line + "\n1,2\n", options);
  ASSERT_EQ(got.rows.size(), 2U);
  EXPECT_TRUE(got.rows[0][1].ends_with("字...")) << got.rows[0][1].substr(4'080);
  EXPECT_EQ(got.rows[1], (std::vector<std::string>{"1", "2"}));
}

TEST(NotUtf8, BytesAreShownAndTextIsLeft) {
  EXPECT_EQ(with_bytes_shown(""), "");
  EXPECT_EQ(with_bytes_shown("字\xE5\xAD"
                             "a"),
            "字\\xE5\\xADa");
  EXPECT_EQ(with_bytes_shown(std::string("\0b\xFF", 3)), "\\x00b\\xFF");
}

}  // namespace
}  // namespace tanmiao::tabular::not_utf8_test
