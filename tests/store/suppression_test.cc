// Which firms a suppressed name means, as the register of numbers changes.
#include "store/suppression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tanmiao::store::suppression_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<FirmNo> meant(const std::vector<FirmEntry>& firm_register, const std::set<FirmNo>& present) {
  return firms_of_identities(firm_register, {"name:甲公司@371602", "91371600MA3WPBLW37"},
                             [&](FirmNo n) { return present.contains(n); });
}

TEST(SuppressedNames, MeanTheFirmOfThatName) {
  EXPECT_THAT(meant({{1, "name:甲公司@371602", kNoFirm}, {2, "name:乙公司@371602", kNoFirm}}, {1, 2}), ElementsAre(1));
}

TEST(SuppressedNames, FollowTheFirmToItsCode) {
  EXPECT_THAT(meant({{1, "name:甲公司@371602", 2}, {2, "code:91371602MA3000001X", kNoFirm}}, {2}), ElementsAre(2));
}

TEST(SuppressedNames, StayWithTheNameThatAPersonSplitFromTheCode) {
  EXPECT_THAT(
      meant({{1, "name:甲公司@371602", 2}, {2, "code:1", kNoFirm}, {3, "name:甲公司@371602+", kNoFirm}}, {2, 3}),
      ElementsAre(3));
}

TEST(SuppressedNames, FollowTheFirmToABetterAddress) {
  EXPECT_THAT(meant({{1, "name:甲公司@371602", kNoFirm}, {2, "name:甲公司@371625", kNoFirm}}, {2}), ElementsAre(2));
}

TEST(SuppressedNames, LeaveNamesakesElsewhereAlone) {
  EXPECT_THAT(meant({{1, "name:甲公司@371602", kNoFirm}, {2, "name:甲公司@371625", kNoFirm}}, {1, 2}), ElementsAre(1));
  EXPECT_THAT(meant({{1, "name:甲公司@371602", 3}, {2, "name:甲公司@371625", kNoFirm}, {3, "code:1", kNoFirm}}, {2, 3}),
              ElementsAre(3));
}

TEST(SuppressedNames, MeanNothingWhileTheRegisterKnowsNoSuchName) {
  EXPECT_THAT(meant({{1, "name:丙公司@371602", kNoFirm}, {2, "code:91371600MA3WPBLW37", kNoFirm}}, {1, 2}), IsEmpty());
}

}  // namespace
}  // namespace tanmiao::store::suppression_test
