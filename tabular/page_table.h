// Tables out of what stands on a page: words with their boxes and ruled lines, as a PDF has them. Pure geometry.
//
// Where lines are ruled they are the cells: a cell that covers rows or columns is one, its text stands in every row it
// covers and in the first of its columns, as in workbooks. Where none are, columns are the gaps that all rows leave,
// and a row is what stands beside one entry of the first column. A table goes on over pages; a row that a page break
// tore is one row where the first column shows it. Text outside of tables is not given.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tanmiao::tabular {

struct PageWord {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // points from the upper left corner, y downwards
  std::string text;
};

struct PageRule {  // a straight line; one of the two pairs is equal
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
};

struct PageContent {
  std::uint32_t number = 0;  // from 1
  std::vector<PageWord> words;
  std::vector<PageRule> rules;
};

struct PageRow {
  std::uint32_t page = 0;   // on which it begins
  std::uint32_t table = 0;  // from 1; one with another number of columns is another table
  std::vector<std::string> cells;
};

class PageTables {
 public:
  // Bounds: more rules or words on one page than these are no table that anybody reads; the page is left out.
  static constexpr std::size_t kMostRules = 5'000, kMostWords = 50'000;

  void add(PageContent page);
  // Rows that no later page can change any more; with `last` all of them.
  std::vector<PageRow> take(bool last);
  std::uint32_t pages_left_out() const { return left_out_; }

 private:
  using Rows = std::vector<std::vector<std::string>>;
  void append(std::uint32_t page, Rows rows);

  std::vector<PageRow> rows_;
  std::size_t columns_ = 0;
  std::uint32_t tables_ = 0, left_out_ = 0;
};

}  // namespace tanmiao::tabular
