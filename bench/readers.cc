// One file through one reader, again and again, nothing kept: what bench/readers.py sets beside the readers of others.
//
//   readers_bench records SOURCE.toml FILE TIMES [REFERENCE CITY]   to records and rejects, as a crawl reads it
//   readers_bench rows FILE TIMES                                   tabular/reader alone: rows of all sheets
//   readers_bench lines FILE TIMES                                  JSON lines parsed, nothing made of them
// Prints one JSON object.
#include <simdjson.h>
#include <sys/resource.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "crawler/json_lines.h"
#include "crawler/reading.h"
#include "tabular/reader.h"
#include "tabular/reference_reader.h"

namespace {

using namespace tanmiao;

class CountingReads : public crawler::ReadingSink {
 public:
  Status record(Record&& record) override {
    ++records;
    for (const FieldValue& value : record.fields) bytes += value.value.size();
    return {};
  }
  Status reject(store::Reject&& reject) override {
    ++rejects;
    // Without what stands in the value: reasons are few.
    ++reasons[reject.field + ": " + reject.expected];
    return {};
  }
  Status link(std::string&&, std::string_view) override { return ++links, Status(); }
  void offered(std::uint64_t more) override { rows += more; }
  void unknown_word(Field, std::string_view) override { ++words; }
  void wrong_charset(std::string_view, std::string_view) override {}
  std::uint64_t rows = 0, records = 0, rejects = 0, links = 0, words = 0, bytes = 0;
  std::map<std::string, std::uint64_t> reasons;
};

// With those of processes that it waited for: a PDF is read in one of its own.
double processor_seconds() {
  double seconds = 0;
  for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    getrusage(whose, &used);
    seconds += double(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               double(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  }
  return seconds;
}

std::uint64_t peak_bytes() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
}

struct Clocked {
  double seconds = 0, processor = 0;
};
// The fastest of several: others use the machine too.
template <class Body>
Clocked fastest(int times, Body body) {
  Clocked best;
  for (int i = 0; i < times; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const double before = processor_seconds();
    body();
    const Clocked one{std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
                      processor_seconds() - before};
    if (i == 0 || one.processor < best.processor) best = one;
  }
  return best;
}

[[noreturn]] void stop(const Error& error) {
  std::cerr << error.text() << '\n';
  std::exit(1);
}

boost::json::object records(const std::string& description, const std::string& file, int times,
                            const std::string& tables, std::uint32_t city) {
  const auto source = crawler::load_source(description);
  if (!source) stop(source.error());
  const auto reference = tabular::load_reference(tables, city);
  if (!reference) stop(reference.error());
  const std::string name = std::filesystem::path(file).filename().string();
  const crawler::PageRule* const page = source->folder          ? source->page_for_file(name)
                                        : source->pages.empty() ? nullptr
                                                                : &source->pages.back();
  if (page == nullptr) stop({Errc::kUsage, "no [[page]] reads a file of this name", file});
  crawler::Document document;
  document.part = source->folder ? name : "http://h.test/" + name;
  std::string bytes;  // of a page they are there already
  if (source->folder) {
    document.file = file;
  } else {
    std::ifstream in(file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
    document.bytes = bytes;
  }
  const crawler::ReadContext context{**reference, "a key that nobody knows", make_date(2026, 11, 26)};
  CountingReads sink;
  std::string fault;
  const std::uint64_t before = peak_bytes();
  const Clocked took = fastest(times, [&] {
    sink = {};
    const Status done = crawler::read_document(*source, *page, document, context, sink);
    fault = done ? std::string() : done.error().text();
  });
  boost::json::object reasons;
  for (const auto& [reason, count] : sink.reasons) reasons[reason] = count;
  return {
      {"seconds", took.seconds}, {"processor", took.processor}, {"rows", sink.rows},   {"records", sink.records},
      {"rejects", sink.rejects}, {"links", sink.links},         {"words", sink.words}, {"value_bytes", sink.bytes},
      {"peak_before", before},   {"peak", peak_bytes()},        {"fault", fault},      {"reasons", std::move(reasons)}};
}

// A zip or an OLE container. A reader of one sheet that was opened to be asked would be counted with it.
bool is_book(std::ifstream& in) {
  std::string head(4, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  in.clear();
  in.seekg(0);
  return head == "PK\x03\x04" || head == "\xD0\xCF\x11\xE0";
}

boost::json::object rows(const std::string& file, int times) {
  std::uint64_t all = 0, bad = 0, cells = 0, sheets = 0;
  std::string kind;
  const Clocked took = fastest(times, [&] {
    all = bad = cells = sheets = 0;
    kind.clear();
    const auto take = [&](tabular::RowReader& reader) {
      ++sheets;
      tabular::Row row;
      for (;;) {
        const auto more = reader.next(row);
        if (!more) stop(more.error());
        if (!*more) return;
        ++all;
        if (row.bad()) ++bad;
        cells += row.cells.size();
      }
    };
    std::ifstream in(file, std::ios::binary);
    if (!is_book(in)) {  // a delimited file is never held whole
      const auto one = tabular::open_rows(file);
      if (!one) stop(one.error());
      kind = (*one)->description();
      return take(**one);
    }
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto book = tabular::open_book(std::move(bytes), file);
    if (!book) stop(book.error());
    for (std::size_t sheet = 0; sheet < (*book)->sheets().size(); ++sheet) {
      const auto reader = (*book)->open(sheet);
      if (!reader) stop(reader.error());
      if (kind.empty()) kind = (*reader)->description();
      take(**reader);
    }
  });
  return {{"seconds", took.seconds},
          {"processor", took.processor},
          {"rows", all},
          {"bad", bad},
          {"cells", cells},
          {"sheets", sheets},
          {"kind", kind},
          {"peak", peak_bytes()}};
}

boost::json::object lines(const std::string& file, int times) {
  std::uint64_t all = 0, bad = 0, bytes = 0;
  const Clocked took = fastest(times, [&] {
    all = bad = bytes = 0;
    auto source = tabular::open_file(file);
    if (!source) stop(source.error());
    crawler::JsonLines in(std::move(*source), nullptr);
    crawler::JsonLines::Line line;
    simdjson::dom::parser parser;
    for (;;) {
      const auto more = in.next(line);
      if (!more) stop(more.error());
      if (!*more) return;
      ++all;
      simdjson::dom::element root;
      if (parser.parse(line.text.data(), line.text.size(), false).get(root) != simdjson::SUCCESS) ++bad;
      bytes += line.text.size();
    }
  });
  return {{"seconds", took.seconds}, {"processor", took.processor}, {"rows", all}, {"bad", bad}, {"bytes", bytes}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool to_records = words.size() >= 4 && words[0] == "records";
  if (!to_records && !(words.size() == 3 && (words[0] == "rows" || words[0] == "lines"))) {
    std::cerr << "usage: readers_bench records SOURCE.toml FILE TIMES [REFERENCE CITY] | rows FILE TIMES | lines FILE "
                 "TIMES\n";
    return 2;
  }
  const boost::json::object told =
      to_records ? records(words[1], words[2], std::stoi(words[3]), words.size() > 4 ? words[4] : "config/reference",
                           words.size() > 5 ? static_cast<std::uint32_t>(std::stoul(words[5])) : 370000)
      : words[0] == "rows" ? rows(words[1], std::stoi(words[2]))
                           : lines(words[1], std::stoi(words[2]));
  std::cout << boost::json::serialize(told) << '\n';
}
