// A hand-made snapshot for the miner's tests: firms, rights, recognitions, signals in a few lines each.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/progress.h"
#include "miner/assess.h"

namespace tanmiao::miner {

namespace fs = std::filesystem;

inline Day day(int year, unsigned month, unsigned date) { return to_day(make_date(year, month, date)); }

struct TestPatent {
  PatentKind kind = PatentKind::kUtility;
  Day filing = kNoDay, granted = kNoDay;
  bool granted_by_kind = false;
  std::vector<std::pair<PatentEvent, Day>> events = {};
  Day public_date = kNoDay, from = kNoDay, to = kNoDay;
  std::uint8_t position = 1;
  std::string ipc = "H02K17/02";
  std::string event_source = "legal-events";  // a feed of the shipped scorecard
  std::uint16_t applicants = 1, claims = 0;
  std::uint8_t academic = store::kAcademicUnknown;
};
struct TestRecognition {
  std::string program = {};
  int year = -1;
  Day issued = kNoDay, valid_to = kNoDay, public_date = kNoDay;
  std::string level = {};
  bool public_estimated = false, by_rule = false;
};
struct TestSignal {
  std::string type = {};
  Day date = kNoDay;
  std::string numbers = {};
  Day public_date = kNoDay;
};
struct TestFirm {
  std::string name = {}, scope = {};
  std::vector<TestPatent> patents = {};
  std::vector<TestRecognition> recognitions = {};
  std::vector<TestSignal> signals = {};
  Day established = day(2010, 1, 1), dissolved = kNoDay;
  FirmStatus status = FirmStatus::kActive;
  std::uint32_t flags = store::kFirmInScope | store::kFirmHasCode;
  std::string industry = {};
  std::string address = {};
  std::uint16_t unit = 0;  // 1 博兴县, 2 邹平市
  std::uint32_t parent = 0, successor = 0;
  std::string code = {};          // empty: one of its own; "-": none
  std::string former_names = {};  // joined by line ends
  std::string org_type = {};
  std::int32_t insured = -1;
  Day stated = kNoDay;        // by the register, for the first time
  std::int64_t capital = -1;  // minor units
};

class World {
 public:
  explicit World(const std::vector<TestFirm>& firms) {
    static int counter = 0;
    root_ = fs::path(testing::TempDir()) / ("miner_" + std::to_string(::getpid()) + "_" + std::to_string(++counter));
    fs::create_directories(root_ / "columns");
    add_firm(TestFirm{});  // row 0 is unused
    for (const TestFirm& firm : firms) add_firm(firm);
    close();
    const auto info = store::write_snapshot(root_ / "columns" / "s", t_, {});
    EXPECT_TRUE(info) << info.error().text();
    snapshot = store::Snapshot::open(root_ / "columns" / "s").value();
    auto loaded = Rules::load("config");
    EXPECT_TRUE(loaded) << loaded.error().text();
    rules = *loaded;
    KeyIndustry motors{"I9", "电机", {{"C38", 1}}, {{"H02K", 1}}, {{"电机", 1}}, {{"电机销售", 1}}};
    reference.key_industries.push_back(motors);
  }
  ~World() { fs::remove_all(root_); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  const LoadedRules& loaded() const { return dynamic_cast<const LoadedRules&>(*rules); }
  Context context(Date as_of = make_date(2026, 11, 20)) const {
    return make_context(*snapshot, reference, loaded(), *loaded().rubric(as_of).value(),
                        *loaded().campaign("all").value(), as_of);
  }
  Assessment judge(store::FirmNo firm, Date as_of = make_date(2026, 11, 20)) const {
    const Context c = context(as_of);
    return assess(c, gather(c, firm));
  }
  store::DataFolder folder(const std::string& name = "data") const {
    fs::create_directories(root_ / name);
    return store::DataFolder(root_ / name);
  }

  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<const Rules> rules;
  Reference reference;

 private:
  void add_firm(const TestFirm& firm) {
    auto& f = t_.firms;
    f.name.push_back(firm.name), f.code.push_back(code_of(firm)), f.former_names.push_back(firm.former_names);
    f.address.push_back(firm.address), f.scope.push_back(firm.scope), f.org_type.push_back(firm.org_type);
    f.industry_code.push_back(firm.industry), f.industry_name.push_back(""), f.registration_no.push_back("");
    f.status.push_back(static_cast<std::uint8_t>(firm.status)), f.region_basis.push_back(0),
        f.unit.push_back(firm.unit);
    f.zone.push_back(0), f.industry_edition.push_back(0), f.prefecture.push_back(0), f.county.push_back(0);
    f.township.push_back(0), f.flags.push_back(firm.flags), f.parent.push_back(firm.parent),
        f.successor.push_back(firm.successor);
    f.heir.push_back(0), f.heir_since.push_back(kNoDay);
    f.established.push_back(firm.established), f.dissolved.push_back(firm.dissolved), f.seen.push_back(kNoDay);
    f.capital.push_back(firm.capital), f.capital_currency.push_back(""), f.insured_staff.push_back(firm.insured),
        f.stated.push_back(firm.stated), f.lineage.push_back("{}");
    mark();
    for (const TestPatent& patent : firm.patents) add_patent(patent);
    for (const TestRecognition& r : firm.recognitions) add_recognition(r);
    for (const TestSignal& s : firm.signals) add_signal(s);
  }
  static std::string code_of(const TestFirm& firm) {
    if (firm.name.empty() || firm.code == "-") return "";
    return firm.code.empty() ? "91370000TEST" + firm.name : firm.code;
  }
  void mark() {
    t_.first_ownership.push_back(static_cast<std::uint32_t>(t_.ownerships.patent.size()));
    t_.first_recognition.push_back(static_cast<std::uint32_t>(t_.recognitions.program.size()));
    t_.first_signal.push_back(static_cast<std::uint32_t>(t_.signals.type.size()));
  }
  void add_patent(const TestPatent& patent) {
    auto& p = t_.patents;
    const auto row = static_cast<std::uint32_t>(p.kind.size());
    p.application_no.push_back("2020" + std::to_string(row)), p.title.push_back("一种装置"), p.abstract.push_back("");
    p.ipc.push_back(patent.ipc), p.publication_nos.push_back(""), p.source.push_back("专利文件"), p.url.push_back("");
    p.key.push_back("P" + std::to_string(row));
    p.kind.push_back(static_cast<std::uint8_t>(patent.kind)), p.granted_by_kind.push_back(patent.granted_by_kind);
    p.filing.push_back(patent.filing), p.published.push_back(kNoDay), p.granted.push_back(patent.granted);
    p.public_date.push_back(patent.public_date), p.public_estimated.push_back(0),
        p.applicants.push_back(patent.applicants);
    p.persons.push_back(0), p.inventors.push_back(0), p.claims.push_back(patent.claims);
    p.academic.push_back(patent.academic);
    p.first_event.push_back(static_cast<std::uint32_t>(t_.events.date.size())), p.first_inventor.push_back(0);
    for (const auto& [event, date] : patent.events) {
      t_.events.event.push_back(static_cast<std::uint8_t>(event));
      t_.events.date.push_back(date), t_.events.public_date.push_back(date);
      t_.events.record_kind.push_back(static_cast<std::uint8_t>(RecordKind::kPatentEvent));
      t_.events.source.push_back(patent.event_source),
          t_.events.key.push_back("E" + std::to_string(t_.events.date.size() - 1));
    }
    auto& o = t_.ownerships;
    o.patent.push_back(row), o.from.push_back(patent.from), o.to.push_back(patent.to);
    o.position.push_back(patent.position), o.reason.push_back(2), o.through.push_back(0);
  }
  void add_recognition(const TestRecognition& r) {
    auto& t = t_.recognitions;
    t.program.push_back(r.program), t.level.push_back(r.level), t.title.push_back(""), t.certificate_no.push_back("");
    t.key.push_back("R" + std::to_string(t.source.size())), t.source.push_back("名单"), t.url.push_back("");
    t.issued.push_back(r.issued), t.valid_to.push_back(r.valid_to);
    t.public_date.push_back(r.public_date), t.year.push_back(r.year), t.reason.push_back(2);
    t.public_estimated.push_back(!r.public_estimated ? 0 : r.by_rule ? 2 : 1);
  }
  void add_signal(const TestSignal& s) {
    auto& t = t_.signals;
    t.key.push_back("S" + std::to_string(t.type.size()));
    t.type.push_back(s.type), t.level.push_back(""), t.title.push_back(""), t.source.push_back("名单"),
        t.url.push_back("");
    t.date.push_back(s.date), t.public_date.push_back(s.public_date), t.amount.push_back(-1), t.year.push_back(-1);
    t.reason.push_back(2), t.numbers.push_back(s.numbers);
  }
  void close() {
    mark();
    for (const char* unit : {"", "博兴县", "邹平市"}) {
      t_.units.id.push_back(unit), t_.units.name.push_back(unit), t_.units.unresolved.push_back(0);
    }
    t_.patents.first_event.push_back(static_cast<std::uint32_t>(t_.events.date.size()));
    t_.patents.first_inventor.push_back(0);
  }

  fs::path root_;
  store::SnapshotTables<store::Build> t_;
};

}  // namespace tanmiao::miner
