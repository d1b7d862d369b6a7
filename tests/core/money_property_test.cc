// Amounts of money: scales, spellings, currencies, numerals in words.
#include "core/money.h"

#include <regex>

#include "tests/core/generators.h"

namespace tanmiao::money_property_test {
namespace {

using namespace testing;

struct Scale {
  std::string_view word;
  int zeros;  // behind the minor unit
};
constexpr std::array<Scale, 5> kScales{{{"元", 2}, {"万元", 6}, {"百万元", 8}, {"千万元", 9}, {"亿元", 10}}};

std::int64_t power_of_ten(int zeros) {
  std::int64_t value = 1;
  while (zeros-- > 0) value *= 10;
  return value;
}

// `minor` in units of 10^zeros, in decimals: 12345 with 2 is 123.45.
std::string decimal(std::int64_t minor, int zeros) {
  std::string digits = std::to_string(minor);
  const auto places = static_cast<std::size_t>(zeros);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  return digits.insert(digits.size() - places, ".");
}

std::string with_commas(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

Money money(std::string_view text, std::string_view unit = "元") { return parse_money(text, unit).value().value(); }

RC_GTEST_PROP(MoneyProperty, DecimalsAreExactInEveryScale, ()) {
  const auto minor = within<std::int64_t>(0, 9'000'000'000'000'000);
  for (const auto& [word, zeros] : kScales) {
    const std::string number = decimal(minor, zeros), text = number + std::string(word);
    RC_ASSERT(money(text).minor == minor);
    RC_ASSERT(money(disguised(text)).minor == minor);
    RC_ASSERT(money("-" + text).minor == -minor);
  }
}

RC_GTEST_PROP(MoneyProperty, ScalesArePowersOfTenOfEachOther, ()) {
  const auto n = within<std::int64_t>(0, 90'000'000);
  for (const auto& [word, zeros] : kScales) {
    RC_ASSERT(money(std::to_string(n).append(word)).minor == n * power_of_ten(zeros));
    RC_ASSERT(money(with_commas(std::to_string(n)).append(word)).minor == n * power_of_ten(zeros));
    RC_ASSERT(money(std::to_string(n).append(word)).minor < money(std::to_string(n + 1).append(word)).minor);
  }
  RC_ASSERT(money(std::to_string(n), "万元") == money(std::to_string(n) + "万元"));
  RC_ASSERT(money(std::to_string(n) + "元", "万元").minor == n * 100);
}

RC_GTEST_PROP(MoneyProperty, PartsOfAFenAreRoundedHalfUp, ()) {
  const auto minor = within<std::int64_t>(0, 1'000'000'000'000);
  const std::string rest = some(kDigits, between(1, 6));
  RC_ASSERT(money(decimal(minor, 2) + rest + "元").minor == minor + (rest[0] >= '5' ? 1 : 0));
}

RC_GTEST_PROP(MoneyProperty, CurrencyAndItsPlaceDoNotChangeTheAmount, ()) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kWords{
      {{"人民币", "CNY"},     {"美元", "USD"},     {"美金", "USD"}, {"港元", "HKD"},     {"香港元", "HKD"},
       {"港币", "HKD"},       {"日元", "JPY"},     {"日圆", "JPY"}, {"欧元", "EUR"},     {"英镑", "GBP"},
       {"韩元", "KRW"},       {"韩圆", "KRW"},     {"加元", "CAD"}, {"加拿大元", "CAD"}, {"澳元", "AUD"},
       {"澳大利亚元", "AUD"}, {"新加坡元", "SGD"}, {"新元", "SGD"}, {"瑞士法郎", "CHF"}, {"新台币", "TWD"},
       {"台币", "TWD"},       {"澳门元", "MOP"},   {"马克", "DEM"}, {"德国马克", "DEM"}}};
  const auto& [word, code] = one_of(kWords);
  const std::string n = std::to_string(between(0, 1'000'000)), name(word);
  const Money plain = money(n + "万元");
  RC_ASSERT(plain.currency == "CNY");
  for (const std::string& text :
       {n + "万" + name, n + "万元" + name, n + "(万" + name + ")", n + ".0000（万元" + name + "）", name + n + "万元",
        name + n + "万元整", n + "万" + name + "（认缴）", "约" + n + "万" + name}) {
    const Money read = money(disguised(text));
    RC_ASSERT(read.minor == plain.minor);
    RC_ASSERT(read.currency == code);
  }
}

RC_GTEST_PROP(MoneyProperty, TheStoredFormReadsBack, ()) {
  constexpr std::int64_t kMost = 9'000'000'000'000'000'000;
  const Money stored{chance(10) ? kMost : within<std::int64_t>(-kMost, kMost), some(kLetters, 3)};
  RC_ASSERT(parse_money_text(stored.text()).value() == stored);
  static const std::regex form("-?[0-9]+ [A-Z]{3}");
  const std::string text = near_miss(stored.text());
  const auto read = parse_money_text(text);
  RC_ASSERT((!read || std::regex_match(text, form)));
}

RC_GTEST_PROP(MoneyProperty, WhatIsReadIsStoredAndReadBack, ()) {
  const std::string amount = some("0123456789.", between(1, 21)) + std::string(one_of(kScales).word);
  const auto read = parse_money(near_miss(amount));
  if (!read || !*read) return;
  RC_ASSERT(parse_money_text((*read)->text()).value() == **read);
}

// The digits of an amount are all of it: nothing that is left over may pass.
RC_GTEST_PROP(MoneyProperty, WhatIsAcceptedIsANumberAndWordsOfMoney, ()) {
  static const std::regex words("人民币|日元|万|亿|百|千|元|美元|认缴|整|约|[(),]");
  static const std::regex number(R"(-?(\d+\.?\d*|\.\d+))");
  const std::string text =
      near_miss(std::to_string(between(0, 100'000)) + (chance(30) ? ".5" : "") + "万元" + (chance(30) ? "人民币" : ""));
  const auto read = parse_money(text);
  if (!read || !*read) return;
  const std::string rest = std::regex_replace(as_typed(text), words, "");
  RC_LOG() << "left: " << rest << " as " << (*read)->text() << '\n';
  RC_ASSERT((std::regex_match(rest, number) || text.find_first_of(kDigits) == std::string::npos));
}

TEST(Money, AUnitWithoutANumberIsNoAmount) {
  for (const auto* text :
       {"万元", "元", "万人民币", "万元人民币", "(万元)", "万美元", "人民币", "（万元人民币）", "亿元"})
    EXPECT_FALSE(parse_money(text).value()) << text;
}

TEST(Money, TwoAmountsOrOtherWordsAreRefused) {
  for (const auto* text : {"500万元至600万元", "500万元500", "五百万600", "500元万", "1E+4万", "--5万元", "5-6万元",
                           "1.2.3万元", "若干", "百万元", "500万卢布", "人民币500万美元"})
    EXPECT_FALSE(parse_money(text)) << text;
}

}  // namespace
}  // namespace tanmiao::money_property_test
