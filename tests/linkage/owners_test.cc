// Who owns a patent when persons stand among applicants and owners.
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::owners_test {
namespace {

constexpr std::uint8_t kAcquired = 0, kFirst = 1, kLater = 2;

// A publication as the crawler makes it: each body with its place among all.
Record publication(const std::string& number, const std::string& day,
                   const std::vector<std::pair<int, std::string>>& applicants, int persons = 0) {
  std::vector<FieldValue> fields{{Field::kApplicationNo, kPatent},
                                 {Field::kTitle, "轴承"},
                                 {Field::kFilingDate, "2011-03-04"},
                                 {Field::kPublicationNo, number},
                                 {Field::kKindCode, number.substr(number.size() - 1)},
                                 {Field::kPublicationDate, day}};
  for (const auto& [place, name] : applicants) {
    fields.push_back({Field::kApplicant, name});
    fields.push_back({Field::kApplicantPosition, std::to_string(place)});
  }
  if (persons > 0) fields.push_back({Field::kPersonApplicants, std::to_string(persons)});
  return record(RecordKind::kPatent, number, std::move(fields));
}
Record filed(const std::vector<std::pair<int, std::string>>& applicants, int persons = 0) {
  return publication("CN102000001A", "2012-05-06", applicants, persons);
}
Record granted(const std::vector<std::pair<int, std::string>>& applicants, int persons = 0) {
  return publication("CN102000001B", "2014-05-06", applicants, persons);
}

struct Transfer {
  std::vector<std::string> from, to;
  std::string from_persons = "", to_persons = "";
};
Record transfer(const Transfer& t, const std::string& day = "2015-06-07") {
  std::vector<FieldValue> fields{{Field::kApplicationNo, kPatent},
                                 {Field::kEvent, "TRANSFER"},
                                 {Field::kEventDate, day},
                                 {Field::kFromPersons, t.from_persons},
                                 {Field::kToPersons, t.to_persons}};
  for (const auto& name : t.from) fields.push_back({Field::kFromOwner, name});
  for (const auto& name : t.to) fields.push_back({Field::kToOwner, name});
  return record(RecordKind::kPatentEvent, kPatent + ("/" + day), std::move(fields));
}

const std::string kBohai = "渤海科技有限公司", kHuanghe = "黄河科技有限公司", kBranch = "渤海科技有限公司博兴分公司";
const Day kFiled = to_day(make_date(2011, 3, 4)), kGranted = to_day(make_date(2014, 5, 6)),
          kMoved = to_day(make_date(2015, 6, 7));

class Ownership : public Linkage {
 protected:
  void tell(std::vector<Record> records) {
    records.push_back(firm("a", kBohai, code(1)));
    records.push_back(firm("b", kHuanghe, code(2)));
    records.push_back(firm("c", kBranch, code(3)));
    night(std::move(records));
  }
  struct Row {
    Day from, to;
    int position;
    FirmNo through;
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows(FirmNo firm) const {
    std::vector<Row> out;
    const auto& o = snapshot_->ownerships;
    for (auto [at, end] = snapshot_->ownerships_of(firm); at < end; ++at)
      out.push_back({o.from[at], o.to[at], o.position[at], o.through[at]});
    return out;
  }
  std::vector<Row> bohai() const { return rows(coded(1)); }
  std::vector<Row> huanghe() const { return rows(coded(2)); }
};

MATCHER_P3(Owns, from, to, position, "") {
  return arg.from == from && arg.to == to && arg.position == position && arg.through == kNoFirm;
}
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Of two firms of a name nobody knows which of them sold, but that one of them owned it, and does no more.
TEST_F(Ownership, OfNamesakesWhoeverOwnsItSold) {
  Record of_later = firm("d", kBohai, code(4));
  of_later.fields.push_back({Field::kEstablished, "2014-02-03"});
  canonicalise(of_later);
  tell({of_later, filed({{1, kBohai}}), transfer({{kBohai}, {kHuanghe}})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kMoved, kFirst))) << "who filed, before the other one was founded";
  EXPECT_THAT(rows(coded(4)), IsEmpty());
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kMoved, kNoDay, kAcquired)));
}

TEST_F(Ownership, AFirmBehindAPersonIsALaterApplicant) {
  tell({filed({{2, kBohai}}, 1)});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kLater)));
  EXPECT_EQ(snapshot_->patents.applicants[0], 2u);
  EXPECT_EQ(snapshot_->patents.persons[0], 1u);
}

TEST_F(Ownership, UniversitiesAndInstitutesAmongTheApplicantsAreCounted) {
  tell({filed({{1, kBohai}, {2, "甲海大学"}, {3, "乙省材料研究院"}}, 0)});
  EXPECT_EQ(snapshot_->patents.applicants[0], 3u);
  EXPECT_EQ(snapshot_->patents.academic[0], 2u);
}

TEST_F(Ownership, AFirmBeforeAPersonIsTheFirst) {
  tell({filed({{1, kBohai}, {3, kHuanghe}}, 1)});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kFirst)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kFiled, kNoDay, kLater)));
}

TEST_F(Ownership, APatentOfPersonsOnlyIsNoFirms) {
  tell({filed({}, 2)});
  ASSERT_EQ(snapshot_->patents.title.size(), 1u);
  EXPECT_EQ(snapshot_->patents.applicants[0], 2u);
  EXPECT_THAT(bohai(), IsEmpty());
}

TEST_F(Ownership, ABodyThatNoRegistryKnowsHoldsItsPlace) {
  tell({filed({{1, "滨州学院"}, {2, kBohai}})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kLater)));
}

TEST_F(Ownership, RecordsWithoutPlacesCountAsBefore) {
  tell({patent(kPatent, {kBohai, kHuanghe})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kFirst)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kFiled, kNoDay, kLater)));
}

TEST_F(Ownership, BranchAndParentBothNamedOwnOnceAndDirectly) {
  tell({filed({{1, kBranch}, {2, kBohai}})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kFirst)));
  EXPECT_THAT(rows(coded(3)), IsEmpty());
}

TEST_F(Ownership, ABranchAloneCountsAtTheParentAndSaysSo) {
  tell({filed({{1, kBranch}})});
  EXPECT_THAT(bohai(), ElementsAre(Row{kFiled, kNoDay, kFirst, coded(3)}));
}

TEST_F(Ownership, APersonWhoSellsLeavesTheOtherOwnersTheirShare) {
  tell({filed({{2, kBohai}}, 1), transfer({{}, {kHuanghe}, "1"})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kLater)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kMoved, kNoDay, kAcquired)));
}

TEST_F(Ownership, AnOwnerThatTakesInAnotherStaysWithWhatItHad) {
  tell({filed({{1, kBohai}}), transfer({{kBohai}, {kBohai, kHuanghe}, "", "1"})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kFirst)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kMoved, kNoDay, kAcquired)));
}

TEST_F(Ownership, ACoOwnerIsAddedWhereNobodyStoodBefore) {
  tell({filed({{1, kBohai}}), transfer({{}, {kHuanghe}, "0"})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kFirst)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kMoved, kNoDay, kAcquired)));
}

TEST_F(Ownership, ASaleToAPersonEndsTheFirmsShareOnly) {
  tell({filed({{1, kBohai}, {2, kHuanghe}}), transfer({{kBohai}, {}, "", "1"})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kMoved, kFirst)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kFiled, kNoDay, kLater)));
}

TEST_F(Ownership, AnEventThatDoesNotSayWhoSoldEndsEveryOtherOwner) {
  tell({filed({{1, kBohai}}), transfer({{}, {kHuanghe}})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kMoved, kFirst)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kMoved, kNoDay, kAcquired)));
}

TEST_F(Ownership, WhatAFirmBuysBackItAcquired) {
  tell({filed({{1, kBohai}}), transfer({{kBohai}, {kHuanghe}}, "2013-01-02"),
        transfer({{kHuanghe}, {kBohai}}, "2015-06-07")});
  EXPECT_THAT(bohai(),
              ElementsAre(Owns(kFiled, to_day(make_date(2013, 1, 2)), kFirst), Owns(kMoved, kNoDay, kAcquired)));
}

TEST_F(Ownership, AFirmThatStandsForPersonsAtTheGrantBoughtIt) {
  tell({filed({}, 1), granted({{1, kBohai}})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kGranted, kNoDay, kAcquired)));
}

TEST_F(Ownership, TwoKnownFirmsOneAfterTheOtherAreASale) {
  tell({filed({{1, kBohai}}, 1), granted({{1, kHuanghe}}, 1)});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kGranted, kFirst)));
  EXPECT_THAT(huanghe(), ElementsAre(Owns(kGranted, kNoDay, kAcquired)));
}

TEST_F(Ownership, AFirmThatMayHaveHadAnotherNameIsNoBuyer) {
  tell({filed({{1, "渤海化工厂"}, {2, "滨州学院"}}), granted({{1, kBohai}, {2, "滨州学院"}})});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kNoDay, kFirst)));
}

TEST_F(Ownership, ThePublicationAfterASaleDoesNotMakeTheBuyerAnApplicant) {
  tell({filed({{1, kBohai}}), transfer({{kBohai}, {kHuanghe}}, "2013-01-02"), granted({{1, kHuanghe}})});
  EXPECT_THAT(huanghe(), ElementsAre(Owns(to_day(make_date(2013, 1, 2)), kNoDay, kAcquired)));
}

TEST_F(Ownership, AnAssigneeWhoIsAPersonEndsTheApplicantsShare) {
  Record grant = granted({{1, kBohai}});
  grant.set(Field::kPersonAssignees, "1");
  canonicalise(grant);
  tell({filed({{1, kBohai}}), grant});
  EXPECT_THAT(bohai(), ElementsAre(Owns(kFiled, kGranted, kFirst)));
}

TEST_F(Ownership, AForeignNameWithBlanksIsOneApplicant) {
  tell({filed({{1, kBohai}, {2, "SMITH MACHINES CO., LTD."}})});
  EXPECT_EQ(snapshot_->patents.applicants[0], 2u);
}

// Abstracts are asked for by firm: that of a patent without one need not be kept.
TEST_F(Ownership, TheAbstractOfAPatentIsKeptFromTheDayAFirmOwnsIt) {
  Record of_nobody = filed({{1, "外地轴承厂"}});
  of_nobody.set(Field::kAbstract, "一种轴承，包括内圈");
  tell({of_nobody});
  ASSERT_EQ(snapshot_->patents.title.size(), 1u);
  EXPECT_EQ(snapshot_->patents.abstract.read(0).value(), "");
  judge(RecordKind::kPatent, of_nobody.key, "外地轴承厂", 0, "code:" + code(1), true);
  night({});
  EXPECT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(snapshot_->patents.abstract.read(0).value(), "一种轴承，包括内圈");
}

}  // namespace
}  // namespace tanmiao::linkage::owners_test
