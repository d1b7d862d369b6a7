// Builds the search index of a list of firms and prints what it took as JSON; see bench/index.py.
//
//   index_bench snapshot ROWS FOLDER [NAME]             rows (name, code, scope, address; tab-separated) to a snapshot,
//                                                       not timed
//   index_bench ours FOLDER [THREADS [NAME [BEFORE]]]   tanmiao's index of it, taking over from the generation BEFORE
//   index_bench termgenerator ROWS FOLDER Xapian's TermGenerator with CJK n-grams, names with positions, scopes without
//   index_bench queries FOLDER QUERIES    times of queries (lines: text, tab, facets 0/1, tab, offset), after a cold
//   start

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

#include "indexer/index.h"
#include "tabular/reference_reader.h"

namespace {

using namespace tanmiao;
using Clock = std::chrono::steady_clock;

// Of this thread: on a machine that others use too, the clock tells of them.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
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

int time_queries(const store::DataFolder& folder, const char* queries) {
  const auto reference = must(tabular::load_reference("config/reference"));
  const auto begun = Clock::now();
  const auto snapshot = must(store::Snapshot::open(folder.columns("bench")));
  std::string generation;
  for (const auto& entry : std::filesystem::directory_iterator(folder.root() / "index"))
    generation = entry.path().filename().string();
  const auto searcher = must(indexer::Searcher::open(folder, generation, snapshot, nullptr, reference));
  std::printf("{\"what\": \"cold start\", \"seconds\": %.3f, \"cpu\": %.3f}\n", seconds_since(begun),
              processor_seconds());
  std::ifstream file(queries);
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    indexer::Query query;
    query.text = line.substr(0, first);
    if (line[first + 1] == '1') query.facets = {"unit", "status", "age", "capital"};
    query.offset = static_cast<std::size_t>(std::stoul(line.substr(second + 1)));
    const auto asked = Clock::now();
    const double before = processor_seconds();
    const auto page = must(searcher->search(query));
    const double cpu = processor_seconds() - before;
    std::printf("%.3f\t%.3f\t%llu\t%s\n", cpu * 1000, seconds_since(asked) * 1000,
                static_cast<unsigned long long>(page.total), query.text.c_str());
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
  if (what == "queries" && argc == 4) return time_queries(tanmiao::store::DataFolder(argv[2]), argv[3]);
  std::fprintf(stderr,
               "usage: index_bench snapshot ROWS FOLDER [NAME] | ours FOLDER [THREADS [NAME [BEFORE]]] | termgenerator "
               "ROWS FOLDER | "
               "queries FOLDER QUERIES\n");
  return 2;
}
