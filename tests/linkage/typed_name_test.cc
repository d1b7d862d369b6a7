// Names as people type them into lists: what is noise, what is a name, and how many there are.
#include "linkage/match/typed_name.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::typed_name_test {
namespace {

using ::testing::IsEmpty;

const TypedWords& words() {
  static const TypedWords loaded = load_typed_words("config/linkage/typed_names.csv").value();
  return loaded;
}
std::vector<TypedName> read(std::string_view cell) { return read_typed(cell, words(), reference()); }
// "name<former,former|name": what was read, "=" where the cell is taken as it stands.
std::string told(std::string_view cell) {
  std::string out;
  for (const TypedName& one : read(cell)) {
    out += (out.empty() ? "" : "|") + one.name;
    for (std::size_t i = 0; i < one.former.size(); ++i) out += (i == 0 ? "<" : ",") + one.former[i];
  }
  return out.empty() ? "=" : out;
}

const std::string kA = "滨州嵩岳纺织有限公司", kB = "山东岱宗化工股份有限公司", kC = "滨州渤瀚铝业有限公司";

TEST(TypedName, TheNumberItIsListedUnderIsNoPartOfIt) {
  for (const char* number : {"1、", "3.", "12．", "（3）", "(4)、", "⑤", "⑴", "二、", "（十一）", "7) ", "8：", "1 "})
    EXPECT_EQ(told(number + kA), kA) << number;
}

TEST(TypedName, DigitsThatBelongToTheNameStay) {
  for (const char* name : {"58同城信息技术有限公司", "58 同城信息技术有限公司", "3 号煤矿有限公司", "3号机械厂",
                           "2.0科技有限公司", "360安全科技股份有限公司", "3、6、9餐饮有限公司",
                           "一号店电子商务有限公司", "十里香食品有限公司", "第一机床厂", "1、"})
    EXPECT_EQ(told(name), "=") << name;
}

TEST(TypedName, LabelsQuotesAndSignsAroundItAreTakenAway) {
  for (const std::string& cell :
       {"企业名称：" + kA, "单位: " + kA, "申报单位（盖章）：" + kA, "《" + kA + "》", "“" + kA + "”", "\"" + kA + "\"",
        "「" + kA + "」", "（" + kA + "）", kA + "；", kA + "！", kA + "：", kA + "（盖章）", "“" + kA,
        "1、企业名称：《" + kA + "》。", "　" + kA + "，"})
    EXPECT_EQ(told(cell), kA) << cell;
  for (const std::string& name : {kA, std::string("单位信托有限公司"), std::string("企业家服务有限公司"),
                                  std::string("滨州嵩岳（山东）有限公司"), std::string("JIAYI TEXTILE; CO., LTD.")})
    EXPECT_EQ(told(name), "=") << name;
}

TEST(TypedName, WhatItWasCalledBeforeAndIsCalledNow) {
  for (const std::string& cell :
       {kA + "（现名" + kB + "）", kA + "（现更名为：" + kB + "）", kA + "更名为" + kB, kA + "，现名：" + kB,
        kB + "（曾用名：" + kA + "）", kB + "（原" + kA + "）", kB + " 原名：" + kA, "原名：" + kA + "，现名：" + kB,
        kB + "，曾用名" + kA, "2、" + kB + "（曾用名：“" + kA + "”）"})
    EXPECT_EQ(told(cell), kB + "<" + kA) << cell;
  EXPECT_EQ(told(kC + "（曾用名：" + kA + "、" + kB + "）"), kC + "<" + kA + "," + kB);
  EXPECT_EQ(told("岱宗化工（现名未来智能装备）"), "未来智能装备<岱宗化工");
  for (const char* name :
       {"原名堂餐饮有限公司", "滨州原野（原料）有限公司", "滨州甲乙化工（原料）", "现名堂文化有限公司"})
    EXPECT_EQ(told(name), "=") << name;
}

TEST(TypedName, SeveralNamesInOneCellAreToldApart) {
  for (const char* sign : {"、", "；", ";", "/", "\n", "\r\n", "，", "、\n"})
    EXPECT_EQ(told(kA + sign + kB), kA + "|" + kB) << sign;
  EXPECT_EQ(told("1、" + kA + "；2、" + kB + "\n3、" + kC), kA + "|" + kB + "|" + kC);
  EXPECT_EQ(told("合作单位：" + kA + "、" + kB + "（曾用名：" + kC + "）"), kA + "|" + kB + "<" + kC);
  EXPECT_EQ(told("岱宗化工、嵩岳纺织"), "岱宗化工|嵩岳纺织");
  EXPECT_EQ(told("岱宗化工；" + kA), "岱宗化工|" + kA);
}

TEST(TypedName, WordsBetweenTwoWholeNames) {
  for (const char* joint : {"和", "与", "及", "暨", " ", "　", "&", "＆", "+", "联合", "（牵头）"})
    EXPECT_EQ(told(kA + joint + kB), kA + "|" + kB) << joint;
  EXPECT_EQ(told(kA + "和" + kB + "及" + kC), kA + "|" + kB + "|" + kC);
  EXPECT_EQ(told(kA + "（牵头）、" + kB), kA + "|" + kB);
  EXPECT_EQ(told("山东大学与" + kA), "山东大学|" + kA);
  EXPECT_EQ(told(kA + "和山东大学"), kA + "|山东大学");
  EXPECT_EQ(told(kA + "滨州分公司和" + kB), kA + "滨州分公司|" + kB);
  for (const std::string& name :
       {std::string("滨州利和机械有限公司"), std::string("滨州与时化工有限公司"), std::string("联合化工有限公司"),
        kA + "和平分公司", kA + "和平区平安路加油站", kA + "和平机械厂", kA + " 滨州分公司",
        std::string("滨州 嵩岳 纺织 有限公司"), std::string("山东大学联合学院"), std::string("A&B（中国）有限公司")})
    EXPECT_EQ(told(name), "=") << name;
}

TEST(TypedName, WhatIsSaidOfAFirmBesideItsName) {
  for (const std::string& cell :
       {kA + "（已注销）", kA + "（高新技术企业）", "★" + kA, kA + "★", "* " + kA, kA + "（91371600MA3000010N）",
        kA + "(统一社会信用代码：91371600MA3000010N)", kA + " 91371600MA3000010N"})
    EXPECT_EQ(told(cell), kA) << cell;
  EXPECT_EQ(told("*ST嵩岳"), "=");
  EXPECT_EQ(told(kA + "（91371600MA3000010P）"), "=") << "no code: its check character is another";
}

TEST(TypedName, OneNameOverTwoLinesIsOne) {
  EXPECT_EQ(told("滨州嵩岳\n纺织有限公司"), "=");
  EXPECT_EQ(told("山东未来智能装备\n集团有限公司"), "=");
  EXPECT_EQ(told("滨州嵩岳纺织有限公司/甲"), "=");
  EXPECT_EQ(told("烽火科技&middot;虹旭信息技术有限公司"), "=");
}

RC_GTEST_PROP(TypedNameProperty, WhateverIsTypedNamesAreLeft, ()) {
  const std::vector<std::string> some{kA,  kB,  "岱宗", "1",        "、",   "；", "（",   "）",     "(",
                                      ")", "“", "”",    "\n",       "/",    "：", "原名", "现名",   "原",
                                      ",", " ", "《",   "企业名称", "\xE6", "三", "A",    "更名为", "."};
  std::string cell;
  for (const std::size_t n :
       *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, some.size())))
    cell += some[n];
  for (const TypedName& one : read(cell)) {
    RC_ASSERT(!one.name.empty());
    for (const std::string& former : one.former) RC_ASSERT(!former.empty());
  }
}

TEST(TypedName, AWrongKindOfWordIsToldWithItsLine) {
  const auto file = std::filesystem::temp_directory_path() / "typed_words_test.csv";
  std::ofstream(file) << "word,kind\n企业,label\n甲,nickname\n";
  const auto loaded = load_typed_words(file);
  std::filesystem::remove(file);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Errc::kConfig);
  EXPECT_NE(loaded.error().text().find(":3"), std::string::npos) << loaded.error().text();
  EXPECT_TRUE(load_typed_words("no such file").value().labels.empty());
}

}  // namespace
}  // namespace tanmiao::linkage::typed_name_test
