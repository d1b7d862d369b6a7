// Properties of codes, numbers and money, and the canonical text of what people type.
#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/identifiers.h"
#include "core/money.h"
#include "core/patent.h"

namespace tanmiao {
namespace {

std::string some(std::string_view alphabet, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += alphabet[*rc::gen::inRange<std::size_t>(0, alphabet.size())];
  return out;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kCodeLetters = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// Puts another character of the alphabet at one place.
std::string with_one_changed(std::string text, std::string_view alphabet) {
  char& c = text[*rc::gen::inRange<std::size_t>(0, text.size())];
  const char other = alphabet[*rc::gen::inRange<std::size_t>(0, alphabet.size())];
  RC_PRE(c != other);
  c = other;
  return text;
}

RC_GTEST_PROP(CreditCodeProperty, AnyChangedCharacterIsFound, ()) {
  std::string org = some(kCodeLetters, 8);
  org += org_code_check(org);
  std::string code = "91" + some(kDigits, 6) + org;
  code += credit_code_check(code);
  RC_ASSERT(CreditCode::parse(code).value().text() == code);
  RC_ASSERT(CreditCode::parse(code).value().org_code() == org);
  RC_ASSERT(!CreditCode::parse(with_one_changed(code, kCodeLetters)));
}

RC_GTEST_PROP(OrgCodeProperty, ADigitChangedIsFound, ()) {
  std::string org = some(kDigits, 8);
  org += org_code_check(org);
  RC_ASSERT(parse_org_code(org).value() == org);
  RC_ASSERT(parse_org_code(org.substr(0, 8) + "-" + org[8]).value() == org);
  RC_ASSERT(!parse_org_code(with_one_changed(org, kDigits)));
}

RC_GTEST_PROP(RegistrationNoProperty, AChangedDigitIsFound, ()) {
  const std::string first = some(kDigits, 14);
  std::vector<std::string> valid;
  for (const char check : kDigits)
    if (parse_registration_no(first + check)) valid.push_back(first + check);
  RC_ASSERT(valid.size() == 1U);
  RC_ASSERT(!parse_registration_no(with_one_changed(valid.front(), kDigits)));
}

RC_GTEST_PROP(ApplicationNoProperty, AllSpellingsGiveOneText, ()) {
  const std::string digits = "20" + some("01", 1) + some(kDigits, 1) + some("12389", 1) + some(kDigits, 7);
  const std::string right = digits + "." + application_check(digits);
  for (const std::string& spelling :
       {digits, right, "ZL" + right, "CN " + right, digits + application_check(digits), "zl" + digits})
    RC_ASSERT(parse_application_no(spelling).value().text == right);
  const std::string wrong = digits + "." + some("0123456789X", 1);
  RC_ASSERT(wrong == right || !parse_application_no(wrong));
}

RC_GTEST_PROP(MoneyProperty, WholeAmountsAreExact, ()) {
  const auto n = *rc::gen::inRange<std::int64_t>(0, 10'000'000'000);
  const std::string number = std::to_string(n);
  RC_ASSERT(parse_money(number + "元").value()->minor == n * 100);
  RC_ASSERT(parse_money(number + "万元").value()->minor == n * 1'000'000);
  RC_ASSERT(parse_money(number, "万元").value() == parse_money(number + "万元人民币").value());
  const Money money{n, "USD"};
  RC_ASSERT(parse_money_text(money.text()).value() == money);
}

RC_GTEST_PROP(MoneyProperty, AnyTextIsAnAmountNothingOrAnError, (const std::string& s)) { (void)parse_money(s); }

TEST(Money, AbsentIsNotZero) {
  EXPECT_FALSE(parse_money("-").value());
  EXPECT_EQ(parse_money("0万元").value()->minor, 0);
}

TEST(ApplicationNo, CanonicalTextOfTheUsualSpellings) {
  for (const auto* spelling : {"201510163325.6", "ZL201510163325.6", "CN201510163325.6", "2015101633256",
                               "201510163325", "CN 2015 1 0163325.6"})
    EXPECT_EQ(parse_application_no(spelling).value().text, "201510163325.6") << spelling;
  EXPECT_EQ(parse_application_no("201610158350.x").value().text, "201610158350.X");
}

TEST(CreditCode, CanonicalTextOfTheUsualSpellings) {
  for (const auto* spelling : {"91371602ma9abcd16t", "９１３７１６０２ＭＡ９ＡＢＣＤ１６Ｔ", " 91371602 MA9ABCD16T "})
    EXPECT_EQ(CreditCode::parse(spelling).value().text(), "91371602MA9ABCD16T") << spelling;
}

TEST(Ipc, AllSpellingsGiveOneText) {
  for (const auto* spelling : {"H02K 17/02 (2006.01)", "H02K17/02", "h02k 17/02", "Ｈ０２Ｋ１７／０２"})
    EXPECT_EQ(parse_ipc(spelling).value(), "H02K17/02") << spelling;
  EXPECT_EQ(parse_ipc("H02K").value(), "H02K");
  EXPECT_FALSE(parse_ipc("电机"));
  EXPECT_FALSE(parse_ipc(""));
}

RC_GTEST_PROP(IpcProperty, CanonicalTextIsStable, ()) {
  const std::string ipc = some("ABCDEFGH", 1) + "0" + some("123456789", 1) + some("BCDGHK", 1) + some("123456789", 1) +
                          "/" + some(kDigits, 2);
  RC_ASSERT(parse_ipc(ipc).value() == ipc);
}

}  // namespace
}  // namespace tanmiao
