// What the check characters of Chinese identifiers guarantee to find, to the letter, and how they may be typed.
#include <regex>

#include "core/identifiers.h"
#include "tests/core/generators.h"

namespace tanmiao::identifiers_property_test {
namespace {

using namespace testing;

constexpr std::string_view kCodeLetters = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // GB 32100-2015

std::string some_org_code(std::string_view alphabet) {
  const std::string body = some(alphabet, 8);
  return body + org_code_check(body);
}

std::string some_credit_code() {
  const std::string code = some(kCodeLetters, 2) + some(kDigits, 6) + some_org_code(kCodeLetters);
  return code + credit_code_check(code);
}

// The weights of GB 32100 are the powers of 3 modulo 31; the whole code, check character included, sums to 0.
bool sums_to_zero_mod_31(std::string_view code) {
  std::size_t sum = 0, weight = 1;
  for (const char c : code.substr(0, 17)) {
    sum += kCodeLetters.find(c) * weight;
    weight = weight * 3 % 31;
  }
  return (sum + kCodeLetters.find(code[17])) % 31 == 0;
}

// The weights of GB 11714 are the powers of 2 modulo 11, falling to 2^1.
int org_value(char c) { return static_cast<int>(kLettersAndDigits.find(c)); }
bool sums_to_zero_mod_11(std::string_view org) {
  int sum = 0;
  for (const char c : org.substr(0, 8)) sum = (sum + org_value(c)) * 2 % 11;
  return (sum + (org[8] == 'X' ? 10 : org[8] - '0')) % 11 == 0;
}

RC_GTEST_PROP(CreditCodeProperty, ReadsBackWithAllItsParts, ()) {
  const std::string code = some_credit_code();
  const CreditCode read = CreditCode::parse(code).value();
  RC_ASSERT(read.text() == code);
  RC_ASSERT(sums_to_zero_mod_31(code));
  RC_ASSERT((read.department() == code[0] && read.category() == code[1]));
  RC_ASSERT(read.authority() == std::stoul(code.substr(2, 6)));
  RC_ASSERT(parse_org_code(read.org_code()).value() == code.substr(8, 9));
  RC_ASSERT(int(read.enterprise()) + int(read.individual_business()) + int(read.cooperative()) ==
            int(code[0] == '9' && (code[1] == '1' || code[1] == '2' || code[1] == '3')));
}

RC_GTEST_PROP(CreditCodeProperty, IsTheSameHoweverTyped, ()) {
  const std::string code = some_credit_code();
  RC_ASSERT(CreditCode::parse(disguised(code)).value().text() == code);
}

RC_GTEST_PROP(CreditCodeProperty, AnyChangedCharacterIsFound, ()) {
  const std::string changed = with_one_changed(some_credit_code(), kCodeLetters);
  RC_ASSERT(!credit_code_check_ok(changed));
  RC_ASSERT(!CreditCode::parse(changed));
}

// 3 generates the residues modulo 31, so no two places weigh the same but the first (3^0) and the check character (1).
RC_GTEST_PROP(CreditCodeProperty, AnyTwoSwappedCharactersAreFoundButTheFirstWithTheLast, ()) {
  const std::string code = some_credit_code();
  for (std::size_t i = 0; i < code.size(); ++i) {
    for (std::size_t j = i + 1; j < code.size(); ++j) {
      if (code[i] == code[j]) continue;
      const bool outermost = i == 0 && j + 1 == code.size();
      RC_ASSERT(credit_code_check_ok(swapped(code, i, j)) == outermost);
    }
  }
}

RC_GTEST_PROP(CreditCodeProperty, LettersOutsideTheAlphabetAreRefused, ()) {
  std::string code = some_credit_code();
  code[within<std::size_t>(0, code.size())] = one_of(std::string_view("IOSVZ"));
  RC_ASSERT(!CreditCode::parse(code));
}

// The check character alone does not make a code: the authority is digits, and the organisation code has its own check.
RC_GTEST_PROP(CreditCodeProperty, EachPartIsCheckedWhereTheOthersAreRight, ()) {
  const std::string code = some_credit_code();
  std::string lettered = code.substr(0, 17), other_org = lettered;
  lettered[within<std::size_t>(2, 8)] = one_of(std::string_view("ABCDEFGHJKLMNPQRTUWXY"));
  other_org[16] = with_one_changed(code.substr(16, 1), kDigits)[0];
  for (std::string wrong : {lettered, other_org}) {
    wrong += credit_code_check(wrong);
    RC_ASSERT(credit_code_check_ok(wrong));
    RC_ASSERT(!CreditCode::parse(wrong));
  }
}

RC_GTEST_PROP(CreditCodeProperty, WhatIsAcceptedHasTheFormAndBothChecks, ()) {
  static const std::regex form("[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}");
  const std::string text = near_miss(some_credit_code());
  const auto code = CreditCode::parse(text);
  const std::string typed = as_typed(text);
  const bool right = std::regex_match(typed, form) && sums_to_zero_mod_31(typed) &&
                     sums_to_zero_mod_11(std::string_view(typed).substr(8, 9));
  RC_ASSERT(bool(code) == right);
  RC_ASSERT((!code || code->text() == typed));
}

RC_GTEST_PROP(OrgCodeProperty, IsTheSameHoweverTyped, ()) {
  const std::string org = some_org_code(kLettersAndDigits);
  RC_ASSERT(sums_to_zero_mod_11(org));
  RC_ASSERT(parse_org_code(disguised(org)).value() == org);
  RC_ASSERT(parse_org_code(disguised(org.substr(0, 8) + "-" + org[8])).value() == org);
}

// 36 values modulo 11: digits are all told apart, a letter passes for one that lies 11, 22 or 33 away (0, B, M, X).
RC_GTEST_PROP(OrgCodeProperty, AChangedCharacterIsFoundUnlessElevenApart, ()) {
  const std::string org = some_org_code(kLettersAndDigits);
  const std::string changed = with_one_changed(org.substr(0, 8), kLettersAndDigits) + org[8];
  const std::size_t at =
      static_cast<std::size_t>(std::mismatch(org.begin(), org.end(), changed.begin()).first - org.begin());
  const bool same = (org_value(org[at]) - org_value(changed[at])) % 11 == 0;
  RC_ASSERT(parse_org_code(changed).has_value() == same);
}

RC_GTEST_PROP(OrgCodeProperty, AnyOtherCheckCharacterIsRefused, ()) {
  const std::string org = some_org_code(kLettersAndDigits);
  for (const char c : kLettersAndDigits) RC_ASSERT(parse_org_code(org.substr(0, 8) + c).has_value() == (c == org[8]));
}

// No two neighbours weigh the same modulo 11. The check character X is worth 10 at its place and 33 before it.
RC_GTEST_PROP(OrgCodeProperty, SwappedNeighboursAreFoundUnlessElevenApart, ()) {
  const std::string org = some_org_code(chance(50) ? kDigits : kLettersAndDigits);
  for (std::size_t i = 0; i < 7; ++i) {
    const bool same = (org_value(org[i]) - org_value(org[i + 1])) % 11 == 0;
    RC_ASSERT(parse_org_code(swapped(org, i, i + 1)).has_value() == same);
  }
  const bool digits = org[7] <= '9' && org[8] <= '9';
  if (digits) RC_ASSERT(parse_org_code(swapped(org, 7, 8)).has_value() == (org[7] == org[8]));
}

RC_GTEST_PROP(OrgCodeProperty, WhatIsAcceptedHasTheFormAndTheCheck, ()) {
  static const std::regex form("[0-9A-Z]{8}[0-9X]");
  const std::string text = near_miss(some_org_code(kLettersAndDigits));
  std::string typed = as_typed(text);
  std::erase(typed, '-');
  const auto org = parse_org_code(text);
  RC_ASSERT(bool(org) == (std::regex_match(typed, form) && sums_to_zero_mod_11(typed)));
  RC_ASSERT((!org || *org == typed));
}

// The 15-digit number that begins with these 14 digits.
std::string with_check(const std::string& first14) {
  std::string found;
  for (const char check : kDigits) {
    if (!parse_registration_no(first14 + check)) continue;
    RC_ASSERT(found.empty());
    found = first14 + check;
  }
  RC_ASSERT(!found.empty());
  return found;
}

RC_GTEST_PROP(RegistrationNoProperty, OneCheckDigitFitsAndAnyChangedDigitIsFound, ()) {
  const std::string number = with_check(some(kDigits, 14));
  RC_ASSERT(parse_registration_no(disguised(number)).value() == number);
  RC_ASSERT(!parse_registration_no(with_one_changed(number, kDigits)));
}

// ISO 7064 MOD 11,10 misses a swap only where the running remainder puts the two digits at 5 and 6: of neighbours in
// the circle of ten digits one of the ten remainders, of all others none. The digit before runs through the remainders.
RC_GTEST_PROP(RegistrationNoProperty, SwappedNeighboursAreFoundButOneInTenOfThoseThatDifferByOne, ()) {
  const int at = between(1, 12);  // place of the first of the two, from 0
  const std::string head = some(kDigits, at - 1), tail = some(kDigits, 12 - at);
  const std::string pair = some(kDigits, 2);
  RC_PRE(pair[0] != pair[1]);
  const int apart = (pair[0] - pair[1] + 10) % 10;
  int missed = 0;
  const auto i = static_cast<std::size_t>(at);
  for (const char before : kDigits) {
    std::string first14 = head;
    first14.append(1, before).append(pair).append(tail);
    const std::string number = with_check(first14);
    if (parse_registration_no(swapped(number, i, i + 1))) ++missed;
  }
  RC_ASSERT(missed == (apart == 1 || apart == 9 ? 1 : 0));
}

RC_GTEST_PROP(RegistrationNoProperty, NumbersOfOtherLengthsAreRefused, ()) {
  const std::string number = some(kDigits, between(0, 20));
  if (number.size() == 13) RC_ASSERT(parse_registration_no(number).value() == number);  // before 2007: no check digit
  if (number.size() != 13 && number.size() != 15) RC_ASSERT(!parse_registration_no(number));
}

RC_GTEST_PROP(RegistrationNoProperty, WhatIsAcceptedIsDigits, ()) {
  static const std::regex form("[0-9]{13}([0-9]{2})?");
  const std::string text = near_miss(with_check(some(kDigits, 14)));
  if (const auto number = parse_registration_no(text)) {
    RC_ASSERT(std::regex_match(*number, form));
    RC_ASSERT(*number == as_typed(text));
  }
}

RC_GTEST_PROP(RecognitionNumberProperty, CertificatesOfHighTechFirmsKeepTheirForm, ()) {
  static const std::regex form("G[RF]20[0-9]{10}");
  const std::string number = "G" + some("RF", 1) + "20" + some(kDigits, 10);
  RC_ASSERT(parse_hnte_certificate(disguised(number)).value() == number);
  const std::string text = near_miss(number);
  RC_ASSERT(parse_hnte_certificate(text).has_value() == std::regex_match(as_typed(text), form));
}

RC_GTEST_PROP(RecognitionNumberProperty, NumbersOfTechSmesKeepTheirForm, ()) {
  static const std::regex form("20[0-9]{8}[0-9A-Z][0-9]{7}");
  const std::string number = "20" + some(kDigits, 8) + some(kLettersAndDigits, 1) + some(kDigits, 7);
  RC_ASSERT(parse_tech_sme_number(disguised(number)).value() == number);
  const std::string text = near_miss(number);
  RC_ASSERT(parse_tech_sme_number(text).has_value() == std::regex_match(as_typed(text), form));
}

}  // namespace
}  // namespace tanmiao::identifiers_property_test
