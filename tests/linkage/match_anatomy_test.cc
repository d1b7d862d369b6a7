// A name laid out for comparison, whatever order its parts were written in.
#include "linkage/match/anatomy.h"

#include <algorithm>

#include "tests/core/generators.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_anatomy_test {
namespace {

Anatomy apart(std::string_view name) { return anatomist().take_apart(name); }

// region | trade | industry | group | form
std::string laid_out(std::string_view name) {
  const Anatomy a = apart(name);
  std::string out;
  for (std::size_t part = 0; part < kParts; ++part) out += (part == 0 ? "" : "|") + part_of(a, static_cast<Part>(part));
  return out;
}

TEST(Anatomy, PartsStandInOneOrder) {
  EXPECT_EQ(laid_out("山东甲乙智能装备有限公司"), "山东|甲乙|智能装备||有限公司");
  EXPECT_EQ(laid_out("甲乙(山东)智能装备有限公司"), "山东|甲乙|智能装备||有限公司");
  EXPECT_EQ(laid_out("甲乙（山东）智能装备集团有限公司"), "山东|甲乙|智能装备|集团|有限公司");
  EXPECT_EQ(laid_out("山东甲乙集团有限公司"), "山东|甲乙||集团|有限公司");
  EXPECT_EQ(laid_out("山东甲乙纺织（集团）有限公司"), "山东|甲乙|纺织|集团|有限公司");
  EXPECT_EQ(laid_out("山东省滨州市甲乙纺织厂"), "山东省滨州市|甲乙|纺织||厂");
}

TEST(Anatomy, WholeNamesAndShortOnes) {
  for (const char* name : {"山东甲乙纺织有限公司", "滨州甲乙纺织厂", "Songyue Textile Co., Ltd."})
    EXPECT_TRUE(apart(name).full) << name;
  for (const char* name : {"甲乙纺织", "甲乙股份", "山东甲乙", "Songyue Textile"})
    EXPECT_FALSE(apart(name).full) << name;
}

TEST(Anatomy, FormsAreOfAKind) {
  EXPECT_EQ(apart("山东甲乙纺织股份有限公司").form, FormKind::kJointStock);
  EXPECT_EQ(apart("山东甲乙纺织有限责任公司").form, FormKind::kLimited);
  EXPECT_EQ(apart("山东甲乙纺织有限公司").form, FormKind::kLimited);
  EXPECT_EQ(apart("山东甲乙纺织厂").form, FormKind::kOther);
  EXPECT_EQ(apart("山东甲乙纺织").form, FormKind::kNone);
}

TEST(Anatomy, AShortNameMayTellTheForm) {
  const Anatomy stock = apart("甲乙股份");
  EXPECT_EQ(part_of(stock, kTradePart), "甲乙");
  EXPECT_EQ(stock.form, FormKind::kJointStock);
  EXPECT_FALSE(stock.full);
  // Nothing but the word is a trade name of its own.
  EXPECT_EQ(part_of(apart("股份"), kTradePart), "股份");
}

// 安宁 and 平潭 are counties.
TEST(Anatomy, APlaceIsTheTradeNameOfAShortNameThatHasNoOther) {
  for (const char* name : {"安宁股份", "安宁控股", "安宁发展", "安宁集团"}) {
    const Anatomy taken = anatomist().take_apart(name);
    EXPECT_EQ(part_of(taken, kTradePart), "安宁") << name;
    EXPECT_EQ(part_of(taken, kRegionPart), "") << name;
    EXPECT_EQ(taken.region, 0u) << name;
  }
  EXPECT_EQ(part_of(anatomist().take_apart("安宁铁钛股份"), kRegionPart), "安宁");
}

TEST(Anatomy, RegionsHaveCodes) {
  EXPECT_EQ(apart("山东甲乙纺织有限公司").region, 370000u);
  EXPECT_EQ(apart("山东省滨州市甲乙纺织有限公司").region, 371600u);
  EXPECT_EQ(apart("博兴县甲乙纺织有限公司").region, 371625u);
  EXPECT_EQ(apart("甲乙(滨州)纺织有限公司").region, 371600u);
  EXPECT_EQ(apart("甲乙纺织有限公司").region, 0u);
  EXPECT_EQ(apart("黄三角甲乙纺织有限公司").region, 0u);  // a region of no code
  EXPECT_EQ(part_of(apart("黄三角甲乙纺织有限公司"), kRegionPart), "黄三角");
}

TEST(Anatomy, ABranchIsItsFirmAndAUnit) {
  const Anatomy branch = apart("山东甲乙纺织集团有限公司滨州分公司");
  EXPECT_EQ(to_utf8(branch.unit), "滨州分公司");
  EXPECT_EQ(part_of(branch, kTradePart), "甲乙");
  EXPECT_EQ(part_of(branch, kGroupPart), "集团");
  EXPECT_EQ(branch.form, FormKind::kLimited);
  EXPECT_NE(branch.exact, apart("山东甲乙纺织集团有限公司").exact);
  EXPECT_EQ(to_utf8(apart("山東甲乙紡織集團有限公司　濱州分公司").unit), "滨州分公司");
  EXPECT_TRUE(apart("山东甲乙纺织集团有限公司").unit.empty());
}

TEST(Anatomy, ABranchWhoseFormStandsBeforeTheUnitIsAWholeName) {
  for (const std::string unit : {"阳信支行", "阳信营业部", "幸福路分理处", "河滨储蓄所", "第一门市部", "滨州分公司"}) {
    const Anatomy branch = apart("中国银行股份有限公司" + unit);
    EXPECT_TRUE(branch.full) << unit;
    EXPECT_EQ(to_utf8(branch.unit), unit);
    EXPECT_EQ(branch.form, FormKind::kJointStock) << unit;
    const Anatomy bare = apart("中国银行" + unit);
    EXPECT_FALSE(unit != "滨州分公司" && bare.full) << unit;
  }
  EXPECT_EQ(to_utf8(apart("中国银行博兴支行").unit), "博兴支行");
  EXPECT_EQ(to_utf8(apart("中國銀行　博興支行").unit), "博兴支行");
  EXPECT_EQ(to_utf8(apart("鱼台县罗屯供销社采购站").unit), "采购站");
  EXPECT_TRUE(apart("鱼台县罗屯供销社").unit.empty());
  EXPECT_TRUE(apart("中国银行").unit.empty());
  EXPECT_TRUE(apart("滨州银行设备有限公司").unit.empty());
}

TEST(Anatomy, AFormerNameInBracketsStandsApart) {
  const Anatomy name = apart("山东甲乙有限公司（原滨州丙丁有限公司）");
  EXPECT_EQ(name.former, "滨州丙丁有限公司");
  EXPECT_EQ(name.exact, apart("山东甲乙有限公司").exact);
  EXPECT_TRUE(apart("山东甲乙有限公司").former.empty());
}

TEST(Anatomy, MarksOfExchangesAreNoPartOfAName) {
  for (const char* name : {"*ST甲乙", "ST甲乙", "S*ST甲乙", "SST甲乙", "XD甲乙", "甲乙退", "甲乙-U", "甲乙-UW", "甲乙A",
                           "＊ＳＴ甲乙", "* ST 甲乙"})
    EXPECT_EQ(part_of(apart(name), kTradePart), "甲乙") << name;
  // Of a whole name they are its own letters.
  EXPECT_EQ(part_of(apart("山东ST甲乙纺织有限公司"), kTradePart), "st甲乙");
}

TEST(Anatomy, LettersInAChineseNameAreLowerCase) {
  EXPECT_EQ(part_of(apart("山东ABCDEF纺织有限公司"), kTradePart), "abcdef");
  EXPECT_EQ(part_of(apart("山东ＡＢＣＤＥＦ纺织有限公司"), kTradePart), "abcdef");
}

TEST(Anatomy, NamesInLatinLettersAreWordsOfFourKinds) {
  const Anatomy name = apart("Shandong Songyue Intelligent Equip. Technologies Co., Ltd.");
  ASSERT_TRUE(name.latin);
  EXPECT_TRUE(name.full);
  EXPECT_EQ(name.region, 370000u);
  std::vector<std::string> trade, industry;
  for (const LatinPart& word : name.words) {
    if (word.trade) trade.push_back(word.text);
    if (!word.trade && word.kind == LatinWord::Kind::kIndustry) industry.push_back(word.text);
  }
  EXPECT_EQ(trade, std::vector<std::string>{"songyue"});
  EXPECT_FALSE(industry.empty());
  // Spellings of one word are one.
  const auto words = [](std::string_view s) {
    std::vector<std::string> out;
    for (const LatinPart& word : apart(s).words) out.push_back(word.text);
    return out;
  };
  EXPECT_EQ(words("Songyue Tech"), words("SONGYUE TECHNOLOGY"));
  EXPECT_EQ(words("Xi'an Songyue"), words("XI’AN SONGYUE"));
  EXPECT_EQ(apart("Binzhou Songyue Textile Co., Ltd.").region, 371600u);
  EXPECT_EQ(apart("Songyue (Hong Kong) Limited").region, apart("SONGYUE HONGKONG LTD").region);
}

// Chiayi in Taiwan sounds like the trade name 甲乙: as 兴隆 in 北京兴隆达.
TEST(Anatomy, ASecondPlaceInLatinLettersThatDoesNotLieInTheFirstIsATradeName) {
  const Anatomy name = apart("Shandong Jiayi Textile Co., Ltd.");
  EXPECT_EQ(name.region, 370000u);
  EXPECT_EQ(std::count_if(name.words.begin(), name.words.end(), [](const auto& w) { return w.trade; }), 1);
  // The only place of a name without any other trade name is it.
  EXPECT_EQ(apart("Jiayi Textile Co., Ltd.").region, 0u);
}

TEST(Anatomy, NamesOfNothingHaveNoKey) {
  for (const char* name : {"", " ", "　", "\t\n", "()", "（）", "( )"})
    EXPECT_EQ(apart(name).exact, 0u) << '"' << name << '"';
  EXPECT_NE(apart("甲").exact, 0u);
}

RC_GTEST_PROP(AnatomyProperty, TakesAnyBytesApart, ()) {
  const std::string name = tanmiao::testing::any_bytes();
  const Anatomy a = apart(name);
  for (std::size_t part = 1; part < kParts; ++part) RC_ASSERT(a.end[part - 1] <= a.end[part]);
  RC_ASSERT(a.latin || a.end[kFormPart] == a.text.size());
}

RC_GTEST_PROP(AnatomyProperty, HowItIsTypedDoesNotMatter, ()) {
  const std::string name = invented(tanmiao::testing::within<std::size_t>(0, 5000));
  const std::string typed = tanmiao::testing::disguised(name);
  const Anatomy a = apart(name), b = apart(typed);
  RC_ASSERT(a.text == b.text);
  RC_ASSERT(a.end == b.end);
  RC_ASSERT(a.exact == b.exact);
  RC_ASSERT(a.region == b.region);
}

}  // namespace
}  // namespace tanmiao::linkage::match_anatomy_test
