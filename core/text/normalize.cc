#include "core/text/normalize.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <array>

namespace tanmiao::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Reads one code point at `at` and moves on; bad bytes give U+FFFD one byte at a time.
char32_t next_code_point(std::string_view s, std::size_t& at) {
  std::int32_t i = 0;
  const auto left = static_cast<std::int32_t>(std::min<std::size_t>(s.size() - at, 4));
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const std::uint8_t*>(s.data() + at), i, left, c);
  at += static_cast<std::size_t>(i);
  return c < 0 ? kReplacement : static_cast<char32_t>(c);
}

bool is_blank(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 ||
         c == 0xFEFF;
}

// Already in NFKC for certain: ASCII and the main block of Han characters, which is what most of the data is made of.
bool surely_nfkc(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c < 0x80) {
      ++i;
    } else if (c >= 0xE4 && c <= 0xE9 && i + 2 < s.size()) {  // U+4000..U+9FFF, of it U+4E00 and up
      const auto d = static_cast<unsigned char>(s[i + 1]), e = static_cast<unsigned char>(s[i + 2]);
      if ((d & 0xC0) != 0x80 || (e & 0xC0) != 0x80 || (c == 0xE4 && d < 0xB8)) return false;
      i += 3;
    } else {
      return false;
    }
  }
  return true;
}

std::string map_chars(std::string_view s, const CharMap& map, bool lower) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    if (static_cast<unsigned char>(s[at]) < 0x80) {
      const char c = s[at++];
      out.push_back(lower && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
      continue;
    }
    const std::size_t begin = at;
    const char32_t c = next_code_point(s, at);
    const auto found = map.find(c);
    if (found != map.end()) {
      append_utf8(out, found->second);
    } else if (c == kReplacement) {
      append_utf8(out, c);
    } else {
      out.append(s.substr(begin, at - begin));
    }
  }
  return out;
}

template <class Keep>
std::string filter(std::string_view s, const Keep& keep) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(s, at);
    if (!keep(c)) continue;
    // Bytes kept as they are would make a character once the blank between its broken halves is gone.
    if (c == kReplacement)
      append_utf8(out, c);
    else
      out.append(s.substr(begin, at - begin));
  }
  return out;
}

struct Numeral {
  std::string_view text;
  long long value;
};
constexpr std::array<Numeral, 28> kDigits{
    {{"零", 0}, {"〇", 0}, {"一", 1}, {"壹", 1}, {"二", 2}, {"贰", 2}, {"两", 2}, {"貳", 2}, {"三", 3}, {"叁", 3},
     {"四", 4}, {"肆", 4}, {"五", 5}, {"伍", 5}, {"六", 6}, {"陆", 6}, {"七", 7}, {"柒", 7}, {"八", 8}, {"捌", 8},
     {"九", 9}, {"玖", 9}, {"弌", 1}, {"弍", 2}, {"弎", 3}, {"陸", 6}, {"○", 0},  {"参", 3}}};
constexpr std::array<Numeral, 9> kUnits{{{"十", 10},
                                         {"拾", 10},
                                         {"百", 100},
                                         {"佰", 100},
                                         {"千", 1000},
                                         {"仟", 1000},
                                         {"万", 10000},
                                         {"萬", 10000},
                                         {"亿", 100000000}}};

long long find_numeral(std::string_view c, const Numeral* table, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (table[i].text == c) return table[i].value;
  return -1;
}

}  // namespace

std::string nfkc(std::string_view s) {
  if (surely_nfkc(s)) return std::string(s);
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCInstance(error);
  const auto source = icu::UnicodeString::fromUTF8(icu::StringPiece(s.data(), static_cast<std::int32_t>(s.size())));
  const icu::UnicodeString normal = normalizer->normalize(source, error);
  std::string out;
  (U_SUCCESS(error) ? normal : source).toUTF8String(out);
  return out;
}

std::string trim(std::string_view s) {
  std::size_t begin = s.size(), end = 0;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t here = at;
    if (is_blank(next_code_point(s, at))) continue;
    if (begin == s.size()) begin = here;
    end = at;
  }
  return begin >= end ? std::string() : std::string(s.substr(begin, end - begin));
}

std::string squeeze(std::string_view s) {
  std::string out;
  bool blank = false;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t here = at;
    if (is_blank(next_code_point(s, at))) {
      blank = !out.empty();
      continue;
    }
    if (blank) out.push_back(' ');
    blank = false;
    out.append(s.substr(here, at - here));
  }
  return out;
}

std::string without_blanks(std::string_view s) {
  return filter(s, [](char32_t c) { return !is_blank(c); });
}

std::string to_simplified(std::string_view s, const CharMap& map) { return map_chars(s, map, false); }

std::string fold(std::string_view s, const CharMap& map) {
  if (surely_nfkc(s)) return map_chars(s, map, true);
  return map_chars(nfkc(s), map, true);
}

bool valid_utf8(std::string_view s) {
  for (std::size_t at = 0; at < s.size();) {
    std::int32_t i = 0;
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(s.data() + at), i,
            static_cast<std::int32_t>(std::min<std::size_t>(s.size() - at, 4)), c);
    if (c < 0) return false;
    at += static_cast<std::size_t>(i);
  }
  return true;
}

std::vector<char32_t> code_points(std::string_view s) {
  std::vector<char32_t> out;
  out.reserve(s.size() / 2 + 1);
  for (std::size_t at = 0; at < s.size();) out.push_back(next_code_point(s, at));
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = kReplacement;
  const auto byte = [&out](char32_t b) { out.push_back(static_cast<char>(static_cast<unsigned char>(b))); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F));
  }
}

std::size_t length(std::string_view s) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < s.size(); ++count) next_code_point(s, at);
  return count;
}

bool is_han(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == 0x3007 || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x323AF);
}

long long chinese_numeral(std::string_view s) {
  if (s.empty()) return -1;
  constexpr long long kMost = 1'000'000'000'000LL, kMyriad = 10'000;
  long long total = 0, myriads = 0, section = 0, digit = 0;
  bool any = false;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t here = at;
    next_code_point(s, at);
    const std::string_view c = s.substr(here, at - here);
    if (const long long value = find_numeral(c, kDigits.data(), kDigits.size()); value >= 0) {
      digit = value;
      any = true;
    } else if (const long long unit = find_numeral(c, kUnits.data(), kUnits.size()); unit > 0) {
      any = true;
      if (unit > kMyriad) {  // 亿 counts all before it: 一万二千亿
        const long long before = total + myriads + section + digit;
        if (before > kMost / unit) return -1;
        total = before * unit;
        myriads = section = 0;
      } else if (unit == kMyriad) {  // 万 counts what stands behind 亿: 三亿五千万
        myriads += (section + digit) * unit;
        section = 0;
      } else {
        section += (digit == 0 && section == 0 ? 1 : digit) * unit;  // 十 alone is ten
      }
      digit = 0;
    } else {
      return -1;
    }
    if (total + myriads + section > kMost) return -1;
  }
  return any ? total + myriads + section + digit : -1;
}

}  // namespace tanmiao::text
