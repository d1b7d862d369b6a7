#include "core/quote.h"

#include "core/text/normalize.h"

namespace tanmiao {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 60;   // characters
  constexpr std::size_t kEnough = 4096;  // bytes that are looked at
  const auto characters = text::code_points(text::squeeze(text.substr(0, kEnough)));
  std::string out = "'";
  for (std::size_t i = 0; i < characters.size() && i < kLongest; ++i)
    text::append_utf8(out, characters[i] < 0x20 || characters[i] == 0x7F ? U'\uFFFD' : characters[i]);
  out += characters.size() > kLongest || text.size() > kEnough ? "…'" : "'";
  return out;
}

}  // namespace tanmiao
