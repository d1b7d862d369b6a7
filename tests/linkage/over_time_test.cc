// The name on the day counts: firms that did not exist then do not own what was filed under it.
#include "linkage/match/model.h"
#include "tabular/reference_reader.h"
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::over_time_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OverTime : public Linkage {
 protected:
  Record lasting(std::string key, std::string name, int number, std::string established, std::string dissolved = {},
                 std::string former = {}) {
    Record r = firm(std::move(key), std::move(name), code(number));
    r.fields.push_back({Field::kEstablished, std::move(established)});
    if (!dissolved.empty()) r.fields.push_back({Field::kDissolved, std::move(dissolved)});
    if (!former.empty()) r.fields.push_back({Field::kFormerName, std::move(former)});
    canonicalise(r);
    return r;
  }
  std::vector<store::ReviewItem> waiting() { return store_->facts().reviews(0, 99).value(); }
};

// `patent` files on 2011-03-04.
TEST_F(OverTime, OfAFirmAndItsSuccessorOfTheSameNameTheOneOfThatDayIsMeant) {
  const auto report =
      night({lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06", "2012-07-08"),
             lasting("b", "滨州甲乙纺织有限公司", 2, "2013-09-10"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(patents(coded(2)), 0u);
  EXPECT_THAT(report.links_by_reason, ::testing::Contains(::testing::Pair("name_date", 1u)));
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(OverTime, WhoTookTheNameLaterIsNotWhoBoreIt) {
  night({lasting("a", "滨州新名纺织有限公司", 1, "2001-05-06", "", "滨州甲乙纺织有限公司"),
         lasting("b", "滨州甲乙纺织有限公司", 2, "2019-09-10"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 1u) << "by its name of that day";
  EXPECT_EQ(patents(coded(2)), 0u);
}

TEST_F(OverTime, APatentFiledLongBeforeTheOnlyFirmOfItsNameWaits) {
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2015-05-06"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 0u);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_THAT(items[0].candidates, ElementsAre(coded(1)));
  EXPECT_THAT(items[0].why, HasSubstr("早于"));
  judge(RecordKind::kPatent, kPatent, "滨州甲乙纺织有限公司", 0, "code:" + code(1), true);
  night({});
  EXPECT_EQ(patents(coded(1)), 1u) << "a person may know better";
}

TEST_F(OverTime, AMonthBeforeTheFoundingIsNoContradiction) {
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2011-05-06"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 1u);
}

TEST_F(OverTime, WhatADissolvedFirmCannotHaveFiledWaits) {
  night(
      {lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06", "2008-01-02"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 0u);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].why, HasSubstr("晚于"));
}

// Also where the name is not equal and a person is to say.
TEST_F(OverTime, WhatWaitsSaysWhetherTheFirmExistedOnTheDay) {
  reference_ = *tabular::load_reference("config/reference", 371600).value();
  model_ = std::make_shared<const MatchModel>(load_match_model("config/linkage/weights.csv").value());
  night({lasting("a", "滨州泰华纺织有限公司", 1, "2001-05-06"), patent(kPatent, {"滨州泰华纺织股份有限公司"})});
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].detail, HasSubstr("\"field\":\"day\",\"text\":\"时间：成立之后"));
}

TEST_F(OverTime, APublicationNamesTheOwnerOfItsDay) {
  Record bought = patent(kPatent, {"滨州甲乙纺织有限公司"});
  bought.fields.push_back({Field::kPublicationDate, "2016-02-03"});
  canonicalise(bought);
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2014-05-06"), bought});
  EXPECT_EQ(patents(coded(1)), 1u) << "it bought the application, and the grant names it";
}

}  // namespace
}  // namespace tanmiao::linkage::over_time_test
