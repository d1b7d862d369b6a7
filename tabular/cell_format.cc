#include "tabular/cell_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/date.h"

namespace tanmiao::tabular {
namespace {

using Kind = NumberFormat::Kind;
constexpr double kExact = 1e15;         // beyond this a double no longer holds every decimal digit
constexpr double kLastDay = 2'958'465;  // 9999-12-31

struct IdRange {
  std::uint32_t first, last;
  Kind kind;
};
constexpr std::array<IdRange, 9> kBuiltins = {{{9, 10, Kind::kPercent},
                                               {14, 17, Kind::kDate},
                                               {18, 21, Kind::kTime},
                                               {22, 22, Kind::kDate},
                                               {27, 31, Kind::kDate},
                                               {32, 35, Kind::kTime},
                                               {36, 36, Kind::kDate},
                                               {45, 47, Kind::kTime},
                                               {50, 58, Kind::kDate}}};

std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string clock(std::int64_t seconds) {
  const int s = static_cast<int>(seconds);
  return two(s / 3600) + ":" + two(s / 60 % 60) + ":" + two(s % 60);
}

// Serial days of 1900 (with the 29 February that never was, day 60) or of 1904.
std::string date_of(double serial, bool epoch_1904, bool time_only) {
  auto days = static_cast<std::int64_t>(std::floor(serial));
  auto seconds = static_cast<std::int64_t>(std::llround((serial - std::floor(serial)) * 86400));
  if (seconds == 86400) ++days, seconds = 0;
  if (days == 0 && (time_only || seconds > 0)) return clock(seconds);
  const Date epoch = epoch_1904 ? make_date(1904, 1, 1) : days < 60 ? make_date(1899, 12, 31) : make_date(1899, 12, 30);
  const std::chrono::year_month_day date{epoch + std::chrono::days(days)};
  const std::string day = std::to_string(static_cast<int>(date.year())) + "-" +
                          two(static_cast<int>(static_cast<unsigned>(date.month()))) + "-" +
                          two(static_cast<int>(static_cast<unsigned>(date.day())));
  return seconds == 0 ? day : day + " " + clock(seconds);
}

// Shortest of up to 15 significant digits, without an exponent.
std::string plain(double value) {
  std::array<char, 64> buffer{};
  const int places = std::abs(value) >= 1 ? 14 - static_cast<int>(std::floor(std::log10(std::abs(value)))) : 15;
  std::snprintf(buffer.data(), buffer.size(), "%.*f", std::clamp(places, 0, 20), value);
  std::string text = buffer.data();
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// 0, and 0.0,, (a comma that groups no digits divides by a thousand), and 0!.0000"万": a literal point.
bool is_scaled(std::string_view code) {
  const std::string_view positive = code.substr(0, code.find(';'));
  for (const std::string_view literal : {"!.", "\\.", "\".\""}) {
    if (positive.find(literal) != std::string_view::npos) return true;
  }
  for (std::size_t i = positive.find(','); i != std::string_view::npos; i = positive.find(',', i + 1)) {
    const bool behind_digit = i > 0 && (positive[i - 1] == '0' || positive[i - 1] == '#' || positive[i - 1] == ',');
    const std::string_view rest = positive.substr(i + 1);
    if (behind_digit && rest.find_first_of("0#?") == std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

NumberFormat builtin_format(std::uint32_t id) {
  if (id == 1) return {Kind::kZeros, 1, false};
  for (const IdRange& range : kBuiltins) {
    if (id >= range.first && id <= range.last) return {range.kind, 0, false};
  }
  return {};
}

NumberFormat parse_format(std::string_view code) {
  if (all_digits(code) && code.find_first_not_of('0') == std::string_view::npos) {
    return {Kind::kZeros, static_cast<std::uint8_t>(std::min<std::size_t>(code.size(), 30)), false};
  }
  bool day = false, time = false;
  const bool scaled = is_scaled(code);
  for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    const char c = static_cast<char>(code[i] | 0x20);
    if (code[i] == '"')
      i = std::min(code.find('"', i + 1), code.size());
    else if (code[i] == '\\' || code[i] == '_')
      ++i;
    else if (code[i] == '[')
      i = std::min(code.find(']', i), code.size());
    else if (code[i] == '%')
      return {Kind::kPercent, 0, false};
    else if (c == 'y' || c == 'd')
      day = true;
    else if (c == 'h' || c == 's')
      time = true;
    else if (c == 'm')
      day = day || !time;
    else if (c == 'g' || (c == 'e' && i + 1 < code.size() && code[i + 1] != '+' && code[i + 1] != '-')) {
      if (code.substr(i).starts_with("General")) return {};
      day = day || c == 'e';
    }
  }
  return {day ? Kind::kDate : time ? Kind::kTime : Kind::kGeneral, 0, scaled};
}

std::uint8_t marks_of(NumberFormat format) {
  const bool dated = format.kind == Kind::kDate || format.kind == Kind::kTime;
  return static_cast<std::uint8_t>(kNumberMark | (dated ? kDateMark : 0) |
                                   (format.kind == Kind::kPercent ? kPercentMark : 0) |
                                   (format.scaled ? kScaledMark : 0));
}

std::string date_of_serial(double serial, bool epoch_1904) { return date_of(serial, epoch_1904, false); }

std::string shown_number(std::string_view raw, NumberFormat format, bool epoch_1904) {
  const bool integer = all_digits(raw.starts_with('-') ? raw.substr(1) : raw);
  double value = 0;
  const auto [stop, code] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (code != std::errc() || stop != raw.data() + raw.size() || !std::isfinite(value)) return std::string(raw);
  const bool dated = format.kind == Kind::kDate || format.kind == Kind::kTime;
  if (dated && value >= 0 && value <= kLastDay) return date_of(value, epoch_1904, format.kind == Kind::kTime);
  if (format.kind == Kind::kPercent && std::abs(value) < kExact) return plain(value * 100) + "%";
  if (!integer && std::abs(value) >= kExact) return std::string(raw);
  std::string text = integer ? std::string(raw) : plain(value);
  if (format.kind == Kind::kZeros && all_digits(text) && text.size() < format.width) {
    text.insert(0, format.width - text.size(), '0');
  }
  return text;
}

}  // namespace tanmiao::tabular
