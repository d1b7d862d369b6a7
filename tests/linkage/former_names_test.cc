// What texts say of former names and of the days on which they were borne.
#include "linkage/former_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linkage/values.h"
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::former_names_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MATCHER_P3(Borne, name, from, until, "") {
  return arg.name == name && arg.from == day_of(from) && arg.until == day_of(until);
}

TEST(FormerNames, StandInOneTextWithTheirDays) {
  EXPECT_THAT(read_former_names("曾用名：甲乙公司（2015-03-02至2018-06-01）；丙丁公司"),
              ElementsAre(Borne("甲乙公司", "2015-03-02", "2018-06-01"), Borne("丙丁公司", "", "")));
  EXPECT_THAT(read_former_names("甲乙公司(至2015年3月2日)|丙丁公司 (2015.03.02~2018.06.01)\n戊己公司（2001/2/3起）"),
              ElementsAre(Borne("甲乙公司", "", "2015-03-02"), Borne("丙丁公司", "2015-03-02", "2018-06-01"),
                          Borne("戊己公司", "2001-02-03", "")));
  EXPECT_THAT(read_former_names("甲乙公司（2018-06-01变更）"), ElementsAre(Borne("甲乙公司", "", "2018-06-01")));
}

TEST(FormerNames, ABracketWithoutADayBelongsToTheName) {
  EXPECT_THAT(read_former_names("甲乙（山东）有限公司"), ElementsAre(Borne("甲乙（山东）有限公司", "", "")));
  EXPECT_THAT(read_former_names("甲乙至诚公司（山东）（2015-13-45至2018）"),
              ElementsAre(Borne("甲乙至诚公司（山东）（2015-13-45至2018）", "", "")));
  EXPECT_THAT(read_former_names("曾用名甲公司"), ElementsAre(Borne("曾用名甲公司", "", ""))) << "no colon, no label";
}

TEST(FormerNames, OfNothingAreNone) {
  EXPECT_THAT(read_former_names(""), IsEmpty());
  EXPECT_THAT(read_former_names("； ;曾用名："), IsEmpty());
  EXPECT_THAT(read_former_names("（2015-03-02至2018-06-01）"),
              ElementsAre(Borne("（2015-03-02至2018-06-01）", "", "")));
}

class DatedNames : public Linkage {
 protected:
  Record with(std::string key, std::string name, int number, std::string former) {
    Record r = firm(std::move(key), std::move(name), code(number));
    r.fields.push_back({Field::kEstablished, "1999-05-06"});
    r.fields.push_back({Field::kFormerName, std::move(former)});
    canonicalise(r);
    return r;
  }
};

// `patent` files on 2011-03-04.
TEST_F(DatedNames, OfSeveralNamesInOneFieldEachHasItsOwnDays) {
  const std::string of_two = "滨州甲乙纺织有限公司";
  night({with("a", "滨州新名纺织有限公司", 1,
              of_two + "（2001-01-01至2005-01-01）；滨州中间纺织有限公司（2005-01-01至2016-01-01）"),
         with("b", "滨州丙丁纺织有限公司", 2,
              "滨州旧名纺织有限公司（至2009-01-01）；" + of_two + "（2009-01-01至2017-01-01）"),
         patent(kPatent, {of_two})});
  EXPECT_EQ(patents(coded(2)), 1u) << "in 2011 only this one bore it";
  EXPECT_EQ(patents(coded(1)), 0u);
  EXPECT_EQ(snapshot_->firms.former_names[coded(1)], of_two + "\n滨州中间纺织有限公司") << "without days";
}

// Taken back long before: the name of today was not its own in 2011.
TEST_F(DatedNames, ANameThatWasNotYetBorneIsAnothersThen) {
  const std::string of_two = "滨州甲乙纺织有限公司";
  night({with("a", "滨州新名纺织有限公司", 1, of_two + "（2013-01-01至2018-01-01）"),
         with("b", "滨州丙丁纺织有限公司", 2, of_two + "（2003-01-01至2012-06-01）"), patent(kPatent, {of_two})});
  EXPECT_EQ(patents(coded(2)), 1u);
  EXPECT_EQ(patents(coded(1)), 0u);
}

}  // namespace
}  // namespace tanmiao::linkage::former_names_test
