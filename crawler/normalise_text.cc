#include "crawler/normalise_text.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "core/text/scan.h"

namespace tanmiao::crawler {
namespace {

// Letters that Chinese registers do not use but that appear when GBK or UTF-8 bytes are read as Latin-1: a run of
// U+0080 to U+00FF. é and such in foreign names stay single, and signs make no run alone (scopes end in ×××).
bool looks_decoded_as_latin(const std::vector<char32_t>& text) {
  std::size_t run = 0;
  bool letter = false;
  for (const char32_t c : text) {
    const bool latin = c >= 0x80 && c <= 0xFF;
    run = latin ? run + 1 : 0;
    letter = latin && (letter || (c >= 0xC0 && c != U'×' && c != U'÷'));
    if (run >= 3 && letter) return true;
  }
  return false;
}

// Control characters and code points that Unicode will never assign.
bool impossible(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0) || (c & 0xFFFE) == 0xFFFE;
}
// Where older charsets put rare characters of their own: a place or a product may have one.
bool of_private_use(char32_t c) { return c >= 0xE000 && c <= 0xF8FF; }

constexpr std::string_view kImpossible = "含有不可能的字符（控制符或私用区），文字可能已损坏";

// UTF-8 read as GBK gives runs of these characters, which are rare in writing: 锟斤拷 is U+FFFD itself. Memory that
// nobody wrote to gives 烫 and 屯; two of the latter end and begin names of places (前屯屯南).
bool has_replacement_leftovers(std::string_view text) {
  for (const std::string_view sign : {"锟斤", "斤拷", "锘挎", "烫烫烫", "屯屯屯"})
    if (text.find(sign) != std::string_view::npos) return true;
  return false;
}

// Of 所在省份, 所在市, 所属县区.
std::string place_fault(std::string_view text) {
  std::size_t length = 0;
  for (const char32_t c : text::code_points(text)) {
    ++length;
    if (!text::is_han(c) && c != '(' && c != ')' && c != U'（' && c != U'）' && c != U'、' && c != '/' && c != '-' &&
        c != U'·' && c != ' ')
      return "地名（此处不是地名，可能列错位）";
  }
  constexpr std::size_t kLongestPlace = 24;  // characters: 省市县 in one
  return length > kLongestPlace ? "地名（过长，可能列错位）" : std::string();
}

// 企业类型 is free text, but in words of its own: registers write it with one of the table's, or as a code of four
// digits.
std::string org_type_fault(std::string_view text, const std::vector<std::string>& words) {
  const bool code =
      text.size() == 4 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (code) return {};
  const auto points = text::code_points(text);
  const bool any_han = std::any_of(points.begin(), points.end(), text::is_han);
  const bool known = words.empty() || std::any_of(words.begin(), words.end(), [&](const std::string& word) {
                       return text.find(word) != std::string_view::npos;
                     });
  constexpr std::size_t kLongestPerson = 4;  // characters of a Chinese name
  if (!any_han || (!known && points.size() <= kLongestPerson)) return "企业类型（此处不是企业类型，可能列错位）";
  return {};
}

}  // namespace

TextLook look_at(std::string_view text) {
  TextLook look;
  if (const text::Scan scan = text::scan(text); scan.common) {
    look.plain = scan.plain;
    return look;
  }
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char c = byte(i);
    if (c < 0x80) {
      look.suspicious |= (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
      look.bracket |= c == '[';
      ++i;
      continue;
    }
    if (c < 0xE0 || i + 2 >= text.size() || (byte(i + 1) & 0xC0) != 0x80 || (byte(i + 2) & 0xC0) != 0x80)
      return {false, true, true, false};  // rare: looked at in full
    const unsigned three = unsigned{c} << 16 | unsigned{byte(i + 1)} << 8 | byte(i + 2);
    const bool han = three >= 0xE4B880 && three <= 0xE9BFBF;
    const bool sign = (three >= 0xEFBC81 && three <= 0xEFBD9E) ||  // U+FF01 to U+FF5E
                      (three >= 0xE38081 && three <= 0xE38091) ||  // U+3001 to U+3011
                      (three >= 0xE28090 && three <= 0xE280A7);    // U+2010 to U+2027
    look.simple &= han || sign;
    switch (three) {
      case 0xE9949F:  // 锟
      case 0xE696A4:  // 斤
      case 0xE99498:  // 锘
      case 0xE783AB:  // 烫
      case 0xE5B1AF:  // 屯
        look.suspicious = true;
        break;
      default:  // private use, and what Unicode will never assign
        look.suspicious |= c >= 0xEE && (three < 0xEFBC80 || three > 0xEFBEBF);
    }
    i += 3;
  }
  return look;
}

Trimmed::Trimmed(std::string_view raw) : look_(look_at(raw)), text_(raw) {
  if (look_.plain) return;
  if (!look_.simple) {
    mended_ = text::trim(raw);
    text_ = mended_;
    look_ = look_at(text_);
    return;
  }
  const auto blank = [](char c) { return c == ' ' || (c >= 0x09 && c <= 0x0D); };  // no others are simple
  while (!text_.empty() && blank(text_.front())) text_.remove_prefix(1);
  while (!text_.empty() && blank(text_.back())) text_.remove_suffix(1);
  if (text_.size() != raw.size()) look_ = look_at(text_);
}

std::string text_fault(std::string_view text) {
  if (!look_at(text).suspicious) return {};
  if (text.find("\xEF\xBF\xBD") != std::string_view::npos || has_replacement_leftovers(text))
    return "文字已损坏（乱码），请用正确的字符集重新导出";
  bool suspicious = false;  // decode only what has bytes that the faults below begin with
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xC3 || byte >= 0xEE) suspicious = true;
  }
  if (!suspicious) return {};
  const auto points = text::code_points(text);
  if (looks_decoded_as_latin(points)) return "文字按错误的字符集解码（乱码），请用正确的字符集重新导出";
  const auto bad = std::count_if(points.begin(), points.end(), impossible);
  const auto rare = std::count_if(points.begin(), points.end(), of_private_use);
  if (bad > 2 || (bad > 0 && points.size() < 40)) return std::string(kImpossible);
  const bool many = rare > 2 || static_cast<std::size_t>(rare) * 4 > points.size();
  return many ? std::string(kImpossible) : std::string();
}

std::string name_fault(std::string_view name) {
  std::size_t letters = 0, questions = 0, han = 0;
  const auto ascii = [&](char c) {
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) ++letters;
    if (c == '?') ++questions;
  };
  if (text::ascii_and_han(name)) {  // which most names are: no need to take them apart
    for (const char c : name) {
      ascii(c);
      if ((static_cast<unsigned char>(c) & 0xC0) == 0xC0) ++han;
    }
    letters += han;
  } else {
    for (const char32_t c : text::code_points(name)) {
      if (c < 0x80) ascii(static_cast<char>(c));
      if (text::is_han(c)) ++han;
      if (text::is_han(c) || c >= 0xC0) ++letters;
      if (of_private_use(c)) return std::string(kImpossible);  // no other source's name would ever be equal to it
    }
  }
  if (questions > 0) return "企业名称含问号，文字可能已损坏";
  if (letters < 2) return "企业名称（至少两个字）";
  if (han > 0 && name.size() > 300) return "企业名称（不超过一百字）";
  return {};
}

bool names_masked_person(std::string_view text) {
  return text.find("[NAME]") != std::string_view::npos || text.find("[PERSON]") != std::string_view::npos;
}

std::string column_fault(Field field, std::string_view text, const Reference& reference) {
  if (field == Field::kProvince || field == Field::kCity || field == Field::kCounty) return place_fault(text);
  return field == Field::kOrgType ? org_type_fault(text, reference.org_type_words) : std::string();
}

}  // namespace tanmiao::crawler
