#include "tabular/xlsx_writer.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <set>

#include "tabular/file_out.h"
#include "tabular/xlsx_check.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kCellLimit = 32'767;  // UTF-16 units in one cell; one of ours has at most as many bytes
constexpr std::size_t kSheetNameUnits = 31;
constexpr std::uint32_t kMostRows = 1'048'576;
constexpr double kTitleWidth = 150;  // characters: a title over more than a screen would be out of sight
constexpr double kLineHeight = 13.5, kLinePadding = 4, kTallest = 400;  // points
constexpr int kA4 = 9;
constexpr double kTitleSize = 15, kTextSize = 10;  // points
constexpr const char* kFont = "宋体";              // what offices have; others are put in its place where it is missing
constexpr std::uint32_t kHeaderShade = 0xD9E7F5, kFillShade = 0xFFF2CC, kBorder = 0xA6A6A6, kTotalShade = 0xF2F2F2;

// Cuts behind a whole character.
std::string_view cut(std::string_view s, std::size_t bytes) {
  if (s.size() <= bytes) return s;
  while (bytes > 0 && (static_cast<unsigned char>(s[bytes]) & 0xC0) == 0x80) --bytes;
  return s.substr(0, bytes);
}

// In cells of a monospaced grid: a Han character takes two.
double shown_width(std::string_view s) {
  double width = 0;
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) width += 1;
    if (byte >= 0xC0) width += 2;
  }
  return width;
}

// Lines that a text takes in a wrapped cell with room for `width` characters.
double wrapped_lines(std::string_view text, double width) {
  double lines = 0;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += std::max(1.0, std::ceil(shown_width(text.substr(0, end)) / std::max(width, 1.0)));
    if (end == text.size()) return lines;
    text.remove_prefix(end + 1);
  }
}

// Numbers of at most 15 digits: more would be rounded, so they stay text.
bool as_number(std::string_view text, double& value) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return code == std::errc() && stop == text.data() + text.size() && digits <= 15 && std::isfinite(value);
}

lxw_datetime as_datetime(Date date) {
  const std::chrono::year_month_day ymd{date};
  return {static_cast<int>(ymd.year()),
          static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day())),
          0,
          0,
          0};
}

// "YYYY-MM-DD" of a day that exists and that workbooks can hold.
bool as_date(std::string_view text, lxw_datetime& out) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (text.size() != 10 || std::sscanf(std::string(text).c_str(), "%4d-%2u-%2u", &year, &month, &day) != 3)
    return false;
  const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!ymd.ok() || year < 1900 || (year == 1900 && month < 3)) return false;
  out = as_datetime(std::chrono::sys_days(ymd));
  return true;
}

// The library does not look whether its temporary files take what it writes: a full disk there leaves out rows without
// a word. errno, set to zero before its functions, mostly tells why; whether the workbook is whole is known when it has
// been read back.
bool lost() { return disk_full(errno) || errno == EIO || errno == EFBIG; }

Error failed(lxw_error code, const std::string& path) {
  const int reason = errno;
  std::string why = disk_full(reason) ? std::strerror(reason) : lxw_strerror(code);
  if (code == LXW_NO_ERROR) why = "its temporary files (TMPDIR): " + std::string(std::strerror(reason));
  return {disk_full(reason) ? Errc::kDiskFull : Errc::kIo, "cannot write the workbook: " + why, path};
}

}  // namespace

std::string sheet_name(std::string_view wanted) {
  constexpr std::string_view kForbidden = "[]:*?/\\";
  std::string out;
  std::size_t units = 0;
  for (std::size_t i = 0; i < wanted.size();) {
    const auto lead = static_cast<unsigned char>(wanted[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    units += length == 4 ? 2 : 1;
    if (units > kSheetNameUnits) break;
    const bool bad = lead < 0x20 || kForbidden.find(wanted[i]) != std::string_view::npos;
    out += bad ? "_" : wanted.substr(i, length);
    i += length;
  }
  while (out.starts_with('\'')) out.erase(0, 1);
  while (out.ends_with('\'')) out.pop_back();
  return out.empty() ? "Sheet" : out;
}

struct XlsxWriter::State {
  std::string path;
  lxw_workbook* book = nullptr;
  lxw_worksheet* sheet = nullptr;
  SheetLayout layout;
  std::set<std::string> names;
  std::vector<std::uint64_t> cells_of;  // written, by sheet
  std::uint32_t next_row = 0, header_row = 0;
  lxw_format *title = nullptr, *subtitle = nullptr, *header = nullptr, *header_fill = nullptr;
  // by CellKind, plain and emphasised
  std::array<std::array<lxw_format*, 5>, 2> body{};

  lxw_format* new_format() const;
  void make_formats();
  lxw_format* body_format(CellKind kind, bool emphasised);
  void offer_choices();
  void end_sheet();
  void merged_line(const std::string& text, lxw_format* format, double size);
  void write_header();
  lxw_error write_cell(std::uint16_t column, std::string_view text, CellKind kind, lxw_format* format) const;
  double row_height(std::span<const std::string> cells) const;
  std::uint16_t title_end() const;
  Status write_row(std::span<const std::string> cells, std::span<const CellKind> kinds, bool emphasised);
  Status as_written() const;
  std::uint16_t last_column() const { return static_cast<std::uint16_t>(layout.columns.size() - 1); }
};

lxw_format* XlsxWriter::State::new_format() const {
  lxw_format* format = workbook_add_format(book);
  format_set_font_name(format, kFont);
  return format;
}

void XlsxWriter::State::make_formats() {
  title = new_format();
  format_set_bold(title);
  format_set_font_size(title, kTitleSize);
  format_set_text_wrap(title);
  format_set_align(title, LXW_ALIGN_CENTER);
  format_set_align(title, LXW_ALIGN_VERTICAL_CENTER);
  subtitle = new_format();
  format_set_font_size(subtitle, kTextSize);
  format_set_align(subtitle, LXW_ALIGN_LEFT);
  format_set_align(subtitle, LXW_ALIGN_VERTICAL_CENTER);
  format_set_text_wrap(subtitle);
  for (lxw_format** slot : {&header, &header_fill}) {
    lxw_format* format = *slot = new_format();
    format_set_bold(format);
    format_set_font_size(format, kTextSize);
    format_set_text_wrap(format);
    format_set_align(format, LXW_ALIGN_CENTER);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, kBorder);
    format_set_bg_color(format, slot == &header ? kHeaderShade : kFillShade);
  }
  for (const bool emphasised : {false, true}) {
    for (std::size_t kind = 0; kind < body[0].size(); ++kind) {
      body[emphasised][kind] = body_format(static_cast<CellKind>(kind), emphasised);
    }
  }
}

lxw_format* XlsxWriter::State::body_format(CellKind kind, bool emphasised) {
  lxw_format* format = new_format();
  format_set_font_size(format, kTextSize);
  format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
  format_set_border(format, LXW_BORDER_THIN);
  format_set_border_color(format, kBorder);
  if (kind == CellKind::kText) format_set_text_wrap(format);
  if (kind == CellKind::kCentred || kind == CellKind::kCode || kind == CellKind::kDate) {
    format_set_align(format, LXW_ALIGN_CENTER);
  }
  if (kind == CellKind::kCentred) format_set_text_wrap(format);
  if (kind == CellKind::kText) format_set_align(format, LXW_ALIGN_LEFT);
  if (kind == CellKind::kNumber) format_set_align(format, LXW_ALIGN_RIGHT);
  if (kind == CellKind::kText || kind == CellKind::kNumber) format_set_indent(format, 1);
  if (kind == CellKind::kCode) format_set_num_format(format, "@");
  if (kind == CellKind::kDate) format_set_num_format(format, "yyyy-mm-dd");
  if (emphasised) {
    format_set_bold(format);
    format_set_bg_color(format, kTotalShade);
  }
  return format;
}

// Programs differ in whether they fit the height of wrapped rows on opening, so it is written.
double XlsxWriter::State::row_height(std::span<const std::string> cells) const {
  double lines = 1;
  for (std::size_t c = 0; c < layout.columns.size() && c < cells.size(); ++c) {
    const CellKind kind = layout.columns[c].kind;
    if (kind != CellKind::kText && kind != CellKind::kCentred) continue;
    const double margins = kind == CellKind::kText ? 2.5 : 0.5;  // a text is indented
    lines = std::max(lines, wrapped_lines(cells[c], layout.columns[c].width - margins));
  }
  return std::min(lines * kLineHeight + kLinePadding, kTallest);
}

std::uint16_t XlsxWriter::State::title_end() const {
  if (layout.pages_wide > 1 && layout.frozen_columns > 0) return static_cast<std::uint16_t>(layout.frozen_columns - 1);
  std::uint16_t end = 0;
  double width = layout.columns[0].width;
  while (end < last_column() && width + layout.columns[end + 1U].width <= kTitleWidth) {
    width += layout.columns[++end].width;
  }
  return end;
}

void XlsxWriter::State::merged_line(const std::string& text, lxw_format* format, double size) {
  double width = 0;
  for (std::uint16_t c = 0; c <= title_end(); ++c) width += layout.columns[c].width;
  const double lines = wrapped_lines(text, width * kTextSize / size - 1);
  worksheet_set_row(sheet, next_row, lines * kLineHeight * size / kTextSize + kLinePadding, nullptr);
  if (title_end() > 0) {
    worksheet_merge_range(sheet, next_row, 0, next_row, title_end(), text.c_str(), format);
  } else {
    worksheet_write_string(sheet, next_row, 0, text.c_str(), format);
  }
  cells_of.back() += title_end() + 1U;
  ++next_row;
}

void XlsxWriter::State::write_header() {
  worksheet_set_row(sheet, next_row, 33, nullptr);
  for (std::uint16_t c = 0; c <= last_column(); ++c) {
    const SheetColumn& column = layout.columns[c];
    worksheet_write_string(sheet, next_row, c, column.heading.c_str(), column.to_fill ? header_fill : header);
  }
  cells_of.back() += layout.columns.size();
  header_row = next_row++;
  worksheet_freeze_panes(sheet, next_row, layout.frozen_columns);
  worksheet_repeat_rows(sheet, header_row, header_row);
  if (layout.frozen_columns > 0) {
    worksheet_repeat_columns(sheet, 0, static_cast<lxw_col_t>(layout.frozen_columns - 1));
  }
}

lxw_error XlsxWriter::State::write_cell(std::uint16_t column, std::string_view text, CellKind kind,
                                        lxw_format* format) const {
  double number = 0;
  lxw_datetime date{};
  if (text.empty()) return worksheet_write_blank(sheet, next_row, column, format);
  if (kind == CellKind::kNumber && as_number(text, number)) {
    return worksheet_write_number(sheet, next_row, column, number, format);
  }
  if (kind == CellKind::kDate && as_date(text, date)) {
    return worksheet_write_datetime(sheet, next_row, column, &date, format);
  }
  return worksheet_write_string(sheet, next_row, column, std::string(cut(text, kCellLimit)).c_str(), format);
}

// Typed values must be of the list too, and a cell may be emptied again.
void XlsxWriter::State::offer_choices() {
  std::string message = "请从下拉列表中选择，或留空。";
  if (next_row == header_row + 1) return;
  for (std::uint16_t c = 0; c <= last_column(); ++c) {
    if (layout.columns[c].choices.empty()) continue;
    std::vector<char*> list;
    for (std::string& choice : layout.columns[c].choices) list.push_back(choice.data());
    list.push_back(nullptr);
    lxw_data_validation validation{};
    validation.validate = LXW_VALIDATION_TYPE_LIST;
    validation.value_list = list.data();
    validation.ignore_blank = LXW_VALIDATION_ON;
    validation.error_title = layout.columns[c].heading.data();
    validation.error_message = message.data();
    worksheet_data_validation_range(sheet, header_row + 1, c, next_row - 1, c, &validation);
  }
}

void XlsxWriter::State::end_sheet() {
  if (sheet == nullptr || !layout.header) return;
  offer_choices();
  if (!layout.filter) return;
  worksheet_autofilter(sheet, header_row, 0, std::max(header_row, next_row - 1), last_column());
}

XlsxWriter::XlsxWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}

XlsxWriter::~XlsxWriter() {
  if (state_ && state_->book != nullptr) {  // never finished: nothing may stand under the name
    workbook_close(state_->book);
    std::error_code ignored;
    std::filesystem::remove(state_->path + ".new", ignored);
  }
}

Result<std::unique_ptr<XlsxWriter>> XlsxWriter::create(const std::string& path, const WorkbookInfo& info) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const std::string place = folder.empty() ? "." : folder.string();
  if (::access(place.c_str(), W_OK) != 0) {
    return Error{Errc::kIo, "cannot write into the folder " + place + ": it is missing or not writable", path};
  }
  auto state = std::make_unique<State>();
  state->path = path;
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  state->book = workbook_new_opt((path + ".new").c_str(), &options);
  if (state->book == nullptr) return Error{Errc::kIo, "cannot begin the workbook", path};
  std::string title = info.title, author = info.author;
  lxw_doc_properties properties{};
  properties.title = title.data();
  properties.author = author.data();
  properties.company = author.data();
  properties.created = std::chrono::system_clock::to_time_t(std::chrono::system_clock::time_point(info.date));
  workbook_set_properties(state->book, &properties);
  state->make_formats();
  return std::unique_ptr<XlsxWriter>(new XlsxWriter(std::move(state)));
}

Status XlsxWriter::begin_sheet(const SheetLayout& layout) {
  State& s = *state_;
  if (layout.columns.empty()) return Error{Errc::kUsage, "a sheet needs at least one column", s.path};
  s.end_sheet();
  std::string name = sheet_name(layout.name);
  for (int n = 2; s.names.contains(name); ++n) name = sheet_name(std::to_string(n) + " " + layout.name);
  s.names.insert(name);
  s.sheet = workbook_add_worksheet(s.book, name.c_str());
  if (s.sheet == nullptr) return Error{Errc::kIo, "cannot add the sheet \"" + name + "\"", s.path};
  s.layout = layout;
  s.cells_of.push_back(0);
  s.next_row = 0;
  for (std::uint16_t c = 0; c <= s.last_column(); ++c) {
    lxw_row_col_options options{};
    options.hidden = layout.columns[c].hidden ? 1 : 0;
    worksheet_set_column_opt(s.sheet, c, c, layout.columns[c].width, nullptr, &options);
  }
  worksheet_set_landscape(s.sheet);
  worksheet_set_paper(s.sheet, kA4);
  worksheet_set_margins(s.sheet, 0.4, 0.4, 0.5, 0.6);
  worksheet_fit_to_pages(s.sheet, layout.pages_wide, 0);
  if (layout.pages_wide > 1) worksheet_print_across(s.sheet);
  worksheet_set_footer(s.sheet, "&L&A&C第 &P 页 共 &N 页");
  if (!layout.title.empty()) s.merged_line(layout.title, s.title, kTitleSize);
  for (const std::string& line : layout.subtitles) s.merged_line(line, s.subtitle, kTextSize);
  if (layout.header) s.write_header();
  return {};
}

Status XlsxWriter::row(std::span<const std::string> cells, bool emphasised) {
  return state_->write_row(cells, {}, emphasised);
}

Status XlsxWriter::row(std::span<const std::string> cells, std::span<const CellKind> kinds) {
  return state_->write_row(cells, kinds, false);
}

Status XlsxWriter::State::write_row(std::span<const std::string> cells, std::span<const CellKind> kinds,
                                    bool emphasised) {
  errno = 0;
  if (next_row >= kMostRows) return Error{Errc::kLimit, "a sheet holds at most 1048576 rows", path};
  worksheet_set_row(sheet, next_row, row_height(cells), nullptr);
  for (std::uint16_t c = 0; c <= last_column(); ++c) {
    const CellKind kind = c < kinds.size() ? kinds[c] : layout.columns[c].kind;
    const std::string_view text = c < cells.size() ? std::string_view(cells[c]) : std::string_view();
    const lxw_error code = write_cell(c, text, kind, body[emphasised][static_cast<std::size_t>(kind)]);
    if (code != LXW_NO_ERROR || lost()) return failed(code, path);
  }
  cells_of.back() += layout.columns.size();
  ++next_row;
  return {};
}

// What was cut short without a word was so by the temporary files: the workbook itself is written by a library that
// looks.
Status XlsxWriter::State::as_written() const {
  Status whole = workbook_is_whole(path + ".new", cells_of);
  if (whole) return whole;
  return Error{Errc::kIo,
               "cannot write the workbook: its temporary files (TMPDIR) lost a part of it (" + whole.error().message +
                   "): is there room?",
               path};
}

Status XlsxWriter::finish() {
  State& s = *state_;
  errno = 0;
  s.end_sheet();
  const lxw_error code = workbook_close(s.book);
  s.book = nullptr;
  std::error_code failure;
  const Status whole = code != LXW_NO_ERROR || lost() ? failed(code, s.path) : s.as_written();
  if (!whole) {
    std::filesystem::remove(s.path + ".new", failure);
    return whole.error();
  }
  std::filesystem::rename(s.path + ".new", s.path, failure);
  if (failure) return Error{Errc::kIo, "cannot rename: " + failure.message(), s.path};
  return {};
}

}  // namespace tanmiao::tabular
