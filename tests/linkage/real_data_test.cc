// Linkage on the registry and patents of a real city, where the data is at hand (beside the project, or in the folder
// named by TANMIAO_SHARED_DATA). Prints counts; with TANMIAO_SHOW=N also N links and misses for reading by hand.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "core/identifiers.h"
#include "core/money.h"
#include "core/patent.h"
#include "linkage/link.h"
#include "tabular/reader.h"
#include "tabular/reference_reader.h"

namespace tanmiao::linkage::real_data_test {
namespace {

namespace fs = std::filesystem;

fs::path project() { return fs::current_path(); }
fs::path shared_data() {
  if (const char* named = std::getenv("TANMIAO_SHARED_DATA")) return named;
  return project().parent_path() / "shared" / "data";
}

long peak_mb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

class Seconds {
 public:
  double spent() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::string cell(const tabular::Row& row, std::size_t i) {
  return i < row.cells.size() ? std::string(row.cells[i]) : std::string();
}

void loose_date(Record& r, Field field, const std::string& text) {
  if (const auto date = parse_loose_date(text)) r.set(field, date->text());
}

std::optional<Record> registration(const tabular::Row& row, const Reference& reference) {
  if (row.bad() || row.cells.size() != 9) return std::nullopt;
  Record r;
  r.source = "registry";
  r.key = cell(row, 1) + "/" + std::to_string(row.line);
  r.set(Field::kFirmName, parse_firm_name(cell(row, 0), reference).display);
  if (const auto code = CreditCode::parse(cell(row, 1))) r.set(Field::kCreditCode, code->text());
  loose_date(r, Field::kEstablished, cell(row, 2));
  if (const auto money = parse_money(cell(row, 4), "万元"); money && *money) r.set(Field::kCapital, (*money)->text());
  r.set(Field::kScope, cell(row, 5)), r.set(Field::kCity, cell(row, 7)), r.set(Field::kAddress, cell(row, 8));
  r.public_date = make_date(2000, 1, 1);
  return r;
}

std::optional<Record> application(const tabular::Row& row, const Reference& reference) {
  if (row.bad() || row.cells.size() < 5) return std::nullopt;
  Record r;
  r.kind = RecordKind::kPatent, r.source = "patents";
  const auto no = parse_application_no(cell(row, 1));
  r.set(Field::kApplicationNo, no ? no->text : cell(row, 1));
  r.key = std::string(r.get(Field::kApplicationNo)) + "/" + std::to_string(row.line);
  r.set(Field::kTitle, cell(row, 0));
  int persons = 0;
  for (const Applicant& a : parse_applicants(cell(row, 2), reference)) {
    persons += a.kind == Applicant::Kind::kPerson;
    if (a.kind != Applicant::Kind::kPerson) r.add(Field::kApplicant, a.name);
  }
  if (persons > 0) r.set(Field::kPersonApplicants, std::to_string(persons));
  loose_date(r, Field::kFilingDate, cell(row, 3));
  r.set(Field::kAbstract, cell(row, 5));
  r.public_date = make_date(2000, 1, 1);
  if (const auto filed = parse_iso_date(r.get(Field::kFilingDate))) r.public_date = add_months(*filed, 18);
  return r;
}

class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(shared_data() / "registry")) GTEST_SKIP() << "no shared data at " << shared_data();
    auto loaded = tabular::load_reference(project() / "config" / "reference");
    ASSERT_TRUE(loaded) << loaded.error().text();
    reference_ = *loaded;
    folder_ = fs::temp_directory_path() / ("tanmiao_real_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    store_ = store::Store::open(folder_, store::Access::kWrite, "a test").value();
    night_ = store_->facts().begin_night(make_date(2026, 1, 2), Instant(make_date(2026, 1, 2))).value();
  }
  void TearDown() override {
    store_.reset();
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  template <class Map>
  void feed(const std::string& source, const fs::path& file, Map&& map) {
    auto rows = tabular::open_rows(shared_data() / file).value();
    const auto batch = store_->facts().open_batch(night_, store::Stage::kCrawl, source).value();
    store::CrawlGroup group;
    group.parts = {{file.string(), 1, 1, {}, {}}};
    tabular::Row row;
    bool header = true;
    while (rows->next(row).value()) {
      if (std::exchange(header, false)) continue;
      auto record = map(row, *reference_);
      if (!record) continue;
      record->origin = {0, file.string(), row.line};
      canonicalise(*record);
      group.records.push_back(std::move(*record));
    }
    store_->facts().commit(batch.id, group).value();
    store_->facts().publish_crawl(batch.id, store::Completeness::kAppendOnly).value();
  }
  LinkReport run() {
    const Seconds clock;
    const auto report = link(*store_, night_, {}, *reference_, silent_progress()).value();
    std::cout << report.records << " records, " << report.firms << " firms, " << report.patents << " patents, "
              << report.patents_linked << " linked, " << report.reviews << " reviews, " << clock.spent() << " s, peak "
              << peak_mb() << " MB\n";
    for (const auto& [reason, count] : report.links_by_reason) std::cout << "  " << reason << " " << count << "\n";
    return report;
  }

  std::shared_ptr<const Reference> reference_;
  fs::path folder_;
  std::unique_ptr<store::Store> store_;
  store::Night night_;
};

void show(const store::Snapshot& s, int count) {
  std::vector<bool> owned(s.patents.title.size());
  int step = 0;
  for (store::FirmNo n = 1; n <= s.last_firm(); ++n)
    for (auto [o, end] = s.ownerships_of(n); o < end; ++o) {
      owned[s.ownerships.patent[o]] = true;
      if (step++ % 13 == 0 && step / 13 < count)
        std::cout << "LINK " << s.firms.name[n] << " | " << s.patents.title[s.ownerships.patent[o]] << "\n";
    }
}

TEST_F(RealData, ExactNamesJoinThePatentsOfACity) {
  if (IsSkipped()) return;
  feed("registry", "registry/taian.csv", registration);
  feed("patents", "patents/taian.csv.gz", application);
  const auto report = run();
  const auto snapshot = store::Snapshot::open(store_->folder().columns(report.generation)).value();
  std::uint32_t owners = 0;
  for (store::FirmNo n = 1; n <= snapshot->last_firm(); ++n) {
    const auto [first, last] = snapshot->ownerships_of(n);
    owners += last > first;
  }
  std::cout << owners << " firms own patents\n";
  EXPECT_GE(owners, 56u);
  EXPECT_GE(report.patents_linked, 390u);
  if (const char* wanted = std::getenv("TANMIAO_SHOW")) show(*snapshot, std::atoi(wanted));
}

TEST_F(RealData, AProvinceFitsInMemoryAndASecondLinkIsFree) {
  if (IsSkipped()) return;
  feed("registry", "registry/shandong.csv.gz", registration);
  std::cout << "fed, peak " << peak_mb() << " MB\n";
  const auto report = run();
  EXPECT_GT(report.firms, 110'000u);
  const Seconds clock;
  EXPECT_TRUE(link(*store_, night_, {}, *reference_, silent_progress()).value().unchanged);
  std::cout << "unchanged: " << clock.spent() << " s\n";
}

}  // namespace
}  // namespace tanmiao::linkage::real_data_test
