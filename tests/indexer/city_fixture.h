// A handful of invented firms as a snapshot, its index, and short ways to ask.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "core/candidate.h"
#include "indexer/index.h"

namespace tanmiao::indexer {

struct TestFirm {
  std::string name, code, former, scope;
  std::vector<std::string> titles = {};  // of patents
  std::uint16_t unit = 1;
  FirmStatus status = FirmStatus::kActive;
  std::uint32_t flags = 0;
  int year = 2015;
  std::string industry = {};  // code of the edition of 2017
  std::uint32_t township = 0;
  std::string ipc = "C22C21/00 B22D11/00";  // of each patent
  std::string abstract = {};                // of each patent
  std::vector<std::string> awards = {};     // titles of recognitions; each is of the program hnte
  std::vector<std::string> signals = {};    // titles
  std::string address = {};
  std::int64_t capital = 0;  // fen; -1: unknown
  std::int32_t staff = 0;    // -1: unknown
};

inline std::filesystem::path fresh_folder() {
  static std::atomic<int> count = 0;
  // In memory where there is such a place: what is synced there costs nothing.
  const std::filesystem::path memory = "/dev/shm";
  auto path = (std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path()) /
              ("tanmiao_index_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
  std::filesystem::remove_all(path);
  return path;
}

class City : public ::testing::Test {
 protected:
  City() : folder_(fresh_folder()), reference_(std::make_shared<Reference>()) {
    reference_->regions = RegionTable::build(
        371600,
        {{370000, "山东省", 0, 1},
         {371600, "滨州市", 370000, 2},
         {371602, "滨城区", 371600, 3},
         {371625, "博兴县", 371600, 3}},
        {}, {{"bincheng", "滨城区", 371602, "", false}, {"boxing", "博兴县", 371625, "", false}}, {});
    reference_->programs = {{"hnte", "高新技术企业"}, {"tech_sme", "科技型中小企业"}};
    reference_->simplified = {{U'鋁', U'铝'}, {U'業', U'业'}};
  }
  ~City() override { std::filesystem::remove_all(folder_.root()); }

  std::shared_ptr<const store::Snapshot> write(const std::vector<TestFirm>& firms,
                                               const std::string& generation = "s1") {
    store::SnapshotTables<store::Build> t;
    const auto blank = [](std::string_view, auto& column) { column.push_back({}); };
    t.firms.each(blank);
    const auto begin_firm = [&] {
      t.first_ownership.push_back(static_cast<std::uint32_t>(t.ownerships.patent.size()));
      t.first_recognition.push_back(static_cast<std::uint32_t>(t.recognitions.title.size()));
      t.first_signal.push_back(static_cast<std::uint32_t>(t.signals.title.size()));
    };
    begin_firm();
    for (const TestFirm& firm : firms) {
      begin_firm();
      const auto fill = [&](auto& table) {
        table.each([&](std::string_view, auto& column) {
          if (column.size() < table.title.size()) column.push_back({});
        });
      };
      for (const std::string& title : firm.awards)
        t.recognitions.title.push_back(title), t.recognitions.program.push_back("hnte"), fill(t.recognitions);
      for (const std::string& title : firm.signals) t.signals.title.push_back(title), fill(t.signals);
      add(t.firms, firm);
      for (const std::string& title : firm.titles) {
        t.ownerships.each(blank);
        t.ownerships.patent.back() = static_cast<std::uint32_t>(t.patents.title.size());
        t.patents.title.push_back(title);
        t.patents.ipc.push_back(firm.ipc);
        t.patents.abstract.push_back(firm.abstract);
        t.patents.each([&](std::string_view, auto& column) {
          if (column.size() < t.patents.title.size()) column.push_back({});
        });
      }
    }
    begin_firm();
    t.patents.first_event.push_back(0), t.patents.first_inventor.push_back(0);
    store::SnapshotInfo info;
    info.civil_date = make_date(2026, 11, 25);
    EXPECT_TRUE(store::write_snapshot(folder_.columns(generation), t, info));
    return store::Snapshot::open(folder_.columns(generation)).value();
  }

  void build(const std::vector<TestFirm>& firms, int threads = 1) {
    snapshot_ = write(firms);
    report_ = build_index(folder_, *snapshot_, {threads}, *reference_, silent_progress()).value();
    searcher_ = Searcher::open(folder_, report_.generation, snapshot_, run_, reference_).value();
  }

  Page ask(const Query& query) const {
    auto page = searcher_->search(query);
    EXPECT_TRUE(page) << page.error().text();
    return page ? *page : Page{};
  }
  Page ask(const std::string& text) const {
    Query query;
    query.text = text;
    return ask(query);
  }
  std::vector<store::FirmNo> firms(const std::string& text) const { return numbers(ask(text)); }
  static std::vector<store::FirmNo> numbers(const Page& page) {
    std::vector<store::FirmNo> out;
    out.reserve(page.hits.size());
    for (const Hit& hit : page.hits) out.push_back(hit.firm);
    return out;
  }

  store::DataFolder folder_;
  std::shared_ptr<Reference> reference_;
  std::shared_ptr<const store::Snapshot> snapshot_;
  std::shared_ptr<const store::Run> run_;
  IndexReport report_;
  std::shared_ptr<Searcher> searcher_;

 private:
  static void add(store::FirmTable<store::Build>& f, const TestFirm& firm) {
    f.name.push_back(firm.name), f.code.push_back(firm.code), f.former_names.push_back(firm.former);
    f.scope.push_back(firm.scope), f.unit.push_back(firm.unit), f.flags.push_back(firm.flags);
    f.status.push_back(static_cast<std::uint8_t>(firm.status));
    f.established.push_back(firm.year == 0 ? kNoDay : to_day(make_date(firm.year, 1, 1)));
    f.prefecture.push_back(371600);
    f.county.push_back(firm.unit == 1 ? 371602 : 371625);
    f.township.push_back(firm.township);
    f.address.push_back(firm.address), f.capital.push_back(firm.capital), f.insured_staff.push_back(firm.staff);
    f.stated.push_back(kNoDay);
    f.industry_code.push_back(firm.industry), f.industry_edition.push_back(firm.industry.empty() ? 0 : 2017);
    f.each([&](std::string_view, auto& column) {
      if (column.size() < f.name.size()) column.push_back({});
    });
  }
};

}  // namespace tanmiao::indexer
