// Tokens and numerals by example; the properties stand in text_property_test.cc and numeral_property_test.cc.
#include <gtest/gtest.h>

#include "core/text/normalize.h"
#include "core/text/tokenize.h"
#include "tests/core/support.h"

namespace tanmiao::text_test {
namespace {

std::vector<std::string> terms(std::string_view s) {
  std::vector<std::string> out;
  for (const auto& token : text::bigrams(text::fold(s, testing::reference().simplified))) out.push_back(token.term);
  return out;
}

TEST(Tokens, AreBigramsOfHanAndWordsWithTheirParts) {
  EXPECT_EQ(terms("铝合金"), (std::vector<std::string>{"铝合", "合金"}));
  EXPECT_EQ(terms("紡織"), terms("纺织"));
  const auto model = terms("6061-T6");
  for (const auto* part : {"6061-t6", "6061", "t6"}) EXPECT_EQ(std::count(model.begin(), model.end(), part), 1) << part;
}

TEST(Numerals, MyriadsStandBehindHundredMillions) {
  const std::pair<const char*, long long> kCases[] = {
      {"三亿五千万", 350'000'000}, {"十二万", 120'000},         {"一万二千亿", -1},
      {"一亿零五百", 100'000'500}, {"四千亿", 400'000'000'000}, {"十亿三千二百万零一", 1'032'000'001}};
  for (const auto& [text, value] : kCases) EXPECT_EQ(text::chinese_numeral(text), value) << text;
}

TEST(Numerals, BeyondAllCountingAreNone) {
  EXPECT_EQ(text::chinese_numeral("九千九百九十九亿九千九百九十九万"), 999'999'990'000);
  EXPECT_EQ(text::chinese_numeral("九千九百九十九亿亿"), -1) << "and nothing overflows on the way";
  EXPECT_EQ(text::chinese_numeral("一万亿"), 1'000'000'000'000);
  EXPECT_EQ(text::chinese_numeral("二万亿"), -1);
}

}  // namespace
}  // namespace tanmiao::text_test
