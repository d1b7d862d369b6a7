// A workbook that is read whole before its first row is given: of the formats whose sheets cannot be read in passing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tabular/reader.h"

namespace tanmiao::tabular {

struct GridRow {
  std::uint32_t line = 0;
  bool hidden = false;
  std::string problem;
  std::vector<std::string> cells;  // of a bad row: what is shown of it
  std::vector<std::uint8_t> marks;
};

struct Grid {
  struct Sheet {
    SheetInfo info;
    std::vector<GridRow> rows;  // by line; blank ones are left out
  };
  std::string name;
  std::string_view kind;
  bool epoch_1904 = false;
  std::vector<Sheet> sheets;
};

// The problem of a row whose cell is merged with one of a row above that is bad.
std::string merged_with_bad(std::uint32_t column, std::uint32_t first_line);

// Fills a grid within the limits: kLimit beyond max_rows and max_bytes; a bad row beyond max_columns and
// max_cell_bytes, where a text is not UTF-8, and where it would have its text from such a row. Empty cells need not be
// told.
class GridBuilder {
 public:
  // `name` of the file and `kind` of the format ("ods"), as Book gives them.
  GridBuilder(std::string name, std::string_view kind, const Limits& limits);

  Status begin_sheet(std::string name, bool hidden);
  // The sheet that what follows is about, from 0; begin_sheet() turns to the one it begins.
  void select(std::size_t sheet) { current_ = sheet; }
  std::size_t selected() const { return current_; }
  bool any_sheet() const { return !grid_.sheets.empty(); }
  void set_epoch_1904() { grid_.epoch_1904 = true; }
  bool epoch_1904() const { return grid_.epoch_1904; }
  void hide_sheet() { grid_.sheets[current_].info.hidden = true; }
  Status hide_row(std::uint32_t line);
  // Lines and columns count from 1. Rows may come in any order, but are cheapest in theirs.
  Status cell(std::uint32_t line, std::uint32_t column, std::string text, std::uint8_t marks = 0);
  // The text of the first row stands in those below it too, as far as they have any cell.
  Status merge(std::uint32_t first_line, std::uint32_t last_line, std::uint32_t column);
  Result<std::unique_ptr<Book>> finish();

 private:
  struct Merge {
    std::size_t sheet;
    std::uint32_t first_line, last_line, column;
  };
  Result<GridRow*> row(std::uint32_t line);
  void spread(const Merge& merge);

  Limits limits_;
  Grid grid_;
  std::size_t current_ = 0;
  std::vector<Merge> merges_;
  std::uint64_t bytes_ = 0;
};

}  // namespace tanmiao::tabular
