// Normal forms and tokens, for every text.
#include "core/text/normalize.h"
#include "core/text/tokenize.h"
#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::text_property_test {
namespace {

using namespace testing;

const CharMap& simplified() { return reference().simplified; }
std::string folded(std::string_view s) { return text::fold(s, simplified()); }

RC_GTEST_PROP(NormalFormProperty, EachIsStableAndValidForAnyBytes, ()) {
  const std::string s = any_bytes();
  for (const auto form : {text::nfkc, text::trim, text::squeeze, text::without_blanks,
                          +[](std::string_view t) { return text::to_simplified(t, simplified()); }, folded}) {
    const std::string once = form(s);
    RC_ASSERT(text::valid_utf8(once));
    RC_ASSERT(form(once) == once);
  }
}

RC_GTEST_PROP(NormalFormProperty, FoldingForgetsWidthCaseAndTraditionalForms, ()) {
  static const auto pairs = [] {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [from, to] : simplified()) {
      auto& [a, b] = out.emplace_back();
      text::append_utf8(a, from);
      text::append_utf8(b, to);
    }
    return out;
  }();
  std::string plain, other;
  for (int i = between(0, 12); i > 0; --i) {
    if (chance(50)) {
      const auto& [traditional, simple] = one_of(pairs);
      plain += simple;
      other += chance(50) ? traditional : simple;
    } else {
      const char c = one_of(kLettersAndDigits);
      plain += c >= 'A' ? static_cast<char>(c + 32) : c;
      other += chance(50) ? full_width(c) : std::string(1, c);
    }
  }
  RC_ASSERT(folded(other) == folded(plain));
  RC_ASSERT(folded(text::nfkc(other)) == folded(other));
}

TEST(Simplified, EveryCharacterGoesToOneThatStays) {
  for (const auto& [from, to] : simplified()) {
    std::string target;
    text::append_utf8(target, to);
    EXPECT_NE(from, to);
    EXPECT_FALSE(simplified().contains(to)) << target;
    EXPECT_EQ(folded(target), target);
    EXPECT_TRUE(text::is_han(to)) << target;
  }
}

// Lower case may compose with a mark where upper case did not: W with a ring above.
TEST(NormalForm, LettersWithMarksAreFoldedOnce) {
  for (const char letter : kLetters) {
    for (char32_t mark = 0x300; mark < 0x370; ++mark) {
      std::string s(1, letter);
      text::append_utf8(s, mark);
      EXPECT_EQ(folded(folded(s)), folded(s)) << s;
    }
  }
}

RC_GTEST_PROP(NormalFormProperty, BlanksGoAndNothingElse, ()) {
  const std::string s = any_text();
  const auto keep = [](std::string_view t) {
    std::u32string out;
    for (const char32_t c : text::code_points(t)) {
      std::string one;
      text::append_utf8(one, c);
      if (!text::without_blanks(one).empty()) out += c;
    }
    return out;
  };
  RC_ASSERT(keep(text::without_blanks(s)) == keep(s));
  RC_ASSERT(keep(text::squeeze(s)) == keep(s));
  RC_ASSERT(keep(text::trim(s)) == keep(s));
  RC_ASSERT(s.find(text::trim(s)) != std::string::npos);
  RC_ASSERT(text::squeeze(" " + s + "\t\u3000") == text::squeeze(s));
  RC_ASSERT(text::squeeze(s).find("  ") == std::string::npos);
}

RC_GTEST_PROP(NormalFormProperty, CodePointsAreCountedAndWrittenBack, ()) {
  const std::string s = any_text();
  const auto points = text::code_points(s);
  std::string again;
  for (const char32_t c : points) text::append_utf8(again, c);
  RC_ASSERT(again == s);
  RC_ASSERT(text::length(s) == points.size());
  RC_ASSERT(text::valid_utf8(s));
  RC_ASSERT(text::length(any_bytes()) <= 40U);
}

// What documents and queries are made of: runs of Han characters, words, model numbers, with what stands between them.
struct Piece {
  std::string text;
  bool han = false;
};

std::string some_han(int count) {
  static constexpr std::u32string_view kHan = U"铝合金高强度板材深加工电机轴承无缝钢管〇纺织印染";
  std::string out;
  while (count-- > 0) text::append_utf8(out, one_of(kHan));
  return out;
}

std::string some_word() {
  std::string out = some("abcxyz0189", between(1, 4));
  for (int marks = between(0, 2); marks > 0; --marks) out += some("-./_", 1) + some("abcxyz0189", between(1, 3));
  return out;
}

std::vector<Piece> some_pieces() {
  std::vector<Piece> out;
  for (int i = between(1, 6); i > 0; --i) {
    const bool han = chance(60);
    out.push_back({han ? some_han(between(1, 6)) : some_word(), han});
  }
  return out;
}

// Separators keep words apart; between two scripts nothing is needed.
std::string joined(const std::vector<Piece>& pieces, std::size_t first, std::size_t last,
                   const std::vector<std::string>& between_them) {
  std::string out;
  for (std::size_t i = first; i < last; ++i) {
    if (i > first) out += between_them[i];
    out += pieces[i].text;
  }
  return out;
}

std::vector<std::string> some_separators(const std::vector<Piece>& pieces) {
  std::vector<std::string> out(pieces.size());
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const bool apart = pieces[i].han != pieces[i - 1].han;
    out[i] = apart && chance(50) ? "" : one_of(std::array<std::string, 4>{" ", "、", "；", "("});
  }
  return out;
}

RC_GTEST_PROP(TokenProperty, LieInTheTextInOrder, ()) {
  const std::string s = folded(any_bytes() + some_word() + some_han(3) + any_text());
  for (const auto& tokens : {text::bigrams(s), text::characters(s)}) {
    std::uint32_t position = 0, begin = 0;
    for (const text::Token& token : tokens) {
      RC_ASSERT(token.begin < token.end);
      RC_ASSERT(s.substr(token.begin, token.end - token.begin) == token.term);
      RC_ASSERT(text::valid_utf8(token.term));
      RC_ASSERT(token.term.size() <= 64U);
      RC_ASSERT(token.position >= position);
      RC_ASSERT(token.begin >= begin);
      position = token.position, begin = token.begin;
    }
  }
}

RC_GTEST_PROP(TokenProperty, WordsWithoutEndAreCutAndNothingOfThemIsLost, ()) {
  const std::string word = some("abc019", between(1, 400));
  std::string together;
  for (const text::Token& token : text::bigrams(word)) {
    RC_ASSERT(token.term.size() <= 64U);
    together += token.term;
  }
  RC_ASSERT(together == word);
}

// Every Han character, letter and digit is in a token, nothing else but the marks inside a model number is.
RC_GTEST_PROP(TokenProperty, CoverAllThatIsLookedFor, ()) {
  const auto pieces = some_pieces();
  const std::string s = joined(pieces, 0, pieces.size(), some_separators(pieces));
  for (const auto& tokens : {text::bigrams(s), text::characters(s)}) {
    std::vector<bool> covered(s.size());
    for (const text::Token& token : tokens) std::fill_n(covered.begin() + token.begin, token.end - token.begin, true);
    std::string left;
    for (std::size_t i = 0; i < s.size(); ++i)
      if (!covered[i]) left += s[i];
    RC_LOG() << s << " leaves " << left << '\n';
    for (const auto* mark : {" ", "、", "；", "(", "-", ".", "/", "_"})
      for (std::size_t at = 0; (at = left.find(mark)) != std::string::npos;) left.erase(at, std::strlen(mark));
    RC_ASSERT(left.empty());
  }
}

// The same tokens on both sides: what is asked for, cut out of a document at any of its joints, stands in the document
// as a phrase: the same terms at the same distances.
RC_GTEST_PROP(TokenProperty, OfAPartAreThoseOfTheWhole, ()) {
  const auto pieces = some_pieces();
  const auto separators = some_separators(pieces);
  const auto first = within<std::size_t>(0, pieces.size());
  const auto last = within<std::size_t>(first + 1, pieces.size() + 1);
  const std::string document = joined(pieces, 0, pieces.size(), separators),
                    query = joined(pieces, first, last, separators);
  RC_LOG() << query << " in " << document << '\n';
  for (const auto tokens : {text::bigrams, text::characters}) {
    const auto in_document = tokens(document), in_query = tokens(query);
    RC_ASSERT(!in_query.empty());
    const auto found = std::any_of(in_document.begin(), in_document.end(), [&](const text::Token& start) {
      return std::all_of(in_query.begin(), in_query.end(), [&](const text::Token& asked) {
        return std::any_of(in_document.begin(), in_document.end(), [&](const text::Token& t) {
          return t.term == asked.term && t.position - start.position == asked.position - in_query.front().position;
        });
      });
    });
    RC_ASSERT(found);
  }
}

RC_GTEST_PROP(TokenProperty, AnyTwoNeighboursOfARunAreFoundInIt, ()) {
  const std::string run = some_han(between(2, 12));
  const auto whole = text::bigrams(run);
  RC_ASSERT(whole.size() == run.size() / 3 - 1);
  const auto from = within<std::size_t>(0, whole.size());
  const auto count = within<std::size_t>(1, whole.size() - from + 1);
  const auto part = text::bigrams(std::string_view(run).substr(from * 3, (count + 1) * 3));
  RC_ASSERT(part.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    RC_ASSERT(part[i].term == whole[from + i].term);
    RC_ASSERT(part[i].position + from == whole[from + i].position);
  }
  const auto single = text::characters(run);
  RC_ASSERT(single.size() == run.size() / 3);
}

// A phrase does not reach across a mark: the positions on both sides are not neighbours.
RC_GTEST_PROP(TokenProperty, AMarkBreaksAPhraseAndABlankBetweenWordsDoesNot, ()) {
  const std::string a = some("abcxyz", 3), b = some("abcxyz", 3);
  const std::string mark = one_of(std::array<std::string, 4>{"、", ",", "；", ") ("});
  const auto apart = text::bigrams(a + mark + b), beside = text::bigrams(a + " " + b);
  RC_ASSERT(beside[1].position == beside[0].position + 1);
  RC_ASSERT(apart[1].position > apart[0].position + 1);
  const auto runs = text::bigrams(some_han(2) + " " + some_han(2));
  RC_ASSERT(runs[1].position > runs[0].position + 1);
}

RC_GTEST_PROP(ScopeProperty, ItemsStandInTheScopeInOrderAndAreItemsThemselves, ()) {
  const std::string s = folded(any_text() + "、" + some_han(between(1, 30)) + "；" + some_word() + "（" + any_text());
  std::size_t from = 0;
  for (const std::string& item : text::scope_items(s)) {
    from = s.find(item, from);
    RC_ASSERT(from != std::string::npos);
    from += item.size();
    RC_ASSERT(item.size() <= 80U);
    RC_ASSERT(text::length(item) >= 2U);
    RC_ASSERT(text::scope_items(item) == std::vector<std::string>{item});
  }
}

RC_GTEST_PROP(ScopeProperty, WhatEveryLicenceSaysIsNoItem, ()) {
  static constexpr std::array<std::string_view, 4> kBefore{"一般项目：", "许可项目：", "",
                                                           "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"};
  static constexpr std::array<std::string_view, 4> kBehind{
      "", "（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
      "（法律、行政法规、国务院决定规定在登记前须经批准的项目除外）",
      "。（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"};
  std::vector<std::string> items;
  std::string scope(one_of(kBefore));
  for (int i = between(1, 5); i > 0; --i) {
    items.push_back(some_han(between(2, 8)));
    scope += (items.size() > 1 ? one_of(std::array<std::string, 4>{"、", "；", "，", ";"}) : "") + items.back();
  }
  scope += one_of(kBehind);
  RC_LOG() << scope << '\n';
  RC_ASSERT(text::scope_items(folded(scope)) == items);
}

}  // namespace
}  // namespace tanmiao::text_property_test
