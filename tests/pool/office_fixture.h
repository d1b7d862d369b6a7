// An office over twelve invented firms: three of them under 高新区, two of one name in two counties, the last without a
// code.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "pool/import.h"
#include "pool/office.h"
#include "pool/pool_sheet.h"
#include "store/store.h"
#include "tabular/reader.h"
#include "tabular/reference_reader.h"

namespace tanmiao::pool {

inline const Date kToday = make_date(2026, 11, 25);
inline constexpr store::FirmNo kFirms = 12, kNameless = 12, kTwinA = 1, kTwinB = 2;

class OfficeTest : public ::testing::Test {
 protected:
  OfficeTest() {
    static std::atomic<int> count = 0;
    root_ = std::filesystem::path(testing::TempDir()) /
            ("office_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::remove_all(root_);
    static const auto reference = tabular::load_reference("config/reference").value();
    static const auto rules = PoolRules::load("config/pool", *reference).value();
    reference_ = reference;
    rules_ = rules;
    store_ = store::Store::open(root_, store::Access::kWrite, "a test").value();
    publish();
  }
  ~OfficeTest() override {
    book_.reset(), snapshot_.reset(), store_.reset();
    std::filesystem::remove_all(root_);
  }

  Office office(std::string by = "市科技局") { return {people(), *book_, *rules_, actor(std::move(by))}; }
  static Actor actor(std::string by = "市科技局") { return {std::move(by), Instant(kToday), kToday}; }
  store::People& people() { return store_->people(); }
  static std::string code(store::FirmNo n) { return n == kNameless ? "" : kCodes[n - 1]; }
  static std::string name(store::FirmNo n) {
    return n == kTwinA || n == kTwinB ? "滨州双名科技有限公司" : "滨州第" + std::to_string(n) + "科技有限公司";
  }
  ImportTools tools(std::string by = "市科技局") {
    return {people(), *book_, *rules_, actor(std::move(by)), root_ / "exports"};
  }
  // A table as an office sends it.
  ImportReport import(const std::string& csv, std::string by = "市科技局") {
    auto report = import_sheet(tools(std::move(by)), csv, "名单.csv");
    EXPECT_TRUE(report) << report.error().text();
    return report ? std::move(*report) : ImportReport{};
  }
  void verify(store::FirmNo firm) {
    store::PeopleChange change;
    store::SelfReport report;
    report.firm = book_->key(firm);
    report.visited_on = kToday;
    report.verdict = "有意申报";
    change.reports = {report};
    ASSERT_TRUE(people().apply(change));
    Step to{"VERIFIED"};
    ASSERT_TRUE(office().move(firm, "tech_sme", to));
  }
  PoolInputs inputs() {
    return {*book_,
            *rules_,
            people().pool_entries().value(),
            people().pool_batches().value(),
            people().self_reports().value(),
            {},
            kToday};
  }
  // The first sheet of a workbook as rows of text.
  static std::vector<std::vector<std::string>> cells_of(const std::string& path, const std::string& sheet) {
    tabular::ReadOptions options;
    options.sheet = sheet;
    const auto rows = tabular::open_rows(path, options).value();
    std::vector<std::vector<std::string>> out;
    for (tabular::Row row; rows->next(row).value();) out.emplace_back(row.cells.begin(), row.cells.end());
    return out;
  }

  std::filesystem::path root_;
  std::shared_ptr<const Reference> reference_;
  std::shared_ptr<const PoolRules> rules_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const store::Snapshot> snapshot_;
  std::unique_ptr<FirmBook> book_;

 private:
  static constexpr const char* kCodes[] = {"91371600MA3000002U", "91371600MA3000010N", "91371600MA3000029K",
                                           "91371600MA3000037E", "91371600MA30000459", "91371600MA30000534",
                                           "91371600MA3000061Y", "91371600MA300007XN", "91371600MA3000088N",
                                           "91371600MA3000096H", "91371600MA30001097"};

  void publish() {
    store::SnapshotTables<store::Build> t;
    const auto pad = [](std::size_t rows) {
      return [rows](std::string_view, auto& column) {
        if (column.size() < rows) column.push_back({});
      };
    };
    const auto& units = reference_->regions.units();
    t.units.id.push_back(""), t.units.name.push_back(""), t.units.unresolved.push_back(0);
    for (const Unit& unit : units)
      t.units.id.push_back(unit.id), t.units.name.push_back(unit.name), t.units.unresolved.push_back(unit.unresolved);
    t.zones.id.push_back(""), t.zones.name.push_back("");
    for (store::FirmNo n = 0; n <= kFirms; ++n) {
      t.first_ownership.push_back(0), t.first_recognition.push_back(0), t.first_signal.push_back(0);
      auto& f = t.firms;
      if (n > 0) {
        f.name.push_back(name(n)), f.code.push_back(code(n));
        f.former_names.push_back(n == 5 ? "滨州旧名机械有限公司" : "");
        f.unit.push_back(static_cast<std::uint16_t>(n % 4 == 3 ? 9 : n == kTwinB ? 3 : 6));  // 高新区, 惠民县, 博兴县
        f.county.push_back(n == kTwinB ? 371621 : n % 4 == 3 ? 371602 : 371625);
        f.flags.push_back(store::kFirmInScope | (n == kNameless ? store::kFirmNameOnly : store::kFirmHasCode));
      }
      f.each(pad(n + std::size_t{1}));
    }
    for (int i = 0; i < 1; ++i)
      t.first_ownership.push_back(0), t.first_recognition.push_back(0), t.first_signal.push_back(0);
    t.patents.first_event.push_back(0), t.patents.first_inventor.push_back(0);
    std::filesystem::create_directories(root_ / "columns");
    store::SnapshotInfo info;
    info.civil_date = kToday;
    const auto written = store::write_snapshot(store_->folder().columns("s1"), t, info);
    ASSERT_TRUE(written) << written.error().text();
    snapshot_ = store::Snapshot::open(store_->folder().columns("s1")).value();
    std::vector<store::FirmEntry> entries;
    for (store::FirmNo n = 1; n <= kFirms; ++n)
      entries.push_back({n, n == kNameless ? "name:滨州第12科技有限公司@371625" : "code:" + code(n), store::kNoFirm});
    book_ = std::make_unique<FirmBook>(snapshot_, nullptr, reference_, entries);
  }
};

}  // namespace tanmiao::pool
