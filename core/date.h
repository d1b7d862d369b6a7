// Civil dates and UTC instants. A date in a record is a day of the civil calendar without a zone; a clock time is
// whole seconds UTC. The office's civil day is that of Beijing (UTC+8, no daylight saving since 1991).
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao {

using Date = std::chrono::sys_days;
using Instant = std::chrono::sys_seconds;

// Days since 1970-01-01 as kept in columns; kNoDay stands for "unknown".
using Day = std::int32_t;
inline constexpr Day kNoDay = std::numeric_limits<Day>::min();

Day to_day(std::optional<Date> date);
std::optional<Date> from_day(Day day);

Date make_date(int year, unsigned month, unsigned day);  // the date must exist
int year_of(Date date);
Date add_months(Date date, int months);  // 31 January + 1 month = last day of February

std::string iso(Date date);        // "2015-06-02"
std::string iso(Instant instant);  // "2015-06-02T13:45:10Z"
Result<Date> parse_iso_date(std::string_view text);
Result<Instant> parse_iso_instant(std::string_view text);
Date civil_day(Instant instant);  // the day in Beijing at that instant

// What a date field of the outside world says. Many fields hold less than a day, or say "none" in words.
struct LooseDate {
  enum class Kind { kDay, kMonth, kYear, kOpenEnd, kMissing };
  Kind kind = Kind::kMissing;
  Date first{};              // first day it may mean (kDay, kMonth, kYear)
  std::string text() const;  // "2015-06-02", "2015-06", "2015", or ""
};

// Reads the spellings of domain table date_test_vectors.csv: ISO, 年月日, slashes, points, eight digits, a clock
// behind, full width, milliseconds since 1970 (as Beijing days), month or year only, 长期, dashes. Excel serial numbers
// are not guessed. Error kFormat for what is neither a date nor a word for "none", and for days that do not exist.
Result<LooseDate> parse_loose_date(std::string_view text);

}  // namespace tanmiao
