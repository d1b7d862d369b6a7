#include "crawler/normalise_text.h"

#include <algorithm>

#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

// Letters that Chinese registers do not use but that appear when GBK or UTF-8 bytes are read as Latin-1 (U+0080 to
// U+00FF but for the few signs that are used: ± · × ° é and such in foreign names stay single).
bool looks_decoded_as_latin(const std::vector<char32_t>& text) {
  std::size_t run = 0;
  for (const char32_t c : text) {
    run = c >= 0x80 && c <= 0xFF ? run + 1 : 0;
    if (run >= 3) return true;
  }
  return false;
}

// Control characters, code points for private use and those Unicode will never assign.
bool impossible(char32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0) || (c >= 0xE000 && c <= 0xF8FF) ||
         (c & 0xFFFE) == 0xFFFE;
}

// UTF-8 read as GBK gives runs of these characters, which are rare in writing: 锟斤拷 is U+FFFD itself.
bool has_replacement_leftovers(std::string_view text) {
  for (const std::string_view sign : {"锟斤", "斤拷", "锘挎", "烫烫", "屯屯"})
    if (text.find(sign) != std::string_view::npos) return true;
  return false;
}

bool plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; });
}

}  // namespace

std::string text_fault(std::string_view text) {
  if (text.find("[NAME]") != std::string_view::npos || text.find("[PERSON]") != std::string_view::npos)
    return "列错位：此处出现了姓名占位";
  if (plain_ascii(text)) return {};
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
  // Single ones of private use stand for rare characters in long texts; a body's name must not have any.
  const auto bad = std::count_if(points.begin(), points.end(), impossible);
  if (bad > 2 || (bad > 0 && points.size() < 40)) return "含有不可能的字符（控制符或私用区），文字可能已损坏";
  return {};
}

std::string name_fault(std::string_view name) {
  std::size_t letters = 0, questions = 0, han = 0;
  for (const char32_t c : text::code_points(name)) {
    if (text::is_han(c)) ++han;
    if (text::is_han(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0xC0) ++letters;
    if (c == '?') ++questions;
  }
  if (questions > 0) return "企业名称含问号，文字可能已损坏";
  if (letters < 2) return "企业名称（至少两个字）";
  if (han > 0 && name.size() > 300) return "企业名称（不超过一百字）";
  return {};
}

std::string place_fault(Field field, std::string_view text) {
  if (field != Field::kProvince && field != Field::kCity && field != Field::kCounty) return {};
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

}  // namespace tanmiao::crawler
