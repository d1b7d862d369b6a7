#include <array>

#include "core/firm_name.h"
#include "core/text/normalize.h"
#include "tests/core/support.h"

namespace tanmiao::names_test {
namespace {

using testing::reference;

// What registers write is not always what a tool wrote: (Now ...) is (now ...).
TEST(FirmName, FormerNamesAreTakenAwayWhateverTheirCase) {
  for (const char* now : {"now", "Now", "NOW", "nOw"}) {
    const std::string name = "滨州甲乙化工有限公司 (" + std::string(now) + " 山东甲乙新材料科技有限公司)";
    EXPECT_EQ(parse_firm_name(name, reference()).former_name, "滨州甲乙化工有限公司") << now;
    EXPECT_EQ(exact_name_key(name, reference()), "山东甲乙新材料科技有限公司") << now;
  }
}

TEST(FirmName, TakesTheDomainNamesApart) {
  TANMIAO_VECTORS(rows, "company_name_vectors.csv");
  for (const auto& row : rows) {
    const FirmName name = parse_firm_name(row[0], reference());
    EXPECT_EQ(name.loose_key, row[1]) << row[0];
    EXPECT_EQ(name.region, row[2]) << row[0];
    EXPECT_EQ(name.trade_name, row[3]) << row[0];
    EXPECT_EQ(name.industry_word, row[4]) << row[0];
    EXPECT_EQ(name.form, row[5]) << row[0];
  }
}

TEST(FirmName, KeyIsTheSameForBracketsBlanksAndTraditionalCharacters) {
  const auto key = [](std::string_view s) { return exact_name_key(s, reference()); };
  EXPECT_EQ(key("甲乙（山东）智能装备股份有限公司"), key("甲乙 (山东) 智能装备股份有限公司"));
  EXPECT_EQ(key("山東甲乙紡織有限公司"), key("山东甲乙纺织有限公司"));
  EXPECT_NE(key("山东甲乙纺织有限公司"), key("滨州甲乙纺织有限公司"));
  EXPECT_EQ(key("山东甲乙有限公司(原滨州丙丁有限公司)"), key("山东甲乙有限公司"));
}

// 兴隆 is a county of Hebei, and a trade name in Beijing.
TEST(FirmName, ARegionThatDoesNotLieInTheOneBeforeItIsATradeName) {
  const FirmName name = parse_firm_name("北京兴隆达塑料制品厂", reference());
  EXPECT_EQ(name.region, "北京");
  EXPECT_EQ(name.trade_name, "兴隆达");
  EXPECT_EQ(parse_firm_name("山东省滨州市甲乙纺织有限公司", reference()).region, "山东省滨州市");
  EXPECT_EQ(parse_firm_name("山东滨州博兴甲乙纺织有限公司", reference()).region, "山东滨州博兴");
}

// 嘉祥 is a county of Jining: in Zibo a trade name, in Jining and behind the province a place.
TEST(FirmName, ACountyOfAnotherCityIsATradeName) {
  EXPECT_EQ(parse_firm_name("淄博嘉祥食品有限公司", reference()).trade_name, "嘉祥");
  EXPECT_EQ(parse_firm_name("济宁嘉祥华泰食品有限公司", reference()).region, "济宁嘉祥");
  EXPECT_EQ(parse_firm_name("山东嘉祥华泰食品有限公司", reference()).region, "山东嘉祥");
}

TEST(FirmName, BlankInsideABrokenCharacterDoesNotMendIt) {
  const std::string broken = "\xE7\x94 \xB2公司";  // 甲 with a blank behind its second byte
  EXPECT_EQ(exact_name_key(broken, reference()), parse_firm_name(broken, reference()).exact_key);
  EXPECT_TRUE(text::valid_utf8(text::without_blanks(broken)));
}

TEST(FirmName, BranchNamesItsParent) {
  const FirmName name = parse_firm_name("山东甲乙集团有限公司滨州分公司", reference());
  EXPECT_TRUE(name.branch);
  EXPECT_EQ(name.parent_name, "山东甲乙集团有限公司");
}

TEST(FirmName, StraySignsBehindAChineseNameAreNoPartOfIt) {
  for (const auto* tail : {".", "..", "。", "*", "`", "．", " ."}) {
    const std::string name = std::string("泰安甲乙制造厂") + tail;
    EXPECT_EQ(exact_name_key(name, reference()), "泰安甲乙制造厂") << tail;
    EXPECT_EQ(parse_firm_name(name, reference()).form_class, FormClass::kFactory) << tail;
  }
  EXPECT_EQ(exact_name_key("山东甲乙有限公司.(原滨州丙丁有限公司)", reference()), "山东甲乙有限公司");
  EXPECT_TRUE(parse_firm_name("SMITH CO., LTD.", reference()).display.ends_with("LTD."));
}

TEST(FirmName, AUnitBehindAWholeNameIsABranch) {
  for (const auto* name : {"中国甲乙集团公司山东省博兴县乔庄支局", "甲乙集团山东有限公司郓城武安营业厅",
                           "山东甲乙有限责任公司技术中心", "山东甲乙股份有限公司丙丁研究院"}) {
    const FirmName unit = parse_firm_name(name, reference());
    EXPECT_TRUE(unit.branch) << name;
    EXPECT_TRUE(unit.parent_name.ends_with("公司")) << name;
  }
  for (const auto* name : {"甲乙矿业集团有限责任公司丙丁煤矿", "丙丁县甲乙公司招待所",
                           "丙丁供应合作社(甲乙有限公司加盟店)", "山东甲乙有限公司(中外合资)", "山东甲乙有限公司"})
    EXPECT_FALSE(parse_firm_name(name, reference()).branch) << name;
}

TEST(FirmName, AUnitOfACooperativeOrAShopIsABranch) {
  for (const auto& [firm, unit] :
       std::initializer_list<std::pair<std::string, std::string>>{{"博兴县甲乙种植专业合作社", "一店"},
                                                                  {"博兴县甲乙种植专业合作社", "第二分店"},
                                                                  {"博兴县甲乙种植专业合作社", "门市部"},
                                                                  {"丙丁县供销合作社", "农资超市"},
                                                                  {"丙丁县甲乙超市", "第二分店"},
                                                                  {"丙丁县甲乙超市", "3号店"},
                                                                  {"滨州甲乙商行", "二店"},
                                                                  {"丙丁县甲乙超市", "(二分店)"},
                                                                  {"博兴县甲乙种植专业合作社", "(一店)"},
                                                                  {"滨州甲乙机械厂", "门市部"},
                                                                  {"滨州甲乙机械厂", "第二分厂"}}) {
    const FirmName name = parse_firm_name(firm + unit, reference());
    EXPECT_TRUE(name.branch) << firm + unit;
    EXPECT_EQ(name.parent_name, firm) << firm + unit;
    EXPECT_EQ(name.form_class, FormClass::kBranch) << firm + unit;
  }
  for (const auto* name : {"博兴县甲乙种植专业合作社", "博兴县甲乙农民专业合作社联合社", "滨州甲乙商店", "天下第一店",
                           "滨州第一分店", "丙丁县甲乙合作社工会委员会", "滨州市第一门市部", "滨州甲乙机械厂",
                           "甲乙麻辣鸡(丙丁路八分店)", "丙丁县甲乙合作社(甲乙种子有限公司代销点)"})
    EXPECT_TRUE(parse_firm_name(name, reference()).parent_name.empty()) << name;
}

// Whoever stands behind a firm's name without being one of its places of business is somebody else.
TEST(FirmName, WhatStandsBehindAWholeNameIsNotAlwaysItsUnit) {
  const std::string firm = "山东甲乙科技有限公司";
  for (const char* other : {"工会委员会", "破产管理人", "董事长王小明", "子公司滨州丙丁有限公司", "与滨州学院",
                            "/滨州学院", "和滨州丙丁有限公司", "职工技术协会", "、滨州丙丁厂", "滨州学院"})
    EXPECT_FALSE(parse_firm_name(firm + other, reference()).branch) << other;
  for (const char* unit : {"滨州分公司", "滨州支局", "第二营业厅", "大药房", "研究院", "物流配送中心", "滨州分公"})
    EXPECT_TRUE(parse_firm_name(firm + unit, reference()).branch) << unit;
}

TEST(FirmName, KeyOfTheParsedNameIsTheCheapKey) {
  TANMIAO_VECTORS(rows, "company_name_vectors.csv");
  for (const auto& row : rows)
    EXPECT_EQ(parse_firm_name(row[0], reference()).exact_key, exact_name_key(row[0], reference()));
}

std::string words(std::string_view text) {
  constexpr std::array<std::string_view, 7> kWords{"企业", "个人", "高校", "机构", "外国企业", "分支", "未知"};
  std::string out;
  for (const Applicant& a : parse_applicants(text, reference())) {
    if (!out.empty()) out += " | ";
    out += kWords[static_cast<std::size_t>(a.kind)];
    EXPECT_TRUE(a.kind != Applicant::Kind::kPerson || a.name.empty());
  }
  return out;
}

TEST(Applicants, AreSplitAndTold) {
  for (const auto* mark : {";", "；", " ", "、", ", "})
    EXPECT_EQ(words(std::string("山东甲乙新材料科技有限公司") + mark + "滨州学院"), "企业 | 高校") << mark;
  EXPECT_EQ(words("张某某;李某某"), "个人 | 个人");
  EXPECT_EQ(words("张某某 山东甲乙新材料科技有限公司"), "个人 | 企业");
  EXPECT_EQ(words("欧阳某某"), "个人");
  EXPECT_EQ(words("阿卜杜拉·某某"), "个人");
  EXPECT_EQ(words("SAMSUNG ELECTRONICS CO., LTD."), "外国企业");
  EXPECT_EQ(words("三星电子株式会社"), "外国企业");
  EXPECT_EQ(words("甲乙（山东）智能装备股份有限公司;甲乙(山东)智能装备股份有限公司"), "企业");
  EXPECT_EQ(words("国家电网公司;国网山东省电力公司滨州供电公司"), "企业 | 分支");
  EXPECT_EQ(words("滨州甲乙化工有限公司 (now 山东甲乙新材料科技有限公司)"), "企业");
  EXPECT_EQ(words("256600 山东省滨州市滨城区黄河五路1号"), "");
}

}  // namespace
}  // namespace tanmiao::names_test
