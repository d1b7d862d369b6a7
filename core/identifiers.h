// Identifiers of Chinese bodies: unified social credit code (GB 32100-2015), organisation code (GB 11714-1997),
// old registration number (GS 15-2006). Parsers accept what people type (blanks, full width, lower case, hyphen) and
// give the canonical form; each error says which rule fails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao {

// 18 characters of 0-9A-Z without I O S V Z; characters 3-8 name the registering authority, not the place.
class CreditCode {
 public:
  static Result<CreditCode> parse(std::string_view text);  // checks alphabet, check character and organisation code
  const std::string& text() const { return text_; }
  char department() const { return text_[0]; }
  char category() const { return text_[1]; }
  bool enterprise() const { return text_.starts_with("91"); }
  bool individual_business() const { return text_.starts_with("92"); }
  bool cooperative() const { return text_.starts_with("93"); }
  std::uint32_t authority() const;  // 371602
  std::string org_code() const { return text_.substr(8, 9); }
  auto operator<=>(const CreditCode&) const = default;

 private:
  explicit CreditCode(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The two checks apart, for tests and messages. `code` must be 18 upper-case characters.
bool credit_code_check_ok(std::string_view code);
bool org_code_check_ok(std::string_view nine);  // without hyphen; letters A=10 ... Z=35
char credit_code_check(std::string_view first17);
char org_code_check(std::string_view first8);

Result<std::string> parse_org_code(std::string_view text);         // "741627329"
Result<std::string> parse_registration_no(std::string_view text);  // 15 digits, ISO 7064 MOD 11,10; or 13 older digits

// Numbers of recognitions. Error kFormat when the form is not theirs.
Result<std::string> parse_hnte_certificate(std::string_view text);  // GR202537002393
Result<std::string> parse_tech_sme_number(std::string_view text);   // 2024341181A8020396

}  // namespace tanmiao
