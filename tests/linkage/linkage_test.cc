// What linkage makes of records, told in a small world of two counties.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "core/identifiers.h"
#include "linkage/link.h"

namespace tanmiao::linkage {
namespace {

using store::FirmNo;
using store::kNoFirm;
using store::LinkReason;
using store::Snapshot;

std::string code(int number, std::string_view category = "91") {
  std::string digits = std::to_string(10000000 + number);
  std::string text = std::string(category) + "371602" + digits + org_code_check(digits);
  return text + credit_code_check(text);
}

Reference small_reference() {
  Reference r;
  r.regions = RegionTable::build(371600,
                                 {{370000, "山东省", 0, 1},
                                  {371600, "滨州市", 370000, 2},
                                  {371602, "滨城区", 371600, 3},
                                  {371625, "博兴县", 371600, 3}},
                                 {},
                                 {{"bincheng", "滨城区", 371602, "", false},
                                  {"boxing", "博兴县", 371625, "", false},
                                  {"none", "待核", 0, "", true}},
                                 {});
  r.legal_forms = {{"有限公司分公司", FormClass::kBranch, true},
                   {"有限责任公司", FormClass::kCompany, true},
                   {"有限公司", FormClass::kCompany, true},
                   {"分公司", FormClass::kBranch, true}};
  r.region_words = {"山东省", "滨州市", "山东", "滨州"};
  r.digest = "small";
  r.finish();
  return r;
}

Record record(RecordKind kind, std::string key, std::vector<FieldValue> fields, Date known = make_date(2010, 1, 1)) {
  Record r;
  r.kind = kind, r.source = "src", r.key = std::move(key), r.fields = std::move(fields);
  r.public_date = known, r.public_estimated = false, r.origin = {0, "file", 1};
  canonicalise(r);
  return r;
}
Record firm(std::string key, std::string name, std::string credit, std::string county = "滨城区") {
  return record(RecordKind::kFirm, std::move(key),
                {{Field::kFirmName, std::move(name)},
                 {Field::kCreditCode, std::move(credit)},
                 {Field::kCounty, std::move(county)}});
}
Record patent(std::string no, std::vector<std::string> applicants, Date known = make_date(2012, 1, 1)) {
  std::vector<FieldValue> fields{
      {Field::kApplicationNo, no}, {Field::kTitle, "轴承"}, {Field::kFilingDate, "2011-03-04"}};
  for (auto& a : applicants) fields.push_back({Field::kApplicant, std::move(a)});
  return record(RecordKind::kPatent, no, std::move(fields), known);
}
Record recognition(std::string key, std::string name, std::string county = "") {
  return record(RecordKind::kRecognition, std::move(key),
                {{Field::kFirmName, std::move(name)}, {Field::kProgram, "hnte"}, {Field::kCounty, std::move(county)}});
}

constexpr const char* kPatent = "201110123456.2";

class Linkage : public ::testing::Test {
 protected:
  Linkage() : folder_(fresh()) { open(); }
  ~Linkage() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  static std::filesystem::path fresh() {
    static std::atomic<int> count = 0;
    auto path = std::filesystem::temp_directory_path() /
                ("tanmiao_linkage_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::remove_all(path);
    return path;
  }
  void open() { store_ = store::Store::open(folder_, store::Access::kWrite, "a test").value(); }
  store::Night begin() {
    const Date day = make_date(2026, 1, 1) + std::chrono::days(++nights_);
    return store_->facts().begin_night(day, Instant(day) + std::chrono::hours(18)).value();
  }
  LinkReport night(std::vector<Record> records, int threads = 2) {
    const auto n = begin();
    if (!records.empty()) {
      for (Record& r : records) r.source = source_;
      const auto batch = store_->facts().open_batch(n, store::Stage::kCrawl, source_).value();
      store::CrawlGroup group;
      group.records = std::move(records);
      group.parts = {{"file", static_cast<std::uint64_t>(nights_), 1, {}, {}}};
      store_->facts().commit(batch.id, group).value();
      store_->facts().publish_crawl(batch.id, store::Completeness::kAppendOnly).value();
    }
    LinkConfig config;
    config.threads = threads;
    LinkReport report = link(*store_, n, config, reference_, silent_progress()).value();
    store_->facts().set_live({report.generation, "", {}}).value();
    store_->facts().finish_night(n.id).value();
    snapshot_ = Snapshot::open(store_->folder().columns(report.generation)).value();
    return report;
  }
  FirmNo coded(int number) const { return snapshot_->find_code(code(number)); }
  std::size_t patents(FirmNo n) const {
    const auto [first, last] = snapshot_->ownerships_of(n);
    return last - first;
  }
  std::size_t recognitions(FirmNo n) const {
    const auto [first, last] = snapshot_->recognitions_of(n);
    return last - first;
  }
  LinkReason recognised_by(FirmNo n) const {
    return static_cast<LinkReason>(snapshot_->recognitions.reason[snapshot_->recognitions_of(n).first]);
  }
  void decide(RecordKind kind, std::string key, std::string identity, bool same) {
    store_->people()
        .decide_identity({"src", std::move(key), 0, std::move(identity), same, "甲", "看过", {}, kind, {}})
        .value();
  }

  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const Snapshot> snapshot_;
  Reference reference_ = small_reference();
  std::string source_ = "src";
  int nights_ = 0;
};

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
      for (int i = 0; i < 2000; ++i) {
        const std::string name = "渤海" + std::to_string(i % 1500) + "科技有限公司";
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
}  // namespace tanmiao::linkage
