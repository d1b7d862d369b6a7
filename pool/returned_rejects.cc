#include <algorithm>
#include <filesystem>

#include "core/text/normalize.h"
#include "pool/returned_cell.h"
#include "pool/returned_sheet.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {
namespace {

using tabular::CellKind;
using tabular::SheetColumn;

constexpr double kNarrow = 9, kWide = 40;

CellKind cell_kind(FieldKind kind) {
  switch (kind) {
    case FieldKind::kCode:
    case FieldKind::kNumber: return CellKind::kCode;
    case FieldKind::kDate: return CellKind::kDate;
    case FieldKind::kCount:
    case FieldKind::kMoneyWan: return CellKind::kNumber;
    case FieldKind::kChoice: return CellKind::kCentred;
    case FieldKind::kText: return CellKind::kText;
  }
  return CellKind::kText;
}

// Columns nobody asked for are written as text, and one that holds long numbers in the format of codes: it may be one.
void describe(const ReturnedSheet& sheet, std::span<const SheetField> fields, std::span<const RejectedRow> rejects,
              std::vector<SheetColumn>& columns) {
  std::vector<double> widest;
  widest.reserve(sheet.headings.size());
  std::vector<bool> long_number(sheet.headings.size());
  for (const std::string& heading : sheet.headings) widest.push_back(static_cast<double>(text::length(heading)) + 2);
  for (const RejectedRow& reject : rejects) {
    const std::vector<std::string> all = sheet.rows[reject.row].all;
    for (std::size_t i = 0; i < all.size() && i < widest.size(); ++i) {
      widest[i] = std::max(widest[i], static_cast<double>(text::length(all[i])) * 1.3 + 2);
      if (all[i].size() >= 11 && text::is_digits(all[i])) long_number[i] = true;
    }
  }
  for (std::size_t i = 0; i < sheet.headings.size(); ++i) {
    SheetColumn column{sheet.headings[i], std::clamp(widest[i], kNarrow, kWide),
                       long_number[i] ? CellKind::kCode : CellKind::kText};
    for (std::size_t f = 0; f < fields.size(); ++f) {
      if (sheet.column[f] != static_cast<int>(i)) continue;
      column.kind = cell_kind(fields[f].kind);
      column.choices = fields[f].choices;
    }
    columns.push_back(std::move(column));
  }
}

// A cell that was refused for what the workbook knew besides its text (merged, struck through, another scale) would
// pass as text: it is left blank, its reason says what stood there. Dates are written as they were understood, for
// their serial numbers may count from 1904.
std::vector<std::string> cells_of(const ReturnedSheet& sheet, std::span<const SheetField> fields,
                                  const ReturnedRow& row) {
  std::vector<std::string> cells = row.all;
  for (std::size_t f = 0; f < fields.size() && f < row.cells.size(); ++f) {
    if (sheet.column[f] < 0 || static_cast<std::size_t>(sheet.column[f]) >= cells.size()) continue;
    std::string& cell = cells[static_cast<std::size_t>(sheet.column[f])];
    const ReturnedCell& read = row.cells[f];
    // Of a day that is still to come the text says all.
    const bool of_today = fields[f].kind == FieldKind::kDate && read.problem.find("今天") != std::string::npos;
    if (!of_today && !read.problem.empty() && read_cell(cell, fields[f], {}).problem.empty()) cell.clear();
    if (read.problem.empty() && fields[f].kind == FieldKind::kDate && !read.value.empty()) cell = read.value;
  }
  return cells;
}

}  // namespace

Status write_rejects(const std::string& path, const ReturnedSheet& sheet, std::span<const SheetField> fields,
                     std::span<const RejectedRow> rejects) {
  for (const RejectedRow& reject : rejects) {
    if (reject.row >= sheet.rows.size()) return Error{Errc::kUsage, "a rejected row that is not of the sheet", path};
  }
  tabular::SheetLayout layout;
  layout.name = "退回";
  layout.title = "退回的行";
  layout.subtitles = {"来自：" + std::filesystem::path(sheet.file).filename().string() + "　　共 " +
                          std::to_string(rejects.size()) + " 行",
                      "请按“" + std::string(kRejectHeading) + "”改正后，用本表再次导入；不必改动该列。"};
  // An amount's unit may stand in a title line alone.
  for (const std::string& line : sheet.above) {
    if (!unit_of_line(line).empty()) layout.subtitles.push_back(line);
  }
  layout.columns.push_back({std::string(kRejectHeading), 46, CellKind::kText, true});
  layout.frozen_columns = 1;
  describe(sheet, fields, rejects, layout.columns);
  TANMIAO_ASSIGN(const auto book, tabular::XlsxWriter::create(path, {layout.title, "", {}}));
  TANMIAO_TRY(book->begin_sheet(layout));
  for (const RejectedRow& reject : rejects) {
    std::vector<std::string> cells = {reject.reason};
    const std::vector<std::string> all = cells_of(sheet, fields, sheet.rows[reject.row]);
    cells.insert(cells.end(), all.begin(), all.end());
    TANMIAO_TRY(book->row(cells));
  }
  return book->finish();
}

}  // namespace tanmiao::pool
