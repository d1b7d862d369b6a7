#include "core/date.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "core/quote.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

using std::chrono::year_month_day;

Error bad_date(std::string_view text, std::string_view expected) {
  return Error{Errc::kFormat, in_quotes(text) + " is no date: expected " + std::string(expected), ""};
}

std::optional<Date> valid_date(int year, unsigned month, unsigned day) {
  const year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!ymd.ok() || year < 1) return std::nullopt;
  return Date(ymd);
}

struct Number {
  int value = 0;
  std::size_t digits = 0;
  std::string_view mark;  // what stands between this number and the next, blanks removed
};

// "2015年6月2日" -> 2015 年, 6 月, 2 日. Empty when the text does not begin with a digit.
std::vector<Number> split_numbers(std::string_view text) {
  std::vector<Number> numbers;
  std::size_t at = 0;
  while (at < text.size() && numbers.size() < 8) {
    Number number;
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin < 9)
      number.value = number.value * 10 + (text[at++] - '0');
    number.digits = at - begin;
    if (number.digits == 0) return {};
    const std::size_t mark = at;
    while (at < text.size() && (text[at] < '0' || text[at] > '9')) ++at;
    number.mark = text.substr(mark, at - mark);
    numbers.push_back(number);
  }
  return numbers;
}

// Whether `text` has the shape of `model`, where 9 stands for any digit.
bool shaped(std::string_view text, std::string_view model) {
  return std::equal(text.begin(), text.end(), model.begin(), model.end(),
                    [](char c, char m) { return m == '9' ? c >= '0' && c <= '9' : c == m; });
}

// "23:59", "23:59:59", "23:59:59.999" in seconds; nothing for a clock that no day has.
std::optional<std::chrono::seconds> clock_seconds(std::string_view clock) {
  if (shaped(clock.substr(0, 2), "9:")) return clock_seconds("0" + std::string(clock));
  const std::string_view fraction = clock.substr(std::min<std::size_t>(clock.size(), 8));
  const bool whole = fraction.empty() || (fraction.size() > 1 && fraction[0] == '.' &&
                                          fraction.find_first_not_of("0123456789", 1) == std::string_view::npos);
  if (!whole || !(shaped(clock, "99:99") || shaped(clock.substr(0, 8), "99:99:99"))) return std::nullopt;
  const auto numbers = split_numbers(clock.substr(0, 8));
  const int hours = numbers[0].value, minutes = numbers[1].value, seconds = numbers.size() > 2 ? numbers[2].value : 0;
  if (hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  return std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
}

constexpr std::array<std::string_view, 6> kOpenEnd{"长期", "无固定期限", "永久", "永续经营", "长期有效", "不约定期限"};
constexpr std::array<std::string_view, 12> kMissing{"",   "-",   "--",  "—",    "——",   "/",
                                                    "无", "N/A", "n/a", "NULL", "null", "未公示"};

// Days of registries that mean "none"; 9999 means "no end".
bool missing_sentinel(int year) { return year <= 1900; }

LooseDate of_kind(LooseDate::Kind kind, Date first = {}) { return LooseDate{kind, first}; }

int number_at(std::string_view digits, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (digits[i] - '0');
  return value;
}

Result<LooseDate> from_digits(std::string_view digits, std::string_view original) {
  const auto number = [&](std::size_t at, std::size_t count) { return number_at(digits, at, count); };
  if (digits.size() == 4) {
    const int year = number(0, 4);
    if (year == 9999) return of_kind(LooseDate::Kind::kOpenEnd);
    if (missing_sentinel(year)) return of_kind(LooseDate::Kind::kMissing);
    if (year > 2200) return bad_date(original, "a year up to 2200");
    return of_kind(LooseDate::Kind::kYear, make_date(year, 1, 1));
  }
  if (digits.size() == 8 || digits.size() == 14) {
    const int year = number(0, 4);
    if (year == 9999) return of_kind(LooseDate::Kind::kOpenEnd);
    const auto date = valid_date(year, static_cast<unsigned>(number(4, 2)), static_cast<unsigned>(number(6, 2)));
    if (!date) return bad_date(original, "a day that exists");
    const std::string_view clock = digits.substr(8);
    if (!clock.empty() && (number(8, 2) > 23 || number(10, 2) > 59 || number(12, 2) > 59))
      return bad_date(original, "nothing behind the day");
    if (missing_sentinel(year)) return of_kind(LooseDate::Kind::kMissing);
    return of_kind(LooseDate::Kind::kDay, *date);
  }
  if (digits.size() == 13 || digits.size() == 12) {  // milliseconds since 1970
    std::int64_t milliseconds = 0;
    for (const char c : digits) milliseconds = milliseconds * 10 + (c - '0');
    return of_kind(LooseDate::Kind::kDay, civil_day(Instant(std::chrono::seconds(milliseconds / 1000))));
  }
  return bad_date(original, "YYYY-MM-DD, YYYYMMDD, YYYY年M月D日 or a year");
}

// What stands behind a date: "00:00:00", "16:00:00.000Z", "08:30+08:00".
struct Clock {
  std::chrono::seconds since_midnight{};
  bool utc = false;  // else of Beijing
};
std::optional<Clock> read_clock(std::string_view text) {
  Clock clock;
  for (const std::string_view zone : {"Z", "+08:00", "+0800"}) {
    if (!text.ends_with(zone)) continue;
    text.remove_suffix(zone.size());
    clock.utc = zone == "Z";
    break;
  }
  const auto seconds = clock_seconds(text);
  if (!seconds) return std::nullopt;
  clock.since_midnight = *seconds;
  return clock;
}

// A date in numbers with marks between; `view` has no blanks.
Result<LooseDate> from_marks(std::string_view view, std::string_view original) {
  const auto numbers = split_numbers(view);
  if (numbers.empty() || numbers.size() > 3 || numbers[0].digits != 4)
    return bad_date(original, "YYYY-MM-DD, YYYYMMDD, YYYY年M月D日, a month or a year");
  static constexpr std::array<std::string_view, 5> kMarks{"-", "/", ".", "年", "_"};
  const std::string_view mark = numbers[0].mark;
  if (std::find(kMarks.begin(), kMarks.end(), mark) == kMarks.end())
    return bad_date(original, "YYYY-MM-DD or YYYY年M月D日");
  const int year = numbers[0].value;
  if (year == 9999) return of_kind(LooseDate::Kind::kOpenEnd);
  if (numbers.size() == 1) {
    if (mark != "年") return bad_date(original, "YYYY-MM-DD or YYYY年M月D日");
    if (missing_sentinel(year)) return of_kind(LooseDate::Kind::kMissing);
    return of_kind(LooseDate::Kind::kYear, make_date(year, 1, 1));
  }
  const Number& month = numbers[1];
  const bool words = mark == "年";
  if (numbers.size() == 2) {
    const auto first = valid_date(year, static_cast<unsigned>(month.value), 1);
    if (!first || month.digits > 2 || !(month.mark.empty() || (words && month.mark == "月")))
      return bad_date(original, "a month of a year");
    return of_kind(LooseDate::Kind::kMonth, *first);
  }
  const Number& day = numbers[2];
  if (month.mark != (words ? "月" : mark)) return bad_date(original, "YYYY-MM-DD or YYYY年M月D日");
  if (!day.mark.empty() && day.mark != "日" && day.mark != "号") return bad_date(original, "nothing behind the day");
  const auto date = valid_date(year, static_cast<unsigned>(month.value), static_cast<unsigned>(day.value));
  if (!date || month.digits > 2 || day.digits > 2) return bad_date(original, "a day that exists");
  if (missing_sentinel(year)) return of_kind(LooseDate::Kind::kMissing);
  return of_kind(LooseDate::Kind::kDay, *date);
}

}  // namespace

Day to_day(std::optional<Date> date) { return date ? static_cast<Day>(date->time_since_epoch().count()) : kNoDay; }

std::optional<Date> from_day(Day day) {
  if (day == kNoDay) return std::nullopt;
  return Date(std::chrono::days(day));
}

Date make_date(int year, unsigned month, unsigned day) {
  return Date(year_month_day{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)});
}

int year_of(Date date) { return static_cast<int>(year_month_day(date).year()); }

Date add_months(Date date, int months) {
  const year_month_day ymd(date);
  const auto moved = std::chrono::year_month(ymd.year(), ymd.month()) + std::chrono::months(months);
  const year_month_day target{moved.year(), moved.month(), ymd.day()};
  if (target.ok()) return Date(target);
  return Date(std::chrono::year_month_day_last(moved.year(), std::chrono::month_day_last(moved.month())));
}

std::string iso(Date date) {
  const year_month_day ymd(date);
  const int year = static_cast<int>(ymd.year());
  const auto month = static_cast<unsigned>(ymd.month()), day = static_cast<unsigned>(ymd.day());
  if (year < 0 || year > 9999) {
    char out[24];
    std::snprintf(out, sizeof out, "%04d-%02u-%02u", year, month, day);
    return out;
  }
  std::string out = "0000-00-00";
  const auto add = [&out](std::size_t at, unsigned digit) { out[at] = static_cast<char>('0' + digit); };
  const auto of_year = static_cast<unsigned>(year);
  add(0, of_year / 1000), add(1, of_year / 100 % 10), add(2, of_year / 10 % 10), add(3, of_year % 10);
  add(5, month / 10), add(6, month % 10), add(8, day / 10), add(9, day % 10);
  return out;
}

std::string iso(Instant instant) {
  const Date day = std::chrono::floor<std::chrono::days>(instant);
  const auto seconds = (instant - day).count();
  char out[40];
  std::snprintf(out, sizeof out, "%sT%02d:%02d:%02dZ", iso(day).c_str(), static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return out;
}

Result<Date> parse_iso_date(std::string_view text) {
  if (shaped(text, "9999-99-99")) {
    const auto numbers = split_numbers(text);
    if (const auto date = valid_date(numbers[0].value, static_cast<unsigned>(numbers[1].value),
                                     static_cast<unsigned>(numbers[2].value)))
      return *date;
  }
  return bad_date(text, "YYYY-MM-DD");
}

Result<Instant> parse_iso_instant(std::string_view text) {
  if (shaped(text, "9999-99-99T99:99:99Z")) {
    const auto seconds = clock_seconds(text.substr(11, 8));
    TANMIAO_ASSIGN(const Date date, parse_iso_date(text.substr(0, 10)));
    if (seconds) return Instant(date) + *seconds;
  }
  return Error{Errc::kFormat, in_quotes(text) + " is no instant: expected YYYY-MM-DDThh:mm:ssZ", ""};
}

Date civil_day(Instant instant) { return std::chrono::floor<std::chrono::days>(instant + std::chrono::hours(8)); }

std::string LooseDate::text() const {
  switch (kind) {
    case Kind::kDay: return iso(first);
    case Kind::kMonth: return iso(first).substr(0, 7);
    case Kind::kYear: return iso(first).substr(0, 4);
    case Kind::kOpenEnd:
    case Kind::kMissing: break;
  }
  return {};
}

Result<LooseDate> parse_loose_date(std::string_view original) {
  // As most are written, and all that are stored.
  if (shaped(original, "9999-99-99")) {
    const int year = number_at(original, 0, 4);
    const auto day = valid_date(year, static_cast<unsigned>(number_at(original, 5, 2)),
                                static_cast<unsigned>(number_at(original, 8, 2)));
    if (day && !missing_sentinel(year) && year != 9999) return of_kind(LooseDate::Kind::kDay, *day);
  }
  std::string spaced = text::squeeze(text::nfkc(original));
  std::optional<Clock> clock;
  if (const std::size_t cut = spaced.find_last_of(" T", spaced.find(':'));
      cut != std::string::npos && cut >= 8 && spaced.find(':') != std::string::npos) {
    clock = read_clock(std::string_view(spaced).substr(cut + 1));
    if (!clock) return bad_date(original, "nothing behind the day");
    spaced.resize(cut);
  }
  const std::string view = text::without_blanks(spaced);
  for (const std::string_view word : kOpenEnd)
    if (view == word) return of_kind(LooseDate::Kind::kOpenEnd);
  for (const std::string_view word : kMissing)
    if (view == word) return of_kind(LooseDate::Kind::kMissing);
  const bool only_digits = view.find_first_not_of("0123456789") == std::string::npos;
  TANMIAO_ASSIGN(LooseDate date, only_digits ? from_digits(view, original) : from_marks(view, original));
  if (clock && clock->utc && date.kind == LooseDate::Kind::kDay)
    date.first = civil_day(Instant(date.first) + clock->since_midnight);
  return date;
}

}  // namespace tanmiao
