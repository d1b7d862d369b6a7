// The rows of one returned sheet: what is of a firm is read, what is not is told.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pool/returned_header.h"
#include "pool/returned_sheet.h"
#include "tabular/reader.h"

namespace tanmiao::pool {

inline constexpr std::uint32_t kHeaderRows = 30;  // how far down a header is looked for

// Lines of a sheet that one remark speaks of.
struct LineList {
  std::vector<std::uint32_t> lines;
  std::string text() const;  // "第 3、7 行"
};

class SheetReading {
 public:
  // All of them must outlive it. `csv`: apostrophes in front of formulas are taken off.
  SheetReading(tabular::RowReader& reader, std::span<const SheetField> fields, const ReturnedOptions& options, bool csv)
      : reader_(reader), fields_(fields), options_(options), csv_(csv) {}

  Result<bool> find();  // false: no header
  const SheetHeader& header() const { return header_; }
  bool any_rows() const { return any_rows_; }
  // Once, after find(). Adds rows, headings and remarks; the latter name the sheet when it is not empty.
  Status read(std::string_view sheet_in_remarks, ReturnedSheet& sheet);

 private:
  // A row that outlives its reader's.
  struct Kept {
    std::uint32_t line = 0;
    bool hidden = false;
    std::string problem, raw;
    std::vector<std::string> cells;
    std::vector<std::uint8_t> marks;
    std::uint8_t mark(std::size_t i) const { return i < marks.size() ? marks[i] : std::uint8_t{0}; }
    std::string_view at(int column) const;
    bool blank() const;
  };
  Kept keep(const tabular::Row& row) const;
  void place_columns(ReturnedSheet& sheet);
  void take(const Kept& kept, ReturnedSheet& sheet);
  bool skipped(const Kept& kept);
  void copy_as_written(const Kept& kept, ReturnedSheet& sheet, ReturnedRow& row);
  ReturnedCell cell_of(const Kept& kept, std::size_t field) const;
  void remark(std::string_view sheet_in_remarks, ReturnedSheet& sheet) const;

  tabular::RowReader& reader_;
  std::span<const SheetField> fields_;
  const ReturnedOptions& options_;
  bool csv_;
  bool any_rows_ = false;
  SheetHeader header_;
  std::vector<Kept> ahead_;  // read while the header was looked for, but behind it
  std::vector<int> places_;  // of the sheet's columns in the headings of all sheets; -1: left out
  LineList hidden_, totals_, repeated_, numbered_, foot_, nameless_;
};

}  // namespace tanmiao::pool
