// A small world of two counties, one night after the other.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "core/identifiers.h"
#include "linkage/link.h"

namespace tanmiao::linkage {

using store::FirmNo;
using store::kNoFirm;
using store::LinkReason;
using store::Snapshot;

// Sizes of tests under the thread sanitizer, ten times slower, which needs no size to see a race.
#ifdef __SANITIZE_THREAD__
inline constexpr int kLess = 8;
#else
inline constexpr int kLess = 1;
#endif

inline std::string code(int number, std::string_view category = "91") {
  std::string digits = std::to_string(10000000 + number);
  std::string text = std::string(category) + "371602" + digits + org_code_check(digits);
  return text + credit_code_check(text);
}

inline Reference small_reference() {
  Reference r;
  r.regions = RegionTable::build(371600,
                                 {{370000, "山东省", 0, 1},
                                  {371600, "滨州市", 370000, 2},
                                  {370500, "东营市", 370000, 2},
                                  {371602, "滨城区", 371600, 3},
                                  {371625, "博兴县", 371600, 3}},
                                 {},
                                 {{"bincheng", "滨城区", 371602, "", false},
                                  {"boxing", "博兴县", 371625, "", false},
                                  {"none", "待核", 0, "", true}},
                                 {});
  r.legal_forms = {{"有限公司分公司", FormClass::kBranch, true}, {"有限责任公司", FormClass::kCompany, true},
                   {"有限公司", FormClass::kCompany, true},      {"分公司", FormClass::kBranch, true},
                   {"研究院", FormClass::kInstitution, true},    {"大学", FormClass::kUniversity, false}};
  r.region_words = {"山东省", "滨州市", "山东", "滨州"};
  r.digest = "small";
  r.finish();
  return r;
}

inline Record record(RecordKind kind, std::string key, std::vector<FieldValue> fields,
                     Date known = make_date(2010, 1, 1)) {
  Record r;
  r.kind = kind, r.source = "src", r.key = std::move(key), r.fields = std::move(fields);
  r.public_date = known, r.public_estimated = false, r.origin = {0, "file", 1};
  canonicalise(r);
  return r;
}
inline Record firm(std::string key, std::string name, std::string credit, std::string county = "滨城区") {
  return record(RecordKind::kFirm, std::move(key),
                {{Field::kFirmName, std::move(name)},
                 {Field::kCreditCode, std::move(credit)},
                 {Field::kCounty, std::move(county)}});
}
inline Record patent(std::string no, std::vector<std::string> applicants, Date known = make_date(2012, 1, 1)) {
  std::vector<FieldValue> fields{
      {Field::kApplicationNo, no}, {Field::kTitle, "轴承"}, {Field::kFilingDate, "2011-03-04"}};
  for (auto& a : applicants) fields.push_back({Field::kApplicant, std::move(a)});
  return record(RecordKind::kPatent, no, std::move(fields), known);
}
inline Record recognition(std::string key, std::string name, std::string county = "") {
  return record(RecordKind::kRecognition, std::move(key),
                {{Field::kFirmName, std::move(name)}, {Field::kProgram, "hnte"}, {Field::kCounty, std::move(county)}});
}

inline constexpr const char* kPatent = "201110123456.2";

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
      store_->facts().publish_crawl(batch.id, completeness_).value();
    }
    LinkConfig config = config_;
    config.threads = threads;
    config.name_model = model_;
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
  // On a name, by its exact key, as the review pages write it down.
  void judge(RecordKind kind, std::string key, std::string name, std::uint16_t slot, std::string identity, bool same) {
    const Instant at = Instant(make_date(2026, 1, 1)) + std::chrono::hours(24 * nights_ + 12);
    store_->people()
        .decide_identity({"src", std::move(key), slot, std::move(identity),
                          same ? store::Ruling::kSame : store::Ruling::kDifferent, "某单位", "看过", at, kind,
                          exact_name_key(name, reference_)})
        .value();
  }
  // On whatever stands in the first place, as the first release wrote it down.
  void decide(RecordKind kind, std::string key, std::string identity, bool same) {
    store_->people()
        .decide_identity({"src",
                          std::move(key),
                          0,
                          std::move(identity),
                          same ? store::Ruling::kSame : store::Ruling::kDifferent,
                          "甲",
                          "看过",
                          {},
                          kind,
                          {}})
        .value();
  }

  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const Snapshot> snapshot_;
  Reference reference_ = small_reference();
  LinkConfig config_;
  std::shared_ptr<const MatchModel> model_;  // null: names that no rule links are left alone
  std::string source_ = "src";
  store::Completeness completeness_ = store::Completeness::kAppendOnly;
  int nights_ = 0;
};

}  // namespace tanmiao::linkage
