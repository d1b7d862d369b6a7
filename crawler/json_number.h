// A number of JSON as people write it: 233.6, never 2.336E2.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace tanmiao::crawler {

// The shortest text that is this number again; without an exponent as long as that stays readable.
inline std::string plain_number(double value) {
  constexpr double kLargest = 1e18, kSmallest = 1e-9;
  const double size = std::fabs(value);
  const bool readable = size == 0 || (size < kLargest && size > kSmallest);
  std::array<char, 64> text{};
  const auto end = readable ? std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed)
                            : std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

}  // namespace tanmiao::crawler
