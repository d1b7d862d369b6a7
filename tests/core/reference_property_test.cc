// Industry codes of both editions, words of a registration's status.
#include <algorithm>
#include <map>
#include <set>

#include "core/industry.h"
#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::reference_property_test {
namespace {

using namespace testing;

const IndustryTable& edition(int year) { return year == 2011 ? reference().industry_2011 : reference().industry_2017; }

std::vector<std::string> codes_of(int year) {
  std::vector<std::string> codes;
  for (const auto& [code, name] : edition(year).name_by_code) codes.push_back(code);
  std::sort(codes.begin(), codes.end());
  return codes;
}

TEST(Industry, EachEditionHoldsItsCodesWithTheirParents) {
  // GB/T 4754-2017: 20 sections, 97 divisions; 2011: 20 and 96. Groups and classes as the domain's tables found them.
  for (const auto& [year, sections, divisions] : {std::tuple{2011, 20, 96}, std::tuple{2017, 20, 97}}) {
    std::array<int, 6> count{};
    for (const std::string& code : codes_of(year)) {
      ASSERT_LE(code.size(), 5U);
      ++count[code.size()];
      EXPECT_FALSE(edition(year).name(code).empty()) << code;
      // Class below group below division below section; there is no code of two characters. The table of 2011 leaves
      // out the groups of a single class, which is called 0.
      if (code.size() == 1 || (year == 2011 && code.size() == 5 && code.back() == '0')) continue;
      EXPECT_FALSE(edition(year).name(code.substr(0, code.size() == 3 ? 1 : code.size() - 1)).empty()) << code;
    }
    EXPECT_EQ(edition(year).edition, year);
    EXPECT_EQ(count[1], sections) << year;
    EXPECT_EQ(count[3], divisions) << year;
    EXPECT_EQ(count[2], 0) << year;
    EXPECT_GT(count[4], 200) << year;
    EXPECT_GT(count[5], 1000) << year;
  }
}

// The letter follows from the division: within an edition no number stands under two sections. Between them the
// divisions up to 78 agree; 2017 put one more before section O, so that 79 and on moved by one.
TEST(Industry, TheSectionFollowsFromTheDivision) {
  std::map<std::string, char> agreed;
  for (const int year : {2011, 2017}) {
    std::map<std::string, char> section_of;
    for (const std::string& code : codes_of(year)) {
      EXPECT_EQ(edition(year).canonical(code), code);
      if (code.size() == 1) continue;
      const std::string division = code.substr(1, 2);
      EXPECT_EQ(section_of.emplace(division, code[0]).first->second, code[0]) << code << " of " << year;
      EXPECT_TRUE(agreed.emplace(division, code[0]).first->second == code[0] || division >= "79") << code;
      EXPECT_EQ(edition(year).canonical(code.substr(1)), code) << "without its section";
      for (const char section : kLetters) {
        if (section != code[0]) {
          EXPECT_EQ(edition(year).canonical(section + code.substr(1)), "") << "with another section";
        }
      }
    }
  }
}

// A code of one edition alone is none of the other's; one of both has one canonical text and may have two names.
TEST(Industry, EditionsAreToldApart) {
  std::map<std::string, int> editions;
  for (const int year : {2011, 2017})
    for (const std::string& code : codes_of(year)) editions[code] |= year == 2011 ? 1 : 2;
  std::array<int, 4> count{};
  for (const auto& [code, in] : editions) {
    ++count[static_cast<std::size_t>(in)];
    const std::string bare = code.size() > 1 ? code.substr(1) : code;
    EXPECT_EQ(edition(2011).canonical(bare) == code, (in & 1) != 0) << code;
    EXPECT_EQ(edition(2017).canonical(bare) == code, (in & 2) != 0) << code;
  }
  for (const int some : {count[1], count[2], count[3]}) EXPECT_GT(some, 50);
  // 铝压延加工 moved: the code without its edition means two things.
  EXPECT_EQ(edition(2011).name("3262"), "铝压延加工");
  EXPECT_EQ(edition(2017).name("3252"), "铝压延加工");
  EXPECT_NE(edition(2011).name("3252"), "铝压延加工");
}

// An edition is claimed where it is stated, where it alone has the code, or where the name is that of one edition
// alone; and never another one.
RC_GTEST_PROP(IndustryProperty, AnEditionIsNeverGuessedWrongly, ()) {
  static const std::array<std::vector<std::string>, 2> codes{codes_of(2011), codes_of(2017)};
  const int year = one_of(std::array<int, 2>{2011, 2017}), other = 2011 + 2017 - year;
  const std::string& code = one_of(codes[year == 2011 ? 0 : 1]);
  const std::string written = code.size() > 1 && chance(50) ? code.substr(1) : code;
  const std::string name(edition(year).name(code));
  const auto plain = [](std::string_view text) { return text::without_blanks(text::nfkc(text)); };
  RC_LOG() << written << " of " << year << '\n';
  const IndustryCode stated =
      industry_of(written, year, one_of(std::array<std::string, 3>{"", name, "甲乙"}), reference());
  RC_ASSERT(stated.edition == year);
  RC_ASSERT(stated.code == code);
  RC_ASSERT(stated.name == name);
  const std::string there = edition(other).canonical(written);
  const IndustryCode wrong = industry_of(written, other, "", reference());
  RC_ASSERT(wrong.code == there);
  RC_ASSERT(wrong.edition == (there.empty() ? 0 : other));
  const IndustryCode open = industry_of(written, 0, "", reference());
  RC_ASSERT(open.edition == (there.empty() ? year : 0));
  RC_ASSERT((open.name.empty() || plain(open.name) == plain(name)));
  const IndustryCode named = industry_of(written, 0, " " + name + " ", reference());
  const bool told = there.empty() || plain(edition(other).name(there)) != plain(name);
  RC_ASSERT(named.edition == (told ? year : 0));
}

RC_GTEST_PROP(IndustryProperty, WhatIsNoCodeHasNeitherTextNorName, ()) {
  static const std::array<std::vector<std::string>, 2> codes{codes_of(2011), codes_of(2017)};
  for (const int year : {2011, 2017}) {
    const std::string& code = one_of(codes[year == 2011 ? 0 : 1]);
    const std::string text =
        chance(70) ? near_miss(chance(50) ? code : code.substr(code.size() > 1 ? 1 : 0)) : any_bytes();
    const std::string canonical = edition(year).canonical(text);
    RC_ASSERT(canonical.empty() == edition(year).name(text).empty());
    if (canonical.empty()) continue;
    RC_ASSERT(edition(year).name_by_code.contains(canonical));
    RC_ASSERT((canonical == text || (!text.empty() && canonical.substr(1) == text)));
    RC_ASSERT(edition(year).canonical(canonical) == canonical);
    RC_ASSERT(edition(year).name(canonical) == edition(year).name(text));
  }
}

constexpr int kStatuses = static_cast<int>(FirmStatus::kClosed) + 1;

TEST(Status, EachHasItsOwnWordAndLabel) {
  std::set<std::string_view> words, labels;
  for (int i = 0; i < kStatuses; ++i) {
    const auto status = static_cast<FirmStatus>(i);
    EXPECT_TRUE(words.insert(status_word(status)).second);
    EXPECT_TRUE(labels.insert(status_label(status)).second);
    EXPECT_EQ(status_from_word(status_word(status)), status);
    EXPECT_EQ(alive(status) == Alive::kUnknown, status == FirmStatus::kUnknown);
    if (status != FirmStatus::kUnknown) {
      EXPECT_EQ(reference().status_of(status_label(status)), status) << "the label we print is a word we read";
    }
  }
}

RC_GTEST_PROP(StatusProperty, WordsOfTheTableAreKnownHoweverTyped, ()) {
  const StatusWord& word = one_of(reference().status_words);
  std::string typed = disguised(word.raw);
  for (const auto& [narrow, wide] : {std::pair{"(", "（"}, std::pair{")", "）"}, std::pair{",", "，"}})
    if (const std::size_t at = typed.find(narrow); at != std::string::npos && chance(50)) typed.replace(at, 1, wide);
  RC_ASSERT(reference().knows_status(typed));
  RC_ASSERT(static_cast<int>(reference().status_of(typed)) == static_cast<int>(word.status));
}

// Unknown is never alive: what the table does not have is not taken for the word it resembles.
RC_GTEST_PROP(StatusProperty, OtherWordsAreUnknown, ()) {
  const std::string text = chance(70) ? near_miss(one_of(reference().status_words).raw) : any_bytes();
  const std::string plain = text::without_blanks(text::nfkc(text));
  const bool known = std::any_of(reference().status_words.begin(), reference().status_words.end(),
                                 [&](const StatusWord& w) { return text::without_blanks(text::nfkc(w.raw)) == plain; });
  RC_ASSERT(reference().knows_status(text) == known);
  if (!known) RC_ASSERT(static_cast<int>(alive(reference().status_of(text))) == static_cast<int>(Alive::kUnknown));
  if (text != status_word(status_from_word(text)))
    RC_ASSERT(static_cast<int>(status_from_word(text)) == static_cast<int>(FirmStatus::kUnknown));
}

}  // namespace
}  // namespace tanmiao::reference_property_test
