// What the property tests of core share: texts as people type them, texts that are nearly right, and any text at all.
#pragma once

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/normalize.h"

namespace tanmiao::testing {

// 100 cases a property, as rapidcheck has it, miss what lies at one place of eighteen. RC_PARAMS overrides.
inline const bool kManyCases = ::setenv("RC_PARAMS", "max_success=500", 0) == 0;

inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view kLettersAndDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// One of the numbers from `low` to `high` - 1, each as likely in every case. rapidcheck's own ranges begin narrow and
// widen with the cases, so that what stands at the end of a list hardly ever comes.
template <class T>
T within(T low, T high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, high));
}

// From `low` to `high`, both included.
inline int between(int low, int high) { return within(low, high + 1); }

template <class Container>
const auto& one_of(const Container& container) {
  return container[within<std::size_t>(0, std::size(container))];
}

inline bool chance(int percent) { return between(1, 100) <= percent; }

inline std::string some(std::string_view alphabet, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += one_of(alphabet);
  return out;
}

// Puts another character of the alphabet at one place.
inline std::string with_one_changed(std::string text, std::string_view alphabet) {
  const auto at = within<std::size_t>(0, text.size());
  const std::size_t same = alphabet.find(text[at]);
  std::string others(alphabet);
  if (same != std::string_view::npos) others.erase(same, 1);
  text[at] = one_of(others);
  return text;
}

inline std::string swapped(std::string text, std::size_t i, std::size_t j) {
  std::swap(text[i], text[j]);
  return text;
}

inline std::string full_width(char c) {
  std::string out;
  text::append_utf8(out, c == ' ' ? U'\u3000' : static_cast<char32_t>(c) + 0xFEE0);
  return out;
}

// Text as it is typed: ASCII full width here and there, lower case, blanks between.
inline std::string disguised(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kBlanks{" ", "\t", "\u3000", "\u00A0", "\uFEFF"};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z' && chance(30)) c = static_cast<char>(c - 'A' + 'a');
    out += c > ' ' && c < 0x7F && chance(30) ? full_width(c) : std::string(1, c);
    const bool whole = i + 1 == text.size() || (static_cast<unsigned char>(text[i + 1]) & 0xC0) != 0x80;
    if (whole && chance(10)) out += one_of(kBlanks);
  }
  if (chance(20)) out.insert(0, " ");
  RC_LOG() << "typed: " << out << '\n';
  return out;
}

// One to three slips of the pen: a character lost, added, or another in its place.
inline std::string near_miss(std::string text) {
  static constexpr std::array<std::string_view, 30> kSlips{"0",  "1",  "9",  "A",  "O",  "X",  "x",  "Z",  "-",    ".",
                                                           "/",  ":",  "(",  ")",  " ",  ",",  "+",  "T",  "年",   "月",
                                                           "日", "万", "亿", "元", "零", "十", "甲", "９", "\xFF", "·"};
  for (int slips = between(1, 3); slips > 0; --slips) {
    const auto at = within<std::size_t>(0, text.size() + 1);
    const int kind = between(0, 2);
    if (kind != 0 && at < text.size()) text.erase(at, 1);
    if (kind != 1) text.insert(at, one_of(kSlips));
  }
  RC_LOG() << "typed: " << text << '\n';
  return text;
}

// Any valid UTF-8: characters of the scripts that occur, of those that normalising changes, and any others.
inline std::string any_text() {
  static constexpr std::array<std::pair<char32_t, char32_t>, 12> kRanges{{{0x00, 0x7F},
                                                                          {0x20, 0x7E},
                                                                          {0xA0, 0x24F},
                                                                          {0x300, 0x36F},
                                                                          {0x2000, 0x206F},
                                                                          {0x2100, 0x24FF},
                                                                          {0x3000, 0x33FF},
                                                                          {0x4E00, 0x9FFF},
                                                                          {0xAC00, 0xD7A3},
                                                                          {0xF900, 0xFAFF},
                                                                          {0xFE30, 0xFFEF},
                                                                          {0x10000, 0x10FFFF}}};
  std::string out;
  for (int length = between(0, 12); length > 0; --length) {
    const auto& [first, last] = one_of(kRanges);
    text::append_utf8(out, within<char32_t>(first, last + 1));
  }
  return out;
}

// Any bytes: valid text cut, joined and damaged, or noise.
inline std::string any_bytes() {
  std::string out = chance(80) ? any_text() : std::string();
  for (int count = between(0, 4); count > 0; --count) {
    const auto at = within<std::size_t>(0, out.size() + 1);
    if (chance(30) && at < out.size())
      out.erase(at, 1);
    else
      out.insert(at, 1, static_cast<char>(between(0, 255)));
  }
  return out;
}

// What typed identifiers come down to: NFKC, no blanks, upper case.
inline std::string as_typed(std::string_view s) {
  std::string out = text::without_blanks(text::nfkc(s));
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

}  // namespace tanmiao::testing
