#include "core/text/normalize.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "core/text/scan.h"

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

// Already in NFKC for certain, which is what most of the data is made of.
bool surely_nfkc(std::string_view s) { return ascii_and_han(s); }

// ASCII without blanks and the main block of Han characters: no function here changes such a text, and most values of
// registers are such.
bool surely_plain(std::string_view s) {
  for (const char c : s)
    if (c == ' ' || (c >= 0x09 && c <= 0x0D)) return false;
  return surely_nfkc(s);
}

// Length of what is UTF-8 for certain at the beginning: ASCII, Han characters and the punctuation between them.
std::size_t surely_valid(std::string_view s) {
  std::size_t i = surely_valid_prefix(s);
  while (i < s.size()) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c < 0x80) {
      ++i;
      continue;
    }
    const bool three = c >= 0xE1 && c <= 0xEF && c != 0xED && i + 2 < s.size();
    if (!three || (static_cast<unsigned char>(s[i + 1]) & 0xC0) != 0x80 ||
        (static_cast<unsigned char>(s[i + 2]) & 0xC0) != 0x80)
      return i;
    i += 3;
  }
  return i;
}

// Of a text that is UTF-8.
std::string_view trimmed_view(std::string_view s) {
  std::size_t begin = 0;
  while (begin < s.size()) {
    std::size_t next = begin;
    if (!is_blank(next_code_point(s, next))) break;
    begin = next;
  }
  std::size_t end = s.size();
  while (end > begin) {
    std::size_t last = end - 1;
    while (last > begin && (static_cast<unsigned char>(s[last]) & 0xC0) == 0x80) --last;
    std::size_t next = last;
    if (!is_blank(next_code_point(s, next))) break;
    end = last;
  }
  return s.substr(begin, end - begin);
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

// Reads a numeral from the left: digits with units that fall, in sections that 万 and 亿 close. Each step says whether
// the numeral still has one meaning: digits in a row (二〇一五), a unit without its digit (百元; 十 alone is ten) and a
// bare digit behind a greater unit (一万五: 15,000 in speech, 10,005 in writing) have none.
class NumeralReader {
 public:
  bool digit(long long value) {
    if (digit_ > 0 || (digit_ == 0 && value == 0)) return false;
    behind_zero_ = digit_ == 0;
    if (behind_zero_ && begins()) return false;
    digit_ = value;
    return true;
  }

  // 十 百 千. In formal characters a 零 may hold the place, as on cheques: 伍佰零拾零万元.
  bool unit(long long value, bool formal) {
    if (value >= last_unit_ || (digit_ == 0 && !formal)) return false;
    if (digit_ < 0 && !(value == 10 && begins())) return false;
    section_ += (digit_ < 0 ? 1 : digit_) * value;
    last_unit_ = value;
    digit_ = -1;
    return true;
  }

  // 万 亿.
  bool close(long long value) {
    const bool hundred_millions = value > kSection;
    const bool empty = last_unit_ == kSection && digit_ < 0;
    if (empty && !(hundred_millions && ten_thousands_)) return false;
    if ((hundred_millions ? hundred_millions_ : ten_thousands_) || !take_bare()) return false;
    if (hundred_millions) {
      if (total_ + section_ > kMost / value) return false;
      total_ = (total_ + section_) * value;
    } else {
      total_ += section_ * value;
    }
    hundred_millions_ |= hundred_millions;
    ten_thousands_ = !hundred_millions;
    section_ = 0;
    last_unit_ = kSection;
    return true;
  }

  long long finish() { return take_bare() ? total_ + section_ : -1; }

 private:
  static constexpr long long kSection = 10'000, kMost = 1'000'000'000'000;

  bool begins() const { return last_unit_ == kSection && !ten_thousands_ && !hundred_millions_; }

  bool take_bare() {
    const bool fits = digit_ < 0 || last_unit_ == 10 || begins() || (digit_ > 0 && behind_zero_);
    section_ += std::max(digit_, 0LL);
    digit_ = -1;
    return fits;
  }

  long long total_ = 0, section_ = 0;
  long long digit_ = -1;            // read and not yet counted
  long long last_unit_ = kSection;  // of this section
  bool behind_zero_ = false, ten_thousands_ = false, hundred_millions_ = false;
};

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
  if (surely_valid(s) == s.size()) return std::string(trimmed_view(s));
  std::size_t begin = s.size(), end = 0;
  bool broken = false;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t here = at;
    const char32_t c = next_code_point(s, at);
    if (is_blank(c)) continue;
    broken |= c == kReplacement;
    if (begin == s.size()) begin = here;
    end = at;
  }
  if (begin >= end) return {};
  const std::string_view inner = s.substr(begin, end - begin);
  return broken ? filter(inner, [](char32_t) { return true; }) : std::string(inner);
}

std::string squeeze(std::string_view s) {
  if (surely_plain(s)) return std::string(s);
  std::string out;
  bool blank = false;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t here = at;
    const char32_t c = next_code_point(s, at);
    if (is_blank(c)) {
      blank = !out.empty();
      continue;
    }
    if (blank) out.push_back(' ');
    blank = false;
    if (c == kReplacement)
      append_utf8(out, c);
    else
      out.append(s.substr(here, at - here));
  }
  return out;
}

std::string without_blanks(std::string_view s) {
  if (surely_plain(s)) return std::string(s);
  return filter(s, [](char32_t c) { return !is_blank(c); });
}

std::string to_simplified(std::string_view s, const CharMap& map) { return map_chars(s, map, false); }

std::string fold(std::string_view s, const CharMap& map) {
  if (surely_nfkc(s)) return map_chars(s, map, true);
  std::string out = map_chars(nfkc(s), map, true);
  // A small letter may compose with the mark behind it (U+0300..U+036F) where the capital did not.
  if (out.find_first_of("\xCC\xCD") != std::string::npos) out = nfkc(out);
  return out;
}

bool valid_utf8(std::string_view s) {
  for (;;) {
    s.remove_prefix(surely_valid(s));
    if (s.empty()) return true;
    std::int32_t i = 0;
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(s.data()), i,
            static_cast<std::int32_t>(std::min<std::size_t>(s.size(), 4)), c);
    if (c < 0) return false;
    s.remove_prefix(static_cast<std::size_t>(i));
  }
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

bool is_digits(std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos; }

std::string ascii_lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::size_t length(std::string_view s) {
  if (surely_valid(s) == s.size())
    return static_cast<std::size_t>(
        std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
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
  NumeralReader reader;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t here = at;
    next_code_point(s, at);
    const std::string_view c = s.substr(here, at - here);
    bool fits = false;
    if (const long long value = find_numeral(c, kDigits.data(), kDigits.size()); value >= 0)
      fits = reader.digit(value);
    else if (const long long unit = find_numeral(c, kUnits.data(), kUnits.size()); unit > 0)
      fits = unit >= 10'000 ? reader.close(unit) : reader.unit(unit, c == "拾" || c == "佰" || c == "仟");
    if (!fits) return -1;
  }
  return reader.finish();
}

}  // namespace tanmiao::text
