#include "tabular/grid.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "tabular/charset.h"
#include "tabular/csv_writer.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kMostGridMerges = 200'000;
constexpr std::uint64_t kCellOverhead = sizeof(std::string) + 1;

class GridReader final : public RowReader {
 public:
  GridReader(std::shared_ptr<const Grid> grid, std::size_t sheet)
      : grid_(std::move(grid)), sheet_(grid_->sheets[sheet]), name_(grid_->name + "!" + sheet_.info.name) {}

  Result<bool> next(Row& row) override {
    row.problem.clear();
    row.cells.clear();
    row.marks.clear();
    row.raw = {};
    if (at_ == sheet_.rows.size()) return false;
    const GridRow& found = sheet_.rows[at_++];
    row.line = found.line;
    row.hidden = found.hidden;
    row.problem = found.problem;
    raw_.clear();
    append_csv_row(raw_, std::vector<std::string_view>(found.cells.begin(), found.cells.end()));
    while (raw_.ends_with('\n') || raw_.ends_with('\r')) raw_.pop_back();
    if (row.bad()) raw_ = with_bytes_shown(raw_);
    row.raw = raw_;
    if (row.bad()) return true;
    row.cells.assign(found.cells.begin(), found.cells.end());
    row.marks = found.marks;
    return true;
  }

  const std::string& name() const override { return name_; }
  std::string description() const override { return std::string(grid_->kind) + ", sheet " + sheet_.info.name; }
  std::string where(std::uint32_t line) const override { return name_ + "!" + std::to_string(line); }
  bool epoch_1904() const override { return grid_->epoch_1904; }

 private:
  std::shared_ptr<const Grid> grid_;
  const Grid::Sheet& sheet_;
  std::string name_, raw_;
  std::size_t at_ = 0;
};

class GridBook final : public Book {
 public:
  explicit GridBook(std::shared_ptr<const Grid> grid) : grid_(std::move(grid)) {
    for (const Grid::Sheet& sheet : grid_->sheets) infos_.push_back(sheet.info);
  }
  const std::vector<SheetInfo>& sheets() const override { return infos_; }
  std::string_view kind() const override { return grid_->kind; }
  Result<std::unique_ptr<RowReader>> open(std::size_t sheet) override {
    return std::unique_ptr<RowReader>(std::make_unique<GridReader>(grid_, sheet));
  }
  Result<bool> has_rows(std::size_t sheet) override { return !grid_->sheets.at(sheet).rows.empty(); }

 private:
  std::shared_ptr<const Grid> grid_;
  std::vector<SheetInfo> infos_;
};

}  // namespace

std::string merged_with_bad(std::uint32_t column, std::uint32_t first_line) {
  return "cell " + std::to_string(column) + " is merged with that of line " + std::to_string(first_line) +
         ", which cannot be read";
}

GridBuilder::GridBuilder(std::string name, std::string_view kind, const Limits& limits) : limits_(limits) {
  grid_.name = std::move(name);
  grid_.kind = kind;
}

Status GridBuilder::begin_sheet(std::string name, bool hidden) {
  if (grid_.sheets.size() >= limits_.max_entries) return Error{Errc::kLimit, "has too many sheets", grid_.name};
  grid_.sheets.emplace_back();
  current_ = grid_.sheets.size() - 1;
  grid_.sheets.back().info = {with_bytes_shown(name), hidden};
  return {};
}

Result<GridRow*> GridBuilder::row(std::uint32_t line) {
  std::vector<GridRow>& rows = grid_.sheets[current_].rows;
  if (!rows.empty() && rows.back().line == line) return &rows.back();
  const auto at = rows.empty() || rows.back().line < line
                      ? rows.end()
                      : std::lower_bound(rows.begin(), rows.end(), line,
                                         [](const GridRow& r, std::uint32_t l) { return r.line < l; });
  if (at != rows.end() && at->line == line) return &*at;
  if (rows.size() >= limits_.max_rows) {
    return Error{Errc::kLimit, "has more than " + std::to_string(limits_.max_rows) + " rows", grid_.name};
  }
  bytes_ += sizeof(GridRow);
  GridRow added;
  added.line = line;
  return &*rows.insert(at, std::move(added));
}

Status GridBuilder::hide_row(std::uint32_t line) {
  TANMIAO_ASSIGN(GridRow* const found, row(line));
  found->hidden = true;
  return {};
}

Status GridBuilder::cell(std::uint32_t line, std::uint32_t column, std::string text, std::uint8_t marks) {
  if (text.empty() && marks == 0) return {};
  TANMIAO_ASSIGN(GridRow* const found, row(line));
  if (column == 0 || column > limits_.max_columns) {
    found->problem = "a cell in column " + std::to_string(column) + ", at most " + std::to_string(limits_.max_columns) +
                     " columns are read";
    return {};
  }
  if (text.size() > limits_.max_cell_bytes) {
    found->problem =
        "cell " + std::to_string(column) + " is longer than " + std::to_string(limits_.max_cell_bytes) + " bytes";
    text.resize(64);
  } else if (!text::valid_utf8(text)) {
    found->problem = "cell " + std::to_string(column) + " holds bytes that are not UTF-8";
  }
  const std::size_t had = found->cells.size();
  if (had < column) {
    found->cells.resize(column);
    found->marks.resize(column);
    bytes_ += (column - had) * kCellOverhead;
  }
  bytes_ += text.size();
  if (bytes_ > limits_.max_bytes) {
    return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_bytes) + " bytes", grid_.name};
  }
  found->cells[column - 1] = std::move(text);
  found->marks[column - 1] = marks;
  return {};
}

Status GridBuilder::merge(std::uint32_t first_line, std::uint32_t last_line, std::uint32_t column) {
  if (last_line <= first_line || column == 0 || column > limits_.max_columns) return {};
  if (merges_.size() >= kMostGridMerges) return Error{Errc::kLimit, "has too many merged cells", grid_.name};
  merges_.push_back({current_, first_line, last_line, column});
  return {};
}

void GridBuilder::spread(const Merge& merge) {
  std::vector<GridRow>& rows = grid_.sheets[merge.sheet].rows;
  auto at = std::lower_bound(rows.begin(), rows.end(), merge.first_line,
                             [](const GridRow& r, std::uint32_t l) { return r.line < l; });
  if (at == rows.end() || at->line != merge.first_line || at->cells.size() < merge.column) return;
  const std::string text = at->cells[merge.column - 1];
  const std::uint8_t marks = at->marks[merge.column - 1];
  const std::string problem =
      at->problem.empty() || text.empty() ? "" : merged_with_bad(merge.column, merge.first_line);
  for (++at; at != rows.end() && at->line <= merge.last_line; ++at) {
    if (!problem.empty() && at->problem.empty()) at->problem = problem;
    bytes_ += text.size() + kCellOverhead;
    if (bytes_ > limits_.max_bytes) return;  // finish() says so
    if (at->cells.size() < merge.column) at->cells.resize(merge.column), at->marks.resize(merge.column);
    at->cells[merge.column - 1] = text;
    at->marks[merge.column - 1] = marks | kMergedMark;
  }
}

Result<std::unique_ptr<Book>> GridBuilder::finish() {
  if (grid_.sheets.empty()) return Error{Errc::kFormat, "has no sheets", grid_.name};
  for (const Merge& merge : merges_) spread(merge);
  if (bytes_ > limits_.max_bytes) {
    return Error{Errc::kLimit, "unpacks to more than " + std::to_string(limits_.max_bytes) + " bytes", grid_.name};
  }
  for (Grid::Sheet& sheet : grid_.sheets)
    std::erase_if(sheet.rows, [](const GridRow& row) { return row.cells.empty() && row.problem.empty(); });
  return std::unique_ptr<Book>(std::make_unique<GridBook>(std::make_shared<const Grid>(std::move(grid_))));
}

}  // namespace tanmiao::tabular
