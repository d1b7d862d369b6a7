// What a snapshot must keep to be understood later: from which record each line comes, and what its units meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "core/identifiers.h"
#include "linkage/link.h"
#include "store/record_origin.h"

namespace tanmiao::linkage::lineage_test {
namespace {

constexpr const char* kPatent = "201110123456.2";
constexpr const char* kName = "渤海科技有限公司";

std::string credit_code() {
  const std::string digits = "10000001", text = "91371602" + digits + org_code_check(digits);
  return text + credit_code_check(text);
}

const Unit kBincheng{"bincheng", "滨城区", 371602, "", false}, kBoxing{"boxing", "博兴县", 371625, "", false},
    kOpen{"none", "待核", 0, "", true};

// `digest` as of the tables' files: another table, another digest.
Reference reference_of(std::vector<Unit> units, std::string digest) {
  Reference r;
  r.regions = RegionTable::build(371600,
                                 {{370000, "山东省", 0, 1},
                                  {371600, "滨州市", 370000, 2},
                                  {371602, "滨城区", 371600, 3},
                                  {371625, "博兴县", 371600, 3}},
                                 {}, std::move(units), {});
  r.legal_forms = {{"有限公司", FormClass::kCompany, true}};
  r.digest = std::move(digest);
  r.finish();
  return r;
}

Record record(RecordKind kind, std::string key, std::vector<FieldValue> fields, std::uint32_t line) {
  Record r;
  r.kind = kind, r.key = std::move(key), r.fields = std::move(fields);
  r.public_date = make_date(2012, 1, 1), r.public_estimated = false, r.origin = {0, "", line};
  canonicalise(r);
  return r;
}

class Lineage : public ::testing::Test {
 protected:
  Lineage() : folder_(fresh()), store_(store::Store::open(folder_, store::Access::kWrite, "a test").value()) {}
  ~Lineage() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  static std::filesystem::path fresh() {
    static std::atomic<int> count = 0;
    auto path = std::filesystem::temp_directory_path() /
                ("tanmiao_lineage_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::remove_all(path);
    return path;
  }
  void begin() {
    const Date day = make_date(2026, 1, 1) + std::chrono::days(++nights_);
    night_ = store_->facts().begin_night(day, Instant(day) + std::chrono::hours(6)).value();
  }
  void crawl(const std::string& source, const std::string& part, std::vector<Record> records) {
    const auto batch = store_->facts().open_batch(night_, store::Stage::kCrawl, source).value();
    store::CrawlGroup group;
    for (Record& r : records) r.source = source, r.origin.part = part;
    group.records = std::move(records);
    group.parts = {{part, static_cast<std::uint64_t>(nights_), 1, {}, {}}};
    store_->facts().commit(batch.id, group).value();
    store_->facts().publish_crawl(batch.id, store::Completeness::kAppendOnly).value();
  }
  LinkReport link_with(const Reference& reference, const LinkConfig& config = {}) {
    LinkReport report = link(*store_, night_, config, reference, silent_progress()).value();
    store_->facts().set_live({report.generation, "", {}}).value();
    store_->facts().finish_night(night_.id).value();
    return report;
  }
  std::shared_ptr<const store::Snapshot> open(const LinkReport& report) {
    return store::Snapshot::open(store_->folder().columns(report.generation)).value();
  }
  static Record registration() {
    return record(RecordKind::kFirm, "f",
                  {{Field::kFirmName, kName}, {Field::kCreditCode, credit_code()}, {Field::kCounty, "博兴县"}}, 1);
  }

  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
  store::Night night_;
  int nights_ = 0;
};

TEST_F(Lineage, EveryRelationLeadsToItsRecordAndToALineOfAFile) {
  begin();
  crawl("register", "登记.csv", {registration()});
  crawl("patents", "week.zip!1.xml",
        {record(RecordKind::kPatent, "CN1A",
                {{Field::kApplicationNo, kPatent},
                 {Field::kApplicant, kName},
                 {Field::kFilingDate, "2011-03-04"},
                 {Field::kLegalStatus, "IN_FORCE"},
                 {Field::kLegalStatusDate, "2025-02-03"}},
                7)});
  crawl("events", "events.xml",
        {record(RecordKind::kPatentEvent, "E9",
                {{Field::kApplicationNo, kPatent}, {Field::kEvent, "GRANT"}, {Field::kEventDate, "2013-05-06"}}, 8)});
  crawl("lists", "名单.xlsx",
        {record(RecordKind::kRecognition, "r1", {{Field::kFirmName, kName}, {Field::kProgram, "hnte"}}, 9),
         record(RecordKind::kSignal, "s1", {{Field::kFirmName, kName}, {Field::kSignalType, "rd_subsidy"}}, 10)});
  const auto snapshot = open(link_with(reference_of({kBincheng, kBoxing, kOpen}, "a")));
  const auto& s = *snapshot;
  const store::FirmNo firm = s.find_code(credit_code());
  ASSERT_EQ(s.recognitions_of(firm), std::pair(0u, 1u));
  EXPECT_EQ(s.recognitions.key[0], "r1");
  EXPECT_EQ(s.signals.key[0], "s1");
  EXPECT_EQ(s.patents.key[0], "CN1A");
  ASSERT_EQ(s.events_of(0), std::pair(0u, 2u));
  EXPECT_EQ(s.events.record_kind[0], static_cast<std::uint8_t>(RecordKind::kPatentEvent));
  EXPECT_EQ(s.events.source.read(0).value(), "events");
  EXPECT_EQ(s.events.key.read(0).value(), "E9");
  EXPECT_EQ(s.events.record_kind[1], static_cast<std::uint8_t>(RecordKind::kPatent)) << "a publication's legal status";
  EXPECT_EQ(s.events.source.read(1).value(), "patents");
  EXPECT_EQ(s.events.key.read(1).value(), "CN1A");

  const auto stood = store::origin_of(store_->facts(), s.info().view, RecordKind::kRecognition,
                                      s.recognitions.source[0], s.recognitions.key[0]);
  ASSERT_TRUE(stood && *stood);
  EXPECT_EQ((*stood)->part, "名单.xlsx");
  EXPECT_EQ((*stood)->line, 9u);
  EXPECT_EQ((*stood)->seen, make_date(2026, 1, 2));
}

// The table of units is a file that people edit: rows change places, names change.
TEST_F(Lineage, ATableOfUnitsEditedLaterDoesNotChangeWhatAnOlderSnapshotSays) {
  begin();
  crawl("register", "登记.csv", {registration()});
  const Reference before = reference_of({kBincheng, kBoxing, kOpen}, "a");
  const LinkReport old_report = link_with(before);
  const store::FirmNo firm = open(old_report)->find_code(credit_code());
  EXPECT_EQ(open(old_report)->unit_name(firm, before.regions), "博兴县");

  Unit renamed = kBoxing;
  renamed.name = "博兴县（含开发区）";
  const Reference moved = reference_of({kBoxing, kOpen, kBincheng}, "b"),
                  named = reference_of({renamed, kOpen, kBincheng}, "c");
  begin();
  const LinkReport moved_report = link_with(moved);
  begin();
  const LinkReport named_report = link_with(named);
  EXPECT_NE(moved_report.generation, old_report.generation);
  EXPECT_NE(named_report.digest, moved_report.digest) << "the firms are the same, the name of their unit is not";

  const auto snapshot = open(old_report);
  EXPECT_EQ(snapshot->unit_name(firm, moved.regions), "博兴县");
  EXPECT_EQ(snapshot->unit_name(firm, named.regions), "博兴县");
  EXPECT_EQ(snapshot->unit_id(firm, named.regions), "boxing");
  EXPECT_FALSE(snapshot->unit_unresolved(firm, moved.regions)) << "row 2 of the table of today is 待核";
  EXPECT_EQ(open(moved_report)->unit_name(firm, moved.regions), "博兴县");
  EXPECT_EQ(open(named_report)->unit_name(firm, named.regions), "博兴县（含开发区）");
}

// Of sources that differ the order says who is believed, for one field otherwise than for the rest; what the others say
// stays to be seen. Two ways of writing one value are no difference.
TEST_F(Lineage, SourcesThatDifferAreToldApartFieldByField) {
  const auto registration_of = [](std::string key, std::string address, std::string type, std::string staff) {
    return record(RecordKind::kFirm, std::move(key),
                  {{Field::kFirmName, kName},
                   {Field::kCreditCode, credit_code()},
                   {Field::kAddress, std::move(address)},
                   {Field::kOrgType, std::move(type)},
                   {Field::kInsuredStaff, std::move(staff)}},
                  1);
  };
  begin();
  crawl("alpha", "a.csv", {registration_of("f", "渤海五路1号", "有限责任公司(自然人独资)", "7")});
  crawl("beta", "b.csv", {registration_of("g", "黄河三路2号", "有限责任公司（自然人独资）", "12")});
  LinkConfig config;
  config.source_order = {"alpha", "beta"};
  config.field_order[Field::kInsuredStaff] = {"beta"};
  const auto snapshot = open(link_with(reference_of({kBincheng, kBoxing, kOpen}, "a"), config));
  const store::FirmNo firm = snapshot->find_code(credit_code());
  EXPECT_EQ(snapshot->firms.address[firm], "渤海五路1号");
  EXPECT_EQ(snapshot->firms.insured_staff[firm], 12);
  const std::string lineage = snapshot->firms.lineage.read(firm).value();
  using ::testing::HasSubstr;
  EXPECT_THAT(lineage, HasSubstr("\"also\":[{\"value\":\"黄河三路2号\",\"source\":\"beta\""));
  EXPECT_THAT(lineage, HasSubstr("\"also\":[{\"value\":\"7\",\"source\":\"alpha\""));
  EXPECT_THAT(lineage, ::testing::Not(HasSubstr("自然人独资")));
}

}  // namespace
}  // namespace tanmiao::linkage::lineage_test
