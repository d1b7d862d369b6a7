// What linkage makes of records, told in a small world of two counties.
#include "tests/linkage/small_world.h"

namespace tanmiao::linkage::linkage_test {
namespace {

TEST_F(Linkage, RegistrationsOfOneCodeAreOneFirm) {
  night({firm("a", "滨州渤海科技有限公司", code(1))});
  source_ = "other";
  const auto report = night({firm("b", "滨州渤海科技有限公司", code(1))});
  EXPECT_EQ(report.firms, 1u);
  EXPECT_EQ(report.links_by_reason.at(std::string(link_reason_name(LinkReason::kCode))), 2u);
}

TEST_F(Linkage, APatentIsJoinedByExactNameWhateverItsBrackets) {
  night({firm("a", "渤海(滨州)科技有限公司", code(1)), patent(kPatent, {"渤海（滨州）科技有限公司"})});
  EXPECT_EQ(patents(coded(1)), 1u);
}

TEST_F(Linkage, TwoValidCodesNeverMergeEvenUnderOneName) {
  night({firm("a", "渤海科技有限公司", code(1)), firm("b", "渤海科技有限公司", code(2))});
  EXPECT_NE(coded(1), kNoFirm);
  EXPECT_NE(coded(1), coded(2));
  decide(RecordKind::kFirm, "a", "code:" + code(2), true);
  const auto report = night({});
  EXPECT_NE(coded(1), coded(2));
  EXPECT_EQ(report.firms, 2u);
  EXPECT_EQ(report.reviews, 1u);
}

TEST_F(Linkage, TheCountyTellsNamesakesApartElseAPersonDoes) {
  const auto report =
      night({firm("a", "渤海科技有限公司", code(1), "滨城区"), firm("b", "渤海科技有限公司", code(2), "博兴县"),
             recognition("r1", "渤海科技有限公司", "博兴县"), recognition("r2", "渤海科技有限公司")});
  EXPECT_EQ(recognitions(coded(1)), 0u);
  ASSERT_EQ(recognitions(coded(2)), 1u);
  EXPECT_EQ(recognised_by(coded(2)), LinkReason::kNameCounty);
  ASSERT_EQ(report.reviews, 1u);
  EXPECT_EQ(store_->facts().reviews(0, 9).value()[0].candidates.size(), 2u);
}

TEST_F(Linkage, AFormerNameIsFollowed) {
  Record renamed = firm("a", "渤海新材料有限公司", code(1));
  renamed.add(Field::kFormerName, "渤海化工有限公司");
  canonicalise(renamed);
  night({renamed, recognition("r", "渤海化工有限公司")});
  ASSERT_EQ(recognitions(coded(1)), 1u);
  EXPECT_EQ(recognised_by(coded(1)), LinkReason::kFormerName);
}

TEST_F(Linkage, ABranchIsRelatedAndItsPatentsAreTheParents) {
  night({firm("a", "渤海科技有限公司", code(1)), firm("b", "渤海科技有限公司博兴分公司", code(2)),
         patent(kPatent, {"渤海科技有限公司博兴分公司"})});
  EXPECT_EQ(snapshot_->firms.parent[coded(2)], coded(1));
  EXPECT_TRUE(snapshot_->firms.flags[coded(2)] & store::kFirmBranch);
  ASSERT_EQ(patents(coded(1)), 1u);
  EXPECT_EQ(snapshot_->ownerships.through[snapshot_->ownerships_of(coded(1)).first], coded(2));
}

TEST_F(Linkage, ATransferMovesThePatentOnItsDay) {
  Record event = record(RecordKind::kPatentEvent, "e",
                        {{Field::kApplicationNo, kPatent},
                         {Field::kEvent, "TRANSFER"},
                         {Field::kEventDate, "2014-05-06"},
                         {Field::kFromOwner, "渤海科技有限公司"},
                         {Field::kToOwner, "黄河科技有限公司"}});
  event.event_date = make_date(2014, 5, 6);
  night({firm("a", "渤海科技有限公司", code(1)), firm("b", "黄河科技有限公司", code(2)),
         patent(kPatent, {"渤海科技有限公司"}), event});
  const auto& o = snapshot_->ownerships;
  const Day day = to_day(make_date(2014, 5, 6));
  ASSERT_EQ(patents(coded(1)), 1u);
  ASSERT_EQ(patents(coded(2)), 1u);
  EXPECT_EQ(o.to[snapshot_->ownerships_of(coded(1)).first], day);
  EXPECT_EQ(o.from[snapshot_->ownerships_of(coded(2)).first], day);
  EXPECT_EQ(o.to[snapshot_->ownerships_of(coded(2)).first], kNoDay);
}

TEST_F(Linkage, JointApplicantsAllOwnAlsoWhenEachHasARowOfItsOwn) {
  Record second = patent(kPatent, {"黄河科技有限公司"});
  second.key += "#2";
  night({firm("a", "渤海科技有限公司", code(1)), firm("b", "黄河科技有限公司", code(2)),
         patent(kPatent, {"渤海科技有限公司"}), second});
  EXPECT_EQ(snapshot_->patents.title.size(), 1u);
  EXPECT_EQ(snapshot_->patents.applicants[0], 2u);
  EXPECT_EQ(patents(coded(1)) + patents(coded(2)), 2u);
}

TEST_F(Linkage, AnUnknownNameOfAListWaitsAndMakesNoFirm) {
  const auto report = night({recognition("r", "无名科技有限公司")});
  EXPECT_EQ(report.firms, 0u);
  EXPECT_EQ(report.reviews, 1u);
}

TEST_F(Linkage, ANameThatAnotherCitysListBringsDoesNotWait) {
  Record elsewhere = recognition("r", "无名科技有限公司");
  elsewhere.set(Field::kCity, "东营市");
  Record known = recognition("s", "渤海科技有限公司");
  known.set(Field::kCity, "东营市");
  canonicalise(elsewhere), canonicalise(known);
  const auto report = night({firm("a", "渤海科技有限公司", code(1), "滨城区"),
                             firm("b", "渤海科技有限公司", code(2), "博兴县"), elsewhere, known});
  EXPECT_EQ(report.reviews, 1u) << "only the one whose name firms of the city bear";
}

TEST_F(Linkage, WhatAPersonSplitStaysSplit) {
  night({firm("a", "渤海科技有限公司", code(1)), recognition("r", "渤海科技有限公司")});
  EXPECT_EQ(recognitions(coded(1)), 1u);
  decide(RecordKind::kRecognition, "r", "code:" + code(1), false);
  EXPECT_FALSE(night({}).unchanged);
  EXPECT_EQ(recognitions(coded(1)), 0u);
  night({firm("c", "黄河科技有限公司", code(3))});
  EXPECT_EQ(recognitions(coded(1)), 0u);
}

TEST_F(Linkage, WhatAPersonJoinedStaysJoined) {
  night({firm("a", "渤海科技有限公司", code(1)), recognition("r", "渤海科技")});
  decide(RecordKind::kRecognition, "r", "code:" + code(1), true);
  night({});
  ASSERT_EQ(recognitions(coded(1)), 1u);
  EXPECT_EQ(recognised_by(coded(1)), LinkReason::kDecision);
}

TEST_F(Linkage, AFirmKnownByNamePointsOnWhenItsCodeIsSeen) {
  night({firm("a", "渤海科技有限公司", "")});
  EXPECT_TRUE(snapshot_->firms.flags[1] & store::kFirmNameOnly);
  night({firm("b", "渤海科技有限公司", code(1))});
  EXPECT_EQ(coded(1), 2u);
  EXPECT_EQ(snapshot_->firms.successor[1], 2u);
  EXPECT_TRUE(snapshot_->firms.flags[1] & store::kFirmMerged);
}

TEST_F(Linkage, ADecisionOnAFirmKnownByNameHoldsForItsSuccessor) {
  night({firm("a", "渤海科技有限公司", ""), recognition("r", "渤海科技有限公司")});
  ASSERT_EQ(recognitions(1), 1u);
  decide(RecordKind::kRecognition, "r", store_->facts().firm_register().value()[0].identity, false);
  night({firm("b", "渤海科技有限公司", code(1))});
  EXPECT_EQ(recognitions(coded(1)), 0u);
}

TEST_F(Linkage, IndividualBusinessesAreDroppedAndCooperativesKept) {
  const auto report = night({firm("a", "滨城渤海面馆", code(1, "92")), firm("b", "滨城渤海专业合作社", code(2, "93"))});
  EXPECT_EQ(report.firms, 1u);
  EXPECT_TRUE(snapshot_->firms.flags[1] & store::kFirmCooperative);
}

TEST_F(Linkage, ASecondLinkOfTheSameRecordsDoesNothing) {
  const auto first = night({firm("a", "渤海科技有限公司", code(1))});
  const auto second = night({});
  EXPECT_FALSE(first.unchanged);
  EXPECT_TRUE(second.unchanged);
  EXPECT_EQ(second.digest, first.digest);
  EXPECT_EQ(second.firms, 1u);
}

TEST_F(Linkage, AFirmTakenOutByNameStaysOutWhenItsCodeBecomesKnown) {
  const auto suppressed = [&](FirmNo n) { return (snapshot_->firms.flags[n] & store::kFirmSuppressed) != 0; };
  night({firm("a", "渤海科技有限公司", ""), firm("b", "黄河科技有限公司", "")});
  ASSERT_EQ(store_->facts().firm_register().value()[0].identity, "name:渤海科技有限公司@371602");
  store_->people().suppress("name:渤海科技有限公司@371602", "企业要求", "某单位", {}).value();
  night({});
  EXPECT_TRUE(suppressed(1));
  EXPECT_FALSE(suppressed(2));
  night({firm("a", "渤海科技有限公司", code(1))});
  EXPECT_TRUE(suppressed(coded(1)));
  night({firm("c", "长江科技有限公司", code(3))});
  EXPECT_TRUE(suppressed(coded(1))) << "in every night after it, too";
  EXPECT_FALSE(suppressed(coded(3)));
}

TEST_F(Linkage, ACorrectionStandsAboveEverySourceUntilItIsWithdrawn) {
  const auto correct = [&](std::string key, std::string field, std::string value) {
    store_->people().correct({std::move(key), std::move(field), std::move(value), "企业来函", "某单位", {}}).value();
  };
  const auto address = [&](FirmNo n) { return std::string(snapshot_->firms.address[n]); };
  night({firm("a", "渤海科技有限公司", code(1)), firm("b", "黄河科技有限公司", "")});
  const std::string before = address(coded(1));
  const FirmNo nameless = 2;
  correct(code(1), "address", "黄河路 9 号");
  correct("name:黄河科技有限公司@371602", "address", "长江路 8 号");
  night({});
  EXPECT_EQ(address(coded(1)), "黄河路 9 号");
  EXPECT_EQ(address(nameless), "长江路 8 号");
  EXPECT_NE(snapshot_->firms.lineage.read(coded(1)).value().find("企业来函"), std::string::npos);
  night({firm("a", "渤海科技有限公司", code(1), "博兴县"), firm("b", "黄河科技有限公司", code(2))});
  EXPECT_EQ(address(coded(1)), "黄河路 9 号") << "after another delivery";
  EXPECT_EQ(address(coded(2)), "长江路 8 号") << "when its code became known";
  correct(code(1), "address", "");
  night({});
  EXPECT_EQ(address(coded(1)), before);
}

TEST_F(Linkage, APastDayHidesWhatCouldNotBeKnownThen) {
  night({firm("a", "渤海科技有限公司", code(1)), patent(kPatent, {"渤海科技有限公司"}, make_date(2015, 6, 1)),
         patent("201210123456.8", {"渤海科技有限公司"}, make_date(2016, 6, 1))});
  EXPECT_EQ(patents(coded(1)), 2u);
  store::View view;
  view.as_of = make_date(2015, 12, 31);
  snapshot_ = assemble_as_of(*store_, view, {}, reference_, silent_progress()).value();
  EXPECT_EQ(patents(coded(1)), 1u);
}

TEST(LinkageThreads, TheSameBytesOnOneTwoAndEight) {
  class World : public Linkage {
   public:
    std::string digest(int threads) {
      std::vector<Record> records;
      for (int i = 0; i < 2000 / kLess; ++i) {
        const std::string name = "渤海" + std::to_string(i % (1500 / kLess)) + "科技有限公司";
        records.push_back(firm(std::to_string(i), name, i % 7 == 0 ? "" : code(i), i % 3 == 0 ? "博兴县" : "滨城区"));
        records.push_back(recognition(std::to_string(i), name, i % 2 == 0 ? "博兴县" : ""));
      }
      return night(std::move(records), threads).digest;
    }
    void TestBody() override {}
  };
  const std::string one = World().digest(1);
  EXPECT_EQ(World().digest(2), one);
  EXPECT_EQ(World().digest(8), one);
}

TEST_F(Linkage, ANameIndexFindsFirmsOfAListWithoutCodes) {
  night({firm("a", "渤海科技有限公司", code(1), "滨城区"), firm("b", "渤海科技有限公司", code(2), "博兴县"),
         firm("c", "黄河科技有限公司", code(3))});
  const auto index = NameIndex::build(*snapshot_, reference_);
  EXPECT_EQ(index->match("黄河科技有限公司", "").firm, coded(3));
  EXPECT_EQ(index->match("渤海科技有限公司", "博兴县").firm, coded(2));
  EXPECT_EQ(index->match("渤海科技有限公司", "").candidates.size(), 2u);
  EXPECT_EQ(index->match("长江科技有限公司", "").firm, kNoFirm);
}

}  // namespace
}  // namespace tanmiao::linkage::linkage_test
