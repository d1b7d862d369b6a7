// Characters of texts that fold() made, as search forms tell them apart. Within core/text.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "core/text/normalize.h"

namespace tanmiao::text::form_chars {

// A character of a text that fold() made, so its bytes are good.
struct Char {
  char32_t code;
  std::size_t bytes;
};

inline Char char_at(std::string_view s, std::size_t at) {
  const auto lead = static_cast<unsigned char>(s[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = std::min<std::size_t>(lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4, s.size() - at);
  char32_t code = lead & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) code = code << 6 | (static_cast<unsigned char>(s[at + i]) & 0x3Fu);
  return {code, bytes};
}

inline bool is_letter(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0x24F) ||
         (c >= 0x370 && c <= 0x52F) || (c >= 0x3040 && c <= 0x30FF) || (c >= 0xAC00 && c <= 0xD7A3);
}

// Length of the word of letters and digits that begins here.
inline std::size_t word_bytes(std::string_view s, std::size_t at) {
  const std::size_t begin = at;
  while (at < s.size()) {
    const Char c = char_at(s, at);
    if (!is_letter(c.code)) break;
    at += c.bytes;
  }
  return at - begin;
}

// Most characters of a text are Han of the basic plane, three bytes each.
inline bool begins_han(std::string_view s, std::size_t at) {
  const auto lead = static_cast<unsigned char>(s[at]);
  if (lead >= 0xE5 && lead <= 0xE9) return true;
  return lead >= 0xE3 && is_han(char_at(s, at).code);
}

}  // namespace tanmiao::text::form_chars
