#include "pool/returned_cell.h"

#include <algorithm>
#include <array>

#include "core/settings.h"
#include "core/text/normalize.h"
#include "tabular/reader.h"

namespace tanmiao::pool {
namespace {

constexpr std::size_t kQuotedCharacters = 24;
constexpr std::array<std::string_view, 9> kFaults = {"#N/A",  "#REF!",  "#VALUE!", "#DIV/0!",      "#NAME?",
                                                     "#NUM!", "#NULL!", "#SPILL!", "#GETTING_DATA"};
constexpr std::array<std::string_view, 22> kNothing = {
    "-",    "--",   "---",  "—",      "——",     "―",   "/",  "\\",  "无",   "暂无", "没有",
    "不详", "未知", "不明", "不清楚", "未提供", "N/A", "NA", "n/a", "NULL", "null", "?"};

// Characters that are not seen: zero width, joiners, marks of direction, soft hyphen, byte order mark.
bool invisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) ||
         c == 0xFEFF || c == 0xFFF9 || (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7F;
}

bool hides(std::string_view text) {
  const auto points = text::code_points(text);
  return std::any_of(points.begin(), points.end(), invisible);
}

bool faulty(std::string_view text) {
  return std::find(kFaults.begin(), kFaults.end(), text) != kFaults.end() || text.starts_with("Err:5");
}

// Joiners stay in texts: emoji are made with them.
std::string text_value(std::string_view text) {
  std::string out = text::trim(text);
  for (std::size_t at = out.find('\r'); at != std::string::npos; at = out.find('\r', at)) {
    if (out.substr(at).starts_with("\r\n"))
      out.erase(at, 1);
    else
      out[at] = '\n';
  }
  std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
  return out;
}

// What no kind of field but text can take, whatever its text says.
std::string refused_as_a_whole(std::string_view text, const CellContext& context) {
  if ((context.marks & tabular::kNoResultMark) != 0)
    return "公式没有保存结果，请在表格软件中打开后重新保存，或改填数值";
  if ((context.marks & tabular::kFaultMark) != 0 || faulty(text)) {
    return "公式出错，结果为 " + std::string(text) + "，请改填数值或留空";
  }
  if (text.size() > 2 && text.find_first_not_of('#') == std::string_view::npos) {
    return "列太窄，另存时内容变成了 ####，请加宽该列后重新保存";
  }
  if ((context.marks & tabular::kStruckMark) != 0)
    return "有删除线（内容" + in_marks(text) + "），不知是否作废：请清除旧内容，只留要报的";
  return {};
}

}  // namespace

void add_remark(std::string& remark, std::string_view more) {
  if (!remark.empty()) remark += "；";
  remark += more;
}

std::string in_marks(std::string_view text) {
  std::string out;
  std::size_t n = 0;
  for (const char32_t c : text::code_points(text)) {
    if (n++ == kQuotedCharacters) return "“" + out + "…”";
    text::append_utf8(out, c < 0x20 ? U' ' : c);
  }
  return "“" + out + "”";
}

bool says_nothing(std::string_view text) { return std::find(kNothing.begin(), kNothing.end(), text) != kNothing.end(); }

std::string visible(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (plain) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
  }
  std::string out;
  for (const char32_t c : text::code_points(text)) {
    if (!invisible(c)) text::append_utf8(out, c);
  }
  return text::trim(out);
}

void read_choice(std::string_view text, const SheetField& field, ReturnedCell& cell) {
  const auto folded = [](std::string_view s) {
    std::string out = text::without_blanks(text::nfkc(s));
    while (out.ends_with("。") || out.ends_with("、")) out.resize(out.size() - 3);
    while (out.ends_with('.') || out.ends_with(',') || out.ends_with(';')) out.pop_back();
    return out;
  };
  const std::string word = folded(text);
  std::vector<std::string_view> known;
  for (const std::string& choice : field.choices) {
    if (folded(choice) == word) {
      cell.value = choice;
      if (text != choice) add_remark(cell.remark, "按" + in_marks(choice) + "读取");
      return;
    }
    known.push_back(choice);
  }
  cell.problem = "没有" + in_marks(text) + "这一项";
  if (const auto nearest = nearest_word(word, known)) {
    cell.problem += "，是否应为" + in_marks(*nearest);
    return;
  }
  std::string within, all;
  for (const std::string_view choice : known) {
    if (word.find(choice) != std::string::npos) within += (within.empty() ? "" : "、") + std::string(choice);
    all += (all.empty() ? "" : "、") + std::string(choice);
  }
  if (!within.empty())
    cell.problem += "；请只填" + in_marks(within) + "，其余写入备注";
  else
    cell.problem += "，可填：" + all;
}

ReturnedCell read_cell(std::string_view text, const SheetField& field, const CellContext& context) {
  ReturnedCell cell;
  cell.as_written = text;
  if (field.kind == FieldKind::kText && (context.marks & (tabular::kNoResultMark | tabular::kFaultMark)) == 0) {
    cell.value = text_value(text);
    if ((context.marks & tabular::kMergedMark) != 0) add_remark(cell.remark, "合并单元格，各行按相同内容读取");
    if ((context.marks & tabular::kStruckMark) != 0) add_remark(cell.remark, "含删除线，请确认");
    return cell;
  }
  const std::string shown = visible(text);
  if (shown.empty() && (context.marks & tabular::kNoResultMark) == 0) return cell;
  cell.problem = refused_as_a_whole(shown, context);
  if (!cell.problem.empty()) return cell;
  switch (field.kind) {
    case FieldKind::kText: cell.value = text_value(text); break;
    case FieldKind::kCode: read_code(shown, context, cell); break;
    case FieldKind::kNumber: read_number_text(shown, context, cell); break;
    case FieldKind::kDate: read_date(shown, context, cell); break;
    case FieldKind::kCount: read_count(shown, context, cell); break;
    case FieldKind::kMoneyWan: read_money(shown, context, cell); break;
    case FieldKind::kChoice: read_choice(shown, field, cell); break;
  }
  if (!cell.problem.empty()) {
    cell.value.clear();
    return cell;
  }
  if (shown != text && hides(text)) add_remark(cell.remark, "不可见字符已去除");
  if ((context.marks & tabular::kMergedMark) != 0) add_remark(cell.remark, "合并单元格，各行按相同内容读取");
  return cell;
}

}  // namespace tanmiao::pool
