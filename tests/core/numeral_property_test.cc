// Numbers in Chinese words, as capital is written out: 壹亿贰仟万元整.
#include "core/money.h"
#include "tests/core/generators.h"

namespace tanmiao::numeral_property_test {
namespace {

using namespace testing;

// How one writer writes: ordinary or formal characters, 两 before 百 千 万 亿, a cheque's 零 in every empty place.
struct Style {
  bool formal, pair, cheque;
};

std::string digit_word(int digit, const Style& style) {
  static constexpr std::array<std::string_view, 10> kOrdinary{"零", "一", "二", "三", "四",
                                                              "五", "六", "七", "八", "九"};
  static constexpr std::array<std::string_view, 10> kFormal{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
  return std::string((style.formal ? kFormal : kOrdinary)[static_cast<std::size_t>(digit)]);
}

// Below ten thousand. `inner`: digits stand before it, so an empty place in front is said.
std::string section(int n, bool inner, const Style& style) {
  static constexpr std::array<std::string_view, 4> kOrdinary{"千", "百", "十", ""}, kFormal{"仟", "佰", "拾", ""};
  std::string out;
  bool gap = false;
  for (int place = 0, unit = 1000; place < 4; ++place, unit /= 10) {
    const int digit = n / unit % 10;
    const std::string_view word = (style.formal ? kFormal : kOrdinary)[static_cast<std::size_t>(place)];
    if (digit == 0) {
      if (style.cheque && inner && place < 3) (out += "零").append(word);
      gap = !style.cheque && (inner || !out.empty());
      continue;
    }
    if (gap) out += "零";
    gap = false;
    const bool plain_ten = digit == 1 && unit == 10 && out.empty() && !inner && !style.formal;
    if (!plain_ten) out += style.pair && digit == 2 && unit >= 100 ? "两" : digit_word(digit, style);
    out += word;
    inner = true;
  }
  return out;
}

std::string in_words(std::int64_t n, const Style& style) {
  if (n == 0) return "零";
  std::string out;
  for (const auto& [unit, word] :
       {std::pair<std::int64_t, std::string_view>{100'000'000, "亿"}, {10'000, "万"}, {1, ""}}) {
    const auto part = static_cast<int>(n / unit % 10'000);
    if (part == 0) continue;
    out += section(part, !out.empty(), style);
    out += word;
  }
  return out;
}

std::int64_t some_number() {
  const std::int64_t most = one_of(std::array<std::int64_t, 5>{20, 1'000, 100'000, 100'000'000, 1'000'000'000'000});
  std::int64_t n = within<std::int64_t>(0, most);
  for (std::int64_t place = 1; place < most; place *= 10)
    if (chance(40)) n -= n / place % 10 * place;  // empty places are what goes wrong
  return n;
}

RC_GTEST_PROP(NumeralProperty, WordsReadBack, ()) {
  const std::int64_t n = some_number();
  for (const Style& style :
       {Style{false, false, false}, Style{true, false, false}, Style{false, true, false}, Style{true, false, true}}) {
    const std::string words = in_words(n, style);
    RC_LOG() << n << " in words: " << words << '\n';
    RC_ASSERT(text::chinese_numeral(words) == n);
  }
}

RC_GTEST_PROP(NumeralProperty, AmountsInWordsAreThoseInDigits, ()) {
  const std::int64_t n = some_number() % 10'000;
  const std::string words = in_words(n, {chance(50), false, false});
  for (const auto* unit : {"元", "万元", "万元人民币"})
    RC_ASSERT(parse_money(words + unit).value() == parse_money(std::to_string(n) + unit).value());
  RC_ASSERT(parse_money(words, "万元").value() == parse_money(words + "万元").value());
}

RC_GTEST_PROP(NumeralProperty, ACharacterWrittenTwiceIsRefused, ()) {
  const std::int64_t n = some_number();
  const Style style{chance(50), chance(50), false};
  const std::string words = in_words(n, style);
  const auto at = within<std::size_t>(0, words.size() / 3);
  std::string twice = words;
  twice.insert(at * 3, words, at * 3, 3);
  RC_LOG() << twice << '\n';
  RC_ASSERT(text::chinese_numeral(twice) == -1);
}

RC_GTEST_PROP(NumeralProperty, SwappedCharactersNeverGiveTheSameNumber, ()) {
  const std::int64_t n = std::max<std::int64_t>(some_number(), 11);
  const std::string words = in_words(n, {chance(50), chance(50), false});
  const auto at = within<std::size_t>(0, words.size() / 3 - 1) * 3;
  const std::string turned = words.substr(0, at) + words.substr(at + 3, 3) + words.substr(at, 3) + words.substr(at + 6);
  if (turned.substr(at, 6).find("零") != std::string::npos) return;  // 壹拾万零壹佰 may be 壹拾零万壹佰
  RC_LOG() << turned << '\n';
  RC_ASSERT(text::chinese_numeral(turned) != n);
}

TEST(Numeral, WhatHasTwoMeaningsOrNoneIsRefused) {
  // 一万五 is 15,000 in speech and 10,005 in writing; 二〇一五 is no amount.
  for (const auto* words : {"",       "万",   "亿",   "万亿", "一万五",     "三千五", "一百五", "一二三", "二〇一五",
                            "一十百", "十百", "百十", "零五", "一百零",     "万五",   "一万万", "一亿亿", "一零",
                            "十十",   "两零", "百",   "千万", "一百零十五", "一亿万", "五百甲", "甲",     "5百"})
    EXPECT_EQ(text::chinese_numeral(words), -1) << words;
  EXPECT_EQ(text::chinese_numeral("伍佰零拾零万零仟零佰零拾零"), 5'000'000);
  EXPECT_EQ(text::chinese_numeral("一亿零五百万"), 105'000'000);
  EXPECT_EQ(text::chinese_numeral("一亿五百万"), 105'000'000);
  EXPECT_EQ(text::chinese_numeral("一万亿"), 1'000'000'000'000);
}

}  // namespace
}  // namespace tanmiao::numeral_property_test
