// The domain's applicant strings, all of them. "same" stands for what the row above expects; a row that gives no list
// in brackets describes in words what the two tests below hold it to.
#include <array>

#include "core/firm_name.h"
#include "tests/core/support.h"

namespace tanmiao::applicant_vectors_test {
namespace {

using testing::reference;

// "[企业:名 | 个人]"; the names are given where `named`.
std::string list(const std::vector<Applicant>& applicants, bool named) {
  constexpr std::array<std::string_view, 7> kWords{"企业", "个人", "高校", "机构", "外国企业", "分支", "未知"};
  std::string out = "[";
  for (const Applicant& a : applicants) {
    if (out.size() > 1) out += " | ";
    out += kWords[static_cast<std::size_t>(a.kind)];
    if (named && !a.name.empty()) out += ":" + a.name;
  }
  return out + "]";
}

TEST(ApplicantVectors, AllGiveTheListOfTheTable) {
  TANMIAO_VECTORS(rows, "applicant_vectors.csv");
  std::string expected;
  int checked = 0;
  for (const auto& row : rows) {
    if (row[1] != "same") expected = row[1];
    if (!expected.starts_with("[")) continue;
    EXPECT_EQ(list(parse_applicants(row[0], reference()), expected.find(':') != expected.npos), expected) << row[0];
    ++checked;
  }
  EXPECT_EQ(checked, 15);
}

TEST(ApplicantVectors, FormerNameStandsBesideTheNewOne) {
  const FirmName name = parse_firm_name("滨州甲乙化工有限公司 (now 山东甲乙新材料科技有限公司)", reference());
  EXPECT_EQ(name.display, "山东甲乙新材料科技有限公司");
  EXPECT_EQ(name.former_name, "滨州甲乙化工有限公司");
  EXPECT_EQ(parse_applicants("滨州甲乙化工有限公司 (now 山东甲乙新材料科技有限公司)", reference()).size(), 1U);
}

TEST(ApplicantVectors, AddressIsNoApplicant) {
  EXPECT_TRUE(parse_applicants("256600 山东省滨州市滨城区黄河五路1号", reference()).empty());
}

}  // namespace
}  // namespace tanmiao::applicant_vectors_test
