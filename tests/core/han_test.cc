// Characters that sound alike, look alike, or neither: by a table of a test's own and by the shipped one.
#include "core/han.h"

#include "core/reference.h"
#include "tests/core/generators.h"
#include "tests/core/support.h"

namespace tanmiao::han_test {
namespace {

using testing::reference;

HanTable two_readings() {
  HanTable table;
  table.add(U'行', "xing hang", "2122.1", "HOMMN");
  table.add(U'航', "hang", "2041.7", "HYYHN");
  table.add(U'星', "xing", "6010.4", "AHQM");
  table.add(U'天', "tian", "1043.0", "MK");
  return table;
}

TEST(Han, SoundsInAnyOfItsReadings) {
  const HanTable table = two_readings();
  EXPECT_TRUE(table.same_sound(U'行', U'航'));
  EXPECT_TRUE(table.same_sound(U'行', U'星'));
  EXPECT_FALSE(table.same_sound(U'航', U'星'));
  EXPECT_FALSE(table.same_sound(U'行', U'天'));
  EXPECT_EQ(table.pinyin(table.sound(U'行')), "xing");
  EXPECT_EQ(table.sound(U'行'), table.sound(U'星'));
}

TEST(Han, NoMoreThanFourReadingsAreTaken) {
  HanTable table;
  table.add(U'甲', "a b c d e", "", "");
  table.add(U'乙', "d", "", "");
  table.add(U'丙', "e", "", "");
  EXPECT_TRUE(table.same_sound(U'甲', U'乙'));
  EXPECT_FALSE(table.same_sound(U'甲', U'丙'));
}

TEST(Han, LooksAlikeByTheCornersWithTheirFifthDigit) {
  HanTable table;
  table.add(U'甲', "jia", "6050.0", "");
  table.add(U'乙', "yi", "6050.0", "");
  table.add(U'丙', "bing", "6050.1", "");
  table.add(U'丁', "ding", "6050", "");  // without the fifth digit many are alike
  table.add(U'戊', "wu", "6050", "");
  EXPECT_TRUE(table.look_alike(U'甲', U'乙'));
  EXPECT_FALSE(table.look_alike(U'甲', U'丙'));
  EXPECT_FALSE(table.look_alike(U'丁', U'戊'));
  EXPECT_FALSE(table.look_alike(U'甲', U'丁'));
}

TEST(Han, LooksAlikeByOneStepOfCangjie) {
  const auto alike = [](std::string_view one, std::string_view other) {
    HanTable table;
    table.add(U'甲', "jia", "", one);
    table.add(U'乙', "yi", "", other);
    const bool forth = table.look_alike(U'甲', U'乙');
    EXPECT_EQ(forth, table.look_alike(U'乙', U'甲')) << one << ' ' << other;
    return forth;
  };
  EXPECT_TRUE(alike("ABC", "ABD"));
  EXPECT_TRUE(alike("ABC", "AB"));
  EXPECT_TRUE(alike("ABCDE", "ABDE"));
  EXPECT_TRUE(alike("ABCD", "ACBD"));
  EXPECT_TRUE(alike("DJ", "JD"));
  EXPECT_FALSE(alike("ABC", "DEF"));
  EXPECT_FALSE(alike("ABCD", "AB"));
  EXPECT_FALSE(alike("ABCD", "DCBA"));
  EXPECT_FALSE(alike("SU", "RU"));  // of two letters one other: too many are
  EXPECT_FALSE(alike("DD", "ED"));
  EXPECT_FALSE(alike("A", "B"));
  EXPECT_FALSE(alike("", "ABC"));
}

TEST(Han, TheShippedTableKnowsWhatPeopleMistake) {
  const HanTable& han = reference().han;
  EXPECT_TRUE(han.look_alike(U'末', U'未'));
  EXPECT_FALSE(han.same_sound(U'末', U'未'));
  EXPECT_TRUE(han.look_alike(U'己', U'已'));
  EXPECT_TRUE(han.same_sound(U'泰', U'太'));
  EXPECT_TRUE(han.same_sound(U'长', U'常'));  // chang, beside zhang
  EXPECT_TRUE(han.same_sound(U'长', U'章'));
  EXPECT_FALSE(han.look_alike(U'甲', U'滨'));
  EXPECT_EQ(han.pinyin(han.sound(U'鲁')), "lu");
}

TEST(Han, WhatTheTableHasNotIsLikeItselfAlone) {
  const HanTable& han = reference().han;
  for (const char32_t c : {U'A', U'1', U'あ', U'\U00020000', U'\U0010FFFF', U'\0'}) {
    EXPECT_EQ(han.sound(c), 0) << static_cast<std::uint32_t>(c);
    EXPECT_TRUE(han.same_sound(c, c));
    EXPECT_TRUE(han.look_alike(c, c));
    EXPECT_FALSE(han.same_sound(c, U'甲'));
    EXPECT_FALSE(han.look_alike(U'甲', c));
  }
  EXPECT_EQ(han.pinyin(0), "");
}

TEST(Han, AnEmptyTableComparesCharactersAsTheyStand) {
  const HanTable none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.sound(U'甲'), 0);
  EXPECT_TRUE(none.same_sound(U'甲', U'甲'));
  EXPECT_FALSE(none.same_sound(U'泰', U'太'));
  EXPECT_FALSE(none.look_alike(U'末', U'未'));
}

TEST(Han, CharactersBeyondTheBasicPlaneAreNotTaken) {
  HanTable table;
  table.add(U'\U00020000', "he", "1234.5", "ABC");
  EXPECT_TRUE(table.empty());
}

// The frequent characters of the shipped table, and beside each one of those around it.
RC_GTEST_PROP(HanProperty, LikenessIsMutualAndOfEachToItself, ()) {
  const HanTable& han = reference().han;
  const auto a = testing::within<char32_t>(0x4E00, 0x9FA6), b = testing::within<char32_t>(0x4E00, 0x9FA6);
  RC_ASSERT(han.look_alike(a, b) == han.look_alike(b, a));
  RC_ASSERT(han.same_sound(a, b) == han.same_sound(b, a));
  RC_ASSERT(han.same_sound(a, a));
  if (han.sound(a) != 0 && han.sound(a) == han.sound(b)) RC_ASSERT(han.same_sound(a, b));
}

// Chance hardly meets two that are alike: all pairs of those with short codes are looked at.
TEST(Han, LikenessIsMutualInAllOfTheShippedTable) {
  const HanTable& han = reference().han;
  std::vector<char32_t> known;
  for (char32_t c = 0x4E00; c <= 0x9FA5; ++c)
    if (han.sound(c) != 0) known.push_back(c);
  ASSERT_GT(known.size(), 7000u);
  std::size_t alike = 0, one_sided = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    for (std::size_t j = i + 1; j < known.size(); ++j) {
      const bool forth = han.look_alike(known[i], known[j]);
      alike += forth;
      one_sided += forth != han.look_alike(known[j], known[i]);
    }
  }
  EXPECT_GT(alike, 1000u);
  EXPECT_EQ(one_sided, 0u);
}

}  // namespace
}  // namespace tanmiao::han_test
