// Tables of pages by geometry alone.
#include "tabular/page_table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "tabular/page_rows.h"

namespace tanmiao::tabular::page_table_test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

PageWord word(double x, double y, const std::string& text) { return {x, y, x + 20, y + 10, text}; }

// Lines at the given places, from edge to edge.
std::vector<PageRule> ruled(const std::vector<double>& xs, const std::vector<double>& ys) {
  std::vector<PageRule> out;
  for (const double x : xs) out.push_back({x, ys.front(), x, ys.back()});
  for (const double y : ys) out.push_back({xs.front(), y, xs.back(), y});
  return out;
}

Rows rows_of(std::vector<PageContent> pages) {
  PageTables tables;
  Rows out;
  const auto keep = [&](bool last) {
    for (PageRow& row : tables.take(last)) out.push_back(std::move(row.cells));
  };
  for (PageContent& page : pages) {
    tables.add(std::move(page));
    keep(false);
  }
  keep(true);
  return out;
}

TEST(PageTable, CellsThatCoverRowsAndColumnsAreOne) {
  PageContent page{1, {}, {}};
  // Two columns under one heading; the county covers two rows.
  page.rules = {{0, 0, 300, 0}, {100, 20, 300, 20}, {0, 40, 300, 40},   {100, 60, 300, 60}, {0, 80, 300, 80},
                {0, 0, 0, 80},  {100, 0, 100, 80},  {200, 20, 200, 80}, {300, 0, 300, 80}};
  page.words = {word(10, 15, "县区"),  word(190, 5, "企业"), word(110, 25, "名称"),
                word(210, 25, "代码"), word(10, 55, "博兴"), word(110, 45, "甲"),
                word(210, 45, "1"),    word(110, 65, "乙"),  word(210, 65, "2")};
  EXPECT_EQ(rows_of({page}),
            (Rows{{"县区", "企业", ""}, {"县区", "名称", "代码"}, {"博兴", "甲", "1"}, {"博兴", "乙", "2"}}));
}

TEST(PageTable, ARowThatThePageBreakToreIsOneRow) {
  PageContent one{1, {word(10, 5, "1"), word(110, 5, "甲乙")}, ruled({0, 100, 200}, {0, 20, 40})};
  one.words.push_back(word(10, 25, "2"));
  one.words.push_back(word(110, 25, "丙丁科技"));
  PageContent two{
      2, {word(110, 5, "有限公司"), word(10, 25, "3"), word(110, 25, "戊")}, ruled({0, 100, 200}, {0, 20, 40})};
  EXPECT_EQ(rows_of({one, two}), (Rows{{"1", "甲乙"}, {"2", "丙丁科技有限公司"}, {"3", "戊"}}));
}

TEST(PageTable, WordsOfOneCellAreJoinedLineByLine) {
  PageContent page{1, {}, ruled({0, 200, 300}, {0, 60, 80})};
  page.words = {word(10, 35, "有限公司"), word(40, 5, "Abc"), word(10, 5, "甲"), word(70, 5, "Def"), word(210, 5, "x")};
  EXPECT_EQ(rows_of({page}), (Rows{{"甲Abc Def有限公司", "x"}}));
}

TEST(PageTable, AHeadingInTheMiddleOverShortEntriesIsTheirColumn) {
  PageContent page{1, {}, {}};
  page.words = {word(40, 0, "序号"), word(100, 0, "名称"), word(200, 0, "代码")};
  for (int i = 1; i <= 5; ++i) {
    page.words.push_back({10, 20.0 * i, 16, 20.0 * i + 10, std::to_string(i)});
    page.words.push_back(word(100, 20.0 * i, "甲" + std::to_string(i)));
    page.words.push_back(word(200, 20.0 * i, "c"));
  }
  const Rows rows = rows_of({page});
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[0], (std::vector<std::string>{"序号", "名称", "代码"}));
  EXPECT_EQ(rows[5], (std::vector<std::string>{"5", "甲5", "c"}));
}

// Any boxes and lines, broken numbers among them: rows of one width a table, and an end.
RC_GTEST_PROP(PageTable, AnyGeometryGivesRowsOfOneWidthATable, ()) {
  const auto place = rc::gen::map(rc::gen::inRange(-50, 400), [](int v) { return v == 399 ? 1e308 * 10 : v * 1.0; });
  PageTables tables;
  std::map<std::uint32_t, std::size_t> widths;
  for (std::uint32_t number = 1; number <= 3; ++number) {
    PageContent page{number, {}, {}};
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) page.words.push_back({*place, *place, *place, *place, "w"});
    for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
      const double x = *place, y = *place;
      const bool flat = *rc::gen::arbitrary<bool>();
      page.rules.push_back({x, y, flat ? *place : x, flat ? y : *place});
    }
    tables.add(std::move(page));
    for (const PageRow& row : tables.take(number == 3)) {
      const auto [at, fresh] = widths.emplace(row.table, row.cells.size());
      RC_ASSERT(fresh || at->second == row.cells.size());
    }
  }
}

TEST(PageRows, ABookOfTheirTables) {
  const std::string lines =
      "{\"page\":1,\"table\":1,\"cells\":[\"a\",\"\"]}\n{\"page\":2,\"table\":1,\"cells\":[\"b\",\"c\"]}\n"
      "{\"page\":2,\"table\":2,\"cells\":[\"d\"]}\n";
  const auto book = open_page_rows(lines, "t");
  ASSERT_TRUE(book);
  ASSERT_EQ((*book)->sheets().size(), 2u);
  const auto rows = (*book)->open(0).value();
  Row row;
  ASSERT_TRUE(rows->next(row).value());
  ASSERT_TRUE(rows->next(row).value());
  EXPECT_EQ(row.line, 2u);
  EXPECT_EQ(row.cells.at(1), "c");
  EXPECT_EQ(open_page_rows("", "t").error().message, "is a document without a table");
  EXPECT_EQ(open_page_rows("{\"page\":1}", "t").error().message, "the reader of PDF gave a line that is no row");
}

}  // namespace
}  // namespace tanmiao::tabular::page_table_test
