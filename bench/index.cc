// Builds the search index of a list of firms and prints what it took as JSON; see bench/index.py.
//
//   index_bench snapshot ROWS FOLDER [NAME]             rows (name, code, scope, address; tab-separated) to a snapshot,
//                                                       not timed
//   index_bench ours FOLDER [THREADS [NAME [BEFORE]]]   tanmiao's index of it, taking over from the generation BEFORE
//   index_bench termgenerator ROWS FOLDER Xapian's TermGenerator with CJK n-grams, names with positions, scopes without
//   index_bench run FOLDER                a run of all firms of the snapshot, with invented scores; not timed
//   index_bench queries FOLDER QUERIES    times of queries (lines: shape, tab, text) in every way they are asked

#include <sys/resource.h>
#include <xapian.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <numeric>
#include <tuple>

#include "indexer/index.h"
#include "tabular/reference_reader.h"

namespace {

using namespace tanmiao;
using Clock = std::chrono::steady_clock;

// Of the process, whose threads all work for what is timed: on a machine that others use too, the clock tells of them.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double seconds_since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

struct Row {
  std::array<std::string, 4> cells;  // name, code, scope, address
};

std::vector<Row> rows_of(const char* path) {
  std::vector<Row> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    Row& row = rows.emplace_back();
    std::size_t at = 0;
    for (std::string& cell : row.cells) {
      const std::size_t end = std::min(line.find('\t', at), line.size());
      cell = line.substr(at, end - at);
      at = std::min(end + 1, line.size());
    }
  }
  return rows;
}

void tell(std::size_t documents, double seconds, const char* what) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  std::printf("{\"what\": \"%s\", \"documents\": %zu, \"seconds\": %.3f, \"cpu\": %.3f, \"peak_kb\": %ld}\n", what,
              documents, seconds,
              static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                  static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
              used.ru_maxrss);
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().text().c_str());
  std::exit(1);
}

int make_snapshot(const char* rows_path, const store::DataFolder& folder, const std::string& name) {
  store::SnapshotTables<store::Build> t;
  const auto blank = [](std::string_view, auto& column) { column.push_back({}); };
  t.firms.each(blank);
  for (const Row& row : rows_of(rows_path)) {
    const std::size_t rows = t.firms.name.size();
    t.firms.name.push_back(row.cells[0]), t.firms.code.push_back(row.cells[1]);
    t.firms.scope.push_back(row.cells[2]), t.firms.address.push_back(row.cells[3]);
    // What facets count by: taken from the number, since the rows do not say it.
    t.firms.status.push_back(static_cast<std::uint8_t>(rows % 7 == 0 ? FirmStatus::kRevoked : FirmStatus::kActive));
    t.firms.established.push_back(to_day(make_date(2000 + static_cast<int>(rows % 24), 1, 1)));
    t.firms.capital.push_back(static_cast<std::int64_t>(rows % 6000) * 1'000'000);
    t.firms.prefecture.push_back(371600);
    t.firms.county.push_back(371602 + static_cast<std::uint32_t>(rows % 2));
    t.firms.unit.push_back(static_cast<std::uint16_t>(rows % 8));
    t.firms.each([&](std::string_view, auto& column) {
      if (column.size() == rows) column.push_back({});
    });
  }
  const std::size_t entries = t.firms.name.size() + 1;
  t.first_ownership.resize(entries), t.first_recognition.resize(entries), t.first_signal.resize(entries);
  t.patents.first_event.push_back(0), t.patents.first_inventor.push_back(0);
  store::SnapshotInfo info;
  info.civil_date = make_date(2026, 11, 27);
  std::filesystem::create_directories(folder.columns(name).parent_path());
  (void)must(store::write_snapshot(folder.columns(name), t, info));
  return 0;
}

int build_ours(const store::DataFolder& folder, int threads, const std::string& name, const std::string& before) {
  const auto reference = must(tabular::load_reference("config/reference"));
  const auto snapshot = must(store::Snapshot::open(folder.columns(name)));
  Progress& silent = silent_progress();
  const auto begun = Clock::now();
  const auto report = must(indexer::build_index(folder, *snapshot, {threads, before}, *reference, silent));
  tell(report.written, seconds_since(begun), report.unchanged ? "unchanged" : report.generation.c_str());
  return 0;
}

int build_term_generator(const char* rows_path, const std::string& folder) {
  const std::vector<Row> rows = rows_of(rows_path);
  const auto begun = Clock::now();
  Xapian::WritableDatabase database(folder, Xapian::DB_CREATE_OR_OVERWRITE);
  Xapian::TermGenerator generator;
  generator.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
  for (const Row& row : rows) {
    Xapian::Document document;
    generator.set_document(document);
    generator.index_text(row.cells[0], 1, "N");
    generator.index_text_without_positions(row.cells[2], 1, "S");
    database.add_document(document);
  }
  database.commit();
  tell(rows.size(), seconds_since(begun), "termgenerator");
  return 0;
}

// Invented, and the same each time: few points are common, many are rare.
int points_of(store::FirmNo firm) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  const auto of_hundred = static_cast<int>((firm * kOdd >> 32) % 100);
  return of_hundred * of_hundred / 100;
}

// Every firm, best first, as the miner orders them: start-ups are a list of their own behind the others.
int make_run(const store::DataFolder& folder) {
  constexpr store::FirmNo kStartUps = 10;  // one firm in so many
  const auto snapshot = must(store::Snapshot::open(folder.columns("bench")));
  std::vector<store::FirmNo> firms(snapshot->last_firm());
  std::iota(firms.begin(), firms.end(), store::FirmNo{1});
  const auto place = [](store::FirmNo firm) { return std::tuple(firm % kStartUps == 0, -points_of(firm), firm); };
  std::sort(firms.begin(), firms.end(), [&](store::FirmNo a, store::FirmNo b) { return place(a) < place(b); });
  store::RunTable<store::Build> table;
  std::uint32_t rank = 0;
  bool start_ups = false;
  for (const store::FirmNo firm : firms) {
    const int points = points_of(firm);
    if (!start_ups && firm % kStartUps == 0) start_ups = true, rank = 0;
    table.each([](std::string_view, auto& column) { column.push_back({}); });
    table.firm.back() = firm, table.rank.back() = ++rank;
    table.score.back() = points, table.known_points.back() = points, table.most_points.back() = points + 10;
    table.judgement.back() = static_cast<std::uint8_t>(points >= 40 ? Judgement::kPromising : Judgement::kLittle);
    table.lead_kind.back() = static_cast<std::uint8_t>(start_ups ? LeadKind::kStartUp : LeadKind::kNew);
  }
  (void)must(store::write_run(folder.run("bench"), table, "{}"));
  return 0;
}

// How a text is asked.
struct Way {
  indexer::Order order;
  bool facets;
  std::size_t offset;
};

std::shared_ptr<indexer::Searcher> open_searcher(const store::DataFolder& folder,
                                                 const std::shared_ptr<const Reference>& reference) {
  std::string generation;
  for (const auto& entry : std::filesystem::directory_iterator(folder.root() / "index"))
    generation = entry.path().filename().string();
  const auto begun = Clock::now();
  const double before = processor_seconds();
  const auto run = must(store::Run::open(folder.run("bench")));
  const double run_seconds = seconds_since(begun);
  const auto snapshot = must(store::Snapshot::open(folder.columns("bench")));
  auto searcher = must(indexer::Searcher::open(folder, generation, snapshot, run, reference));
  std::printf("{\"what\": \"opened\", \"seconds\": %.3f, \"cpu\": %.3f, \"run_seconds\": %.3f}\n", seconds_since(begun),
              processor_seconds() - before, run_seconds);
  return searcher;
}

// Prints: processor ms, clock ms, firms found, corrected 0/1, order, facets 0/1, offset, how, shape, text.
void ask(const indexer::Searcher& searcher, const Way& way, const char* how, const std::string& shape,
         const std::string& text) {
  indexer::Query query;
  query.text = text, query.order = way.order, query.offset = way.offset;
  if (way.facets) query.facets = {"unit", "status", "age", "capital"};
  const auto begun = Clock::now();
  const double before = processor_seconds();
  const auto page = must(searcher.search(query));
  const double cpu = processor_seconds() - before, clock = seconds_since(begun);
  std::printf("%.3f\t%.3f\t%llu\t%d\t%s\t%d\t%zu\t%s\t%s\t%s\n", cpu * 1000, clock * 1000,
              static_cast<unsigned long long>(page.total), page.corrections.empty() ? 0 : 1,
              way.order == indexer::Order::kRank ? "rank" : "relevance", way.facets ? 1 : 0, way.offset, how,
              shape.c_str(), text.c_str());
}

// Each way has a searcher of its own, which has not seen the texts: the first time a text is asked no set of firms is
// kept of it (cold), the second time they are (warm).
int time_queries(const store::DataFolder& folder, const char* queries) {
  std::vector<std::pair<std::string, std::string>> texts;  // with their shapes
  std::ifstream file(queries);
  for (std::string line; std::getline(file, line);)
    texts.emplace_back(line.substr(0, line.find('\t')), line.substr(line.find('\t') + 1));
  const std::shared_ptr<const Reference> reference = must(tabular::load_reference("config/reference"));
  for (const indexer::Order order : {indexer::Order::kRelevance, indexer::Order::kRank})
    for (const bool facets : {false, true})
      for (const std::size_t offset : {0U, 2450U}) {
        const Way way{order, facets, offset};
        const auto searcher = open_searcher(folder, reference);
        ask(*searcher, way, "first", "", "");  // with what a searcher makes when it is first asked
        for (const auto& [shape, text] : texts)
          for (const char* how : {"cold", "warm"}) ask(*searcher, way, how, shape, text);
      }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto word = [&](int at, const char* otherwise) { return std::string(argc > at ? argv[at] : otherwise); };
  if (what == "snapshot" && argc >= 4)
    return make_snapshot(argv[2], tanmiao::store::DataFolder(argv[3]), word(4, "bench"));
  if (what == "ours" && argc >= 3)
    return build_ours(tanmiao::store::DataFolder(argv[2]), std::stoi(word(3, "0")), word(4, "bench"), word(5, ""));
  if (what == "termgenerator" && argc == 4) return build_term_generator(argv[2], argv[3]);
  if (what == "run" && argc == 3) return make_run(tanmiao::store::DataFolder(argv[2]));
  if (what == "queries" && argc == 4) return time_queries(tanmiao::store::DataFolder(argv[2]), argv[3]);
  std::fprintf(stderr,
               "usage: index_bench snapshot ROWS FOLDER [NAME] | ours FOLDER [THREADS [NAME [BEFORE]]] | termgenerator "
               "ROWS FOLDER | run FOLDER | queries FOLDER QUERIES\n");
  return 2;
}
