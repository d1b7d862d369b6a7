// Counts and amounts as people type them. Only one exact number with a unit that is plain is taken; about, ranges,
// notes, per cent, and words that may mean zero or not known are refused.
#include <algorithm>
#include <array>
#include <charconv>

#include "core/money.h"
#include "core/text/normalize.h"
#include "pool/returned_cell.h"
#include "tabular/reader.h"

namespace tanmiao::pool {
namespace {

constexpr std::int64_t kMostCount = 1'000'000;
// 100 亿元. More is mostly an amount in 元 in a column of 万元: then the unit has to be said.
constexpr std::int64_t kMostBareMoney = 1'000'000'000'000;
constexpr std::array<std::string_view, 10> kCountUnits = {"人", "名", "位", "个", "件", "项", "项次", "篇", "家", "台"};
constexpr std::array<std::string_view, 14> kAbout = {"约",   "大约", "左右", "上下", "近",   "余",   "多",
                                                     "以上", "以下", "不足", "超过", "大概", "至少", "最多"};

bool plain_digits(std::string_view s) { return text::is_digits(s); }

// 1234, 1,234, 1234.5: groups of three or none. Leaves the commas out; nullopt for anything else.
std::optional<std::string> ungrouped(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (point != std::string_view::npos && !plain_digits(text.substr(point + 1))) return std::nullopt;
  std::string out;
  for (std::size_t from = 0; from <= whole.size();) {
    const std::size_t comma = std::min(whole.find(',', from), whole.size());
    const std::string_view group = whole.substr(from, comma - from);
    const bool first = from == 0, alone = first && comma == whole.size();
    if (!plain_digits(group) || (!alone && (first ? group.size() > 3 : group.size() != 3))) return std::nullopt;
    out += group;
    from = comma + 1;
  }
  if (out.size() > 1) out.erase(0, std::min(out.find_first_not_of('0'), out.size() - 1));
  if (point != std::string_view::npos) {
    std::string decimals(text.substr(point + 1));
    while (decimals.ends_with('0')) decimals.pop_back();
    if (!decimals.empty()) out += "." + decimals;
  }
  return out;
}

// "12.5" and 4 -> "125000"; nullopt when a fraction is left.
std::optional<std::int64_t> shifted(const std::string& number, std::size_t zeros) {
  const std::size_t point = number.find('.');
  std::string digits = number.substr(0, point);
  const std::string decimals = point == std::string::npos ? "" : number.substr(point + 1);
  if (decimals.size() > zeros) return std::nullopt;
  digits += decimals + std::string(zeros - decimals.size(), '0');
  std::int64_t value = 0;
  const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// What makes any number cell unfit, whether count or money; empty: nothing.
std::string unfit(std::string_view shown, std::string_view text, const CellContext& context) {
  if (says_nothing(text)) return in_marks(shown) + "可能是零，也可能是不知道：是零请填 0，不知道的请留空";
  if ((context.marks & tabular::kMergedMark) != 0)
    return "合并单元格（内容" + in_marks(shown) + "），不知各企业分别是多少，请逐行填写";
  if ((context.marks & tabular::kDateMark) != 0) {
    return "单元格是日期格式（显示为 " + std::string(shown) + "），请改为常规格式后重填";
  }
  if ((context.marks & tabular::kPercentMark) != 0 || text.ends_with('%') || text.ends_with("‰")) {
    return in_marks(shown) + "是百分数，应填数值";
  }
  if ((context.marks & tabular::kScaledMark) != 0) {
    return "单元格格式把数缩小了显示，实际值是 " + std::string(shown) + "，请改为常规格式后核对";
  }
  if (text.starts_with('-') || text.starts_with("−") || (text.starts_with('(') && text.ends_with(')'))) {
    return in_marks(shown) + "是负数，应为 0 或正数";
  }
  for (const std::string_view word : kAbout) {
    if (text.starts_with(word) || text.ends_with(word) ||
        text.find(std::string(word) + "人") != std::string_view::npos ||
        text.find(std::string(word) + "万") != std::string_view::npos) {
      return in_marks(shown) + "不是确切的数，请填一个数，不知道的请留空";
    }
  }
  return {};
}

// What a text that is no number has in it; empty: nothing known.
std::string why_no_number(std::string_view shown, std::string_view text) {
  const std::size_t bracket = text.find('(');
  const bool digit_first = !text.empty() && text[0] >= '0' && text[0] <= '9';
  if (digit_first && bracket != std::string_view::npos) {
    return in_marks(shown) + "数后有说明，请只填数，说明写入备注";
  }
  for (const std::string_view mark : {"~", "-", "—", "至", "或", "/"}) {
    const std::size_t at = text.find(mark);
    if (digit_first && at != std::string_view::npos && at + mark.size() < text.size() &&
        text[at + mark.size()] >= '0' && text[at + mark.size()] <= '9') {
      return in_marks(shown) + "是范围，不是一个数，请填一个数，不知道的请留空";
    }
  }
  if (digit_first && (text.find('e') != std::string_view::npos || text.find('E') != std::string_view::npos)) {
    return in_marks(shown) + "是科学计数法，可能已丢失位数，请按原数重填";
  }
  return {};
}

std::string typed_number(std::string_view text) {
  std::string out = text::without_blanks(text::nfkc(text));
  for (std::size_t at = out.find("、"); at != std::string::npos; at = out.find("、")) out.replace(at, 3, ",");
  return out;
}

// Blanks between digits are no separators we would guess at: 12 0 may be two numbers.
bool blank_inside(std::string_view text) {
  const std::string squeezed = text::squeeze(text::nfkc(text));
  for (std::size_t i = 1; i + 1 < squeezed.size(); ++i) {
    const auto digit = [&](std::size_t at) { return squeezed[at] >= '0' && squeezed[at] <= '9'; };
    if (squeezed[i] == ' ' && digit(i - 1) && digit(i + 1)) return true;
  }
  return false;
}

void remark_spelling(std::string_view shown, std::string_view typed, ReturnedCell& cell) {
  if (text::nfkc(shown) != shown) add_remark(cell.remark, "全角字符已转换");
  if (typed.find(',') != std::string_view::npos) add_remark(cell.remark, "千分位分隔符已去除");
}

}  // namespace

void read_count(std::string_view shown, const CellContext& context, ReturnedCell& cell) {
  std::string text = typed_number(shown);
  cell.problem = unfit(shown, text, context);
  if (cell.problem.empty() && !context.unit.empty() &&
      std::find(kCountUnits.begin(), kCountUnits.end(), context.unit) == kCountUnits.end()) {
    cell.problem = "列名的单位是" + in_marks(context.unit) + "，应为个数（人、件）";
  }
  if (cell.problem.empty() && blank_inside(shown))
    cell.problem = in_marks(shown) + "中间有空格，不知是一个数还是几个数";
  if (!cell.problem.empty()) return;
  for (const std::string_view unit : kCountUnits) {
    if (!text.ends_with(unit)) continue;
    text.resize(text.size() - unit.size());
    add_remark(cell.remark, "单位" + in_marks(unit) + "已略去");
    break;
  }
  remark_spelling(shown, text, cell);
  std::size_t zeros = 0;
  if (text.ends_with("万") && text.size() > 3 && text[0] >= '0' && text[0] <= '9') {
    text.resize(text.size() - 3);
    zeros = 4;
  }
  std::optional<std::int64_t> value;
  const auto number = ungrouped(text);
  if (number) value = shifted(*number, zeros);
  if (number && !value) {
    cell.problem =
        number->find('.') != std::string::npos ? in_marks(shown) + "应为整数" : in_marks(shown) + "过大，请核对";
    return;
  }
  if (!number) {
    const long long numeral = text::chinese_numeral(text);
    if (numeral >= 0) {
      value = numeral;
      add_remark(cell.remark, "中文数字按 " + std::to_string(numeral) + " 读取");
    }
  }
  if (!value) {
    cell.problem = why_no_number(shown, text);
    if (cell.problem.empty()) cell.problem = in_marks(shown) + "不是数，应填 0 或正整数，不知道的请留空";
    return;
  }
  if (*value > kMostCount) {
    cell.problem = in_marks(shown) + "过大，请核对（是否错列、误填了电话或金额）";
    return;
  }
  if (zeros > 0) add_remark(cell.remark, "按 " + std::to_string(*value) + " 读取");
  cell.value = std::to_string(*value);
}

void read_money(std::string_view shown, const CellContext& context, ReturnedCell& cell) {
  struct Unit {
    std::string_view word;
    std::size_t zeros;  // of 分
  };
  // Longer ones first.
  static constexpr std::array<Unit, 10> kUnits = {{{"百万元", 8},
                                                   {"千万元", 9},
                                                   {"万元", 6},
                                                   {"亿元", 10},
                                                   {"千元", 5},
                                                   {"百万", 8},
                                                   {"千万", 9},
                                                   {"万", 6},
                                                   {"亿", 10},
                                                   {"元", 2}}};
  std::string text = typed_number(shown);
  cell.problem = unfit(shown, text, context);
  if (cell.problem.empty() && blank_inside(shown))
    cell.problem = in_marks(shown) + "中间有空格，不知是一个数还是几个数";
  if (!cell.problem.empty()) return;
  const std::string_view column = context.unit.empty() ? std::string_view("万元") : context.unit;
  const auto* of_column = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.word == column; });
  if (of_column == kUnits.end()) {
    cell.problem = "列名的单位是" + in_marks(column) + "，应为万元（人民币）";
    return;
  }
  for (const std::string_view currency : {"人民币", "RMB", "CNY", "¥", "￥"}) {
    if (text.starts_with(currency))
      text.erase(0, currency.size());
    else if (text.ends_with(currency))
      text.resize(text.size() - currency.size());
    else
      continue;
    break;
  }
  remark_spelling(shown, text, cell);
  const std::string all = text;
  const auto* own = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return text.ends_with(u.word); });
  if (own != kUnits.end()) text.resize(text.size() - own->word.size());
  std::size_t zeros = own == kUnits.end() ? of_column->zeros : own->zeros;
  std::optional<std::int64_t> value;
  auto number = ungrouped(text);
  if (number) {
    // Below 分 there is nothing: 233.33333333 of 万元 is rounded as an accountant would.
    if (const std::size_t point = number->find('.'); point != std::string::npos && number->size() - point - 1 > zeros) {
      const bool up = (*number)[point + 1 + zeros] >= '5';
      number->resize(point + 1 + zeros);
      value = shifted(*number, zeros);
      if (value && up) ++*value;
    } else {
      value = shifted(*number, zeros);
    }
    if (!value) cell.problem = in_marks(shown) + "过大，请核对";
  } else if (const auto money = parse_money(all, column); money && *money && (*money)->currency == "CNY" &&
                                                          text::chinese_numeral(text) >= 0 && (*money)->minor >= 0) {
    value = (*money)->minor;
    add_remark(cell.remark, "中文数字已换算");
  } else if (money && *money && (*money)->currency != "CNY") {
    cell.problem = in_marks(shown) + "不是人民币，请折算为人民币万元";
  } else {
    cell.problem = why_no_number(shown, text);
    if (cell.problem.empty()) cell.problem = in_marks(shown) + "不是金额，应填数（万元），不知道的请留空";
  }
  if (!cell.problem.empty()) return;
  if (own == kUnits.end() && *value > kMostBareMoney) {
    cell.problem = in_marks(shown) + "按" + std::string(column) +
                   "计超过 100 亿元，是否误按元填写？确为此数请写明单位，如 120亿元";
    return;
  }
  if (own != kUnits.end() && own->word != "万元") add_remark(cell.remark, "按所写单位" + in_marks(own->word) + "换算");
  if (own == kUnits.end() && column != "万元") add_remark(cell.remark, "按表中单位" + in_marks(column) + "换算");
  cell.value = std::to_string(*value);
}

std::string unit_of_heading(std::string_view heading) {
  const std::string text = text::without_blanks(text::nfkc(heading));
  const std::size_t close = text.find_last_of(")]"), open = text.find_last_of("([", close);
  if (close == std::string::npos || open == std::string::npos || close < open) return {};
  std::string unit = text.substr(open + 1, close - open - 1);
  for (const std::string_view label : {"单位:", "人民币", "单位"}) {
    if (unit.starts_with(label) && unit.size() > label.size()) unit.erase(0, label.size());
  }
  for (const std::string_view tail : {"人民币"}) {
    if (unit.ends_with(tail) && unit.size() > tail.size()) unit.resize(unit.size() - tail.size());
  }
  // 2025年, 必填, 截至年底: notes of a heading, not units.
  constexpr std::array<std::string_view, 8> kScales = {"元", "万", "亿", "千", "百", "人", "件", "美"};
  const bool unitlike = text::length(unit) <= 4 && std::any_of(kScales.begin(), kScales.end(), [&](std::string_view s) {
                          return unit.find(s) != std::string::npos;
                        });
  return unitlike ? unit : std::string();
}

std::string unit_of_line(std::string_view line) {
  const std::string text = text::without_blanks(text::nfkc(line));
  constexpr std::string_view kLabel = "单位:";  // 填报单位: is another one
  for (std::size_t at = text.find(kLabel); at != std::string::npos; at = text.find(kLabel, at + 1)) {
    const std::string rest = text.substr(at + kLabel.size());
    for (const std::string_view unit : {"百万元", "千万元", "万元", "亿元", "千元", "元"}) {
      if (rest.starts_with(unit) || rest.starts_with("人民币" + std::string(unit))) return std::string(unit);
    }
  }
  return {};
}

}  // namespace tanmiao::pool
