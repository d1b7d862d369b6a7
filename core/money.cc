#include "core/money.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/quote.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

struct CurrencyWord {
  std::string_view word, code;
};
// Longer words first, so that 港元 is not read as 元; letters last.
constexpr std::array<CurrencyWord, 27> kCurrencies{
    {{"香港元", "HKD"},   {"德国马克", "DEM"}, {"丹麦克郎", "DKK"},   {"人民币", "CNY"},   {"美元", "USD"},
     {"美金", "USD"},     {"港元", "HKD"},     {"港币", "HKD"},       {"日元", "JPY"},     {"日圆", "JPY"},
     {"欧元", "EUR"},     {"英镑", "GBP"},     {"韩元", "KRW"},       {"韩圆", "KRW"},     {"加元", "CAD"},
     {"加拿大元", "CAD"}, {"澳元", "AUD"},     {"澳大利亚元", "AUD"}, {"新加坡元", "SGD"}, {"新元", "SGD"},
     {"瑞士法郎", "CHF"}, {"新台币", "TWD"},   {"台币", "TWD"},       {"澳门元", "MOP"},   {"马克", "DEM"},
     {"USD", "USD"},      {"CNY", "CNY"}}};
constexpr std::array<std::string_view, 12> kNone{"",    "-",   "--", "—",    "——",     "无",
                                                 "N/A", "n/a", "NA", "null", "未公示", "企业选择不公示"};

bool erase_word(std::string& s, std::string_view word) {
  const std::size_t at = s.find(word);
  if (at == std::string::npos) return false;
  s.erase(at, word.size());
  return true;
}

std::string take_currency(std::string& s) {
  for (const auto& [word, code] : kCurrencies)
    if (erase_word(s, word)) return std::string(code);
  return "CNY";
}

Error refuse(std::string_view text) {
  return Error{Errc::kFormat, in_quotes(text) + " is no amount: expected such as 500万元, 1.2亿元, 6350万美元", ""};
}

constexpr std::int64_t kMost = 9'000'000'000'000'000'000;

// Decimal text times `factor` (a power of ten), exactly; nullopt for what is no number or does not fit.
std::optional<std::int64_t> scaled(std::string_view number, int power) {
  bool negative = false, point = false, any = false;
  if (!number.empty() && number[0] == '-') {
    negative = true;
    number.remove_prefix(1);
  }
  std::int64_t value = 0;
  int round = -1;
  for (const char c : number) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any = true;
    if (point && power == 0) {
      if (round < 0) round = c - '0';  // first digit beyond the minor unit decides the rounding
      continue;
    }
    if (value > (kMost - (c - '0')) / 10) return std::nullopt;
    value = value * 10 + (c - '0');
    if (point) --power;
  }
  if (!any) return std::nullopt;
  for (; power > 0; --power) {
    if (value > kMost / 10) return std::nullopt;
    value *= 10;
  }
  if (round >= 5 && ++value > kMost) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace

std::string Money::text() const { return std::to_string(minor) + " " + currency; }

Result<Money> parse_money_text(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (blank != std::string_view::npos && text.size() - blank == 4 && std::all_of(text.end() - 3, text.end(), letter) &&
      text.substr(0, blank).find('.') == std::string_view::npos)
    if (const auto minor = scaled(text.substr(0, blank), 0)) return Money{*minor, std::string(text.substr(blank + 1))};
  return Error{Errc::kFormat, in_quotes(text) + " is no stored amount: expected '<minor units> <currency>'", ""};
}

Result<std::optional<Money>> parse_money(std::string_view text, std::string_view unit) {
  std::string s = text::without_blanks(text::nfkc(text));
  for (const std::string_view word : kNone)
    if (s == word) return std::optional<Money>();
  for (const std::string_view noise : {"(认缴)", "(实缴)", "认缴", "实缴", "整", "约"}) erase_word(s, noise);
  Money money;
  money.currency = take_currency(s);
  // The unit may stand in brackets: 233.6000(万元人民币) is left as 233.6000(万元).
  std::erase_if(s, [](char c) { return c == '(' || c == ')' || c == ','; });
  // A form that was printed and not filled in: 万元, 万人民币. Its amount is unknown and not zero.
  for (const std::string_view word : {"", "元", "万", "万元", "亿", "亿元"})
    if (s == word) return std::optional<Money>();
  int power = 2;  // minor units
  bool named = false;
  for (const auto& [word, zeros] : {std::pair<std::string_view, int>{"百万", 6}, {"千万", 7}, {"万", 4}, {"亿", 8}}) {
    if (s.ends_with(std::string(word) + "元") || s.ends_with(word)) {
      // 五百万 is a numeral of its own: only digits before the unit make it a unit.
      const std::string_view head = std::string_view(s).substr(0, s.rfind(word));
      if (head.empty() || head.find_first_not_of("0123456789.-") != std::string_view::npos) continue;
      power += zeros;
      s.erase(s.rfind(word));
      named = true;
      break;
    }
  }
  if (!named && s.ends_with("元")) {
    s.erase(s.rfind("元"));
    named = true;
  }
  if (const auto minor = scaled(s, power + (named || unit != "万元" ? 0 : 4))) {
    money.minor = *minor;
    return std::optional<Money>(money);
  }
  if (const long long numeral = text::chinese_numeral(s); numeral >= 0 && numeral < kMost / 100) {
    // 五百 in a column of 万元 is five million; 五百万 says its own scale.
    const bool scale =
        s.find("万") != std::string::npos || s.find("萬") != std::string::npos || s.find("亿") != std::string::npos;
    money.minor = numeral * (named || scale || unit != "万元" ? 100 : 1'000'000);
    return std::optional<Money>(money);
  }
  return refuse(text);
}

std::string in_wan(std::int64_t minor) {
  constexpr std::uint64_t kMinorPerWan = 1'000'000;  // 100 minor units, 10 000 main units
  const std::uint64_t size = minor < 0 ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  std::string text = (minor < 0 ? "-" : "") + std::to_string(size / kMinorPerWan);
  if (size % kMinorPerWan == 0) return text;
  std::string digits = std::to_string(kMinorPerWan + size % kMinorPerWan).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + "." + digits;
}

}  // namespace tanmiao
