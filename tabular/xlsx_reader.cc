#include "tabular/xlsx_reader.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "tabular/csv_writer.h"
#include "tabular/xlsx_workbook.h"
#include "tabular/xml_pull.h"
#include "tabular/zip.h"

namespace tanmiao::tabular {
namespace {

using Event = XmlPull::Event;
constexpr std::uint32_t kLastRow = 1'048'576, kLastColumn = 16'384;  // of the format
constexpr std::size_t kMostMerges = 200'000;
constexpr std::uint64_t kMostSheetBytes = std::uint64_t{768} << 20;

struct CellRef {
  std::uint32_t row = 0, column = 0;  // from 1; 0: none
};

CellRef parse_ref(std::string_view text) {
  CellRef ref;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= 'A' && text[i] <= 'Z' && ref.column <= kLastColumn; ++i) {
    ref.column = ref.column * 26 + static_cast<std::uint32_t>(text[i] - 'A' + 1);
  }
  std::from_chars(text.data() + i, text.data() + text.size(), ref.row);
  return ref;
}

// A merge as far as it matters: its first column, and the rows below the first.
struct Merge {
  std::uint32_t first_row, last_row, column;
  std::string text;
};

class XlsxReader final : public RowReader {
 public:
  XlsxReader(Workbook book, SheetRef sheet, std::string xml, std::string name, const Limits& limits)
      : book_(std::move(book)),
        xml_text_(std::move(xml)),
        file_(std::move(name)),
        name_(file_ + "!" + sheet.name),
        sheet_(std::move(sheet)),
        limits_(limits),
        xml_(xml_text_, file_ + "!" + sheet_.path, limits) {}
  XlsxReader(const XlsxReader&) = delete;
  XlsxReader& operator=(const XlsxReader&) = delete;

  // The merges stand behind the rows.
  Status read_merges() {
    const std::size_t from = xml_text_.rfind("<mergeCells");
    if (from == std::string::npos) return {};
    XmlPull tail(std::string_view(xml_text_).substr(from), file_ + "!" + sheet_.path, limits_);
    for (;;) {
      TANMIAO_ASSIGN(const Event event, tail.next());
      if (event == Event::kDone || (event == Event::kEnd && tail.depth() == 0)) break;
      if (event != Event::kStart || tail.element() != "mergeCell") continue;
      TANMIAO_ASSIGN(const std::string range, tail.attribute("ref"));
      const std::size_t colon = range.find(':');
      if (colon == std::string::npos) continue;
      const CellRef first = parse_ref(range), last = parse_ref(std::string_view(range).substr(colon + 1));
      if (last.row > first.row && first.column > 0) merges_.push_back({first.row, last.row, first.column, {}});
      if (merges_.size() > kMostMerges) return Error{Errc::kLimit, "has too many merged cells", name_};
    }
    std::sort(merges_.begin(), merges_.end(), [](const Merge& a, const Merge& b) { return a.first_row < b.first_row; });
    return {};
  }

  Result<bool> next(Row& row) override {
    row.problem.clear();
    row.cells.clear();
    row.raw = {};
    if (done_) return false;
    auto found = next_row(row);
    if (!found || !*found) done_ = true;
    if (!found && line_ > 0) {
      Error error = found.error();
      error.message += "; rows up to " + std::to_string(line_) + " were read";
      return error;
    }
    return found;
  }

  const std::string& name() const override { return name_; }
  std::string description() const override { return "xlsx, sheet " + sheet_.name; }
  std::string where(std::uint32_t line) const override { return name_ + "!" + std::to_string(line); }

 private:
  Result<bool> next_row(Row& row) {
    for (;;) {
      TANMIAO_ASSIGN(const Event event, xml_.next());
      if (event == Event::kDone || (event == Event::kEnd && xml_.element() == "sheetData")) return false;
      if (event != Event::kStart || xml_.element() != "row") continue;
      if (++rows_ > limits_.max_rows) {
        return Error{Errc::kLimit, "has more than " + std::to_string(limits_.max_rows) + " rows", name_};
      }
      TANMIAO_ASSIGN(const std::string number, xml_.attribute("r"));
      std::uint32_t line = line_ + 1;
      std::from_chars(number.data(), number.data() + number.size(), line);
      if (line <= line_ || line > kLastRow) {
        return Error{Errc::kFormat, "row number " + number + " behind row " + std::to_string(line_), name_};
      }
      line_ = line;
      TANMIAO_TRY(read_cells(row));
      give(row);
      return true;
    }
  }

  Status read_cells(Row& row) {
    used_ = 0;
    std::uint32_t column = 0;
    for (;;) {
      TANMIAO_ASSIGN(const Event event, xml_.next());
      if (event == Event::kEnd && xml_.element() == "row") return {};
      if (event != Event::kStart || xml_.element() != "c") continue;
      TANMIAO_ASSIGN(const std::string ref, xml_.attribute("r"));
      const CellRef at = parse_ref(ref);
      column = at.column > 0 ? at.column : column + 1;
      if (column > limits_.max_columns) {
        if (!row.bad())
          row.problem =
              "a cell in column " + ref + ", at most " + std::to_string(limits_.max_columns) + " columns are read";
        TANMIAO_TRY(xml_.skip());
        continue;
      }
      TANMIAO_TRY(read_cell(cell(column)));
      if (cell(column).size() > limits_.max_cell_bytes) {
        row.problem = "cell " + ref + " is longer than " + std::to_string(limits_.max_cell_bytes) + " bytes";
        cell(column).resize(64);
      }
    }
  }

  std::string& cell(std::uint32_t column) {
    if (cells_.size() < column) cells_.resize(column);
    for (; used_ < column; ++used_) cells_[used_].clear();
    return cells_[column - 1];
  }

  Status read_cell(std::string& out) {
    TANMIAO_ASSIGN(const std::string type, xml_.attribute("t"));
    TANMIAO_ASSIGN(const std::string style, xml_.attribute("s"));
    std::string value;
    bool wanted = false;
    for (;;) {
      TANMIAO_ASSIGN(const Event event, xml_.next());
      if (event == Event::kEnd && xml_.element() == "c") break;
      if (event == Event::kText) {
        if (wanted) TANMIAO_TRY(xml_.append_text(value));
        continue;
      }
      if (event == Event::kStart && xml_.element() == "rPh") TANMIAO_TRY(xml_.skip());
      wanted = event == Event::kStart && (xml_.element() == "v" || xml_.element() == "t");
    }
    return show(type, style, std::move(value), out);
  }

  Status show(const std::string& type, const std::string& style, std::string value, std::string& out) {
    if (type == "s") {
      std::size_t index = 0;
      std::from_chars(value.data(), value.data() + value.size(), index);
      if (value.empty()) return {};
      if (index >= book_.strings.size()) {
        return Error{Errc::kFormat, "names shared string " + value + " of " + std::to_string(book_.strings.size()),
                     where(line_)};
      }
      out = book_.strings.at(index);
    } else if (type.empty() || type == "n") {
      std::size_t index = 0;
      std::from_chars(style.data(), style.data() + style.size(), index);
      const NumberFormat format = index < book_.formats.size() ? book_.formats[index] : NumberFormat{};
      out = value.empty() ? std::string() : shown_number(value, format, book_.epoch_1904);
    } else if (type == "b") {
      out = value == "1" ? "TRUE" : "FALSE";
    } else {
      out = without_escapes(std::move(value));  // str, inlineStr, d, e (#N/A: as shown)
    }
    return {};
  }

  void give(Row& row) {
    fill_merged();
    row.line = line_;
    if (!row.bad()) row.cells.assign(cells_.begin(), cells_.begin() + used_);
    raw_.clear();
    append_csv_row(raw_, std::vector<std::string_view>(cells_.begin(), cells_.begin() + used_));
    while (raw_.ends_with('\n') || raw_.ends_with('\r')) raw_.pop_back();
    row.raw = raw_;
  }

  void fill_merged() {
    while (next_merge_ < merges_.size() && merges_[next_merge_].first_row <= line_) {
      active_.push_back(merges_[next_merge_++]);
    }
    std::erase_if(active_, [&](const Merge& merge) { return merge.last_row < line_; });
    for (Merge& merge : active_) {
      if (merge.column > limits_.max_columns) continue;
      if (merge.first_row == line_)
        merge.text = merge.column <= used_ ? cells_[merge.column - 1] : "";
      else if (!merge.text.empty())
        cell(merge.column) = merge.text;
    }
  }

  Workbook book_;
  std::string xml_text_;
  std::string file_, name_;
  SheetRef sheet_;
  Limits limits_;
  XmlPull xml_;
  std::vector<Merge> merges_, active_;
  std::size_t next_merge_ = 0;
  std::vector<std::string> cells_;
  std::uint32_t used_ = 0, line_ = 0, rows_ = 0;
  std::string raw_;
  bool done_ = false;
};

Result<std::string> sheet_xml(std::string_view bytes, const std::string& name, const Limits& limits,
                              const SheetRef& sheet) {
  TANMIAO_ASSIGN(auto files, unzip(bytes, name, limits, [&](std::string_view path) { return path == sheet.path; }));
  if (files.empty()) return Error{Errc::kFormat, "names a sheet that is not in it: " + sheet.path, name};
  return std::move(files.begin()->second);
}

Error no_such_sheet(const Workbook& book, const std::string& wanted, const std::string& name) {
  std::string known;
  for (const SheetRef& sheet : book.sheets) known += (known.empty() ? "" : ", ") + sheet.name;
  return {Errc::kNotFound, "has no sheet \"" + wanted + "\"; its sheets are " + known, name};
}

Limits workbook_limits(Limits limits) {
  limits.max_bytes = std::min(limits.max_bytes, kMostSheetBytes);
  return limits;
}

}  // namespace

Result<std::unique_ptr<RowReader>> read_xlsx(const std::string& bytes, std::string name, const ReadOptions& options) {
  const Limits limits = workbook_limits(options.limits);
  TANMIAO_ASSIGN(Workbook book, open_workbook(bytes, name, limits));
  const SheetRef* chosen = nullptr;
  std::string xml;
  for (const SheetRef& sheet : book.sheets) {
    if (options.sheet.empty() ? sheet.hidden : sheet.name != options.sheet) continue;
    TANMIAO_ASSIGN(xml, sheet_xml(bytes, name, limits, sheet));
    chosen = &sheet;
    if (!options.sheet.empty() || xml.find("<row") != std::string::npos || xml.find(":row") != std::string::npos) break;
  }
  if (chosen == nullptr) return no_such_sheet(book, options.sheet, name);
  SheetRef sheet = *chosen;
  auto reader =
      std::make_unique<XlsxReader>(std::move(book), std::move(sheet), std::move(xml), std::move(name), limits);
  TANMIAO_TRY(reader->read_merges());
  return std::unique_ptr<RowReader>(std::move(reader));
}

Result<std::vector<std::string>> xlsx_sheets(std::string_view bytes, const std::string& name, const Limits& limits) {
  TANMIAO_ASSIGN(const Workbook book, open_workbook(bytes, name, workbook_limits(limits)));
  std::vector<std::string> names;
  for (const SheetRef& sheet : book.sheets) {
    if (!sheet.hidden) names.push_back(sheet.name);
  }
  return names;
}

}  // namespace tanmiao::tabular
