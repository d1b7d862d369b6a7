// Codes, numbers, dates and money: what a parser accepts, it accepts again in its canonical form, unchanged.
#include "core/date.h"
#include "core/identifiers.h"
#include "core/money.h"
#include "core/patent.h"
#include "fuzz/fuzz.h"

using tanmiao::fuzz::must;

namespace {

void codes(std::string_view text) {
  if (const auto code = tanmiao::CreditCode::parse(text)) must(tanmiao::CreditCode::parse(code->text()).has_value());
  if (const auto code = tanmiao::parse_org_code(text)) must(tanmiao::parse_org_code(*code).value() == *code);
  if (const auto no = tanmiao::parse_registration_no(text)) must(tanmiao::parse_registration_no(*no).value() == *no);
  if (const auto no = tanmiao::parse_application_no(text))
    must(tanmiao::parse_application_no(no->text).value().text == no->text);
  if (const auto no = tanmiao::parse_publication_no(text))
    must(tanmiao::parse_publication_no(no->text).value().text == no->text);
  (void)tanmiao::parse_hnte_certificate(text);
  (void)tanmiao::parse_tech_sme_number(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tanmiao::fuzz::view(data, size);
  codes(text);
  if (const auto date = tanmiao::parse_iso_date(text))
    must(tanmiao::parse_iso_date(tanmiao::iso(*date)).value() == *date);
  (void)tanmiao::parse_loose_date(text);
  const auto money = tanmiao::parse_money(text);
  if (money && *money) must(tanmiao::parse_money_text((*money)->text()).value() == **money);
  (void)tanmiao::parse_ipc(text);
  return 0;
}
