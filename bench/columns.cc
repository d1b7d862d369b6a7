// Columns at scale: windowed counts, a score and the best of each county, and a whole mining, on made data.
//
// Usage: columns_bench make DIR FIRMS LINKS PATENTS SEED     writes DIR/snapshot and the same tables for peers
//        columns_bench count DIR AS_OF THREADS TIMES         filing_windows, score, best_of_each; DIR/ours.csv
//        columns_bench mine DIR CONFIG AS_OF THREADS         mine() as a night does it
// The generator: every firm is in one of 137 counties; LINKS are spread over firms by a steep law (a few firms own
// much), each to one of PATENTS patents, which are ordered by day of filing, as linkage orders them, so that a firm's
// patents lie apart in memory. One link in 16 is a purchase, one patent in 8 is not public yet on 2026-06-30. Names,
// scopes and addresses are built from short lists of words.
#include <sys/resource.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

#include "core/progress.h"
#include "miner/mine.h"
#include "miner/windows.h"
#include "tabular/reference_reader.h"

namespace {

using namespace tanmiao;
namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uint32_t kCounties = 137;
constexpr std::size_t kBest = 100;

// SplitMix64: the same numbers everywhere.
struct Dice {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t x = state += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
  }
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  double unit() { return static_cast<double>(next() >> 11U) / 9007199254740992.0; }
};

template <class T>
T need(Result<T> result) {
  if (!result) std::cerr << result.error().text() << "\n", std::exit(1);
  return std::move(*result);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}
double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}
double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

std::string name_of(Dice& dice, std::uint64_t n) {
  constexpr std::string_view kTrade[] = {"华", "鑫", "瑞", "恒", "泰", "鲁", "海", "天", "宏", "博"};
  constexpr std::string_view kLine[] = {"科技", "商贸", "机械", "化工", "软件", "建材", "食品", "纺织", "电子", "运输"};
  return "山东" + std::string(kTrade[dice.below(10)]) + std::string(kTrade[dice.below(10)]) + std::to_string(n) +
         std::string(kLine[dice.below(10)]) + "有限公司";
}
std::string scope_of(Dice& dice) {
  constexpr std::string_view kItems[] = {"技术开发",     "技术服务",     "机械设备销售", "化工产品销售",
                                         "软件开发",     "建筑材料销售", "食品销售",     "货物进出口",
                                         "电子产品制造", "道路货物运输", "五金产品零售", "新材料技术研发"};
  std::string out;
  for (std::uint64_t i = 0, n = 2 + dice.below(6); i < n; ++i)
    out += (i ? "；" : "") + std::string(kItems[dice.below(12)]);
  return out;
}

// How many links each firm has: most have none or one, the sum is LINKS.
std::vector<std::uint32_t> links_by_firm(std::size_t firms, std::size_t links, Dice& dice) {
  std::vector<std::uint32_t> out(firms + 1, 0);
  for (std::size_t i = 0; i < links; ++i) {
    const double u = dice.unit();
    ++out[1 + static_cast<std::size_t>(u * u * u * static_cast<double>(firms - 1))];
  }
  return out;
}

void add_firm(store::SnapshotTables<store::Build>& t, Dice& dice, std::uint64_t n) {
  auto& f = t.firms;
  constexpr std::string_view kCodes[] = {"C3821", "C2614", "F5179", "I6513", "M7520", "E5010", "C1310", "G5430"};
  const bool real = n > 0;
  f.name.push_back(real ? name_of(dice, n) : ""), f.code.push_back(real ? std::to_string(913700000000000000U + n) : "");
  f.former_names.push_back(""), f.address.push_back(real ? "工业路" + std::to_string(dice.below(900)) + "号" : "");
  f.scope.push_back(real ? scope_of(dice) : ""), f.org_type.push_back("有限责任公司");
  f.industry_code.push_back(kCodes[dice.below(8)]), f.industry_name.push_back(""), f.registration_no.push_back("");
  f.status.push_back(static_cast<std::uint8_t>(FirmStatus::kActive)), f.region_basis.push_back(0), f.unit.push_back(0);
  f.zone.push_back(0), f.industry_edition.push_back(2017), f.prefecture.push_back(371600);
  f.county.push_back(real ? 1 + static_cast<std::uint32_t>(dice.below(kCounties)) : 0), f.township.push_back(0);
  f.flags.push_back(real ? store::kFirmInScope | store::kFirmHasCode : 0U), f.parent.push_back(0),
      f.successor.push_back(0);
  f.heir.push_back(0), f.heir_since.push_back(kNoDay);
  f.established.push_back(static_cast<Day>(11000 + dice.below(9500))), f.dissolved.push_back(kNoDay),
      f.seen.push_back(20600);
  f.capital.push_back(static_cast<std::int64_t>(dice.below(1000)) * 1'000'000), f.capital_currency.push_back("CNY");
  f.insured_staff.push_back(static_cast<std::int32_t>(dice.below(200))), f.stated.push_back(kNoDay),
      f.lineage.push_back("{}");
}

// Ordered by day of filing, as application numbers are.
void add_patents(store::SnapshotTables<store::Build>& t, std::size_t patents, Dice& dice) {
  constexpr Day kFirst = 12000, kLast = 20633;  // 2002-11 to 2026-06-30
  constexpr std::string_view kIpc[] = {"H02K17/02", "C01B32/00", "G06F17/30", "B65G47/90", "A23L2/00", "F16K1/00"};
  std::vector<Day> filed(patents);
  for (Day& day : filed) day = kLast - static_cast<Day>(dice.unit() * dice.unit() * (kLast - kFirst));
  std::sort(filed.begin(), filed.end());
  auto& p = t.patents;
  for (std::size_t i = 0; i < patents; ++i) {
    const bool invention = dice.below(3) == 0, granted = dice.below(2) == 0;
    const Day open = filed[i] + static_cast<Day>(dice.below(8) == 0 ? 800 : 20 + dice.below(500));
    p.application_no.push_back(std::to_string(20020000000000U + i)), p.title.push_back("一种装置"),
        p.abstract.push_back("");
    p.ipc.push_back(kIpc[dice.below(6)]), p.publication_nos.push_back(""), p.source.push_back("made"),
        p.url.push_back("");
    p.key.push_back(std::to_string(i)), p.kind.push_back(invention ? 1 : 2), p.granted_by_kind.push_back(0);
    p.filing.push_back(filed[i]), p.published.push_back(open), p.granted.push_back(granted ? open + 400 : kNoDay);
    p.public_date.push_back(open), p.public_estimated.push_back(0), p.applicants.push_back(1), p.persons.push_back(0);
    p.inventors.push_back(2), p.claims.push_back(0), p.academic.push_back(0), p.first_event.push_back(0);
    p.first_inventor.push_back(static_cast<std::uint32_t>(t.inventors.hash.size()));
    for (int k = 0; k < 2; ++k) t.inventors.hash.push_back(dice.below(patents));
  }
  p.first_event.push_back(0), p.first_inventor.push_back(static_cast<std::uint32_t>(t.inventors.hash.size()));
}

int make(const fs::path& dir, std::size_t firms, std::size_t links, std::size_t patents, std::uint64_t seed) {
  Dice dice{seed};
  store::SnapshotTables<store::Build> t;
  fs::create_directories(dir);
  std::ofstream firm_file(dir / "firms.csv"), link_file(dir / "links.csv"), patent_file(dir / "patents.csv");
  firm_file << "firm,county\n", link_file << "firm,patent,position\n", patent_file << "patent,filed,public\n";
  add_patents(t, patents, dice);
  for (std::size_t i = 0; i < patents; ++i)
    patent_file << i << ',' << t.patents.filing[i] << ',' << t.patents.public_date[i] << '\n';
  const auto counts = links_by_firm(firms, links, dice);
  std::vector<std::uint32_t> owned;
  for (std::size_t n = 0; n <= firms; ++n) {
    add_firm(t, dice, n);
    t.first_ownership.push_back(static_cast<std::uint32_t>(t.ownerships.patent.size()));
    t.first_recognition.push_back(0), t.first_signal.push_back(0);
    if (n > 0) firm_file << n << ',' << t.firms.county[n] << '\n';
    owned.clear();
    for (std::uint32_t k = 0; k < counts[n]; ++k) owned.push_back(static_cast<std::uint32_t>(dice.below(patents)));
    std::sort(owned.begin(), owned.end());
    for (const std::uint32_t patent : owned) {
      const std::uint8_t position = dice.below(16) == 0 ? 0 : 1;
      t.ownerships.patent.push_back(patent), t.ownerships.from.push_back(kNoDay), t.ownerships.to.push_back(kNoDay);
      t.ownerships.position.push_back(position), t.ownerships.reason.push_back(1), t.ownerships.through.push_back(0);
      link_file << n << ',' << patent << ',' << int{position} << '\n';
    }
  }
  t.first_ownership.push_back(static_cast<std::uint32_t>(t.ownerships.patent.size()));
  t.first_recognition.push_back(0), t.first_signal.push_back(0);
  store::SnapshotInfo info;
  info.civil_date = make_date(2026, 6, 30);
  need(store::write_snapshot(dir / "snapshot", t, info));
  return 0;
}

// Of the snapshot's columns those that the question needs, looked at as Snapshot::open() looks at them.
std::unique_ptr<store::SnapshotTables<store::Mapped>> open_needed(const fs::path& folder) {
  const auto reader = need(store::ColumnFolderReader::open(folder));
  auto t = std::make_unique<store::SnapshotTables<store::Mapped>>();
  const auto read = [&](std::string_view name, auto& view) {
    if (const Status status = reader.read(name, view); !status)
      std::cerr << status.error().text() << "\n", std::exit(1);
  };
  read("firm.first_ownership", t->first_ownership), read("firm.county", t->firms.county);
  read("owner.patent", t->ownerships.patent), read("owner.from", t->ownerships.from);
  read("owner.to", t->ownerships.to), read("owner.position", t->ownerships.position);
  read("patent.filing", t->patents.filing), read("patent.public_date", t->patents.public_date);
  const auto first = t->first_ownership.span();
  std::uint32_t most = 0;
  for (const std::uint32_t row : t->ownerships.patent.span()) most = std::max(most, row);
  if (most >= t->patents.filing.size() || !std::is_sorted(first.begin(), first.end()) ||
      first.back() != t->ownerships.patent.size())
    std::cerr << "the columns do not fit each other\n", std::exit(1);
  return t;
}

struct Answer {
  std::vector<miner::FilingWindows> windows;
  std::vector<std::uint32_t> scores;
  std::vector<std::vector<std::uint32_t>> best;
  double windows_s = 0, all_s = 0;
};
Answer answer(const store::SnapshotTables<store::Mapped>& tables, Date as_of, int threads) {
  const auto begin = std::chrono::steady_clock::now();
  Answer a;
  a.windows = miner::filing_windows(tables, miner::window_edges(as_of), threads);
  a.windows_s = seconds_since(begin);
  a.scores.resize(a.windows.size());
  for (std::size_t n = 1; n < a.windows.size(); ++n)
    a.scores[n] = 4U * a.windows[n].one() + 2U * a.windows[n].three() + a.windows[n].five();
  a.best = miner::best_of_each(a.scores, tables.firms.county.span(), kBest, threads);
  a.all_s = seconds_since(begin);
  return a;
}

void write_answer(const fs::path& path, const Answer& a) {
  std::ofstream out(path);
  out << "county,place,firm,score,one,three,five\n";
  for (std::size_t g = 0; g < a.best.size(); ++g)
    for (std::size_t i = 0; i < a.best[g].size(); ++i) {
      const miner::FilingWindows& w = a.windows[a.best[g][i]];
      out << g << ',' << i + 1 << ',' << a.best[g][i] << ',' << a.scores[a.best[g][i]] << ',' << w.one() << ','
          << w.three() << ',' << w.five() << '\n';
    }
}

// In each round: the whole snapshot opened; the columns of the question opened anew and asked ("mapped": pages of the
// page cache are mapped while it counts); asked once more with the columns as they are ("held": as a peer's tables in
// memory are).
int count(const fs::path& dir, Date as_of, int threads, int times) {
  json::array rounds;
  for (int round = 0; round < times; ++round) {
    auto begin = std::chrono::steady_clock::now();
    need(store::Snapshot::open(dir / "snapshot"));
    const double snapshot = seconds_since(begin);
    begin = std::chrono::steady_clock::now();
    const auto tables = open_needed(dir / "snapshot");
    const double opened = seconds_since(begin);
    const Answer mapped = answer(*tables, as_of, threads);
    const double processor = processor_seconds();
    const Answer held = answer(*tables, as_of, threads);
    const double held_processor = processor_seconds() - processor;
    rounds.push_back(json::object{{"snapshot", snapshot},
                                  {"open", opened},
                                  {"mapped", opened + mapped.all_s},
                                  {"windows", held.windows_s},
                                  {"held", held.all_s},
                                  {"held_processor", held_processor}});
    if (round == 0) write_answer(dir / "ours.csv", held);
  }
  std::cout << json::serialize(
                   json::object{{"threads", threads}, {"rounds", std::move(rounds)}, {"peak_mb", peak_mb()}})
            << "\n";
  return 0;
}

int mine_all(const fs::path& dir, const fs::path& config, Date as_of, int threads) {
  auto begin = std::chrono::steady_clock::now();
  const auto snapshot = need(store::Snapshot::open(dir / "snapshot"));
  const auto rules = need(miner::Rules::load(config));
  const auto reference = need(tabular::load_reference(config / "reference", 371600));
  const double opened = seconds_since(begin);
  const fs::path data = dir / "mined";
  fs::remove_all(data);
  fs::create_directories(data);
  begin = std::chrono::steady_clock::now();
  const double processor = processor_seconds();
  const auto report = need(miner::mine(store::DataFolder(data), *snapshot, *rules, *reference, {"all", as_of, threads},
                                       nullptr, silent_progress()));
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data))
    if (entry.is_regular_file()) bytes += entry.file_size();
  const double mined = seconds_since(begin);
  const auto run = need(store::Run::open(store::DataFolder(data).run(report.run.id)));
  std::cout << json::serialize(json::object{{"threads", threads},
                                            {"firms", snapshot->last_firm()},
                                            {"candidates", report.candidates},
                                            {"open", opened},
                                            {"mine", mined},
                                            {"processor", processor_seconds() - processor},
                                            {"run_mb", static_cast<double>(bytes) / 1e6},
                                            {"peak_mb", peak_mb()},
                                            {"digest", run->digest()}})
            << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto number = [&](std::size_t i) { return std::stoull(words.at(i)); };
  if (words.size() == 6 && words[0] == "make") return make(words[1], number(2), number(3), number(4), number(5));
  if (words.size() == 5 && words[0] == "count")
    return count(words[1], need(parse_iso_date(words[2])), std::stoi(words[3]), std::stoi(words[4]));
  if (words.size() == 5 && words[0] == "mine")
    return mine_all(words[1], words[2], need(parse_iso_date(words[3])), std::stoi(words[4]));
  std::cerr << "usage: see the head of bench/columns.cc\n";
  return 2;
}
