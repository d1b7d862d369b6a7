// Properties that hold for every input.
#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/date.h"
#include "core/firm_name.h"
#include "core/identifiers.h"
#include "core/text/normalize.h"
#include "tests/core/support.h"

namespace tanmiao {
namespace {

RC_GTEST_PROP(Properties, DatesReadBackAsWritten, ()) {
  const Date date{std::chrono::days(*rc::gen::inRange(-30000, 60000))};
  RC_ASSERT(parse_iso_date(iso(date)).value() == date);
}

RC_GTEST_PROP(Properties, OneChangedCharacterBreaksACreditCode, (unsigned at)) {
  std::string code = "91371602MA9ABCD16T";
  char& c = code[at % code.size()];
  c = c == '3' ? '4' : '3';
  RC_ASSERT(!CreditCode::parse(code));
}

RC_GTEST_PROP(Properties, NormalFormsAreStable, (const std::string& s)) {
  const CharMap& map = testing::reference().simplified;
  const std::string once = text::fold(s, map);
  RC_ASSERT(text::valid_utf8(once));
  RC_ASSERT(text::fold(once, map) == once);
}

RC_GTEST_PROP(Properties, AnyBytesAreAName, (const std::string& s)) {
  parse_firm_name(s, testing::reference());
  parse_applicants(s, testing::reference());
  testing::reference().regions.resolve(s, s, s, 0);
}

}  // namespace
}  // namespace tanmiao
