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
  // A publication of an application that was filed on 2011-03-04.
  Record published(const std::string& kind, std::string day, std::string applicant,
                   const std::string& application = kPatent) {
    Record r = record(RecordKind::kPatent, application + "|" + kind,
                      {{Field::kApplicationNo, application},
                       {Field::kTitle, "轴承"},
                       {Field::kFilingDate, "2011-03-04"},
                       {Field::kPublicationNo, "CN102000001" + kind},
                       {Field::kKindCode, kind},
                       {Field::kPublicationDate, std::move(day)}});
    if (!applicant.empty()) {
      r.fields.push_back({Field::kApplicant, std::move(applicant)});
      r.fields.push_back({Field::kApplicantPosition, "1"});
    }
    canonicalise(r);
    return r;
  }
  Record without_code(std::string key, std::string name, std::string established, std::string dissolved = {}) {
    Record r = lasting(std::move(key), std::move(name), 0, std::move(established), std::move(dissolved));
    r.set(Field::kCreditCode, "");
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

// A later publication names the owner of its day: it bought, and owns since then, not since the filing.
TEST_F(OverTime, ALaterPublicationNamesTheOwnerOfItsDay) {
  for (const char* before : {"外地轴承有限公司", ""}) {
    SCOPED_TRACE(before);
    store_.reset();
    std::filesystem::remove_all(folder_);
    open();
    Record first = published("A", "2012-09-05", before);
    if (*before == '\0') first.fields.push_back({Field::kPersonApplicants, "1"}), canonicalise(first);
    night({lasting("a", "滨州甲乙纺织有限公司", 1, "2014-05-06"), first,
           published("B", "2016-02-03", "滨州甲乙纺织有限公司")});
    const auto [at, end] = snapshot_->ownerships_of(coded(1));
    ASSERT_EQ(end - at, 1u) << "the grant names it";
    EXPECT_EQ(snapshot_->ownerships.from[at], to_day(make_date(2016, 2, 3)));
    EXPECT_EQ(snapshot_->ownerships.position[at], 0) << "bought";
    EXPECT_THAT(waiting(), IsEmpty());
  }
}

// However late it is published: who was not there cannot have filed.
TEST_F(OverTime, WhoDidNotExistOnTheFilingDayDidNotFileWhatIsPublishedLater) {
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2014-05-06"), published("B", "2016-02-03", "滨州甲乙纺织有限公司")});
  EXPECT_EQ(patents(coded(1)), 0u);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].candidates, ElementsAre(coded(1)));
  EXPECT_THAT(waiting()[0].why, HasSubstr("记录日期 2011-03-04 早于"));
}

// Tables without filing days have it in the number of the application, to the year.
TEST_F(OverTime, TheYearOfTheApplicationsNumberStandsForAFilingDayThatIsNotTold) {
  Record late = published("B", "2016-02-03", "滨州甲乙纺织有限公司", "201110123456.3"),
         soon = published("B", "2016-02-03", "滨州丙丁纺织有限公司", "201110123457.8");
  for (Record* r : {&late, &soon}) {
    std::erase_if(r->fields, [](const FieldValue& f) { return f.field == Field::kFilingDate; });
    canonicalise(*r);
  }
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2014-05-06"), lasting("b", "滨州丙丁纺织有限公司", 2, "2012-12-06"),
         late, soon});
  EXPECT_EQ(patents(coded(1)), 0u);
  EXPECT_EQ(patents(coded(2)), 1u) << "filed in 2011, founded within a year of its end";
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].why, HasSubstr("按申请号的年份"));
}

TEST_F(OverTime, OfTwoNamesakesTheOneOfTheFilingDayFiledAlsoWhatIsPublishedAfterItsEnd) {
  for (const bool twice : {false, true}) {
    store_.reset();
    std::filesystem::remove_all(folder_);
    open();
    std::vector<Record> records{lasting("a", "滨州甲乙纺织有限公司", 1, "1999-01-01", "2013-12-31"),
                                lasting("b", "滨州甲乙纺织有限公司", 2, "2015-06-01"),
                                published("B", "2016-08-01", "滨州甲乙纺织有限公司")};
    if (twice) records.push_back(published("A", "2012-09-05", "滨州甲乙纺织有限公司"));
    night(records);
    EXPECT_EQ(patents(coded(1)), 1u);
    EXPECT_EQ(patents(coded(2)), 0u);
    EXPECT_EQ(snapshot_->ownerships.to[snapshot_->ownerships_of(coded(1)).first], kNoDay);
  }
}

TEST_F(OverTime, TheNameOfTheFilingDayCountsAsWellAsThatOfThePublication) {
  const auto until = [&](std::string key, std::string name, int n, const char* day) {
    Record r = lasting(std::move(key), std::move(name), n, "2001-05-06", "", "滨州甲乙纺织有限公司");
    r.fields.push_back({Field::kFormerUntil, day});
    canonicalise(r);
    return r;
  };
  // One gave the name up between filing and publication, the other long before.
  night({until("a", "滨州戊己纺织有限公司", 1, "2012-06-01"), until("b", "滨州丙丁纺织有限公司", 2, "2003-01-01"),
         published("B", "2016-08-01", "滨州甲乙纺织有限公司")});
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(patents(coded(2)), 0u);
  // Of two who were there the one that took the name before the publication.
  const auto since = [&](std::string key, int n, const char* day) {
    Record r = lasting(std::move(key), "滨州庚辛纺织有限公司", n, "2001-05-06", "",
                       "滨州旧名" + std::to_string(n) + "纺织有限公司");
    r.fields.push_back({Field::kFormerUntil, day});
    canonicalise(r);
    return r;
  };
  night({since("c", 3, "2015-01-01"), since("d", 4, "2019-01-01"),
         published("B", "2016-08-01", "滨州庚辛纺织有限公司", "201110123457.7")});
  EXPECT_EQ(patents(coded(3)), 1u);
  EXPECT_EQ(patents(coded(4)), 0u);
}

// The register gives a firm's name of today alone; what it gave before is in the versions of the record.
TEST_F(OverTime, AFirmThatIsRenamedFromOneNightToTheNextKeepsItsPatents) {
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  const auto report = night({lasting("a", "滨州丙丁纺织有限公司", 1, "2001-05-06")});
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_THAT(report.links_by_reason, ::testing::Contains(::testing::Pair("former_name", 1u)));
  EXPECT_EQ(snapshot_->firms.former_names[coded(1)], "滨州甲乙纺织有限公司");
  night({lasting("a", "滨州戊己纺织有限公司", 1, "2001-05-06")});
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(snapshot_->firms.former_names[coded(1)], "滨州丙丁纺织有限公司\n滨州甲乙纺织有限公司");
}

TEST_F(OverTime, WhoTookTheNameOfAnotherFirmLaterDoesNotGetWhatThatOneFiled) {
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06"), lasting("b", "滨州丙丁纺织有限公司", 2, "2001-05-06")});
  night({lasting("a", "滨州戊己纺织有限公司", 1, "2001-05-06"), lasting("b", "滨州甲乙纺织有限公司", 2, "2001-05-06"),
         patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 1u) << "it bore the name in 2011";
  EXPECT_EQ(patents(coded(2)), 0u);
}

// The register says who bore the name before, and not until when: of a paper of 2011 nobody knows which of them it
// means.
TEST_F(OverTime, AFirmMayNotBeMeantByANameThatAnotherOneMayHaveBorneThen) {
  night({lasting("a", "滨州新名纺织有限公司", 1, "2001-05-06", "", "滨州甲乙纺织有限公司"),
         lasting("b", "滨州甲乙纺织有限公司", 2, "2001-05-06"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)) + patents(coded(2)), 0u);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].candidates, ElementsAre(coded(1), coded(2)));
  EXPECT_THAT(waiting()[0].why, HasSubstr("曾用此名"));
  judge(RecordKind::kPatent, kPatent, "滨州甲乙纺织有限公司", 0, "code:" + code(1), true);
  night({});
  EXPECT_EQ(patents(coded(1)), 1u) << "a person knows";
  // Since the register was read the name is the other firm's alone.
  Record later = patent("203010123456.2", {"滨州甲乙纺织有限公司"}, make_date(2030, 1, 1));
  later.set(Field::kFilingDate, "2030-03-04");
  night({later});
  EXPECT_EQ(patents(coded(2)), 1u);
}

TEST_F(OverTime, TheCountyTellsWhoBearsANameFromWhoBoreIt) {
  Record before = lasting("a", "滨州新名纺织有限公司", 1, "2001-05-06", "", "滨州甲乙纺织有限公司");
  before.set(Field::kCounty, "博兴县");
  Record filed = patent(kPatent, {"滨州甲乙纺织有限公司"});
  filed.fields.push_back({Field::kApplicantAddress, "山东省滨州市滨城区某路 1 号"});
  canonicalise(filed);
  night({before, lasting("b", "滨州甲乙纺织有限公司", 2, "2001-05-06"), filed});
  EXPECT_EQ(patents(coded(2)), 1u);
}

TEST_F(OverTime, ADayUntilWhichANameWasBorneIsTakenFromTheRegister) {
  Record a = lasting("a", "滨州戊己纺织有限公司", 1, "2001-05-06", "", "滨州甲乙纺织有限公司");
  a.fields.push_back({Field::kFormerUntil, "2006-01-01"});
  canonicalise(a);
  Record b = lasting("b", "滨州丙丁纺织有限公司", 2, "2001-05-06", "", "滨州甲乙纺织有限公司");
  b.fields.push_back({Field::kFormerUntil, "2016-01-01"});
  canonicalise(b);
  night({a, b, patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(2)), 1u) << "in 2011 only this one bore it";
  EXPECT_EQ(patents(coded(1)), 0u);
}

// Registers correct slips, and patents go on under a name of before: a day alone does not take a firm's patents away.
TEST_F(OverTime, WhereNobodyElseBoreTheNameTheDayOfAChangeDoesNotMatter) {
  Record later = patent("203010123456.2", {"滨州甲乙纺织有限公司"}, make_date(2030, 1, 1));
  later.set(Field::kFilingDate, "2030-03-04");
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06")});
  night({lasting("a", "滨州丙丁纺织有限公司", 1, "2001-05-06"), later, patent(kPatent, {"滨州丙丁纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 2u);
}

TEST_F(OverTime, AFirmThatMovedIsFoundByTheCountyOfBefore) {
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06")});
  Record moved = lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06");
  moved.set(Field::kCounty, "博兴县");
  Record third = lasting("c", "滨州甲乙纺织有限公司", 3, "2001-05-06");
  third.set(Field::kCounty, "东营市");
  night({moved, third, recognition("r", "滨州甲乙纺织有限公司", "滨城区")});
  EXPECT_EQ(recognitions(coded(1)), 1u);
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(OverTime, WhatAnAbsorbedFirmOwnedIsItsHeirsFromThatDayOn) {
  Record absorbed = lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06", "2015-07-08");
  absorbed.fields.push_back({Field::kSuccessorCode, code(2)});
  canonicalise(absorbed);
  night({absorbed, lasting("b", "滨州丙丁纺织有限公司", 2, "2001-05-06"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  const auto& owned = snapshot_->ownerships;
  const auto [first, last] = snapshot_->ownerships_of(coded(1));
  ASSERT_EQ(last - first, 1u);
  EXPECT_EQ(owned.to[first], to_day(make_date(2015, 7, 8)));
  const auto [of_heir, end] = snapshot_->ownerships_of(coded(2));
  ASSERT_EQ(end - of_heir, 1u);
  EXPECT_EQ(owned.from[of_heir], to_day(make_date(2015, 7, 8)));
  EXPECT_EQ(owned.to[of_heir], kNoDay);
  EXPECT_EQ(owned.through[of_heir], coded(1));
  EXPECT_EQ(static_cast<LinkReason>(owned.reason[of_heir]), LinkReason::kSuccession);
  EXPECT_EQ(snapshot_->firms.heir[coded(1)], coded(2));
}

// Two that name each other as their successor: a register's mistake, and nobody loses anything by it.
TEST_F(OverTime, OfARingOfHeirsNobodyIsAbsorbed) {
  std::vector<Record> ring;
  for (const int n : {1, 2}) {
    Record r = lasting("f" + std::to_string(n), "滨州" + std::string(n == 1 ? "甲乙" : "丙丁") + "纺织有限公司", n,
                       "2001-05-06", "201" + std::to_string(4 + n) + "-07-08");
    r.fields.push_back({Field::kSuccessorCode, code(3 - n)});
    canonicalise(r);
    ring.push_back(r);
  }
  ring.push_back(patent(kPatent, {"滨州甲乙纺织有限公司"}));
  night(ring);
  ASSERT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(snapshot_->ownerships.to[snapshot_->ownerships_of(coded(1)).first], kNoDay);
  EXPECT_EQ(patents(coded(2)), 0u);
  EXPECT_EQ(snapshot_->firms.heir[coded(1)], kNoFirm);
}

TEST_F(OverTime, WhatSeventyOwnersShareIsPassedOnAsWell) {
  Record absorbed = lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06", "2015-07-08");
  absorbed.fields.push_back({Field::kSuccessorCode, code(2)});
  canonicalise(absorbed);
  std::vector<Record> all{absorbed, lasting("b", "滨州丙丁纺织有限公司", 2, "2001-05-06")};
  std::vector<std::string> owners{"滨州甲乙纺织有限公司"};
  for (int n = 10; n < 80; ++n) {
    owners.push_back("滨州第" + std::to_string(n) + "号纺织有限公司");
    all.push_back(firm("f" + std::to_string(n), owners.back(), code(n)));
  }
  all.push_back(patent(kPatent, owners));
  night(all);
  EXPECT_EQ(patents(coded(2)), 1u);
}

// Without a day of the end nobody can say which patents were still its own: they stay, and the relation is told.
TEST_F(OverTime, WithoutADayNothingIsPassedOnAndACorrectionElsewhereMovesNoDay) {
  const auto absorbed = [&](const char* status) {
    Record r = lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06");
    r.fields.push_back({Field::kSuccessorCode, code(2)});
    r.fields.push_back({Field::kStatus, status});
    canonicalise(r);
    return r;
  };
  night({absorbed("注销"), lasting("b", "滨州丙丁纺织有限公司", 2, "2001-05-06"),
         patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(patents(coded(2)), 0u);
  EXPECT_EQ(snapshot_->firms.heir[coded(1)], coded(2));
  night({absorbed("吊销")});
  EXPECT_EQ(snapshot_->firms.heir_since[coded(1)], kNoDay);
}

// A register whose row goes to another firm: names of before are not that one's.
TEST_F(OverTime, ARowThatIsGivenToAnotherCodeTakesNoNamesAlong) {
  night({lasting("7", "滨州甲乙纺织有限公司", 1, "2001-05-06"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  night({lasting("7", "滨州丙丁纺织有限公司", 2, "2001-05-06")});
  EXPECT_EQ(patents(coded(2)), 0u);
  EXPECT_EQ(snapshot_->firms.former_names[coded(2)], "");
}

TEST_F(OverTime, WhoBearsANameSinceLaterDoesNotGetWhatTwoOthersMayHaveFiled) {
  const auto before = [&](std::string key, std::string name, int n) {
    Record r = lasting(std::move(key), std::move(name), n, "2001-05-06", "", "滨州甲乙纺织有限公司");
    r.fields.push_back({Field::kFormerUntil, "2014-01-01"});
    canonicalise(r);
    return r;
  };
  Record a = lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06", "", "滨州老名纺织有限公司");
  a.fields.push_back({Field::kFormerUntil, "2018-01-01"});
  canonicalise(a);
  night({a, before("b", "滨州丙丁纺织有限公司", 2), before("c", "滨州戊己纺织有限公司", 3),
         patent(kPatent, {"滨州甲乙纺织有限公司"})});
  EXPECT_EQ(patents(coded(1)), 0u);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].candidates, ElementsAre(coded(2), coded(3)));
}

// A slip of one night in the county is no reason to doubt for ever.
TEST_F(OverTime, WhereAFirmIsNowGoesBeforeWhereItWas) {
  Record there = lasting("a", "滨州甲乙纺织有限公司", 1, "2001-05-06"),
         here = lasting("b", "滨州甲乙纺织有限公司", 2, "2001-05-06");
  there.set(Field::kCounty, "博兴县");
  Record slip = here;
  slip.set(Field::kCounty, "博兴县");
  night({there, slip});
  night({here, recognition("r", "滨州甲乙纺织有限公司", "博兴县")});
  EXPECT_EQ(recognitions(coded(1)), 1u);
}

TEST_F(OverTime, ARegistrationWithoutACodeIsNotTheFirmThatEndedBeforeItsFounding) {
  Record filed = patent("201910123456.2", {"滨州甲乙机械厂"}, make_date(2020, 1, 1));
  filed.set(Field::kFilingDate, "2019-01-05");
  canonicalise(filed);
  Record before = patent("199510123456.2", {"滨州甲乙机械厂"}, make_date(1996, 1, 1));
  before.set(Field::kFilingDate, "1995-01-05");
  canonicalise(before);
  night({lasting("a", "滨州甲乙机械厂", 1, "1990-01-01", "2003-01-01"),
         without_code("b", "滨州甲乙机械厂", "2018-05-05"), filed, before});
  EXPECT_EQ(snapshot_->last_firm(), 2u);
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(patents(3 - coded(1)), 1u) << "of 2019: of the firm of 2018";
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(OverTime, ARegistrationWithoutACodeIsNotAnOlderFirmThatOnceBoreItsName) {
  night({lasting("a", "滨州丙丁化工有限公司", 1, "1998-01-01", "", "滨州甲乙化工有限公司"),
         without_code("b", "滨州甲乙化工有限公司", "2019-05-05"),
         without_code("c", "滨州甲乙化工有限公司", "1998-03-01")});
  EXPECT_EQ(snapshot_->last_firm(), 2u) << "what is as old is the firm under its name of before";
  EXPECT_EQ(snapshot_->firms.name[3 - coded(1)], "滨州甲乙化工有限公司");
}

TEST_F(OverTime, OfTwoRegistrationsWithoutACodeThatCannotBeOneFirmOneWaits) {
  night({without_code("a", "滨州甲乙机械厂", "1990-01-01", "2003-01-01"),
         without_code("b", "滨州甲乙机械厂", "2018-05-05"), without_code("c", "滨州甲乙机械厂", "1990-01-01")});
  EXPECT_EQ(snapshot_->last_firm(), 1u);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_EQ(waiting()[0].key, "b");
  EXPECT_THAT(waiting()[0].candidates, ElementsAre(1u));
  EXPECT_THAT(waiting()[0].why, HasSubstr("未自动归并"));
}

TEST_F(OverTime, AFoundingDayThatPeoplePutRightCounts) {
  night({lasting("a", "滨州甲乙纺织有限公司", 1, "2015-05-06"), patent(kPatent, {"滨州甲乙纺织有限公司"})});
  ASSERT_EQ(patents(coded(1)), 0u);
  store::Correction correction;
  correction.firm = code(1), correction.field = "established", correction.value = "2005-05-06";
  correction.reason = "营业执照", correction.by = "某单位", correction.at = Instant(make_date(2026, 1, 2));
  store_->people().correct(correction).value();
  night({});
  EXPECT_EQ(patents(coded(1)), 1u);
}

}  // namespace
}  // namespace tanmiao::linkage::over_time_test
