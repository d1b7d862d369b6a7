// Tables of docx: spans, merges, nesting, revisions.
#include <gtest/gtest.h>

#include "tabular/reader.h"
#include "tests/tabular/zip_fixture.h"

namespace tanmiao::tabular::docx_test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string docx(const std::string& body) {
  return zip_of({{"[Content_Types].xml", "<Types/>"},
                 {"word/document.xml",
                  "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>" + body + "</w:body></w:document>"}});
}
std::string text(const std::string& words) { return "<w:p><w:r><w:t>" + words + "</w:t></w:r></w:p>"; }
std::string cell(const std::string& content, const std::string& properties = "") {
  return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + content + "</w:tc>";
}
std::string row(const std::string& cells, const std::string& properties = "") {
  return "<w:tr>" + properties + cells + "</w:tr>";
}
const std::string kDown = "<w:vMerge w:val=\"restart\"/>", kOn = "<w:vMerge/>";

struct Given {
  Rows rows;
  std::string error;
};
Given given(const std::string& bytes, const std::string& sheet = "", bool documents = true) {
  ReadOptions options;
  options.documents = documents;
  options.sheet = sheet;
  Given out;
  auto reader = read_rows(bytes, "t.docx", options);
  if (!reader) return out.error = reader.error().text(), out;
  Row row;
  for (;;) {
    const auto more = (*reader)->next(row);
    if (!more) out.error = more.error().text();
    if (!more || !*more) return out;
    out.rows.emplace_back(row.cells.begin(), row.cells.end());
  }
}

TEST(Docx, SpansAndMergesKeepTheirColumns) {
  const Given got =
      given(docx(text("名单") + "<w:tbl>" +
                 row(cell(text("县区"), kDown) + cell(text("企业"), "<w:gridSpan w:val=\"2\"/>") + cell(text("年度"))) +
                 row(cell("<w:p/>", kOn) + cell(text("名称")) + cell(text("代码")) + cell(text("2024"))) +
                 row(cell(text("博兴"), kDown) + cell(text("甲")) + cell(text("1"))) +
                 row(cell("<w:p/>", kOn) + cell(text("乙"))) +
                 row(cell(text("丙")), "<w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>") + "</w:tbl>"));
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.rows, (Rows{{"县区", "企业", "", "年度"},
                            {"县区", "名称", "代码", "2024"},
                            {"博兴", "甲", "1"},
                            {"博兴", "乙"},
                            {"", "丙"}}));
}

TEST(Docx, ATableWithinACellIsASheetOfItsOwn) {
  const std::string inner = "<w:tbl>" + row(cell(text("内")) + cell(text("层"))) + "</w:tbl>";
  const std::string file = docx("<w:tbl>" + row(cell(text("前") + inner + text("后")) + cell(text("右"))) + "</w:tbl>" +
                                "<w:tbl>" + row(cell(text("二"))) + "</w:tbl>");
  EXPECT_EQ(given(file, "表1").rows, (Rows{{"前\n后", "右"}}));
  EXPECT_EQ(given(file, "表2").rows, (Rows{{"内", "层"}}));
  EXPECT_EQ(given(file, "表3").rows, (Rows{{"二"}}));
}

TEST(Docx, TextIsAsItStandsAfterTheRevisions) {
  const Given got = given(docx(
      "<w:tbl>" +
      row(cell(
              "<w:p><w:r><w:t>甲</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新&amp;"
              "</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:ins></w:p>") +
          cell("<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>一</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r>"
               "<w:t>一</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>")) +
      "</w:tbl>"));
  EXPECT_EQ(got.rows, (Rows{{"甲新& 乙\n丙", "一"}}));
}

TEST(Docx, WithoutATableOrAskedForAWorkbookItIsAnError) {
  EXPECT_EQ(given(docx(text("文"))).error, "t.docx: is a document without a table");
  EXPECT_NE(given(docx(text("文")), "", false).error.find("is a zip but no xlsx workbook"), std::string::npos);
  EXPECT_NE(given(docx("<w:tbl><w:tr>")).error, "");
}

}  // namespace
}  // namespace tanmiao::tabular::docx_test
