// Headers of two rows, and headers that come again.
#include "tabular/header.h"

#include <gtest/gtest.h>

namespace tanmiao::tabular::header_test {
namespace {

const std::vector<WantedColumn> kColumnsWanted = {
    {"name", {"企业名称"}, true}, {"code", {"信用代码"}, true}, {"county", {"县区"}, false}};

struct Found {
  Header header;
  std::vector<std::vector<std::string>> rows;  // of the wanted columns
  std::string error;
};

Found found(const std::string& bytes) {
  Found out;
  ReadOptions options;
  options.documents = true;
  const auto rows = read_rows(bytes, "t", options);
  if (!rows) return out.error = rows.error().text(), out;
  auto header = read_header(**rows, kColumnsWanted);
  if (!header) return out.error = header.error().text(), out;
  out.header = *header;
  Row row;
  while ((*rows)->next(row).value()) {
    if (out.header.takes(row, kColumnsWanted)) continue;
    std::vector<std::string> cells;
    for (std::size_t w = 0; w < kColumnsWanted.size(); ++w) cells.emplace_back(out.header.cell(row, w));
    out.rows.push_back(std::move(cells));
  }
  return out;
}
using Rows = std::vector<std::vector<std::string>>;

TEST(Headers, OfTwoRowsWithMergedCellsAreOneHeader) {
  const Found got = found(
      "<html><table><tr><td colspan=4>名单<tr><th rowspan=2>序号<th colspan=2>企业情况<th rowspan=2>县区"
      "<tr><th>企业名称<th>信用代码<tr><td>1<td>甲<td>91<td>博兴</table>");
  EXPECT_EQ(got.error, "");
  EXPECT_EQ(got.rows, (Rows{{"甲", "91", "博兴"}}));
  EXPECT_EQ(found("序号,企业情况,,县区\n,企业名称,信用代码,\n1,甲,91,博兴\n").rows, (Rows{{"甲", "91", "博兴"}}))
      << "merged cells of a table that was saved as text";
}

// What is required stands in the first row already: the second one is no firm.
TEST(Headers, ASecondRowOfAHeaderIsNoData) {
  const Found got = found(
      "<html><table><tr><th rowspan=2>企业名称<th rowspan=2>信用代码<th colspan=2>所在地<tr><th>县区<th>乡镇"
      "<tr><td>甲<td>91<td>博兴<td>某镇</table>");
  EXPECT_EQ(got.rows, (Rows{{"甲", "91", "博兴"}}));
  EXPECT_EQ(got.header.headings, (std::vector<std::string>{"企业名称", "信用代码", "县区", "乡镇"}));
}

TEST(Headers, ThatComeAgainOnEachPageAreNoData) {
  EXPECT_EQ(found("企业名称,信用代码,县区\n甲,91,博兴\n企业名称,信用代码,县区\n乙,92,惠民\n").rows,
            (Rows{{"甲", "91", "博兴"}, {"乙", "92", "惠民"}}));
}

TEST(Headers, AFirmThatIsCalledLikeAHeadingIsAFirm) {
  EXPECT_EQ(found("企业名称,信用代码,县区\n企业名称,91,博兴\n甲,92,惠民\n").rows,
            (Rows{{"企业名称", "91", "博兴"}, {"甲", "92", "惠民"}}));
}

// Rosters of announcements: one column is wanted, the others are theirs.
TEST(Headers, OfARosterNeedNamesOnly) {
  const std::vector<WantedColumn> names = {{"name", {"企业名称"}, true}, {"county", {"县区"}, false}};
  const auto first_row = [&](const std::string& bytes) -> std::string {
    const auto rows = read_rows(bytes, "t", {});
    const auto header = read_header(**rows, names);
    if (!header) return header.error().text();
    Row row;
    return (*rows)->next(row).value() ? std::string(header->cell(row, 0)) : "";
  };
  EXPECT_EQ(first_row("序号,企业名称,证书编号,批次,地区\n1,甲,GR1,第一批,滨州\n"), "甲");
  EXPECT_EQ(first_row("序号,企业名称\n1,甲\n"), "甲");
  EXPECT_EQ(first_row("附件1,,,\n二〇二一年名单,,,\n序号,企业名称,所在市,备注\n1,甲,滨州,\n"), "甲");
  EXPECT_EQ(first_row("企业名称,证书,批次,企业名称,证书,批次\n甲,1,1,乙,2,1\n"),
            "t: no header row found in the first 30 rows; expected columns such as 企业名称, 县区; the first row is "
            "\"企业名称 证书 批次 企业名称 证书 批次\"")
      << "of two lists side by side one would be lost";
  EXPECT_EQ(
      first_row("附件1,,\n单位,证书,批次\n甲,1,1\n"),
      "t: no header row found in the first 30 rows; expected columns such as 企业名称, 县区; row 2 is \"单位 证书 "
      "批次\"");
  EXPECT_NE(first_row("企业名称,滨州试验新材料科技股份有限公司\n地址,某路\n"), "地址") << "a form is no list";
}

TEST(Headers, ALackingColumnIsToldAsBefore) {
  EXPECT_EQ(found("企业名称,代码,县区\n甲,91,博兴\n乙,92,惠民\n").error,
            "t:1: no column for code (expected 信用代码; the nearest here is \"代码\")");
}

}  // namespace
}  // namespace tanmiao::tabular::header_test
