// Patent numbers, kinds, classes and terms.
#include "core/patent.h"

#include <regex>
#include <set>

#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::patent_property_test {
namespace {

using namespace testing;

PatentKind kind_of(char digit) {
  return digit == '1' || digit == '8' ? PatentKind::kInvention
         : digit == '3'               ? PatentKind::kDesign
                                      : PatentKind::kUtility;
}

// Since October 2003: year, kind, seven digits of the year's series.
std::string some_digits12() { return std::to_string(between(1985, 2199)) + some("12389", 1) + some(kDigits, 7); }
// Before: two digits of the year, kind, five digits.
std::string some_digits8() {
  return std::to_string(1985 + between(0, 18)).substr(2) + some("12389", 1) + some(kDigits, 5);
}

RC_GTEST_PROP(ApplicationNoProperty, AllSpellingsGiveOneNumber, ()) {
  const std::string digits = some_digits12();
  const char check = application_check(digits);
  const std::string right = digits + "." + check;
  for (const std::string& spelling :
       {digits, right, digits + check, "ZL" + right, "CN" + right, "ZL" + digits + check}) {
    const ApplicationNo number = parse_application_no(disguised(spelling)).value();
    RC_ASSERT(number.text == right);
    RC_ASSERT(number.year == std::stoi(digits.substr(0, 4)));
    RC_ASSERT(number.kind == kind_of(digits[4]));
    RC_ASSERT(number.pct == (digits[4] == '8' || digits[4] == '9'));
  }
}

// The weights 2..9 are all prime to 11 and no two neighbours weigh the same; nor do the last digit and its check.
RC_GTEST_PROP(ApplicationNoProperty, AnyChangedDigitAndAnySwappedNeighboursAreFound, ()) {
  const std::string digits = some_digits12();
  const std::string number = digits + application_check(digits);
  RC_ASSERT(!parse_application_no(with_one_changed(number, kDigits)));
  RC_ASSERT(application_check(with_one_changed(digits, kDigits)) != number[12]);
  for (std::size_t i = 0; i + 1 < number.size(); ++i)
    RC_ASSERT(parse_application_no(swapped(number, i, i + 1)).has_value() == (number[i] == number[i + 1]));
}

RC_GTEST_PROP(ApplicationNoProperty, OneCheckCharacterFits, ()) {
  const std::string digits = some_digits12();
  for (const char c : kLettersAndDigits)
    RC_ASSERT(parse_application_no(digits + "." + c).has_value() == (c == application_check(digits)));
}

RC_GTEST_PROP(ApplicationNoProperty, OldNumbersAreOfTheYears1985To2003, ()) {
  const std::string digits = some_digits8();
  const std::string check = some("0123456789X", 1), whole = digits + "." + check;
  for (const std::string& spelling : {digits, "ZL" + digits, "CN" + digits})
    RC_ASSERT(parse_application_no(disguised(spelling)).value().text == digits);
  for (const std::string& spelling : {digits + check, whole, "ZL" + whole})
    RC_ASSERT(parse_application_no(disguised(spelling)).value().text == whole);
  const ApplicationNo number = parse_application_no(digits).value();
  RC_ASSERT(number.kind == kind_of(digits[2]));
  RC_ASSERT(number.year >= 1985);
  RC_ASSERT(number.year <= 2003);
  RC_ASSERT(std::to_string(number.year).substr(2) == digits.substr(0, 2));
  // 20151016 is a day and 04112345 of a year that had twelve digits.
  const int later = between(4, 84);
  RC_ASSERT(!parse_application_no((later < 10 ? "0" : "") + std::to_string(later) + digits.substr(2)));
}

RC_GTEST_PROP(ApplicationNoProperty, WhatIsAcceptedHasTheForm, ()) {
  static const std::regex form(
      R"((?:ZL|CN)?(?:((?:19|20|21)\d\d[12389]\d{7})\.?([0-9X])?|((?:8[5-9]|9\d|0[0-3])[12389]\d{5})\.?([0-9X])?))");
  const std::string digits = chance(50) ? some_digits12() : some_digits8();
  const std::string text =
      near_miss((chance(30) ? "ZL" : "") + digits + (chance(50) ? "." + some("0123456789X", 1) : ""));
  const auto number = parse_application_no(text);
  if (!number) return;
  RC_ASSERT(std::regex_match(as_typed(text), form));
  RC_ASSERT(parse_application_no(number->text).value().text == number->text);
}

struct DocumentKind {
  char letter, first_digit;
  bool grant;
};
// GB-like table patent_kind_codes.csv of the domain.
constexpr std::array<DocumentKind, 7> kDocumentKinds{{{'A', '1', false},
                                                      {'B', '1', true},
                                                      {'C', '1', true},
                                                      {'U', '2', true},
                                                      {'Y', '2', true},
                                                      {'S', '3', true},
                                                      {'D', '3', true}}};

RC_GTEST_PROP(PublicationNoProperty, AllSpellingsGiveOneNumberOfTheKindOfItsFirstDigit, ()) {
  const DocumentKind kind = one_of(kDocumentKinds);
  const std::string digits = kind.first_digit + some(kDigits, between(6, 8));
  const std::string right = "CN" + digits + kind.letter;
  for (const std::string& spelling : {right, right.substr(2), right + some(kDigits, 1)}) {
    const PublicationNo number = parse_publication_no(disguised(spelling)).value();
    RC_ASSERT(number.text == right);
    RC_ASSERT(number.kind_code == kind.letter);
  }
  RC_ASSERT(kind_code_is_grant(kind.letter) == kind.grant);
  RC_ASSERT(kind_of_kind_code(kind.letter) == kind_of(kind.first_digit));
}

RC_GTEST_PROP(PublicationNoProperty, WhatIsAcceptedHasTheFormAndAFirstDigitThatFitsTheLetter, ()) {
  static const std::regex form("(?:CN)?(?:1[0-9]{6,8}[ABC]|2[0-9]{6,8}[UY]|3[0-9]{6,8}[SD])[0-9]?");
  const std::string text = chance(50) ? near_miss("CN1" + some(kDigits, between(6, 8)) + some("ABCUYSD", 1))
                                      : "CN" + some("123", 1) + some(kDigits, between(5, 9)) + some("ABCUYSDX", 1);
  RC_ASSERT(parse_publication_no(text).has_value() == std::regex_match(as_typed(text), form));
}

RC_GTEST_PROP(KindCodeProperty, LettersThatAreNoKindAreNone, ()) {
  const char c = static_cast<char>(between(0, 127));
  const bool known = std::string_view("ABCUYSD").find(c) != std::string_view::npos;
  RC_ASSERT((kind_of_kind_code(c) != PatentKind::kUnknown) == known);
  RC_ASSERT((!kind_code_is_grant(c) || known));
}

struct Ipc {
  std::string subclass, group, subgroup;
  std::string text() const { return subclass + group + "/" + subgroup; }
};
Ipc some_ipc() {
  const int number = between(1, 99);
  return {some("ABCDEFGH", 1) + (number < 10 ? "0" : "") + std::to_string(number) + some(kLetters, 1),
          std::to_string(between(1, 9999)), some(kDigits, between(2, 6))};
}

RC_GTEST_PROP(IpcProperty, AllSpellingsGiveOneSymbol, ()) {
  const Ipc ipc = some_ipc();
  const std::string version = " (" + std::to_string(between(1968, 2030)) + "." + some("01", 1) + some(kDigits, 1) + ")";
  const std::string padded = ipc.subclass + std::string(4 - ipc.group.size(), '0') + ipc.group + "/" + ipc.subgroup;
  for (const std::string& spelling : {ipc.text(), ipc.subclass + " " + ipc.group + "/" + ipc.subgroup,
                                      ipc.text() + version, ipc.text() + version + some("AIN", 1), padded})
    RC_ASSERT(parse_ipc(disguised(spelling)).value() == ipc.text());
}

// Section, class and subclass, main group, subgroup: each level is a symbol and begins the ones below it.
RC_GTEST_PROP(IpcProperty, LevelsBeginTheOnesBelow, ()) {
  const Ipc ipc = some_ipc();
  const std::string subclass = parse_ipc(ipc.subclass).value(), group = parse_ipc(ipc.subclass + ipc.group).value();
  const std::string whole = parse_ipc(ipc.text()).value();
  RC_ASSERT(subclass == ipc.subclass);
  RC_ASSERT(group.starts_with(subclass));
  RC_ASSERT(whole.starts_with(group + "/"));
}

RC_GTEST_PROP(IpcProperty, WhatIsAcceptedIsOneSymbolInItsForm, ()) {
  static const std::regex form("[A-H](?!00)[0-9]{2}[A-Z](?:(?!0000)[0-9]{1,4}(?:/[0-9]{2,6})?)?");
  static const std::regex canonical("[A-H][0-9]{2}[A-Z](?:[1-9][0-9]{0,3}(?:/[0-9]{2,6})?)?");
  const std::string text = near_miss(some_ipc().text() + (chance(50) ? "(2006.01)I" : ""));
  const auto ipc = parse_ipc(text);
  if (!ipc) return;
  const std::string typed = as_typed(text);
  RC_ASSERT(std::regex_match(typed.substr(0, typed.find('(')), form));
  RC_ASSERT(std::regex_match(*ipc, canonical));
  RC_ASSERT(parse_ipc(*ipc).value() == *ipc);
}

RC_GTEST_PROP(IpcProperty, AListIsNotOneSymbol, ()) {
  const std::string first = some_ipc().text() + (chance(50) ? "(2006.01)I" : "");
  const std::string mark = one_of(std::array<std::string, 5>{"", ";", "|", ", ", "、"});
  RC_ASSERT(!parse_ipc(first + mark + some_ipc().text()));
}

TEST(Ipc, EverySubclassOfTheTitlesIsASymbol) {
  constexpr std::size_t kSubclass = 4;  // shorter are the classes above
  for (const auto& [code, title] : reference().ipc_titles)
    if (code.size() >= kSubclass) {
      EXPECT_EQ(parse_ipc(code).value(), code);
    }
  EXPECT_GT(reference().ipc_titles.size(), 600U);
}

RC_GTEST_PROP(PatentTermProperty, EndsOnTheDayOfFilingAfterTheYearsOfTheLaw, ()) {
  const Date filing = make_date(1985, 4, 1) + std::chrono::days(between(0, 20000));
  const int years_of_design = filing < make_date(2021, 6, 1) ? 10 : 15;
  for (const auto& [kind, years] : {std::pair{PatentKind::kInvention, 20}, std::pair{PatentKind::kUtility, 10},
                                    std::pair{PatentKind::kDesign, years_of_design}}) {
    const std::string end = iso(term_end(kind, filing)), begin = iso(filing);
    RC_ASSERT(std::stoi(end.substr(0, 4)) == std::stoi(begin.substr(0, 4)) + years);
    RC_ASSERT((end.substr(4) == begin.substr(4) || begin.substr(4) == "-02-29"));
    RC_ASSERT(term_end(kind, filing) <= term_end(kind, filing + std::chrono::days(1)));
  }
}

TEST(PatentTerm, OfADesignIsFifteenYearsFromTheDayOfTheAmendedLawOn) {
  EXPECT_EQ(iso(term_end(PatentKind::kDesign, make_date(2021, 5, 31))), "2031-05-31");
  EXPECT_EQ(iso(term_end(PatentKind::kDesign, make_date(2021, 6, 1))), "2036-06-01");
}

TEST(PatentEvents, EachHasItsOwnWordAndReadsBack) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(PatentEvent::kDead); ++i) {
    const auto event = static_cast<PatentEvent>(i);
    EXPECT_TRUE(words.insert(patent_event_word(event)).second) << i;
    EXPECT_EQ(patent_event_from_word(patent_event_word(event)), event);
  }
  EXPECT_EQ(patent_event_from_word("LAPSED"), PatentEvent::kOther);
}

// A legal event is a sentence: what the table matches may stand anywhere in it, the first row that fits wins.
RC_GTEST_PROP(PatentEventProperty, WordsOfTheTableAreFoundInASentence, ()) {
  const auto& table = reference().legal_events;
  const auto at = within<std::size_t>(0, table.size());
  const std::string front = some("ab1 ", between(0, 4)), behind = some("ab1 ", between(0, 4));
  std::size_t first = 0;
  while (table[at].match.find(table[first].match) == std::string::npos) ++first;
  RC_ASSERT(reference().event_of(front + table[at].match + behind) == table[first].event);
  RC_ASSERT(reference().event_of(front + behind) == PatentEvent::kOther);
}

TEST(Patents, NumbersOfInternationalDatabasesAreOurs) {
  EXPECT_EQ(parse_application_no("102016001197106").value().text,
            "201611197106." + std::string(1, application_check("201611197106")));
  EXPECT_EQ(parse_application_no("CN202016000973412").value().kind, PatentKind::kUtility);
  EXPECT_FALSE(parse_application_no("112014000074137")) << "the serial of national phases is another one";
  EXPECT_FALSE(parse_application_no("102016101197106"));
  EXPECT_FALSE(parse_application_no("370900228012345")) << "an old registration number";
}

}  // namespace
}  // namespace tanmiao::patent_property_test
