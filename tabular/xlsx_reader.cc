#include "tabular/xlsx_reader.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "core/text/normalize.h"
#include "tabular/charset.h"
#include "tabular/csv_writer.h"
#include "tabular/grid.h"
#include "tabular/xlsx_workbook.h"
#include "tabular/xml_pull.h"
#include "tabular/zip.h"

namespace tanmiao::tabular {
namespace {

using Event = XmlPull::Event;
constexpr std::uint32_t kLastRow = 1'048'576, kLastColumn = 16'384;  // of the format
constexpr std::size_t kMostMerges = 200'000;
constexpr std::size_t kMostMergeBytes = std::size_t{32} << 20;
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
  std::uint8_t marks = 0;
  bool bad = false;  // its first row is
};

// What all sheets of a workbook share.
struct Parts {
  std::string bytes, name;
  Limits limits;
  Workbook book;
};

// A sheet's XML before it is read: has it rows, and what stands behind them about merged cells.
struct Ends {
  bool rows = false;
  std::string merges;
};

// `text` holds <TAG or <prefix:TAG, with a blank, / or > behind it; npos when not.
std::size_t find_tag(std::string_view text, std::string_view tag) {
  for (std::size_t at = text.find(tag); at != std::string_view::npos; at = text.find(tag, at + 1)) {
    const bool begins = at > 0 && (text[at - 1] == '<' || text[at - 1] == ':');
    const std::size_t end = at + tag.size();
    if (!begins || end >= text.size() || std::string_view(" />\t\r\n").find(text[end]) == std::string_view::npos)
      continue;
    const std::size_t open = text.rfind('<', at);
    if (open != std::string_view::npos && at - open < 64) return open;
  }
  return std::string_view::npos;
}

Result<Ends> read_ends(const Parts& parts, const SheetRef& sheet) {
  constexpr std::size_t kScan = std::size_t{256} << 10, kOverlap = 128;
  TANMIAO_ASSIGN(const auto source, open_entry(parts.bytes, parts.name, parts.limits, sheet.path));
  Ends ends;
  std::string window;
  for (;;) {
    const std::size_t had = window.size();
    window.resize(had + kScan);
    TANMIAO_ASSIGN(const std::size_t got, source->read(std::span(window).subspan(had)));
    window.resize(had + got);
    if (got == 0) break;
    if (!ends.merges.empty()) {
      ends.merges.append(window, had);
      window.resize(had);
      if (ends.merges.size() > kMostMergeBytes) return Error{Errc::kLimit, "has too many merged cells", parts.name};
      continue;
    }
    ends.rows = ends.rows || find_tag(window, "row") != std::string_view::npos;
    if (const std::size_t at = find_tag(window, "mergeCells"); at != std::string_view::npos) {
      ends.merges = window.substr(at);
      window.clear();
    } else if (window.size() > kOverlap) {
      window.erase(0, window.size() - kOverlap);
    }
  }
  return ends;
}

class XlsxReader final : public RowReader {
 public:
  XlsxReader(std::shared_ptr<const Parts> parts, const SheetRef& sheet, std::unique_ptr<ByteSource> xml)
      : parts_(std::move(parts)),
        name_(parts_->name + "!" + sheet.name),
        place_(parts_->name + "!" + with_bytes_shown(sheet.path)),
        sheet_(sheet.name),
        limits_(parts_->limits),
        xml_(std::move(xml), place_, limits_) {}
  XlsxReader(const XlsxReader&) = delete;
  XlsxReader& operator=(const XlsxReader&) = delete;

  Status take_merges(std::string_view text) {
    XmlPull tail(text, place_, limits_);
    for (;;) {
      if (text.empty()) return {};
      TANMIAO_ASSIGN(const Event event, tail.next());
      if (event == Event::kDone || (event == Event::kEnd && tail.depth() == 0)) break;
      if (event != Event::kStart || tail.element() != "mergeCell") continue;
      TANMIAO_ASSIGN(const std::string range, tail.attribute("ref"));
      const std::size_t colon = range.find(':');
      if (colon == std::string::npos) continue;
      const CellRef first = parse_ref(range), last = parse_ref(std::string_view(range).substr(colon + 1));
      if (last.row > first.row && first.column > 0)
        merges_.push_back({first.row, last.row, first.column, {}, 0, false});
      if (merges_.size() > kMostMerges) return Error{Errc::kLimit, "has too many merged cells", name_};
    }
    std::sort(merges_.begin(), merges_.end(), [](const Merge& a, const Merge& b) { return a.first_row < b.first_row; });
    return {};
  }

  Result<bool> next(Row& row) override {
    row.problem.clear();
    row.cells.clear();
    row.marks.clear();
    row.hidden = false;
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
  std::string description() const override { return "xlsx, sheet " + sheet_; }
  std::string where(std::uint32_t line) const override { return name_ + "!" + std::to_string(line); }
  bool epoch_1904() const override { return parts_->book.epoch_1904; }

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
        return Error{Errc::kFormat, "row number " + with_bytes_shown(number) + " behind row " + std::to_string(line_),
                     name_};
      }
      line_ = line;
      TANMIAO_ASSIGN(const std::string hidden, xml_.attribute("hidden"));
      row.hidden = hidden == "1" || hidden == "true";
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
        TANMIAO_TRY(read_outside(ref, row));
        continue;
      }
      std::string& text = cell(column);
      TANMIAO_TRY(read_cell(text, marks_[column - 1]));
      if (text.size() > limits_.max_cell_bytes) {
        row.problem = named(ref, column) + " is longer than " + std::to_string(limits_.max_cell_bytes) + " bytes";
        text.resize(64);
      } else if (!text::valid_utf8(text)) {
        row.problem = named(ref, column) + " holds bytes that are not UTF-8";
      }
    }
  }

  static std::string named(const std::string& ref, std::uint32_t column) {
    return "cell " + (ref.empty() ? std::to_string(column) : with_bytes_shown(ref));
  }

  // Formats reach to the last column of the format, and are no content.
  Status read_outside(const std::string& ref, Row& row) {
    std::string text;
    std::uint8_t marks = 0;
    TANMIAO_TRY(read_cell(text, marks));
    if ((!text.empty() || marks != 0) && !row.bad()) {
      row.problem = "a cell in column " + with_bytes_shown(ref) + ", at most " + std::to_string(limits_.max_columns) +
                    " columns are read";
    }
    return {};
  }

  std::string& cell(std::uint32_t column) {
    if (cells_.size() < column) cells_.resize(column), marks_.resize(column);
    for (; used_ < column; ++used_) cells_[used_].clear(), marks_[used_] = 0;
    return cells_[column - 1];
  }

  Status read_cell(std::string& out, std::uint8_t& marks) {
    TANMIAO_ASSIGN(const std::string type, xml_.attribute("t"));
    TANMIAO_ASSIGN(const std::string style, xml_.attribute("s"));
    std::string value;
    bool wanted = false, formula = false;
    for (;;) {
      TANMIAO_ASSIGN(const Event event, xml_.next());
      if (event == Event::kEnd && xml_.element() == "c") break;
      if (event == Event::kText) {
        if (wanted) TANMIAO_TRY(xml_.append_text(value));
        continue;
      }
      const bool starts = event == Event::kStart;
      if (starts && xml_.element() == "rPh") TANMIAO_TRY(xml_.skip());
      if (starts && xml_.element() == "strike") {
        TANMIAO_ASSIGN(const bool run, strikes(xml_));
        if (run) marks |= kStruckMark;
      }
      wanted = starts && (xml_.element() == "v" || xml_.element() == "t");
      formula = formula || (starts && xml_.element() == "f");
    }
    // The result of a formula may be the empty text; a number is never empty.
    if (formula && value.empty() && type != "str") marks |= kNoResultMark;
    return show(type, style_of(style), std::move(value), out, marks);
  }

  CellStyle style_of(const std::string& text) const {
    std::size_t index = 0;
    std::from_chars(text.data(), text.data() + text.size(), index);
    return index < parts_->book.styles.size() ? parts_->book.styles[index] : CellStyle{};
  }

  Status show(const std::string& type, const CellStyle& style, std::string value, std::string& out,
              std::uint8_t& marks) {
    if (value.empty()) return {};
    if (style.struck) marks |= kStruckMark;
    if (type == "s") {
      const StringPool& strings = parts_->book.strings;
      std::size_t index = 0;
      std::from_chars(value.data(), value.data() + value.size(), index);
      if (index >= strings.size()) {
        return Error{Errc::kFormat,
                     "names shared string " + with_bytes_shown(value) + " of " + std::to_string(strings.size()),
                     where(line_)};
      }
      out = strings.at(index);
      if (strings.struck(index)) marks |= kStruckMark;
    } else if (type.empty() || type == "n") {
      out = shown_number(value, style.format, parts_->book.epoch_1904);
      marks |= marks_of(style.format);
    } else if (type == "b") {
      out = value == "1" ? "TRUE" : "FALSE";
    } else {
      if (type == "e") marks |= kFaultMark;
      if (type == "d") marks |= kDateMark;
      out = without_escapes(std::move(value));  // str, inlineStr, d, e (#N/A: as shown)
    }
    return {};
  }

  void give(Row& row) {
    fill_merged(row);
    row.line = line_;
    if (!row.bad()) {
      row.cells.assign(cells_.begin(), cells_.begin() + used_);
      row.marks.assign(marks_.begin(), marks_.begin() + used_);
    }
    raw_.clear();
    append_csv_row(raw_, std::vector<std::string_view>(cells_.begin(), cells_.begin() + used_));
    while (raw_.ends_with('\n') || raw_.ends_with('\r')) raw_.pop_back();
    if (row.bad()) raw_ = with_bytes_shown(raw_);
    row.raw = raw_;
  }

  void fill_merged(Row& row) {
    while (next_merge_ < merges_.size() && merges_[next_merge_].first_row <= line_) {
      active_.push_back(merges_[next_merge_++]);
    }
    std::erase_if(active_, [&](const Merge& merge) { return merge.last_row < line_; });
    for (Merge& merge : active_) {
      if (merge.column > limits_.max_columns) continue;
      if (merge.first_row == line_) {
        merge.text = merge.column <= used_ ? cells_[merge.column - 1] : "";
        merge.marks = merge.column <= used_ ? marks_[merge.column - 1] : 0;
        merge.bad = row.bad();
      } else if (!merge.text.empty()) {
        cell(merge.column) = merge.text;
        marks_[merge.column - 1] = merge.marks | kMergedMark;
        if (merge.bad && !row.bad()) row.problem = merged_with_bad(merge.column, merge.first_row);
      }
    }
  }

  std::shared_ptr<const Parts> parts_;
  std::string name_, place_, sheet_;
  Limits limits_;
  XmlPull xml_;
  std::vector<Merge> merges_, active_;
  std::size_t next_merge_ = 0;
  std::vector<std::string> cells_;
  std::vector<std::uint8_t> marks_;
  std::uint32_t used_ = 0, line_ = 0, rows_ = 0;
  std::string raw_;
  bool done_ = false;
};

class XlsxBook final : public Book {
 public:
  explicit XlsxBook(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {
    for (const SheetRef& sheet : parts_->book.sheets) infos_.push_back({sheet.name, sheet.hidden});
  }
  const std::vector<SheetInfo>& sheets() const override { return infos_; }
  std::string_view kind() const override { return "xlsx"; }

  Result<bool> has_rows(std::size_t sheet) override {
    TANMIAO_ASSIGN(const Ends ends, read_ends(*parts_, parts_->book.sheets.at(sheet)));
    return ends.rows;
  }

  Result<std::unique_ptr<RowReader>> open(std::size_t sheet) override {
    const SheetRef& ref = parts_->book.sheets.at(sheet);
    TANMIAO_ASSIGN(const Ends ends, read_ends(*parts_, ref));
    TANMIAO_ASSIGN(auto xml, open_entry(parts_->bytes, parts_->name, parts_->limits, ref.path));
    auto reader = std::make_unique<XlsxReader>(parts_, ref, std::move(xml));
    TANMIAO_TRY(reader->take_merges(ends.merges));
    return std::unique_ptr<RowReader>(std::move(reader));
  }

 private:
  std::shared_ptr<const Parts> parts_;
  std::vector<SheetInfo> infos_;
};

}  // namespace

Result<std::unique_ptr<Book>> open_xlsx(std::string bytes, std::string name, const ReadOptions& options) {
  auto parts = std::make_shared<Parts>();
  parts->limits = options.limits;
  parts->limits.max_bytes = std::min(parts->limits.max_bytes, kMostSheetBytes);
  parts->bytes = std::move(bytes);
  parts->name = std::move(name);
  TANMIAO_ASSIGN(parts->book, open_workbook(parts->bytes, parts->name, parts->limits));
  return std::unique_ptr<Book>(std::make_unique<XlsxBook>(std::move(parts)));
}

}  // namespace tanmiao::tabular
