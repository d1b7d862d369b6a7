// Codes and dates of returned sheets: what office programs make of them is recognised, and refused where digits or the
// year are lost.
#include <algorithm>
#include <array>
#include <charconv>

#include "core/identifiers.h"
#include "core/messages.h"
#include "core/text/normalize.h"
#include "pool/returned_cell.h"
#include "tabular/cell_format.h"
#include "tabular/reader.h"

namespace tanmiao::pool {
namespace {

constexpr std::size_t kDigitsOfDouble = 15;
// The longest first: what people write before a number, as code_text() leaves it.
constexpr std::array<std::string_view, 6> kNumberLabels = {"国家入库登记编号", "高企证书编号", "入库登记编号",
                                                           "证书编号",         "登记编号",     "编号"};
constexpr double kFirstSerial = 36'526, kLastSerial = 55'153;  // 2000-01-01, 2051-01-01 from 1900
constexpr int kDaysFrom1900To1904 = 1462, kFirstYear = 1949;

// NFKC, upper case, without blanks, hyphens, the apostrophe and the ="..." that make programs keep text, and a label.
std::string code_text(std::string_view shown) {
  std::string out = text::without_blanks(text::nfkc(shown));
  for (const std::string_view quote : {"=\"", "'", "’", "‘", "`", "\"", "“"}) {
    if (out.starts_with(quote)) out.erase(0, quote.size());
  }
  for (const std::string_view quote : {"\"", "”", "'", "’"}) {
    if (out.ends_with(quote)) out.resize(out.size() - quote.size());
  }
  if (const std::size_t colon = out.find(':');
      colon != std::string::npos && out.substr(0, colon).find("代码") != std::string::npos)
    out.erase(0, colon + 1);
  for (const std::string_view dash : {"-", "‐", "‑", "–", "—", "−", "·", "."}) {
    if (out.find("E+") != std::string::npos || out.find("e+") != std::string::npos) break;
    for (std::size_t at = out.find(dash); at != std::string::npos; at = out.find(dash)) out.erase(at, dash.size());
  }
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// 9.13716E+17
bool scientific(std::string_view code) {
  const std::size_t e = code.find("E+");
  return e != std::string_view::npos && e > 0 && text::is_digits(code.substr(e + 2)) &&
         code.substr(0, e).find_first_not_of("0123456789.") == std::string_view::npos;
}

bool lost(std::string_view shown, const std::string& code, const CellContext& context, ReturnedCell& cell) {
  const bool number = (context.marks & tabular::kNumberMark) != 0;
  if (!scientific(code) && !(number && text::is_digits(code) && code.size() > kDigitsOfDouble)) return false;
  cell.digits_lost = true;
  cell.problem = "代码被表格软件当成了数（" + std::string(shown) + "），末几位已丢失，请设为文本格式后按原代码重填";
  return true;
}

// What is left of an 18-character code when letters were taken for digits: the code meant, if its checks hold.
std::string without_lookalikes(std::string code) {
  constexpr std::array<std::pair<char, char>, 5> kAlike = {
      {{'O', '0'}, {'I', '1'}, {'Z', '2'}, {'S', '5'}, {'V', 'U'}}};
  for (char& c : code) {
    for (const auto& [wrong, right] : kAlike) {
      if (c == wrong) c = right;
    }
  }
  return code;
}

struct DateParts {
  std::array<int, 3> number{};
  std::array<std::size_t, 3> digits{};
  std::size_t count = 0;
};

// The numbers of a date with the marks people put between them; nullopt for other characters.
std::optional<DateParts> date_parts(std::string_view text) {
  DateParts parts;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] >= '0' && text[i] <= '9') {
      if (parts.count == 3) return std::nullopt;
      std::size_t end = i;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
      std::from_chars(text.data() + i, text.data() + end, parts.number[parts.count]);
      parts.digits[parts.count++] = end - i;
      i = end;
      continue;
    }
    const std::string_view rest = text.substr(i);
    std::size_t length = 0;
    for (const std::string_view mark : {"-", "/", ".", "年", "月", "日", "号", "、", ",", "\\"}) {
      if (rest.starts_with(mark)) length = mark.size();
    }
    if (length == 0) return std::nullopt;
    i += length;
  }
  return parts;
}

std::string why_no_date(std::string_view shown, std::string_view text) {
  const auto parts = date_parts(text);
  const std::string_view expected = "应写成 2026-11-03 这样";
  if (says_nothing(text)) return in_marks(shown) + "不是日期，不知道的请留空";
  if (parts && parts->count == 2 && parts->digits[0] <= 2 && parts->digits[1] <= 2) {
    return in_marks(shown) + "没有年份，" + std::string(expected);
  }
  if (parts && parts->count == 3 && parts->digits[0] <= 2 && parts->digits[2] <= 2) {
    return in_marks(shown) + "的年份只有两位，" + std::string(expected);
  }
  if (parts && parts->count == 3 && parts->digits[2] == 4) {
    return in_marks(shown) + "的年份在后，月日先后不明，" + std::string(expected);
  }
  return in_marks(shown) + "不是日期，" + std::string(expected);
}

// 45987, and 45987.5 with a clock, in the span of days that a sheet of ours can speak of.
std::optional<double> serial_of(std::string_view text, bool epoch_1904) {
  double value = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (code != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  const double from_1900 = value + (epoch_1904 ? kDaysFrom1900To1904 : 0);
  if (from_1900 < kFirstSerial || from_1900 >= kLastSerial) return std::nullopt;
  return value;
}

std::string without_weekday(std::string text) {
  for (const std::string_view word : {"(星期", "(周", "星期", "周"}) {
    const std::size_t at = text.find(word);
    if (at == std::string::npos || at == 0) continue;
    std::string rest = text.substr(at + word.size());
    if (word.starts_with('(') && rest.ends_with(')')) rest.pop_back();
    if (text::length(rest) == 1 && std::string_view("一二三四五六日天").find(rest) != std::string_view::npos) {
      text.resize(at);
    }
  }
  return text;
}

}  // namespace

void read_code(std::string_view shown, const CellContext& context, ReturnedCell& cell) {
  const std::string code = code_text(shown);
  if (lost(shown, code, context, cell)) return;
  if (code != shown) add_remark(cell.remark, "代码已整理为规范写法");
  const std::size_t length = text::length(code);
  if (text::is_digits(code) && (length == 15 || length == 13 || length == 14)) {
    const auto number = parse_registration_no(length == 14 ? "0" + code : code);
    if (number) {
      cell.value = *number;
      if (length == 14) add_remark(cell.remark, "缺前导零，已补");
    } else {
      cell.problem = "注册号" + in_marks(shown) + "有误：" +
                     (length == 14 ? "应为 15 位数字，实有 14 位" : in_chinese(number.error().message));
    }
    return;
  }
  const auto parsed = CreditCode::parse(code);
  if (parsed) {
    cell.value = parsed->text();
    return;
  }
  if (says_nothing(text::without_blanks(shown))) {
    cell.problem = in_marks(shown) + "不是统一社会信用代码，没有代码请留空";
    return;
  }
  cell.problem = "统一社会信用代码" + in_marks(shown) + "有误：" + in_chinese(parsed.error().message);
  if (const auto meant = CreditCode::parse(without_lookalikes(code))) {
    cell.problem += "；是否为 " + meant->text() + "（数字 0、1、2、5 与字母 O、I、Z、S 易混）";
  }
}

void read_number_text(std::string_view shown, const CellContext& context, ReturnedCell& cell) {
  if (lost(shown, code_text(shown), context, cell)) return;
  auto number = number_text(shown);
  if (!number) {
    cell.problem = number.error().message;
    return;
  }
  if (*number != shown) add_remark(cell.remark, "编号已整理为规范写法");
  cell.value = std::move(*number);
}

Result<std::string> number_text(std::string_view typed) {
  const std::string shown = visible(typed);
  if (shown.empty()) return std::string();
  if (says_nothing(text::without_blanks(text::nfkc(shown))))
    return Error{Errc::kUsage, in_marks(shown) + "不是编号，没有请留空", ""};
  std::string number = code_text(shown);
  if (scientific(number))
    return Error{Errc::kUsage, "编号被表格软件当成了数（" + shown + "），末几位已丢失，请按原编号重填", ""};
  for (const std::string_view label : kNumberLabels)
    if (number.starts_with(label)) {
      number.erase(0, label.size());
      if (number.starts_with(':')) number.erase(0, 1);
      break;
    }
  return number;
}

void read_date(std::string_view shown, const CellContext& context, ReturnedCell& cell) {
  const std::string typed = text::squeeze(text::nfkc(shown));
  std::string text = without_weekday(text::without_blanks(typed));
  const bool dated = (context.marks & tabular::kDateMark) != 0;
  std::string candidate = typed.find(':') == std::string::npos ? text : typed;
  if (const auto serial = dated ? std::nullopt : serial_of(text, context.epoch_1904)) {
    candidate = tabular::date_of_serial(*serial, context.epoch_1904);
    add_remark(cell.remark, "日期序列号已换算");
  }
  const bool digits = text::is_digits(candidate);
  const auto found = parse_loose_date(candidate);
  const bool plausible = !digits || candidate.size() == 8 || candidate.size() == 14 || candidate.size() == 4;
  if (!found || !plausible) {
    cell.problem = why_no_date(shown, text);
    return;
  }
  switch (found->kind) {
    case LooseDate::Kind::kDay: break;
    case LooseDate::Kind::kMonth:
    case LooseDate::Kind::kYear: cell.problem = in_marks(shown) + "没有写到日，应写成 2026-11-03 这样"; return;
    case LooseDate::Kind::kOpenEnd:
    case LooseDate::Kind::kMissing: cell.problem = why_no_date(shown, text); return;
  }
  if (year_of(found->first) < kFirstYear) {
    cell.problem = in_marks(shown) + "早于 1949 年，请核对年份";
    return;
  }
  if (context.today && found->first > *context.today) {
    cell.problem = in_marks(shown) + "晚于今天（" + iso(*context.today) + "），请核对";
    return;
  }
  cell.value = iso(found->first);
  if (candidate.find(':') != std::string::npos) add_remark(cell.remark, "钟点已略去");
}

}  // namespace tanmiao::pool
