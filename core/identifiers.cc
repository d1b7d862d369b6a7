#include "core/identifiers.h"

#include <algorithm>
#include <array>

#include "core/quote.h"
#include "core/text/normalize.h"
#include "core/text/scan.h"

namespace tanmiao {
namespace {

constexpr std::string_view kCreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // GB 32100-2015: no I O S V Z
constexpr std::array<int, 17> kCreditWeights{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
constexpr std::array<int, 8> kOrgWeights{3, 7, 9, 10, 5, 8, 4, 2};  // GB 11714-1997

// Places in the alphabet, -1 for what is not of it: a code is looked at character by character, and often.
constexpr std::array<int, 256> kCreditPlaces = [] {
  std::array<int, 256> places{};
  places.fill(-1);
  for (std::size_t i = 0; i < kCreditAlphabet.size(); ++i)
    places[static_cast<unsigned char>(kCreditAlphabet[i])] = static_cast<int>(i);
  return places;
}();
int credit_place(char c) { return kCreditPlaces[static_cast<unsigned char>(c)]; }
std::size_t first_outside_alphabet(std::string_view code) {
  const auto bad = std::find_if(code.begin(), code.end(), [](char c) { return credit_place(c) < 0; });
  return bad == code.end() ? std::string_view::npos : static_cast<std::size_t>(bad - code.begin());
}

bool digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// NFKC, blanks removed, upper case: what is typed becomes what is meant.
std::string typed(std::string_view text) {
  std::string s = text::scan(text).plain ? std::string(text) : text::without_blanks(text::nfkc(text));
  for (char& c : s)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return s;
}

Error refuse(std::string_view text, std::string_view what, std::string why) {
  return Error{Errc::kFormat, in_quotes(text) + " is no " + std::string(what) + ": " + std::move(why), ""};
}

int org_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;  // A=10 ... Z=35, not the 31 symbols of the credit code
  return -1;
}

}  // namespace

char credit_code_check(std::string_view first17) {
  int sum = 0;
  for (std::size_t i = 0; i < kCreditWeights.size(); ++i) sum += credit_place(first17[i]) * kCreditWeights[i];
  return kCreditAlphabet[static_cast<std::size_t>((31 - sum % 31) % 31)];
}

char org_code_check(std::string_view first8) {
  int sum = 0;
  for (std::size_t i = 0; i < kOrgWeights.size(); ++i) sum += org_value(first8[i]) * kOrgWeights[i];
  const int r = 11 - sum % 11;
  return r == 10 ? 'X' : r == 11 ? '0' : static_cast<char>('0' + r);
}

bool credit_code_check_ok(std::string_view code) {
  return code.size() == 18 && first_outside_alphabet(code) == std::string_view::npos &&
         credit_code_check(code) == code[17];
}

bool org_code_check_ok(std::string_view nine) {
  if (nine.size() != 9) return false;
  for (std::size_t i = 0; i < 8; ++i)
    if (org_value(nine[i]) < 0) return false;
  return org_code_check(nine) == nine[8];
}

Result<CreditCode> CreditCode::parse(std::string_view text) {
  const std::string code = typed(text);
  constexpr std::string_view kWhat = "unified social credit code";
  if (code.size() != 18)
    return refuse(text, kWhat, "expected 18 characters, found " + std::to_string(text::length(code)));
  if (const std::size_t bad = first_outside_alphabet(code); bad != std::string::npos)
    return refuse(text, kWhat,
                  "character " + std::to_string(bad + 1) + " is not of 0-9 A-Z without I O S V Z (GB 32100-2015)");
  if (!digits(std::string_view(code).substr(2, 6)))
    return refuse(text, kWhat, "characters 3-8 must be the digits of the registering authority");
  if (!credit_code_check_ok(code))
    return refuse(text, kWhat,
                  std::string("check character is '") + code[17] + "', expected '" + credit_code_check(code) + "'");
  if (!org_code_check_ok(std::string_view(code).substr(8, 9)))
    return refuse(text, kWhat, "its organisation code " + code.substr(8, 9) + " fails the check of GB 11714-1997");
  return CreditCode(code);
}

std::uint32_t CreditCode::authority() const {
  std::uint32_t value = 0;
  for (std::size_t i = 2; i < 8; ++i) value = value * 10 + static_cast<std::uint32_t>(text_[i] - '0');
  return value;
}

Result<std::string> parse_org_code(std::string_view text) {
  std::string code = typed(text);
  std::erase(code, '-');
  if (code.size() != 9) return refuse(text, "organisation code", "expected 8 + 1 characters");
  if (!org_code_check_ok(code)) return refuse(text, "organisation code", "it fails the check of GB 11714-1997");
  return code;
}

Result<std::string> parse_registration_no(std::string_view text) {
  const std::string number = typed(text);
  if (!digits(number)) return refuse(text, "registration number", "expected digits only");
  if (number.size() == 13) return number;  // before 2007, no check digit
  if (number.size() != 15) return refuse(text, "registration number", "expected 15 digits, or 13 from before 2007");
  int p = 10;  // ISO 7064 MOD 11,10
  for (std::size_t i = 0; i < 14; ++i) {
    const int s = (p + (number[i] - '0')) % 10;
    p = 2 * (s == 0 ? 10 : s) % 11;
  }
  const int check = (11 - p) % 10;
  if (check != number[14] - '0')
    return refuse(text, "registration number", "check digit is wrong, expected " + std::to_string(check));
  return number;
}

Result<std::string> parse_hnte_certificate(std::string_view text) {
  const std::string number = typed(text);
  const bool fits = number.size() == 14 && (number.starts_with("GR20") || number.starts_with("GF20")) &&
                    digits(std::string_view(number).substr(2));
  if (!fits)
    return refuse(text, "HNTE certificate number", "expected GR, a year, two digits of the province, six digits");
  return number;
}

Result<std::string> parse_tech_sme_number(std::string_view text) {
  const std::string number = typed(text);
  const std::string_view view = number;
  const auto letter_or_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
  const bool fits = view.size() == 18 && view.starts_with("20") && digits(view.substr(0, 10)) &&
                    letter_or_digit(view[10]) && digits(view.substr(11));
  if (!fits)
    return refuse(text, "tech-SME registration number",
                  "expected a year, six digits of a region, a letter or digit, seven digits");
  return number;
}

}  // namespace tanmiao
