#include "core/text/folder.h"

#include <unicode/normalizer2.h>

#include "core/text/normalize.h"

namespace tanmiao::text {
namespace {

constexpr char32_t kPlane = 0x10000;

bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

// What fold() makes of a character by itself; 0: it may depend on its neighbours or is not for the table. Marks that
// compose are not inert, so a character that takes one has none beside it within the table.
char32_t folded(char32_t c, const CharMap& map, const icu::Normalizer2& normalizer) {
  constexpr char32_t kFullWidth = 0xFF01, kLastFullWidth = 0xFF5E, kFullWidthToAscii = 0xFEE0;
  if (c >= kFullWidth && c <= kLastFullWidth) c -= kFullWidthToAscii;
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  if (is_surrogate(c) || !normalizer.isInert(static_cast<UChar32>(c))) return 0;
  const auto found = map.find(c);
  const char32_t to = found == map.end() ? c : found->second;
  // fold() normalizes once more when marks (U+0300 to U+037F) stand in what it made.
  const bool mark = to >= 0x300 && to <= 0x37F;
  return to < 0x80 || to >= kPlane || is_surrogate(to) || mark ? 0 : to;
}

// As long as the bytes are good: the character at `p`, of the basic plane, and its length; 0: it is none.
struct Read {
  char32_t code;
  std::size_t bytes;
};
inline bool continues(unsigned char byte) { return (byte & 0xC0u) == 0x80; }
inline Read read_char(const unsigned char* p, const unsigned char* end) {
  if (*p < 0x80) return {*p, 1};
  if (*p >= 0xE0 && *p <= 0xEF && end - p >= 3 && continues(p[1]) && continues(p[2])) {
    const char32_t code = (*p & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return code < 0x800 ? Read{0, 0} : Read{code, 3};
  }
  if (*p >= 0xC2 && *p <= 0xDF && end - p >= 2 && continues(p[1])) return {(*p & 0x1Fu) << 6 | (p[1] & 0x3Fu), 2};
  return {0, 0};
}

inline char* put(char* out, char32_t c) {
  const auto byte = [&out](char32_t b) { *out++ = static_cast<char>(static_cast<unsigned char>(b)); };
  if (c >= 0x800)
    byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F));
  else if (c >= 0x80)
    byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F));
  else
    byte(c);
  return out;
}

}  // namespace

Folder::Folder(const CharMap& map) : map_(map), to_(kPlane) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCInstance(error);
  if (U_FAILURE(error)) return;  // then fold() does it all
  for (char32_t c = 1; c < kPlane; ++c) to_[c] = static_cast<char16_t>(folded(c, map, *normalizer));
}

void Folder::append(std::string& out, std::string_view s) const {
  const std::size_t before = out.size();
  out.resize(before + s.size() + s.size() / 2);  // two bytes may become three, no character more than that
  char* to = out.data() + before;
  const auto* p = reinterpret_cast<const unsigned char*>(s.data());
  const auto* const end = p + s.size();
  while (p < end) {
    const auto [code, bytes] = read_char(p, end);
    const char32_t made = to_[code];
    if (made == 0) {  // of bad bytes too
      out.resize(before);
      out += fold(s, map_);
      return;
    }
    to = put(to, made);
    p += bytes;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace tanmiao::text
