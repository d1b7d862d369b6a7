// The canonical text of what people type, by example; the properties stand in *_property_test.cc.
#include <gtest/gtest.h>

#include "core/identifiers.h"
#include "core/money.h"
#include "core/patent.h"

namespace tanmiao::values_test {
namespace {

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

}  // namespace
}  // namespace tanmiao::values_test
