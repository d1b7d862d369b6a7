// What people decided holds in every later night: wherever the name stands, whatever else the record says, and after a
// rebuild from nothing.
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::decisions_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kBohai = "渤海科技有限公司", kHuanghe = "黄河科技有限公司";

class DecisionsOfPeople : public Linkage {
 protected:
  Record transfer(const std::string& from, const std::string& to) {
    return record(RecordKind::kPatentEvent, "e",
                  {{Field::kApplicationNo, kPatent},
                   {Field::kEvent, "TRANSFER"},
                   {Field::kEventDate, "2014-05-06"},
                   {Field::kFromOwner, from},
                   {Field::kToOwner, to}});
  }
  // All that stands in the source now; what is left out is gone.
  LinkReport whole(std::vector<Record> records) {
    completeness_ = store::Completeness::kComplete;
    return night(std::move(records));
  }
  std::vector<store::ReviewItem> waiting() { return store_->facts().reviews(0, 99).value(); }
  std::string identity(FirmNo firm) {
    for (const auto& entry : store_->facts().firm_register().value())
      if (entry.no == firm) return entry.identity;
    return {};
  }
};

TEST_F(DecisionsOfPeople, ADecisionMovesWithTheName) {
  night({firm("a", kBohai, code(1)), patent(kPatent, {"滨州学院", "渤海科技"})});
  judge(RecordKind::kPatent, kPatent, "渤海科技", 1, "code:" + code(1), true);
  night({});
  EXPECT_EQ(patents(coded(1)), 1u);
  night({patent(kPatent, {"渤海科技"})});
  ASSERT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(snapshot_->ownerships.reason[snapshot_->ownerships_of(coded(1)).first],
            static_cast<std::uint8_t>(LinkReason::kDecision));
}

TEST_F(DecisionsOfPeople, ADecisionIsNotOnTheNameThatTookThePlace) {
  night({firm("a", kBohai, code(1)), firm("b", kHuanghe, code(2)), patent(kPatent, {kBohai})});
  judge(RecordKind::kPatent, kPatent, kBohai, 0, "code:" + code(2), true);
  night({});
  EXPECT_EQ(patents(coded(2)), 1u);
  const auto report = night({patent(kPatent, {"滨州学院"})});
  EXPECT_EQ(patents(coded(2)), 0u);
  EXPECT_EQ(report.decisions, 1u);
  EXPECT_EQ(report.decisions_idle, 1u) << "its name is not in the record any more";
}

TEST_F(DecisionsOfPeople, ADecisionHoldsForALaterVersionOfTheRecord) {
  night({firm("a", kBohai, code(1)), firm("b", kBohai, code(2), "博兴县"), recognition("r", kBohai)});
  EXPECT_EQ(waiting().size(), 1u);
  judge(RecordKind::kRecognition, "r", kBohai, 0, "code:" + code(2), true);
  night({});
  EXPECT_EQ(recognitions(coded(2)), 1u);
  Record changed = recognition("r", "渤海 科技 有限公司");
  changed.set(Field::kLevel, "province");
  canonicalise(changed);
  night({changed});
  EXPECT_EQ(recognitions(coded(2)), 1u);
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(DecisionsOfPeople, DecisionsHoldAfterARebuildFromNothing) {
  const std::vector<Record> records{firm("a", kBohai, code(1)), firm("b", kHuanghe, ""), recognition("r", "渤海科技"),
                                    recognition("s", kHuanghe)};
  night(records);
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, "code:" + code(1), true);
  judge(RecordKind::kRecognition, "s", kHuanghe, 0, "name:" + kHuanghe + "@371602", false);
  night({});
  ASSERT_EQ(recognitions(coded(1)), 1u);
  store_.reset();
  std::filesystem::remove(store::DataFolder(folder_).facts());
  std::filesystem::remove_all(folder_ / "columns");
  open();
  const auto report = night(records);
  EXPECT_EQ(report.decisions_idle + report.decisions_without_firm, 0u);
  EXPECT_EQ(recognitions(coded(1)), 1u);
  for (FirmNo n = 1; n <= snapshot_->last_firm(); ++n)
    EXPECT_TRUE(snapshot_->firms.name[n] != kHuanghe || recognitions(n) == 0);
}

TEST_F(DecisionsOfPeople, ADifferentFirmIsForbiddenForEverAndOthersAreNot) {
  night({firm("a", kBohai, code(1)), recognition("r", kBohai)});
  judge(RecordKind::kRecognition, "r", kBohai, 0, "code:" + code(1), false);
  night({});
  EXPECT_EQ(recognitions(coded(1)), 0u);
  EXPECT_EQ(waiting().size(), 1u);
  night({firm("b", kBohai, code(2), "博兴县")});
  EXPECT_EQ(recognitions(coded(1)), 0u);
  EXPECT_EQ(recognitions(coded(2)), 1u) << "the only other firm of that name";
}

TEST_F(DecisionsOfPeople, ACodeInARowDoesNotOutweighAPerson) {
  Record row = recognition("r", kBohai);
  row.set(Field::kCreditCode, code(1));
  canonicalise(row);
  night({firm("a", kBohai, code(1)), row});
  ASSERT_EQ(recognised_by(coded(1)), LinkReason::kCode);
  judge(RecordKind::kRecognition, "r", kBohai, 0, "code:" + code(1), false);
  night({});
  EXPECT_EQ(recognitions(coded(1)), 0u);
  row.set(Field::kFirmName, "渤海科技有限责任公司");
  canonicalise(row);
  night({row});
  EXPECT_EQ(recognitions(coded(1)), 0u) << "the code was judged, not the spelling";
  EXPECT_THAT(waiting()[0].why, HasSubstr("人工判定"));
}

// Two valid codes that differ are two firms, also where a person said otherwise before the source knew the code.
TEST_F(DecisionsOfPeople, ACodeThatComesLaterAndContradictsADecisionLinksNeither) {
  Record row = recognition("r", "渤海科技");
  const std::vector<Record> firms{firm("a", kBohai, code(1)), firm("b", kHuanghe, code(2))};
  night({firms[0], firms[1], row});
  judge(RecordKind::kRecognition, "", "渤海科技", 0, "code:" + code(2), true);
  night({});
  ASSERT_EQ(recognitions(coded(2)), 1u);
  row.set(Field::kCreditCode, code(1));
  canonicalise(row);
  Record later = row;
  later.key = "s";
  night({row, later});
  EXPECT_EQ(recognitions(coded(1)) + recognitions(coded(2)), 0u);
  const auto items = waiting();
  ASSERT_EQ(items.size(), 2u);
  for (const auto& item : items) {
    EXPECT_THAT(item.candidates, ::testing::UnorderedElementsAre(coded(1), coded(2)));
    EXPECT_THAT(item.why, ::testing::AllOf(HasSubstr("人工判定"), HasSubstr(code(1)), HasSubstr(code(2))));
  }
  row.set(Field::kCreditCode, code(2));
  canonicalise(row);
  night({row});
  EXPECT_EQ(recognitions(coded(2)), 1u) << "the source put its code right";
}

TEST_F(DecisionsOfPeople, ANameDoesNotOutweighACodeThatAPersonRuledOut) {
  Record row = recognition("r", kHuanghe);
  row.set(Field::kCreditCode, code(1));
  canonicalise(row);
  night({firm("a", kBohai, code(1)), firm("b", kHuanghe, code(2)), row});
  ASSERT_EQ(recognitions(coded(1)), 1u);
  judge(RecordKind::kRecognition, "r", kHuanghe, 0, "code:" + code(1), false);
  night({});
  EXPECT_EQ(recognitions(coded(1)) + recognitions(coded(2)), 0u) << "the name's firm has another code";
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].why, HasSubstr(code(2)));
}

TEST_F(DecisionsOfPeople, ARegistrationTakenFromItsCodeJoinsNoOtherCode) {
  night({firm("a", kBohai, code(1)), firm("b", kHuanghe, code(2))});
  judge(RecordKind::kFirm, "a", kBohai, 0, "code:" + code(1), false);
  judge(RecordKind::kFirm, "a", kBohai, 0, "code:" + code(2), true);
  const auto report = night({});
  EXPECT_FALSE(report.links_by_reason.contains("decision"));
  bool told = false;
  for (const auto& item : waiting()) told = told || item.why.find("不同，未合并") != std::string::npos;
  EXPECT_TRUE(told);
}

TEST_F(DecisionsOfPeople, OfTwoThatContradictEachOtherTheLaterHolds) {
  night({firm("a", kBohai, code(1)), firm("b", kHuanghe, code(2)), recognition("r", "渤海科技")});
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, "code:" + code(2), true);
  night({});
  ASSERT_EQ(recognitions(coded(2)), 1u);
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, "code:" + code(1), true);
  night({});
  EXPECT_EQ(recognitions(coded(1)), 1u);
  EXPECT_EQ(recognitions(coded(2)), 0u);
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, "code:" + code(1), false);
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, "code:" + code(2), false);
  night({});
  EXPECT_EQ(recognitions(coded(1)) + recognitions(coded(2)), 0u);
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, "code:" + code(2), true);
  night({});
  EXPECT_EQ(recognitions(coded(2)), 1u);
}

TEST_F(DecisionsOfPeople, ADecisionForAFirmThatIsGoneIsReportedAndCountsWhenItIsBack) {
  const Record a = firm("a", kBohai, code(1)), b = firm("b", kHuanghe, code(2)), r = recognition("r", kBohai);
  whole({a, b, r});
  judge(RecordKind::kRecognition, "r", kBohai, 0, "code:" + code(2), true);
  whole({a, b, r});
  ASSERT_EQ(recognitions(coded(2)), 1u);
  const auto report = whole({a, r});
  EXPECT_EQ(report.decisions_without_firm, 1u);
  EXPECT_EQ(recognitions(coded(1)), 0u) << "a person said that it is another one";
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].why, HasSubstr(code(2)));
  EXPECT_THAT(waiting()[0].candidates, ElementsAre(coded(1)));
  EXPECT_EQ(whole({a, b, r}).decisions_without_firm, 0u);
  EXPECT_EQ(recognitions(coded(2)), 1u);
}

TEST_F(DecisionsOfPeople, AnApplicantOfAFirmThatIsGoneIsReportedToo) {
  whole({firm("b", kHuanghe, code(2)), patent(kPatent, {"渤海科技"})});
  judge(RecordKind::kPatent, kPatent, "渤海科技", 0, "code:" + code(2), true);
  whole({patent(kPatent, {"渤海科技"})});
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_EQ(waiting()[0].name, "渤海科技");
}

TEST_F(DecisionsOfPeople, AFirmKnownByNameIsFollowedToItsCodeUnderAnotherName) {
  night({firm("a", kBohai, ""), recognition("r", "渤海科技")});
  const std::string by_name = identity(1);
  ASSERT_EQ(by_name, "name:" + kBohai + "@371602");
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, by_name, true);
  Record renamed = firm("b", "渤海新材料有限公司", code(1));
  renamed.add(Field::kFormerName, kBohai);
  canonicalise(renamed);
  const auto report = night({renamed});
  EXPECT_EQ(report.decisions_without_firm, 0u);
  EXPECT_EQ(recognitions(coded(1)), 1u);
  EXPECT_EQ(snapshot_->firms.successor[1], coded(1));
}

TEST_F(DecisionsOfPeople, AFirmKnownByNameIsFollowedWhenItsCountyBecomesKnown) {
  Record nowhere = firm("a", kBohai, "", "");
  nowhere.set(Field::kCity, "滨州市");
  canonicalise(nowhere);
  night({nowhere, recognition("r", "渤海科技")});
  judge(RecordKind::kRecognition, "r", "渤海科技", 0, "name:" + kBohai + "@371600", true);
  const auto report = night({firm("a", kBohai, "", "博兴县")});
  EXPECT_EQ(report.decisions_without_firm, 0u);
  EXPECT_EQ(report.links_by_reason.at(std::string(link_reason_name(LinkReason::kDecision))), 1u);
}

TEST_F(DecisionsOfPeople, ANumberIsNotPassedOnToANamesakeElsewhere) {
  const Record here = firm("a", kBohai, "", "滨城区"), there = firm("b", kBohai, code(1), "博兴县");
  whole({here});
  ASSERT_EQ(identity(1), "name:" + kBohai + "@371602");
  whole({here, there});
  EXPECT_EQ(snapshot_->firms.successor[1], kNoFirm);
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].why, HasSubstr("另一县区"));
  whole({there});
  EXPECT_EQ(snapshot_->firms.successor[1], kNoFirm);
}

TEST_F(DecisionsOfPeople, ARegistrationWithACodeJoinsTheFirmKnownByName) {
  night({firm("a", kBohai, code(1)), firm("b", "渤海科技", "")});
  const FirmNo by_name = coded(1) == 1 ? 2 : 1;
  judge(RecordKind::kFirm, "a", kBohai, 0, "name:渤海科技@371602", true);
  const auto report = night({});
  EXPECT_EQ(report.firms, 1u);
  EXPECT_EQ(snapshot_->firms.successor[by_name], coded(1));
  EXPECT_EQ(report.decisions_idle, 0u);
}

TEST_F(DecisionsOfPeople, AlikeNamesInOneRecordAreToldApartByTheirPlace) {
  night({firm("a", kBohai, code(1)), firm("b", kBohai, code(2), "博兴县"), patent(kPatent, {"滨州学院"}),
         transfer(kBohai, kBohai)});
  EXPECT_EQ(waiting().size(), 2u);
  judge(RecordKind::kPatentEvent, "e", kBohai, 0, "code:" + code(1), true);
  judge(RecordKind::kPatentEvent, "e", kBohai, 1, "code:" + code(2), true);
  night({});
  EXPECT_EQ(patents(coded(1)), 0u);
  EXPECT_EQ(patents(coded(2)), 1u);
}

TEST_F(DecisionsOfPeople, ARegistrationThatWaitsNamesItsCandidates) {
  night({firm("a", kBohai, code(1), "滨城区"), firm("b", kBohai, code(2), "滨城区"), firm("c", kBohai, "", "滨城区")});
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_THAT(waiting()[0].candidates, ::testing::UnorderedElementsAre(coded(1), coded(2)));
}

}  // namespace
}  // namespace tanmiao::linkage::decisions_test
