// reader = "table": whatever form a list comes in, the rows are the same.
#include <gtest/gtest.h>

#include "tests/crawler/archives.h"
#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::any_table_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kList = R"([[page]]
reader = "table"
kind = "recognition"
key = ["certificate_no"]
required = ["firm_name", "certificate_no"]
[page.columns]
firm_name = "企业名称"
certificate_no = "证书编号"
county = "县区"
[page.rules.program]
constant = "hnte"
[[page.link]]
xpath = "//a"
only = "\\.xlsx$"
role = "unread"
)";

std::vector<std::string> firms(const Gathered& got) {
  std::vector<std::string> out;
  for (const Record& record : got.records)
    out.push_back(std::string(record.get(Field::kFirmName)) + " " + std::string(record.get(Field::kCertificateNo)) +
                  " " + std::to_string(record.origin.line));
  return out;
}

TEST(AnyTable, OfAPageTheListIsFoundAmongTheTablesOfItsLayout) {
  const Gathered got =
      read(source_of(kList),
           "<!DOCTYPE html><html><meta charset=gb2312><body><table><tr><td><a href='/x.xlsx'>附件</a><td><table>"
           "<tr><th rowspan=2>序号<th colspan=2>企业<th rowspan=2>县区<tr><th>企业名称<th>证书编号"
           "<tr><td>1<td>甲一科技有限公司<td>GR202437000001<td "
           "rowspan=2>博兴县<tr><td>2<td>甲二科技有限公司<td>GR202437000002"
           "<tr><th>序号<th>企业名称<th>证书编号<th>县区<tr><td>3<td>甲三科技有限公司<td>GR202437000003<td>惠民县"
           "</table></table></body></html>");
  EXPECT_THAT(got.rejects, IsEmpty());
  EXPECT_THAT(firms(got), ElementsAre("甲一科技有限公司 GR202437000001 3", "甲二科技有限公司 GR202437000002 4",
                                      "甲三科技有限公司 GR202437000003 6"));
  EXPECT_EQ(got.records.at(1).get(Field::kCounty), "博兴县") << "a cell of two rows speaks of both";
  EXPECT_THAT(got.links, ElementsAre("unread http://h/x.xlsx"));
  EXPECT_THAT(got.charsets, ElementsAre("gb18030 utf-8"));
}

TEST(AnyTable, OfADocumentEveryTableWithTheHeaderIsReadAndLinesCountOn) {
  const auto row = [](std::initializer_list<const char*> cells) {
    std::string out = "<w:tr>";
    for (const char* cell : cells) out.append("<w:tc><w:p><w:r><w:t>").append(cell).append("</w:t></w:r></w:p></w:tc>");
    return out + "</w:tr>";
  };
  const std::string head = row({"企业名称", "证书编号"});
  const std::string file =
      packed({{"[Content_Types].xml", "<a/>"},
              {"word/document.xml", "<w:document><w:body><w:tbl>" + row({"联系人", "电话"}) + row({"x", "y"}) +
                                        "</w:tbl><w:tbl>" + head + row({"甲一科技有限公司", "GR202437000001"}) +
                                        "</w:tbl><w:tbl>" + head + row({"甲二科技有限公司", "GR202437000002"}) +
                                        "</w:tbl></w:body></w:document>"}});
  EXPECT_THAT(firms(read(source_of(kList), file)),
              ElementsAre("甲一科技有限公司 GR202437000001 2", "甲二科技有限公司 GR202437000002 4"));
}

// Lines count on over tables: a reject says in which one of them it stands, and where.
TEST(AnyTable, ARejectOfOneOfSeveralTablesNamesIt) {
  const Gathered got =
      read(source_of(kList),
           "<html><body><table><tr><th>企业名称<th>证书编号<tr><td>甲一科技有限公司<td>GR202437000001</table>"
           "<table><tr><th>企业名称<th>证书编号<tr><td>合计<td>1</table></body></html>");
  EXPECT_THAT(firms(got), ElementsAre("甲一科技有限公司 GR202437000001 2"));
  ASSERT_EQ(got.rejects.size(), 1u);
  EXPECT_EQ(got.rejects[0].line, 4u);
  EXPECT_THAT(got.rejects[0].expected, HasSubstr("合计行，不是企业"));
  EXPECT_THAT(got.rejects[0].expected, ::testing::MatchesRegex(".*（工作表“.*”第 2 行）"));
}

TEST(AnyTable, TextIsATableToo) {
  EXPECT_THAT(firms(read(source_of(kList), "名单\n企业名称,证书编号\n甲一科技有限公司,GR202437000001\n")),
              ElementsAre("甲一科技有限公司 GR202437000001 3"));
}

TEST(AnyTable, WithoutTheHeaderNothingIsReadAndTheErrorSaysWhatIsMissing) {
  const Source source = source_of(kList);
  const std::string page =
      "<html><table><tr><td>菜单</table><table><tr><th>企业名称<th>编号<th>县区<tr><td>甲<td>1<td>x</table>";
  Gathered out;
  Document document;
  document.part = "http://h/a.html";
  document.bytes = page;
  const Status status =
      read_document(source, source.pages.at(0), document, {no_tables(), "key", make_date(2026, 1, 2)}, out);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("no column for certificate_no"));
  EXPECT_THAT(out.records, IsEmpty());
}

// A delivery of the patent office: zips within a zip, one file of them damaged.
TEST(PatentArchive, AFileThatCannotBeHadIsARejectAndTheOthersAreRead) {
  const auto patent = [](const std::string& number) {
    return "<cn-patent-document><cn-bibliographic-data country=\"CN\"><publication-reference><document-id>"
           "<country>CN</country><doc-number>" +
           number +
           "</doc-number><kind>A</kind><date>20150624</date></document-id>"
           "</publication-reference><application-reference><document-id><doc-number>201510163325.6</doc-number>"
           "<date>20150324</date></document-id></application-reference><invention-title>某</invention-title>"
           "</cn-bibliographic-data></cn-patent-document>";
  };
  std::string secret = packed({{"c.xml", patent("104731423")}}, {"zip", "", "zip:encryption=traditional", "x"});
  const std::string inner = packed({{"a.xml", patent("104731421")}, {"a.tif", "picture"}, {"broken.xml", "<a"}});
  const std::string file =
      packed({{"2015/in.zip", inner}, {"s.zip", secret}, {"b.xml", patent("104731422")}}, {"7zip"});
  const Gathered got = read(source_of(kPatents), file);
  std::vector<std::string> keys, problems;
  for (const Record& record : got.records) keys.push_back(record.key + " " + std::to_string(record.origin.line));
  for (const store::Reject& reject : got.rejects) problems.push_back(reject.row + " " + reject.expected);
  EXPECT_THAT(keys, ElementsAre("CN104731421A|A 1", "CN104731422A|A 4"));
  ASSERT_EQ(problems.size(), 2u) << problems.at(0);
  EXPECT_THAT(problems[0], HasSubstr("!2015/in.zip!broken.xml XML 不完整或已损坏"));
  EXPECT_THAT(problems[1], HasSubstr("!s.zip!c.xml 压缩包有密码"));
}

}  // namespace
}  // namespace tanmiao::crawler::any_table_test
