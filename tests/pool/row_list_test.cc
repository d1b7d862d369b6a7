#include "pool/row_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>

namespace tanmiao::pool::row_list_test {
namespace {

ReturnedRow row_of(std::uint32_t line, const std::string& text) {
  ReturnedRow row;
  row.line = line;
  row.where = "名单.xlsx!名单!" + std::to_string(line);
  row.cells = {
      {text, text, "", "", false}, {"", text, "不是数字", "", true}, {"12", "１２", "", "全角字符已转换", false}, {}};
  row.all = {text, "", "１２", std::string(line % 40, 'x')};
  return row;
}

TEST(RowListTest, GivesBackWhatWasAppendedInAnyOrder) {
  RowList list;
  std::vector<ReturnedRow> kept;
  for (std::uint32_t i = 0; i < 9'000; ++i) kept.push_back(row_of(i + 3, "企业" + std::to_string(i % 97)));
  for (const ReturnedRow& row : kept) list.push_back(row);
  ASSERT_EQ(list.size(), kept.size());
  std::size_t i = 0;
  for (const ReturnedRow& row : list) {
    ASSERT_EQ(row, kept[i]) << i;
    ++i;
  }
  EXPECT_EQ(i, kept.size());
  for (const std::size_t at : {8'999U, 0U, 4'500U, 1U, 8'998U, 4'499U}) EXPECT_EQ(list[at], kept[at]) << at;
  EXPECT_LT(list.packed_bytes(), kept.size() * 40) << "a row of this list is 150 bytes of text";
  const RowList copy = list;
  list.push_back(row_of(1, "behind"));
  EXPECT_EQ(list.at(9'000).cells[0].value, "behind");
  EXPECT_EQ(copy.size(), 9'000U);
  EXPECT_THROW(copy.at(9'000), std::out_of_range);
}

TEST(RowListTest, WhereNeedNotEndWithTheLine) {
  RowList list;
  for (const std::string where : {"a.csv:7", "a.csv:", "", "b!7", "7"}) {
    ReturnedRow row;
    row.line = 7;
    row.where = where;
    list.push_back(row);
    EXPECT_EQ(list[list.size() - 1].where, where);
  }
  EXPECT_EQ(list[0].where, "a.csv:7");
  EXPECT_EQ(list[1].where, "a.csv:");
}

RC_GTEST_PROP(RowLists, AnyBytesComeBack, (const std::vector<std::vector<std::string>>& rows, std::uint32_t line)) {
  RowList list;
  std::vector<ReturnedRow> kept;
  for (const std::vector<std::string>& cells : rows) {
    ReturnedRow row;
    row.line = line;
    row.all = cells;
    for (const std::string& cell : cells) row.cells.push_back({cell, cell, cells.front(), cell, cell.empty()});
    row.problem = cells.empty() ? "" : cells.back();
    list.push_back(row);
    kept.push_back(std::move(row));
  }
  for (std::size_t i = rows.size(); i-- > 0;) RC_ASSERT(list[i] == kept[i]);
}

}  // namespace
}  // namespace tanmiao::pool::row_list_test
