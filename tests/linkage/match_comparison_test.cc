// The levels on which two names agree.
#include "linkage/match/comparison.h"

#include <gmock/gmock.h>

#include "linkage/match/latin.h"
#include "tests/core/generators.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_comparison_test {
namespace {

using enum Level;

std::string_view level(std::string_view mention, std::string_view entry, NameField field) {
  return level_name(compare_names(mention, entry).at(field));
}
std::string_view trade(std::string_view mention, std::string_view entry) {
  return level(mention, entry, NameField::kTradeField);
}
std::string_view industry(std::string_view mention, std::string_view entry) {
  return level(mention, entry, NameField::kIndustryField);
}
std::string_view region(std::string_view mention, std::string_view entry) {
  return level(mention, entry, NameField::kRegionField);
}
std::string_view form(std::string_view mention, std::string_view entry) {
  return level(mention, entry, NameField::kFormField);
}
std::string_view number(std::string_view mention, std::string_view entry) {
  return level(mention, entry, NameField::kNumberField);
}

TEST(Levels, EveryLevelBelongsToItsField) {
  std::size_t fields = 0;
  for (std::size_t n = 0; n < kLevels; ++n) {
    const auto one = static_cast<Level>(n);
    EXPECT_FALSE(level_name(one).empty());
    EXPECT_FALSE(level_label(one).empty());
    if (n > 0 && field_of(one) != field_of(static_cast<Level>(n - 1))) ++fields;
    for (std::size_t other = 0; other < n; ++other)
      EXPECT_FALSE(field_of(one) == field_of(static_cast<Level>(other)) &&
                   level_name(one) == level_name(static_cast<Level>(other)));
  }
  EXPECT_EQ(fields + 1, kNameFields);
}

TEST(Comparison, OneCharacterOfTheTradeName) {
  EXPECT_EQ(trade("滨州泰华纺织有限公司", "滨州泰华纺织有限公司"), "equal");
  EXPECT_EQ(trade("滨州太华纺织有限公司", "滨州泰华纺织有限公司"), "sound");
  EXPECT_EQ(trade("滨州末来纺织有限公司", "滨州未来纺织有限公司"), "shape");
  EXPECT_EQ(trade("滨州泰鼎纺织有限公司", "滨州泰华纺织有限公司"), "slip");
  EXPECT_EQ(trade("滨州华泰纺织有限公司", "滨州泰华纺织有限公司"), "swap");
}

TEST(Comparison, DroppedCharacters) {
  EXPECT_EQ(trade("滨州甲丙纺织有限公司", "滨州甲乙丙纺织有限公司"), "dropped");
  EXPECT_EQ(trade("滨州甲乙纺织有限公司", "滨州甲乙丙纺织有限公司"), "dropped");
  EXPECT_EQ(trade("滨州乙丙纺织有限公司", "滨州甲乙丙纺织有限公司"), "dropped");
  // Short names leave out; that is no slip.
  EXPECT_EQ(trade("甲乙", "滨州甲乙丙纺织有限公司"), "short");
  EXPECT_EQ(trade("乙丙", "滨州甲乙丙纺织有限公司"), "tail");
}

TEST(Comparison, ACharacterWrittenTwice) {
  EXPECT_EQ(trade("滨州泰华华纺织有限公司", "滨州泰华纺织有限公司"), "repeated");
  EXPECT_EQ(trade("滨州泰华信信纺织有限公司", "滨州泰华信纺织有限公司"), "repeated");
  EXPECT_EQ(trade("滨州泰华华信纺织有限公司", "滨州泰华信纺织有限公司"), "repeated");
}

TEST(Comparison, TheFirstCharacterWrittenTwiceIsOneTooMany) {
  EXPECT_THAT(trade("滨州泰泰华纺织有限公司", "滨州泰华纺织有限公司"), ::testing::AnyOf("repeated", "longer", "later"));
  EXPECT_EQ(region("滨州泰泰华纺织有限公司", "滨州泰华纺织有限公司"), "equal");
}

TEST(Comparison, IndustryWords) {
  EXPECT_EQ(industry("滨州泰华纺织有限公司", "滨州泰华纺织有限公司"), "equal");
  EXPECT_EQ(industry("滨州泰华有限公司", "滨州泰华有限公司"), "absent");
  EXPECT_EQ(industry("滨州泰华有限公司", "滨州泰华纺织有限公司"), "missing");
  EXPECT_EQ(industry("泰华科技", "滨州泰华生物科技有限公司"), "part");
  EXPECT_EQ(industry("滨州泰华纺炽有限公司", "滨州泰华纺织有限公司"), "near");
  EXPECT_EQ(industry("滨州泰华纺知有限公司", "滨州泰华纺织有限公司"), "slip");
  EXPECT_EQ(industry("滨州泰华食品有限公司", "滨州泰华纺织有限公司"), "other");
}

// That 油品 is a word and no slip for 食品 the list tells, or the table.
TEST(Comparison, AnotherIndustryWordIsNoSlip) {
  const std::string listed = "滨州泰华食品有限公司";
  EXPECT_EQ(industry("滨州泰华饰品有限公司", listed), "slip") << "sounds the same";
  EXPECT_EQ(industry("滨州泰华油品有限公司", listed), "near");
  EXPECT_EQ(industry("滨州泰华用品有限公司", listed), "other") << "of the table";
  Frequencies often;
  const auto in_list = [&](std::string_view asked) {
    return level_name(
        compare(anatomist().take_apart(asked), {}, anatomist().take_apart(listed), {}, reference(), &often)
            .at(NameField::kIndustryField));
  };
  for (const char* name : {"滨州甲乙油品有限公司", "山东丙丁油品股份有限公司"})
    often.count(anatomist().take_apart(name), reference().han);
  EXPECT_EQ(in_list("滨州泰华油品有限公司"), "near") << "two names make no word";
  often.count(anatomist().take_apart("济南戊庚油品有限公司"), reference().han);
  EXPECT_EQ(in_list("滨州泰华油品有限公司"), "other");
}

TEST(Comparison, Regions) {
  EXPECT_EQ(region("滨州泰华纺织有限公司", "滨州泰华纺织有限公司"), "equal");
  EXPECT_EQ(region("泰华(滨州)纺织有限公司", "滨州泰华纺织有限公司"), "equal");
  EXPECT_EQ(region("滨州市泰华纺织有限公司", "滨州泰华纺织有限公司"), "equal");
  EXPECT_EQ(region("山东滨州泰华纺织有限公司", "滨州泰华纺织有限公司"), "equal");
  EXPECT_EQ(region("山东泰华纺织有限公司", "滨州泰华纺织有限公司"), "within");
  EXPECT_EQ(region("博兴县泰华纺织有限公司", "滨州泰华纺织有限公司"), "within");
  EXPECT_EQ(region("泰华纺织有限公司", "滨州泰华纺织有限公司"), "missing");
  EXPECT_EQ(region("滨州泰华纺织有限公司", "泰华纺织有限公司"), "added");
  EXPECT_EQ(region("济南泰华纺织有限公司", "滨州泰华纺织有限公司"), "other");
  EXPECT_EQ(region("江苏泰华纺织有限公司", "滨州泰华纺织有限公司"), "other");
  EXPECT_EQ(region("泰华纺织有限公司", "泰华纺织有限公司"), "absent");
}

TEST(Comparison, ARegionMoreSaysNothingOfTheOtherParts) {
  const Comparison c = compare_names("滨州泰华纺织有限公司", "泰华纺织有限公司");
  EXPECT_EQ(level_name(c.at(NameField::kTradeField)), "equal");
  EXPECT_EQ(level_name(c.at(NameField::kIndustryField)), "equal");
  EXPECT_EQ(level_name(c.at(NameField::kExtraField)), "none");
}

TEST(Comparison, Forms) {
  EXPECT_EQ(form("滨州泰华有限公司", "滨州泰华有限责任公司"), "equal");
  EXPECT_EQ(form("滨州泰华有限公司", "滨州泰华股份有限公司"), "variant");
  EXPECT_EQ(form("滨州泰华纺织厂", "滨州泰华纺织有限公司"), "other");
  EXPECT_EQ(form("滨州泰华", "滨州泰华股份有限公司"), "missing_stock");
  EXPECT_EQ(form("滨州泰华", "滨州泰华有限公司"), "missing_limited");
  EXPECT_EQ(form("滨州泰华", "滨州泰华纺织厂"), "missing_other");
  EXPECT_EQ(form("滨州泰华有限公司", "滨州泰华"), "added");
  EXPECT_EQ(form("滨州泰华", "滨州泰华"), "absent");
}

TEST(Comparison, Groups) {
  const auto group = [](std::string_view a, std::string_view b) { return level(a, b, NameField::kGroupField); };
  EXPECT_EQ(group("滨州泰华集团有限公司", "滨州泰华(集团)有限公司"), "alike");
  EXPECT_EQ(group("滨州泰华有限公司", "滨州泰华集团有限公司"), "missing");
  EXPECT_EQ(group("滨州泰华集团有限公司", "滨州泰华有限公司"), "added");
  EXPECT_EQ(level("滨州泰华集团有限公司", "滨州泰华有限公司", NameField::kExtraField), "none");
}

TEST(Comparison, NumbersTellFirmsApart) {
  EXPECT_EQ(number("滨州第一纺织厂", "滨州第一纺织厂"), "alike");
  EXPECT_EQ(number("滨州第一纺织厂", "滨州第二纺织厂"), "other");
  EXPECT_EQ(number("滨州泰华一厂", "滨州泰华二厂"), "other");
  EXPECT_EQ(number("滨州泰华1号纺织厂", "滨州泰华2号纺织厂"), "other");
  EXPECT_EQ(number("滨州泰华纺织厂", "滨州第一泰华纺织厂"), "other");
  EXPECT_EQ(number("滨州泰华二纺织厂", "滨州泰华纺织厂"), "other");
  EXPECT_EQ(number("滨州泰华纺织有限公司", "滨州泰鼎纺织有限公司"), "alike");
}

TEST(Comparison, ACooperativeIsNotTheCompanyOfItsName) {
  const std::string name = "滨州金宏水产养殖";
  EXPECT_EQ(level(name + "专业合作社", name + "有限公司", NameField::kFormField), "body");
  EXPECT_EQ(level(name + "有限公司", name + "专业合作社", NameField::kFormField), "body");
  EXPECT_EQ(level(name + "专业合作社", name + "专业合作社", NameField::kFormField), "equal");
  EXPECT_EQ(level(name + "专业合作社", name + "专业合作社联合社", NameField::kFormField), "body");
}

TEST(Comparison, PlaceAndDayComeFromBesideTheName) {
  const std::string name = "泰华纺织有限公司";
  const auto place = [&](const NameFacts& a, const NameFacts& b) {
    return level_name(compare_names(name, name, a, b).at(NameField::kPlaceField));
  };
  const NameFacts county{371625, 371600}, neighbour{371602, 371600}, city{0, 371600}, far{370102, 370100}, none{};
  EXPECT_EQ(place(county, county), "county");
  EXPECT_EQ(place(county, neighbour), "city");
  EXPECT_EQ(place(county, city), "city");
  EXPECT_EQ(place({371625, 0}, city), "city");
  EXPECT_EQ(place(county, far), "other");
  EXPECT_EQ(place(city, far), "other");
  EXPECT_EQ(place(county, none), "unknown");
  EXPECT_EQ(place(none, none), "unknown");
  const auto day = [&](Day of_mention, Day of_entry) {
    return level_name(compare_names(name, name, {0, 0, of_mention}, {0, 0, of_entry}).at(NameField::kDayField));
  };
  const Day founded = to_day(make_date(2010, 5, 1)), before = to_day(make_date(2010, 4, 30));
  EXPECT_EQ(day(founded, founded), "after");
  EXPECT_EQ(day(before, founded), "before");
  EXPECT_EQ(day(kNoDay, founded), "unknown");
  EXPECT_EQ(day(before, kNoDay), "unknown");
}

TEST(Comparison, ACharacterStandsForItsProvince) {
  // 鲁 of 鲁泰华 is Shandong where the entry begins with it, else the trade name's own.
  EXPECT_EQ(trade("鲁泰华", "山东泰华纺织有限公司"), "equal");
  EXPECT_EQ(level("鲁泰华", "山东泰华纺织有限公司", NameField::kExtraField), "none");
  EXPECT_NE(level("鲁泰华", "江苏泰华纺织有限公司", NameField::kExtraField), "none");
}

TEST(ComparisonLatin, BesideChinese) {
  const std::string chinese = "山东泰华纺织有限公司";
  EXPECT_EQ(trade("Shandong Taihua Textile Co., Ltd.", chinese), "pinyin");
  EXPECT_EQ(trade("Shandong Tai Hua Textile Co., Ltd.", chinese), "pinyin");
  EXPECT_EQ(trade(chinese, "SHANDONG TAIHUA TEXTILE CO LTD"), "pinyin");
  EXPECT_EQ(trade("Shandong Taihwa Textile Co., Ltd.", "山东泰华纺织有限公司"), "pinyin_slip");
  EXPECT_EQ(trade("Shandong Dingxin Textile Co., Ltd.", chinese), "none");
  EXPECT_EQ(trade("TCL Corporation", "TCL科技股份有限公司"), "equal");
  EXPECT_EQ(industry("Shandong Taihua Textile Co., Ltd.", chinese), "equal");
  EXPECT_EQ(industry("Shandong Taihua Foods Co., Ltd.", chinese), "other");
  EXPECT_EQ(region("Shandong Taihua Textile Co., Ltd.", chinese), "equal");
  EXPECT_EQ(region("Jiangsu Taihua Textile Co., Ltd.", chinese), "other");
  EXPECT_EQ(form("Shandong Taihua Textile Co., Ltd.", chinese), "equal");
}

TEST(ComparisonLatin, BesideEachOther) {
  EXPECT_EQ(trade("Taihua Textile Co., Ltd.", "TAIHUA TEXTILES LIMITED"), "equal");
  EXPECT_EQ(trade("Tai Hua Textile Co., Ltd.", "TAIHUA TEXTILES LIMITED"), "equal");
  EXPECT_EQ(trade("Taihwa Textile Co., Ltd.", "TAIHUA TEXTILES LIMITED"), "slip");
  EXPECT_EQ(trade("Dingxin Textile Co., Ltd.", "TAIHUA TEXTILES LIMITED"), "none");
}

TEST(EditDistance, CountsUpToItsBound) {
  EXPECT_EQ(edit_distance("taihua", "taihua", 2), 0);
  EXPECT_EQ(edit_distance("taihua", "taihau", 2), 2);
  EXPECT_EQ(edit_distance("taihua", "tahua", 2), 1);
  EXPECT_EQ(edit_distance("taihua", "dingxin", 2), 3);
  EXPECT_EQ(edit_distance("", "ab", 2), 2);
  EXPECT_EQ(edit_distance("", "abc", 2), 3);
  EXPECT_EQ(edit_distance(std::string(80, 'a'), std::string(80, 'a'), 2), 0);
}

// --- properties

// Two writings of whole names, or one of each kind.
std::string some_name() {
  static constexpr std::array<std::string_view, 3> kForms{"有限公司", "股份有限公司", ""};
  std::string name = invented(tanmiao::testing::within<std::size_t>(0, 4000), tanmiao::testing::one_of(kForms));
  if (tanmiao::testing::chance(30)) name = tanmiao::testing::near_miss(name);
  return name;
}

RC_GTEST_PROP(ComparisonProperty, WhatIsEqualIsEqualBothWays, ()) {
  const std::string a = some_name(), b = tanmiao::testing::chance(30) ? tanmiao::testing::disguised(a) : some_name();
  const Comparison forth = compare_names(a, b), back = compare_names(b, a);
  RC_ASSERT((forth.at(NameField::kWholeField) == kWholeEqual) == (back.at(NameField::kWholeField) == kWholeEqual));
  RC_ASSERT((forth.at(NameField::kRegionField) == kRegionEqual) == (back.at(NameField::kRegionField) == kRegionEqual));
  RC_ASSERT((forth.at(NameField::kGroupField) == kGroupAlike) == (back.at(NameField::kGroupField) == kGroupAlike));
  RC_ASSERT((forth.at(NameField::kUnitField) == kUnitEqual) == (back.at(NameField::kUnitField) == kUnitEqual));
}

// Of one writing: nothing is left out.
RC_GTEST_PROP(ComparisonProperty, EqualTradeNamesAreEqualBothWays, ()) {
  const std::string a = invented(tanmiao::testing::within<std::size_t>(0, 4000));
  const std::string b = invented(tanmiao::testing::within<std::size_t>(0, 4000));
  const bool forth = trade(a, b) == "equal", back = trade(b, a) == "equal";
  RC_LOG() << a << ' ' << b << '\n';
  RC_ASSERT(forth == back);
}

RC_GTEST_PROP(ComparisonProperty, ANameIsEqualToItself, ()) {
  const std::string a = some_name();
  const Comparison c = compare_names(a, a);
  const Anatomy apart = anatomist().take_apart(a);
  RC_PRE(apart.exact != 0);
  RC_ASSERT(c.at(NameField::kWholeField) == kWholeEqual);
  RC_ASSERT(c.at(NameField::kExtraField) == kExtraNone);
  RC_ASSERT(c.at(NameField::kNumberField) == kNumberAlike);
  RC_ASSERT(c.at(NameField::kUnitField) == kUnitNone || c.at(NameField::kUnitField) == kUnitEqual);
}

RC_GTEST_PROP(ComparisonProperty, AnyBytesAreCompared, ()) {
  const std::string a = tanmiao::testing::any_bytes(), b = tanmiao::testing::any_bytes();
  const Comparison c = compare_names(a, b);
  for (std::size_t field = 0; field < kNameFields; ++field)
    RC_ASSERT(field_of(c.levels[field]) == static_cast<NameField>(field));
}

TEST(Comparison, NamesLongerThanAnyAreCompared) {
  std::string name = "滨州";
  for (int i = 0; i < 300; ++i) name += i % 2 == 0 ? "甲" : "乙";
  const Comparison same = compare_names(name + "有限公司", name + "有限公司");
  EXPECT_EQ(same.at(NameField::kWholeField), kWholeEqual);
  const Comparison other = compare_names(name + "丙有限公司", name + "丁有限公司");
  EXPECT_EQ(other.at(NameField::kWholeField), kWholeOther);
}

}  // namespace
}  // namespace tanmiao::linkage::match_comparison_test
