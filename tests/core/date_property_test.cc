// Days, months, instants, and the spellings of dates.
#include "core/date.h"

#include <cstdio>
#include <regex>

#include "tests/core/generators.h"

namespace tanmiao::date_property_test {
namespace {

using namespace testing;
using std::chrono::days;
using Kind = LooseDate::Kind;

Date some_day(int first_year, int last_year) {
  const Date first = make_date(first_year, 1, 1);
  return first + days(between(0, static_cast<int>((make_date(last_year, 12, 31) - first).count())));
}

std::string number(unsigned n, bool two_digits) { return (two_digits && n < 10 ? "0" : "") + std::to_string(n); }

// Year, month and day with the marks of one style, padded or not.
std::string written(int year, unsigned month, unsigned day) {
  static constexpr std::array<std::array<std::string_view, 3>, 6> kStyles{
      {{"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}, {"年", "月", "号"}, {"", "", ""}}};
  const auto& [first, second, behind] = one_of(kStyles);
  const bool two = first.empty() || chance(50);
  return std::to_string(year).append(first) + number(month, two).append(second) + number(day, two).append(behind);
}

std::string clock() {
  char out[16];
  std::snprintf(out, sizeof out, "%02d:%02d:%02d", between(0, 23), between(0, 59), between(0, 59));
  return out;
}

RC_GTEST_PROP(DateProperty, ReadsBackAsWritten, ()) {
  const Date date = some_day(1, 9999);
  RC_ASSERT(parse_iso_date(iso(date)).value() == date);
  RC_ASSERT(from_day(to_day(date)) == date);
  RC_ASSERT(year_of(date) == std::stoi(iso(date).substr(0, 4)));
  RC_ASSERT(iso(date) < iso(date + days(1)));
}

RC_GTEST_PROP(DateProperty, WhatIsAcceptedIsWhatIsWritten, ()) {
  const std::string text = near_miss(iso(some_day(1, 2200)));
  const auto date = parse_iso_date(text);
  RC_ASSERT((!date || iso(*date) == text));
}

RC_GTEST_PROP(DateProperty, MonthsAddUpAndNeverPassTheMonth, ()) {
  const Date date = some_day(1900, 2200);
  const int months = between(-1200, 1200);
  const Date moved = add_months(date, months);
  const auto month_number = [](Date d) {
    const std::chrono::year_month_day ymd(d);
    return static_cast<int>(ymd.year()) * 12 + static_cast<int>(static_cast<unsigned>(ymd.month()));
  };
  const auto day_of = [](Date d) { return static_cast<unsigned>(std::chrono::year_month_day(d).day()); };
  RC_ASSERT(month_number(moved) == month_number(date) + months);
  RC_ASSERT((day_of(moved) == day_of(date) || (day_of(moved) < day_of(date) && day_of(moved + days(1)) == 1)));
  RC_ASSERT(add_months(date, 0) == date);
  RC_ASSERT(moved <= add_months(date + days(1), months));
}

RC_GTEST_PROP(InstantProperty, ReadsBackAsWritten, ()) {
  const Instant instant = Instant(some_day(1, 9999)) + std::chrono::seconds(between(0, 86399));
  RC_ASSERT(parse_iso_instant(iso(instant)).value() == instant);
  const std::string text = near_miss(iso(instant));
  const auto read = parse_iso_instant(text);
  RC_ASSERT((!read || iso(*read) == text));
}

RC_GTEST_PROP(InstantProperty, TheDayInBeijingBeginsEightHoursEarlier, ()) {
  const Date date = some_day(1992, 2200);
  const Instant midnight = Instant(date) - std::chrono::hours(8);
  RC_ASSERT(civil_day(midnight + std::chrono::seconds(between(0, 86399))) == date);
  RC_ASSERT(civil_day(midnight - std::chrono::seconds(1)) == date - days(1));
}

RC_GTEST_PROP(LooseDateProperty, AllSpellingsOfADayGiveTheDay, ()) {
  const Date date = some_day(1901, 2200);
  const std::chrono::year_month_day ymd(date);
  const std::string text =
      written(static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  const std::string clocked = iso(date) + one_of(std::array<std::string, 2>{" ", "T"}) + clock() +
                              one_of(std::array<std::string, 5>{"", ".0", ".000", "+08:00", "+0800"});
  std::string digits = iso(date) + clock();
  std::erase_if(digits, [](char c) { return c == '-' || c == ':'; });
  for (const std::string& spelling : {text, disguised(text), clocked, " " + clocked.substr(0, 16) + "\u3000", digits}) {
    RC_LOG() << "spelling: " << spelling << '\n';
    const LooseDate read = parse_loose_date(spelling).value();
    RC_ASSERT(read.kind == Kind::kDay);
    RC_ASSERT(read.first == date);
    RC_ASSERT(read.text() == iso(date));
  }
}

RC_GTEST_PROP(LooseDateProperty, AnInstantIsADayOfBeijing, ()) {
  const Instant instant = Instant(some_day(1974, 2200)) + std::chrono::seconds(between(0, 86399));
  const Date date = civil_day(instant);
  const std::string milliseconds = std::to_string(instant.time_since_epoch().count()) + some(kDigits, 3);
  RC_ASSERT(parse_loose_date(milliseconds).value().first == date);
  std::string zulu = iso(instant);
  RC_ASSERT(parse_loose_date(zulu).value().first == date);
  zulu.insert(zulu.size() - 1, "." + some(kDigits, 3));
  RC_ASSERT(parse_loose_date(zulu).value().first == date);
}

RC_GTEST_PROP(LooseDateProperty, MonthsAndYearsStayWhatTheyAre, ()) {
  const Date date = some_day(1901, 2200);
  const std::string month = iso(date).substr(0, 7), year = month.substr(0, 4), m = month.substr(5);
  for (const std::string& spelling : {month, year + "/" + m, year + "." + m, year + "年" + m + "月"}) {
    const LooseDate read = parse_loose_date(disguised(spelling)).value();
    RC_ASSERT(read.kind == Kind::kMonth);
    RC_ASSERT(read.text() == month);
    RC_ASSERT(iso(read.first) == month + "-01");
  }
  for (const std::string& spelling : {year, year + "年"}) {
    const LooseDate read = parse_loose_date(disguised(spelling)).value();
    RC_ASSERT(read.kind == Kind::kYear);
    RC_ASSERT(read.text() == year);
    RC_ASSERT(iso(read.first) == year + "-01-01");
  }
}

RC_GTEST_PROP(LooseDateProperty, DaysThatDoNotExistAreRefusedInEverySpelling, ()) {
  const int year = between(1901, 2200);
  const auto month = static_cast<unsigned>(between(0, 14)), day = static_cast<unsigned>(between(0, 33));
  const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  RC_ASSERT(parse_loose_date(written(year, month, day)).has_value() == ymd.ok());
}

RC_GTEST_PROP(LooseDateProperty, WhatIsAcceptedIsWrittenInOneStyle, ()) {
  // std::regex knows bytes only, so the words are put in letters first.
  static const std::regex form(
      R"(\d{4}([-/._])\d{1,2}(\1\d{1,2}d?)?|\d{4}y(\d{1,2}m?|\d{1,2}m\d{1,2}d?)?|\d{4}|\d{8}|\d{12,14})");
  static const std::regex clock_behind(R"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|\+08:?00)?$)");
  static const std::array<std::pair<std::regex, std::string>, 3> words{
      {{std::regex("年"), "y"}, {std::regex("月"), "m"}, {std::regex("日|号"), "d"}}};
  const Date day = some_day(1901, 2200);
  const std::chrono::year_month_day ymd(day);
  std::string text =
      written(static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  if (chance(40)) text += " " + clock();
  text = near_miss(text);
  const auto read = parse_loose_date(text);
  if (!read || read->kind == Kind::kMissing || read->kind == Kind::kOpenEnd) return;
  RC_ASSERT(parse_loose_date(read->text()).value().text() == read->text());
  std::string typed = text::without_blanks(std::regex_replace(text::trim(text::nfkc(text)), clock_behind, ""));
  for (const auto& [word, letter] : words) typed = std::regex_replace(typed, word, letter);
  RC_ASSERT(std::regex_match(typed, form));
}

TEST(LooseDate, WordsForNoneAndForNoEnd) {
  for (const auto* none :
       {"", "-", "--", "—", "——", "/", "无", "N/A", "null", "未公示", "1900-01-01", "1900", "1899年"})
    EXPECT_EQ(parse_loose_date(none).value().kind, Kind::kMissing) << none;
  for (const auto* open :
       {"长期", "无固定期限", "永久", "永续经营", "9999-12-31", "99991231", "9999年12月31日", "长期有效", " 长 期 "})
    EXPECT_EQ(parse_loose_date(open).value().kind, Kind::kOpenEnd) << open;
  EXPECT_EQ(to_day(std::nullopt), kNoDay);
  EXPECT_FALSE(from_day(kNoDay));
}

TEST(LooseDate, APeriodOrTwoStylesAreNoDate) {
  for (const auto* text :
       {"2015-06-02至2035-06-01", "2015-03至06", "2015年3至6月", "2015-06年02", "2015-6x2", "2015/6-2",
        "2015-06-02 00:00:00至2035-06-01 00:00:00", "2015-06-02 上午:", "2015-006-02", "2015-6-002", "2015年6-2",
        "20150602250000", "2015-06-02 24:00", "2015-06-02 23:60", "2015-06-02 23:59:60"})
    EXPECT_FALSE(parse_loose_date(text)) << text;
}

}  // namespace
}  // namespace tanmiao::date_property_test
