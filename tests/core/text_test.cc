// Search forms and numerals by example; the properties stand in text_property_test.cc and numeral_property_test.cc.
#include <gtest/gtest.h>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "tests/core/support.h"

namespace tanmiao::text_test {
namespace {

std::string form(std::string_view s, text::Marks marks = text::Marks::kKept) {
  return text::search_form(text::fold(s, testing::reference().simplified), marks);
}
std::vector<std::string> needed(std::string_view s) {
  const std::string made = form(s);
  const auto terms = text::needed_terms(made);
  return {terms.begin(), terms.end()};
}
bool holds(std::string_view text, std::string_view word) { return form(text).find(form(word)) != std::string::npos; }

TEST(SearchForm, WordsOfLettersStandApartAndModelNumbersAreTheirParts) {
  EXPECT_EQ(form("6061-T6铝合金"), " 6061 t6 铝合金");
  EXPECT_EQ(form("ＡＢＣ 5G網絡"), " abc 5g 网络");
  for (const auto* part : {"6061-T6", "6061", "t6", "T6铝"}) EXPECT_TRUE(holds("6061-T6铝合金", part)) << part;
  EXPECT_FALSE(holds("15G网络", "5G网络"));
  EXPECT_FALSE(holds("technology", "tech"));
}

TEST(SearchForm, AMarkIsALineEndOrNothingAndABlankIsNothing) {
  EXPECT_EQ(form("、铝业（山东）公司；"), "铝业\n山东\n公司");
  EXPECT_EQ(form("、铝业（山东）公司；", text::Marks::kDropped), "铝业山东公司");
  EXPECT_EQ(form("铝 业"), "铝业");
  EXPECT_EQ(form("（）、-"), "");
  EXPECT_FALSE(holds("铝业、化工", "业化"));
}

TEST(SearchForm, IsFoundByPairsOfCharactersAndWords) {
  EXPECT_EQ(needed("铝合金"), (std::vector<std::string>{"铝合", "合金"}));
  EXPECT_EQ(needed("铝"), (std::vector<std::string>{"铝"}));
  EXPECT_EQ(needed("5G铝、t-6合金"), (std::vector<std::string>{"5g", "铝", "t", "6", "合金"}));
  EXPECT_EQ(needed("紡織"), needed("纺织"));
  EXPECT_EQ(text::form_length(form("6061-T6铝合金")), 5u);
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
