// Tokens and normal forms, for every text.
#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/text/normalize.h"
#include "core/text/tokenize.h"
#include "tests/core/support.h"

namespace tanmiao {
namespace {

std::string some_text() {
  static const std::vector<std::string> kPieces{"铝", "合", "金", "6061-t6", " ",  "、",
                                                "Ａ", "（", "紡", "x",       "；", "\xFF"};
  std::string out;
  for (const auto at : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, kPieces.size())))
    out += kPieces[at];
  return out;
}

std::vector<std::string> terms(std::string_view s) {
  std::vector<std::string> out;
  for (const auto& token : text::bigrams(text::fold(s, testing::reference().simplified))) out.push_back(token.term);
  return out;
}

RC_GTEST_PROP(Tokens, LieInTheTextInOrder, ()) {
  const std::string folded = text::fold(some_text(), testing::reference().simplified);
  for (const auto& tokens : {text::bigrams(folded), text::characters(folded)}) {
    std::uint32_t position = 0;
    for (const text::Token& token : tokens) {
      RC_ASSERT(token.begin < token.end && token.end <= folded.size());
      RC_ASSERT(folded.substr(token.begin, token.end - token.begin) == token.term);
      RC_ASSERT(token.position >= position);
      position = token.position;
    }
  }
}

RC_GTEST_PROP(Normal, FormsAreStableAndValid, ()) {
  const std::string s = some_text();
  for (const auto form : {text::nfkc, text::trim, text::squeeze, text::without_blanks}) {
    const std::string once = form(text::nfkc(s));
    RC_ASSERT(text::valid_utf8(once));
    RC_ASSERT(form(once) == once);
  }
  RC_ASSERT(text::fold(text::nfkc(s), testing::reference().simplified) ==
            text::fold(s, testing::reference().simplified));
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
}  // namespace tanmiao
