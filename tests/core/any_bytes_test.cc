// Every parser is total: any bytes give a value in its canonical form or an error that can be read, never a crash.
#include "core/date.h"
#include "core/identifiers.h"
#include "core/messages.h"
#include "core/money.h"
#include "core/patent.h"
#include "core/quote.h"
#include "core/text/normalize.h"
#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::any_bytes_test {
namespace {

using namespace testing;

template <class T>
void must_be_readable(const Result<T>& result) {
  if (result) return;
  RC_ASSERT((result.error().code == Errc::kFormat));
  RC_ASSERT(!result.error().message.empty());
  RC_ASSERT(text::valid_utf8(result.error().message));
  RC_ASSERT(result.error().message.find('\n') == std::string::npos);
  RC_ASSERT(text::valid_utf8(in_chinese(result.error().message)));
}

std::string canonical(const std::string& value) { return value; }
template <class T>
std::string canonical(const T& value) {
  if constexpr (requires { value.text(); })
    return value.text();
  else
    return value.text;
}

// What was accepted is accepted again in its canonical form and stays it.
template <class Parser>
void must_settle(const Parser& parse, const std::string& text) {
  const auto first = parse(text);
  must_be_readable(first);
  if (!first) return;
  const auto second = parse(canonical(*first));
  RC_ASSERT(second.has_value());
  RC_ASSERT(canonical(*second) == canonical(*first));
}

void all_parsers(const std::string& text) {
  must_settle([](std::string_view s) { return CreditCode::parse(s); }, text);
  must_settle([](std::string_view s) { return parse_org_code(s); }, text);
  must_settle([](std::string_view s) { return parse_registration_no(s); }, text);
  must_settle([](std::string_view s) { return parse_hnte_certificate(s); }, text);
  must_settle([](std::string_view s) { return parse_tech_sme_number(s); }, text);
  must_settle([](std::string_view s) { return parse_application_no(s); }, text);
  must_settle([](std::string_view s) { return parse_publication_no(s); }, text);
  must_settle([](std::string_view s) { return parse_ipc(s); }, text);
  must_settle([](std::string_view s) { return parse_money_text(s); }, text);
  must_settle([](std::string_view s) { return parse_loose_date(s); }, text);
  must_be_readable(parse_iso_date(text));
  must_be_readable(parse_iso_instant(text));
  must_be_readable(parse_money(text));
  (void)parse_money(text, "万元");
  (void)reference().status_of(text);
  (void)reference().event_of(text);
  (void)reference().industry_2017.canonical(text);
  (void)text::chinese_numeral(text);
}

RC_GTEST_PROP(AnyBytesProperty, AreAValueOrAnErrorToEveryParser, ()) { all_parsers(any_bytes()); }

RC_GTEST_PROP(AnyBytesProperty, NearlyRightValuesAreAValueOrAnErrorToEveryParser, ()) {
  static const std::array<std::string, 12> kRight{
      "91371602MA9ABCD16T", "741627329", "110108000000016", "GR202537002393", "2024341181A8020396",   "201510163325.6",
      "CN104731421B",       "H02K17/02", "50000000000 CNY", "2015-06-02",     "2015-06-02T13:45:10Z", "壹佰万元整"};
  all_parsers(near_miss(one_of(kRight)));
}

TEST(Quoted, IsOneLineOfValidTextAndNotLong) {
  EXPECT_EQ(in_quotes("甲 乙"), "'甲 乙'");
  EXPECT_EQ(in_quotes(" a\r\n b\xFF\x01"), "'a b\uFFFD\uFFFD'");
  EXPECT_EQ(in_quotes(std::string(60, 'x')), "'" + std::string(60, 'x') + "'");
  EXPECT_EQ(in_quotes(std::string(100'000, 'x')), "'" + std::string(60, 'x') + "…'");
}

RC_GTEST_PROP(AnyBytesProperty, AreAPlaceInThePlanOrNone, ()) {
  const Place place =
      reference().regions.resolve(any_bytes(), any_bytes(), any_bytes(), within<std::uint32_t>(0, 0xFFFFFFFF));
  RC_ASSERT(place.unit <= reference().regions.units().size());
  RC_ASSERT(place.zone <= reference().regions.zones().size());
}

}  // namespace
}  // namespace tanmiao::any_bytes_test
