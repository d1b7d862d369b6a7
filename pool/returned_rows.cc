#include "pool/returned_rows.h"

#include <algorithm>
#include <array>

#include "core/messages.h"
#include "core/text/normalize.h"
#include "pool/returned_cell.h"
#include "tabular/csv_writer.h"

namespace tanmiao::pool {
namespace {

constexpr std::size_t kNamedLines = 10;  // of a remark
constexpr std::size_t kLongestTotal = 40;

// Compared after NFKC and without blanks.
constexpr std::array<std::string_view, 6> kTotals = {"合计", "小计", "总计", "共计", "全市合计", "本页合计"};
constexpr std::array<std::string_view, 16> kFootnotes = {
    "注:",    "注1",    "备注:",    "说明:",  "填表说明",   "填表人",   "制表人",   "审核人",
    "负责人", "联系人", "填报单位", "填报人", "单位(盖章)", "单位盖章", "联系电话", "填表日期"};

bool begins_with_any(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return text.starts_with(w); });
}

// 1, 2, 3 ... under a header: the numbers of its columns.
bool counts_columns(const std::vector<std::string>& filled) {
  if (filled.size() < 3) return false;
  for (std::size_t i = 0; i < filled.size(); ++i) {
    if (filled[i] != std::to_string(i + 1)) return false;
  }
  return true;
}

// Without blanks, and without what stands in brackets at the end.
std::string bare(std::string_view heading) {
  std::string out = text::without_blanks(text::nfkc(heading));
  const std::size_t open = out.find('(');
  if (out.ends_with(')') && open != std::string::npos && open > 0) out.resize(open);
  return out;
}
bool same_heading(std::string_view a, std::string_view b) { return bare(a) == bare(b); }

}  // namespace

std::string LineList::text() const {
  std::string out;
  for (std::size_t i = 0; i < lines.size() && i < kNamedLines; ++i) {
    out += (i == 0 ? "" : "、") + std::to_string(lines[i]);
  }
  return "第 " + out + (lines.size() > kNamedLines ? " 等 " + std::to_string(lines.size()) : "") + " 行";
}

std::string_view SheetReading::Kept::at(int column) const {
  const auto i = static_cast<std::size_t>(column);
  return i < cells.size() ? std::string_view(cells[i]) : std::string_view();
}

// A formula without a result is no blank: something should stand there.
bool SheetReading::Kept::blank() const {
  return problem.empty() &&
         std::all_of(cells.begin(), cells.end(), [](const std::string& c) { return visible(c).empty(); }) &&
         std::none_of(marks.begin(), marks.end(), [](std::uint8_t m) { return (m & tabular::kNoResultMark) != 0; });
}

SheetReading::Kept SheetReading::keep(const tabular::Row& row) const {
  Kept kept{row.line, row.hidden, row.problem, row.bad() ? std::string(row.raw) : std::string(), {}, row.marks};
  kept.cells.reserve(row.cells.size());
  for (const std::string_view cell : row.cells) kept.cells.emplace_back(csv_ ? tabular::unguarded(cell) : cell);
  return kept;
}

Result<bool> SheetReading::find() {
  tabular::Row row;
  std::vector<std::vector<std::string>> texts;
  std::vector<std::uint32_t> lines;
  while (texts.size() < kHeaderRows) {
    TANMIAO_ASSIGN(const bool more, reader_.next(row));
    if (!more) break;
    ahead_.push_back(keep(row));
    lines.push_back(row.line);
    texts.emplace_back();
    for (const std::string_view cell : row.cells) texts.back().push_back(visible(cell));
  }
  any_rows_ = !texts.empty();
  std::size_t at = 0;
  auto found = find_header(texts, lines, fields_, at);
  if (!found) return false;
  header_ = std::move(*found);
  ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(at + 1));
  return true;
}

Status SheetReading::read(std::string_view sheet_in_remarks, ReturnedSheet& sheet) {
  place_columns(sheet);
  for (const Kept& kept : ahead_) take(kept, sheet);
  ahead_.clear();
  tabular::Row row;
  for (;;) {
    TANMIAO_ASSIGN(const bool more, reader_.next(row));
    if (!more) break;
    if (sheet.rows.size() >= options_.max_rows) {
      return Error{Errc::kLimit, "has more than " + std::to_string(options_.max_rows) + " rows", reader_.name()};
    }
    take(keep(row), sheet);
  }
  remark(sheet_in_remarks, sheet);
  return {};
}

// Columns of equal headings in several sheets are one column; 退回原因 is none.
void SheetReading::place_columns(ReturnedSheet& sheet) {
  std::vector<bool> taken(sheet.headings.size());
  for (const std::string& heading : header_.headings) {
    if (same_heading(heading, kRejectHeading)) {
      places_.push_back(-1);
      continue;
    }
    std::size_t at = 0;
    while (at < taken.size() && (taken[at] || sheet.headings[at] != heading)) ++at;
    if (at == taken.size()) {
      sheet.headings.push_back(heading);
      taken.push_back(false);
    }
    taken[at] = true;
    places_.push_back(static_cast<int>(at));
  }
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (header_.columns[f].empty()) continue;
    sheet.present[f] = true;
    if (sheet.column[f] < 0) sheet.column[f] = places_[static_cast<std::size_t>(header_.columns[f].front())];
  }
}

void SheetReading::take(const Kept& kept, ReturnedSheet& sheet) {
  if (kept.blank()) return;
  ReturnedRow row;
  row.line = kept.line;
  row.where = reader_.where(kept.line);
  if (!kept.problem.empty()) {
    row.problem = "此行无法读取：" + in_chinese(kept.problem);
    row.all.push_back(kept.raw);
    row.cells.resize(fields_.size());
    sheet.rows.push_back(row);
    return;
  }
  if (skipped(kept)) return;
  if (kept.hidden) {
    hidden_.lines.push_back(kept.line);
    row.remark = "该行被隐藏或筛选，也已读入";
  }
  copy_as_written(kept, sheet, row);
  row.cells.reserve(fields_.size());
  for (std::size_t f = 0; f < fields_.size(); ++f) row.cells.push_back(cell_of(kept, f));
  sheet.rows.push_back(row);
}

// Rows that are of no firm: repeated headings, numbers of columns, totals, lines at the foot. A row with a code is one.
bool SheetReading::skipped(const Kept& kept) {
  bool code_there = false;
  std::size_t in_fields = 0;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    const bool there = !header_.columns[f].empty() && !visible(kept.at(header_.columns[f].front())).empty();
    if (there) ++in_fields;
    code_there = code_there || (there && fields_[f].kind == FieldKind::kCode);
  }
  std::size_t same = 0, filled = 0;
  std::vector<std::string> words;  // of the cells that are not empty, as far as they matter
  const bool all = !code_there || kept.line <= header_.line + 2;
  for (std::size_t i = 0; i < kept.cells.size(); ++i) {
    if (kept.cells[i].empty() || (kept.mark(i) & tabular::kMergedMark) != 0) continue;
    std::string cell = visible(kept.cells[i]);
    if (cell.empty()) continue;
    ++filled;
    if (i < header_.headings.size() && cell == header_.headings[i]) ++same;
    if (all) words.push_back(text::without_blanks(text::nfkc(cell)));
  }
  if (filled == 0) return false;
  LineList* kind = nullptr;
  const auto first_few = words.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, words.size()));
  const auto is_total = [](const std::string& c) { return begins_with_any(c, kTotals) && c.size() < kLongestTotal; };
  if (same >= 3 && same * 10 >= filled * 6) {
    kind = &repeated_;
  } else if (kept.line <= header_.line + 2 && counts_columns(words)) {
    kind = &numbered_;
  } else if (!code_there && std::any_of(words.begin(), first_few, is_total)) {
    kind = &totals_;
  } else if (!code_there && (begins_with_any(words.front(), kFootnotes) || (filled <= 2 && in_fields == 0))) {
    kind = &foot_;
  }
  if (kind != nullptr) kind->lines.push_back(kept.line);
  return kind != nullptr;
}

void SheetReading::copy_as_written(const Kept& kept, ReturnedSheet& sheet, ReturnedRow& row) {
  bool nameless = false;
  for (std::size_t i = 0; i < kept.cells.size(); ++i) {
    if (kept.cells[i].empty()) continue;
    const bool named = i < header_.headings.size() && !header_.headings[i].empty();
    nameless = nameless || (!named && !visible(kept.cells[i]).empty());
    while (i >= places_.size()) {
      places_.push_back(static_cast<int>(sheet.headings.size()));
      sheet.headings.emplace_back();
    }
    if (places_[i] < 0) continue;
    const auto place = static_cast<std::size_t>(places_[i]);
    if (row.all.size() <= place) row.all.resize(place + 1);
    row.all[place] = kept.cells[i];
  }
  if (nameless) nameless_.lines.push_back(kept.line);
}

ReturnedCell SheetReading::cell_of(const Kept& kept, std::size_t f) const {
  const SheetField& field = fields_[f];
  const std::vector<int>& columns = header_.columns[f];
  ReturnedCell cell;
  for (const int column : columns) {
    const std::uint8_t marks = kept.mark(static_cast<std::size_t>(column));
    const CellContext context{marks, reader_.epoch_1904(), header_.units[f], options_.today};
    ReturnedCell other = read_cell(kept.at(column), field, context);
    if (other.value.empty() && other.problem.empty()) continue;
    if (cell.value.empty() && cell.problem.empty()) {
      cell = std::move(other);
      if (column != columns.front()) add_remark(cell.remark, "取自第二个同名列");
    } else if (cell.value != other.value || !other.problem.empty()) {
      cell.problem = "有两列" + in_marks(field.headings.front()) + "，内容不同（" + in_marks(cell.as_written) + "、" +
                     in_marks(other.as_written) + "），请只留一列";
      cell.value.clear();
    }
  }
  if (field.required && !columns.empty() && cell.value.empty() && cell.problem.empty()) cell.problem = "未填写";
  return cell;
}

void SheetReading::remark(std::string_view sheet_in_remarks, ReturnedSheet& sheet) const {
  const std::string in = sheet_in_remarks.empty() ? "" : "工作表" + in_marks(sheet_in_remarks) + "：";
  const auto say = [&](const LineList& list, std::string_view what) {
    if (!list.lines.empty()) sheet.remarks.push_back(in + list.text() + std::string(what));
  };
  say(hidden_, "被隐藏或筛选，也已读入");
  say(totals_, "是合计，未读取");
  say(repeated_, "是重复的表头，未读取");
  say(numbered_, "是栏次编号，未读取");
  say(foot_, "是表尾文字，未读取");
  say(nameless_, "有内容写在没有列名的列，未读取");
  for (const tabular::UnknownColumn& column : header_.unknown) {
    const bool known = same_heading(column.heading, kRejectHeading) ||
                       std::any_of(options_.known_headings.begin(), options_.known_headings.end(),
                                   [&](const std::string& k) { return same_heading(k, column.heading); });
    if (known) continue;
    std::string line = in + "不认识的列" + in_marks(column.heading) + "，未读取";
    if (!column.nearest.empty()) line += "；是否应为" + in_marks(column.nearest);
    sheet.remarks.push_back(std::move(line));
  }
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (header_.columns[f].size() < 2) continue;
    sheet.remarks.push_back(in + "列" + in_marks(fields_[f].headings.front()) + "出现了不止一次");
  }
}

}  // namespace tanmiao::pool
