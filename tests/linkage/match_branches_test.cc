// Branches: the firm of one is named in whole, and a bank is no other bank.
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_branches_test {
namespace {

std::string_view level(std::string_view mention, std::string_view entry, NameField field) {
  return level_name(compare_names(mention, entry).at(field));
}
std::string_view trade(std::string_view mention, std::string_view entry) {
  return level(mention, entry, NameField::kTradeField);
}
std::string_view branch(std::string_view mention, std::string_view entry) {
  return level(mention, entry, NameField::kUnitField);
}

TEST(MatchBranches, Units) {
  const std::string firm = "山东泰华纺织有限公司";
  EXPECT_EQ(branch(firm, firm), "none");
  EXPECT_EQ(branch(firm + "滨州分公司", firm + "滨州分公司"), "equal");
  EXPECT_EQ(branch(firm + "滨州分公司", firm + "滨州分公"), "near");
  EXPECT_EQ(branch(firm + "滨州分公司", firm + "滨州分公司博兴营业部"), "other") << "a unit of the unit";
  EXPECT_EQ(branch(firm + "济南分公司", firm + "滨州分公司"), "other");
  EXPECT_EQ(branch(firm + "老滨州分公司", firm + "滨州分公司"), "other");
  EXPECT_EQ(branch(firm + "济南站营业部", firm + "济南东站营业部"), "other");
  for (const char* slip : {"宾州分公司", "州滨分公司", "滨州州分公司", "滨分公司"})
    EXPECT_EQ(branch(firm + slip, firm + "滨州分公司"), "near") << slip;
  EXPECT_EQ(branch(firm + "第一门市部", firm + "第二门市部"), "other");
  EXPECT_EQ(branch(firm + "第十一门市部", firm + "第一门市部"), "other");
  EXPECT_EQ(branch(firm + "城东门市部", firm + "城西门市部"), "other");
  EXPECT_EQ(branch(firm, firm + "滨州分公司"), "missing");
  EXPECT_EQ(branch(firm + "滨州分公司", firm), "added");
}

TEST(MatchBranches, ABranchBearsTheWholeNameOfItsFirm) {
  EXPECT_EQ(trade("滨州渤海有限公司阳信支行", "滨州渤海湾新有限公司阳信支行"), "part")
      << "the form stands before the unit";
}

TEST(MatchBranches, ABankIsNoOtherBank) {
  for (const std::string unit : {"", "阳信支行", "阳信营业部", "幸福路分理处", "河滨储蓄所"}) {
    EXPECT_EQ(trade("中国银行股份有限公司" + unit, "中国工商银行股份有限公司" + unit), "none") << unit;
    EXPECT_EQ(trade("中国建设银行股份有限公司" + unit, "中国银行股份有限公司" + unit), "none") << unit;
    EXPECT_EQ(trade("招商银行股份有限公司" + unit, "交通银行股份有限公司" + unit), "none") << unit;
    EXPECT_NE(trade("建设银行股份有限公司" + unit, "中国建设银行股份有限公司" + unit), "none") << unit;
  }
  EXPECT_EQ(trade("中国银行博兴支行", "中国建设银行博兴支行"), "none");
  EXPECT_EQ(trade("中国银行博兴支行", "中国银行股份有限公司博兴支行"), "equal");
  EXPECT_EQ(branch("中国银行博兴支行", "中国银行股份有限公司博兴支行"), "equal");
  EXPECT_EQ(branch("中国银行博兴支行", "中国银行股份有限公司阳信支行"), "other");
  EXPECT_NE(trade("江阴银行无锡分行", "江苏江阴农村商业银行股份有限公司无锡分行"), "none") << "called by its place";
}

}  // namespace
}  // namespace tanmiao::linkage::match_branches_test
