// Normal forms and tokens, for every text.
#include "core/text/folder.h"
#include "core/text/normalize.h"
#include "core/text/search_form.h"
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

RC_GTEST_PROP(FolderProperty, FoldsAsFoldDoes, ()) {
  static const text::Folder folder(simplified());
  const std::string s = chance(50) ? any_text() + any_bytes() : disguised(near_miss(any_text()));
  RC_ASSERT(folder(s) == folded(s));
  std::string appended = "before";
  folder.append(appended, s);
  RC_ASSERT(appended == "before" + folded(s));
}

// Whatever the table maps to: a mark that composes, another plane, no character at all.
TEST(Folder, OfEveryCharacterAndOddTablesIsThatOfFold) {
  const CharMap odd{{U'甲', U'\u030A'}, {U'乙', U'\U00020000'}, {U'丙', 0xD800},
                    {U'丁', U'x'},      {U'ａ', U'戊'},         {U'、', U'己'}};
  for (const CharMap* const map : {&simplified(), &odd}) {
    const text::Folder folder(*map);
    for (char32_t c = 0; c < 0x11000; ++c) {
      std::string s = "A";
      text::append_utf8(s, c);
      s += "甲铝";
      ASSERT_EQ(folder(s), text::fold(s, *map)) << std::hex << static_cast<std::uint32_t>(c);
    }
    ASSERT_EQ(folder(""), "");
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

constexpr std::array<text::Marks, 2> kBoth{text::Marks::kDropped, text::Marks::kKept};

std::vector<std::string> terms_of(std::string_view form) {
  std::vector<std::string> out;
  text::each_term(form, [&](std::string_view term) { out.emplace_back(term); });
  return out;
}

RC_GTEST_PROP(SearchFormProperty, IsWellFormedWhateverComes, ()) {
  const std::string s = folded(any_bytes() + some_word() + some_han(3) + any_text());
  for (const text::Marks marks : kBoth) {
    const std::string form = text::search_form(s, marks);
    RC_ASSERT(text::valid_utf8(form));
    RC_ASSERT(form.find("  ") == std::string::npos && form.find("\n\n") == std::string::npos);
    RC_ASSERT(!form.starts_with('\n') && !form.ends_with('\n'));
    if (marks == text::Marks::kDropped) RC_ASSERT(form.find('\n') == std::string::npos);
    RC_ASSERT(text::search_form(form, text::Marks::kDropped) == text::search_form(s, text::Marks::kDropped));
  }
}

// Every Han character and every word is a term, and what is needed is among the terms.
RC_GTEST_PROP(SearchFormProperty, TermsCoverAllThatIsLookedFor, ()) {
  const auto pieces = some_pieces();
  const std::string s = joined(pieces, 0, pieces.size(), some_separators(pieces));
  for (const text::Marks marks : kBoth) {
    const std::string form = text::search_form(s, marks);
    const auto terms = terms_of(form);
    for (const Piece& piece : pieces)
      if (piece.han)
        for (std::size_t i = 0; i < piece.text.size(); i += 3)
          RC_ASSERT(std::count(terms.begin(), terms.end(), piece.text.substr(i, 3)) > 0);
    const auto needed = text::needed_terms(form);
    RC_ASSERT(!needed.empty());
    for (const std::string_view term : needed) RC_ASSERT(std::count(terms.begin(), terms.end(), term) > 0);
  }
}

// Without the form come the same terms.
RC_GTEST_PROP(SearchFormProperty, TermsOfAFoldedTextAreThoseOfItsForm, ()) {
  const auto pieces = some_pieces();
  const std::string s = chance(50) ? folded(any_bytes() + some_word() + some_han(3) + any_text() + some_han(2))
                                   : joined(pieces, 0, pieces.size(), some_separators(pieces));
  for (const text::Marks marks : kBoth) {
    std::vector<std::string> terms;
    text::each_folded_term(
        s, marks,
        [&](std::string_view before, std::string_view one) {
          terms.emplace_back(one);
          if (!before.empty()) terms.emplace_back(std::string(before).append(one));
        },
        [&](std::string_view word) { terms.emplace_back(word); });
    RC_ASSERT(terms == terms_of(text::search_form(s, marks)));
  }
}

// The same on both sides: what is asked for, cut out of a document at any of its joints, stands in the document.
RC_GTEST_PROP(SearchFormProperty, OfAPartStandsInThatOfTheWhole, ()) {
  const auto pieces = some_pieces();
  const auto separators = some_separators(pieces);
  const auto first = within<std::size_t>(0, pieces.size());
  const auto last = within<std::size_t>(first + 1, pieces.size() + 1);
  const std::string document = joined(pieces, 0, pieces.size(), separators),
                    query = joined(pieces, first, last, separators);
  RC_LOG() << query << " in " << document << '\n';
  for (const text::Marks marks : kBoth) {
    const std::string whole = text::search_form(document, marks), part = text::search_form(query, marks);
    RC_ASSERT(!part.empty());
    RC_ASSERT(whole.find(part) != std::string::npos);
    const auto terms = terms_of(whole);
    for (const std::string_view term : text::needed_terms(part))
      RC_ASSERT(std::count(terms.begin(), terms.end(), term) > 0);
  }
}

RC_GTEST_PROP(SearchFormProperty, AnyNeighboursOfARunAreFoundInIt, ()) {
  const std::string run = some_han(between(2, 12));
  const auto from = within<std::size_t>(0, run.size() / 3);
  const auto count = within<std::size_t>(1, run.size() / 3 - from + 1);
  const std::string part = run.substr(from * 3, count * 3);
  RC_ASSERT(text::search_form(run, text::Marks::kKept).find(text::search_form(part, text::Marks::kKept)) !=
            std::string::npos);
  RC_ASSERT(text::needed_terms(part).size() == std::max<std::size_t>(1, count - 1));
  RC_ASSERT(text::form_length(run) == run.size() / 3);
}

// Nothing reaches across a mark, where marks are kept.
RC_GTEST_PROP(SearchFormProperty, AMarkPartsAndABlankDoesNot, ()) {
  const std::string a = some("abcxyz", 3), b = some("abcxyz", 3), c = some_han(2), d = some_han(2);
  const std::string mark = one_of(std::array<std::string, 4>{"、", ",", "；", ") ("});
  const auto form = [](const std::string& s) { return text::search_form(folded(s), text::Marks::kKept); };
  RC_ASSERT(form(a + mark + b).find(form(a + " " + b)) == std::string::npos);
  RC_ASSERT(form(c + mark + d).find(form(c + d)) == std::string::npos);
  RC_ASSERT(form(c + " " + d) == form(c + d));
}

}  // namespace
}  // namespace tanmiao::text_property_test
