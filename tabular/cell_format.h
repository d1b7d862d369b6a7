// How a number in a workbook is shown: as a date, a percentage, a code with leading zeros, or a plain number. Codes
// never pass through a floating-point number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tabular/reader.h"

namespace tanmiao::tabular {

struct NumberFormat {
  enum class Kind : std::uint8_t { kGeneral, kDate, kTime, kPercent, kZeros } kind = Kind::kGeneral;
  std::uint8_t width = 0;  // kZeros: digits to pad to
  bool scaled = false;     // shown in thousands, 万 and the like: what is seen is not what is there
};

// Built-in number format ids (ECMA-376 part 1, 18.8.30, with those of Chinese editions) and custom format codes.
NumberFormat builtin_format(std::uint32_t id);
NumberFormat parse_format(std::string_view code);

std::uint8_t marks_of(NumberFormat format);  // of a number that is shown so; bits of Mark

// The day of a serial number, as "2026-11-03", with a clock behind when it has one.
std::string date_of_serial(double serial, bool epoch_1904);

// `raw` is the text in the file. Integers keep every digit that is there; 3.1400000000000001 is 3.14; 1.2E+3 is 1200;
// a code that was already ruined (9.13716E+17) stays as it is, because its digits are lost.
std::string shown_number(std::string_view raw, NumberFormat format, bool epoch_1904);

}  // namespace tanmiao::tabular
