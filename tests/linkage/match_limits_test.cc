// What a list with odd rows, odd names and many strangers must not change.
#include <algorithm>

#include "linkage/match/matcher.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_limits_test {
namespace {

// Rows of which the name is a sign for "none": no two of them are one firm.
TEST(MatchLimits, ASignInPlaceOfANameMatchesNothing) {
  const ListOfNames names({{"-"}, {"/"}, {"."}, {"。"}, {"*"}, {"\xFF"}, {"滨州泰华纺织有限公司"}});
  for (const char* sign : {"-", "/", ".", "。", "*", "\xFF"}) {
    EXPECT_EQ(anatomist().take_apart(sign).exact, 0u) << sign;
    EXPECT_TRUE(names.match(sign).empty()) << sign;
  }
}

TEST(MatchLimits, ATradeNameOfWhichNothingIsThereIsNone) {
  const auto level = compare_names("滨州鼎信纺织有限公司", "滨州泰华纺织有限公司").at(NameField::kTradeField);
  EXPECT_EQ(level_name(level), "none");
}

// Three letters are a trade name as two characters are, whatever their bytes.
TEST(MatchLimits, ATradeNameOfLettersStandsApartFromTheIndustry) {
  const Anatomy name = anatomist().take_apart("山东TCL纺织有限公司");
  EXPECT_EQ(part_of(name, kTradePart), "tcl");
  EXPECT_EQ(part_of(name, kIndustryPart), "纺织");
}

// 集团 belongs to the form, and stands once.
TEST(MatchLimits, AGroupOfLettersIsAGroup) {
  const Anatomy name = anatomist().take_apart("TCL集团股份有限公司");
  EXPECT_EQ(part_of(name, kTradePart), "tcl");
  EXPECT_EQ(to_utf8(name.text), "tcl集团股份有限公司");
}

// A place within the one before it is one too: in Chinese 山东滨州 is a region of two words.
TEST(MatchLimits, APlaceWithinAPlaceIsNoTradeNameInLatinLetters) {
  const Anatomy name = anatomist().take_apart("Shandong Binzhou Songyue Textile Co., Ltd.");
  EXPECT_EQ(name.region, 371600u);
  EXPECT_EQ(std::count_if(name.words.begin(), name.words.end(), [](const auto& w) { return w.trade; }), 1);
}

// Two firms may be meant; that one of them has an English name beside its own does not make it the only one.
TEST(MatchLimits, AnEnglishNameOfOneFirmDoesNotHideAnotherOfTheSamePinyin) {
  const ListOfNames names({{"滨州泰华有限公司"}, {"滨州甲乙有限公司"}, {"山东泰华有限公司", {}, {"Taihua Co., Ltd."}}});
  const auto found = names.match("Taihua Company");
  EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const auto& c) { return c.row == 0; }));
}

}  // namespace
}  // namespace tanmiao::linkage::match_limits_test
