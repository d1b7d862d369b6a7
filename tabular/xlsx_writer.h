// Workbooks out, as an office expects them: merged title block, frozen header that repeats in print, codes as text, A4
// landscape, page numbers. Rows go to disk as they come, so size does not matter.
//
// Nothing that came from outside can become a formula: every cell of a text column is written as a string, and a string
// in a number or date column too. The same rows give the same bytes: no clock is written.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/error.h"

namespace tanmiao::tabular {

enum class CellKind : std::uint8_t {
  kText,     // as it is, left; line breaks are kept
  kCentred,  // short text in the middle
  kCode,     // text, in the middle, cell format "@": editing it later keeps all digits
  kNumber,   // decimal text becomes a number; anything else stays text
  kDate,     // "YYYY-MM-DD" becomes a date; anything else ("2015-06") stays text
};

struct SheetColumn {
  std::string heading;
  double width = 10;  // of the cell in characters of the default font; a Han character takes two
  CellKind kind = CellKind::kText;
  bool to_fill = false;                // heading in another shade: someone is asked to write here
  std::vector<std::string> choices{};  // what may be filled in, as a list that drops down; empty: anything
  bool hidden = false;                 // there, and neither shown nor printed
};

struct SheetLayout {
  std::string name;                    // of the sheet; cut and cleaned by sheet_name()
  std::string title;                   // merged over the width, large; empty: none
  std::vector<std::string> subtitles;  // merged lines below it
  std::vector<SheetColumn> columns;
  std::uint16_t frozen_columns = 0;  // stay in view, and are repeated on every printed page
  // Printed width in pages. Of several the title block stands on each, over the frozen columns, and a row's pages
  // follow each other; they break where the next column does not fit any more, so that groups of equal width stay
  // together.
  std::uint16_t pages_wide = 1;
  bool filter = true;  // autofilter on the header
  bool header = true;  // false: no header row (plain text sheets)
};

struct WorkbookInfo {
  std::string title;
  std::string author;  // 编制单位
  Date date{};         // as-of date; stands in the document properties
};

// At most 31 UTF-16 units, without []:*?/\ and outer apostrophes; never empty.
std::string sheet_name(std::string_view wanted);

class XlsxWriter {
 public:
  // Writes beside `path` and renames in finish().
  static Result<std::unique_ptr<XlsxWriter>> create(const std::string& path, const WorkbookInfo& info);
  ~XlsxWriter();
  XlsxWriter(const XlsxWriter&) = delete;
  XlsxWriter& operator=(const XlsxWriter&) = delete;

  Status begin_sheet(const SheetLayout& layout);  // ends the one before; equal names get a number
  Status row(std::span<const std::string> cells, bool emphasised = false);  // emphasised: totals, in bold
  // The first cells as `kinds` says, whatever their columns are; the others as their columns are.
  Status row(std::span<const std::string> cells, std::span<const CellKind> kinds);
  Status finish();

 private:
  struct State;
  explicit XlsxWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tanmiao::tabular
