// Mended rows of rejects/SOURCE.csv are read as if they stood in their file: under its header, at their line.
#include <algorithm>
#include <functional>

#include "core/text/normalize.h"
#include "crawler/crawl_sources.h"
#include "crawler/fetcher.h"
#include "crawler/folder_crawl.h"
#include "crawler/folder_files.h"
#include "crawler/mapping.h"
#include "crawler/rejects_file.h"
#include "crawler/replay.h"
#include "crawler/warc_read.h"
#include "tabular/header.h"

namespace tanmiao::crawler {
namespace {

// Rows of one part, joined to a small table; line of the table -> line of the part.
struct MendedTable {
  std::string text;
  std::vector<std::uint32_t> line_of;  // index: line of the table
};

MendedTable table_of(const std::string& header, const std::vector<store::Reject>& rows) {
  MendedTable table;
  table.line_of.assign(1, 0);
  const auto add = [&](const std::string& row, std::uint32_t line) {
    table.text += row + "\n";
    table.line_of.insert(table.line_of.end(), static_cast<std::size_t>(std::count(row.begin(), row.end(), '\n')) + 1,
                         line);
  };
  add(header, 0);
  std::uint32_t last = 0;
  for (const store::Reject& row : rows)
    if (row.line != last) add(row.row, last = row.line);  // a row with two faults stands there twice
  return table;
}

// Gives records and rejects the line they have in their part.
class LineSink : public ReadingSink {
 public:
  LineSink(PageReading& page, const std::vector<std::uint32_t>& line_of) : page_(page), line_of_(line_of) {}
  Status record(Record&& record) override {
    record.origin.line = original(record.origin.line);
    return page_.record(std::move(record));
  }
  Status reject(store::Reject&& reject) override {
    reject.line = original(reject.line);
    return page_.reject(std::move(reject));
  }
  Status link(std::string&&, std::string_view) override { return {}; }
  void offered(std::uint64_t rows) override { page_.offered(rows); }
  void unknown_word(Field field, std::string_view word) override { page_.unknown_word(field, word); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    page_.wrong_charset(claimed, charset);
  }

 private:
  std::uint32_t original(std::uint32_t line) const { return line < line_of_.size() ? line_of_[line] : line; }
  PageReading& page_;
  const std::vector<std::uint32_t>& line_of_;
};

std::vector<tabular::WantedColumn> wanted_columns(const PageRule& page) {
  std::vector<tabular::WantedColumn> wanted;
  for (const auto& [field, headings] : page.columns) {
    tabular::WantedColumn column{std::string(field_spec(field).name), {}, false};
    for (std::size_t from = 0; from <= headings.size();) {
      const std::size_t bar = std::min(headings.find('|', from), headings.size());
      column.headings.push_back(headings.substr(from, bar - from));
      from = bar + 1;
    }
    wanted.push_back(std::move(column));
  }
  return wanted;
}

using OpenRows = std::function<Result<std::unique_ptr<tabular::RowReader>>()>;

// The header row as it stands in the part, written as the rows for mending are: with commas.
Result<std::string> header_row(const PageRule& page, const OpenRows& open) {
  TANMIAO_ASSIGN(const auto search, open());
  TANMIAO_ASSIGN(const tabular::Header header, tabular::read_header(*search, wanted_columns(page)));
  TANMIAO_ASSIGN(const auto rows, open());
  tabular::Row row;
  while (true) {
    TANMIAO_ASSIGN(const bool more, rows->next(row));
    if (!more) return Error{Errc::kCorrupt, "the header was there and is not any more", rows->name()};
    if (row.line == header.line) return csv_line(std::vector<std::string>(row.cells.begin(), row.cells.end()));
  }
}

class Feeding {
 public:
  Feeding(const CrawlEnv& env, const Source& source, store::BatchId batch)
      : env_(env), source_(source), batch_(env, source, batch) {}

  Result<SourceReport> run(const std::filesystem::path& mended) {
    if (!std::filesystem::exists(mended)) return Error{Errc::kNotFound, "no such file", mended.string()};
    TANMIAO_ASSIGN(const auto rows, read_rejects_file(mended));
    std::map<std::string, std::vector<store::Reject>> by_part;
    for (const store::Reject& row : rows) {
      if (text::trim(row.row).empty())
        ++empty_;  // not kept because a person may stand in it, and not filled in: it stays to be mended
      else
        by_part[row.part].push_back(row), fed_.emplace(row.part, row.line);
    }
    for (auto& [part, rows_of_part] : by_part) {
      std::stable_sort(rows_of_part.begin(), rows_of_part.end(),
                       [](const auto& a, const auto& b) { return a.line < b.line; });
      TANMIAO_TRY(feed(part, rows_of_part));
    }
    // They leave the rejects file, whether they are refused again or not.
    batch_.fed = std::move(fed_);
    TANMIAO_ASSIGN(SourceReport report, batch_.finish({}, store::Completeness::kAppendOnly));
    if (empty_ > 0)
      report.why += (report.why.empty() ? "" : "；") + std::to_string(empty_) + " 行的“原行”是空的，没有送回，仍待改正";
    return report;
  }

 private:
  Status feed(const std::string& part, const std::vector<store::Reject>& rows) {
    std::string body;
    std::uint64_t capture = 0;
    TANMIAO_ASSIGN(const PageRule* const page, find(part, body, capture));
    if (page->reader != "csv" && page->reader != "xlsx")
      return Error{Errc::kUsage, "only rows of tables can be fed again, not those of a page read as " + page->reader,
                   part};
    TANMIAO_ASSIGN(const std::string header, header_row(*page, [&] { return open(part, body, *page); }));
    const MendedTable table = table_of(header, rows);
    PageRule as_csv = *page;
    as_csv.reader = "csv";
    as_csv.charset = "utf-8";
    as_csv.separator = ',';
    Document document;
    document.part = part;
    document.bytes = table.text;
    document.capture = capture;
    PageReading reading;
    LineSink sink(reading, table.line_of);
    TANMIAO_TRY(read_document(source_, as_csv, document, env_.reading(), sink));
    batch_.add(std::move(reading));
    return {};
  }

  // The page that read the part; `body` is filled for a part of the network.
  Result<const PageRule*> find(const std::string& part, std::string& body, std::uint64_t& capture) {
    const PageRule* page = nullptr;
    TANMIAO_ASSIGN(const auto captures, env_.store.facts().captures(source_.id, std::nullopt));
    for (const store::Capture& c : captures) {
      if (c.url != part) continue;
      capture = c.id;
      if (c.segment.empty()) continue;
      TANMIAO_ASSIGN(const WarcResponse response,
                     read_warc(env_.store.folder().captures(source_.id) / c.segment, c.offset));
      if (!decoded_body(response.head, response.body, std::uint64_t{512} << 20, body)) continue;
      page = source_.page(response.role);
    }
    if (source_.folder && capture != 0) page = source_.page_for_file(std::string(file_name_of(part)));
    if (page == nullptr) return Error{Errc::kNotFound, "no file or page of this name was ever read", part};
    return page;
  }

  Result<std::unique_ptr<tabular::RowReader>> open(const std::string& part, const std::string& body,
                                                   const PageRule& page) const {
    tabular::ReadOptions options;
    options.format = page.reader == "xlsx" ? tabular::Format::kXlsx : tabular::Format::kCsv;
    options.dialect.delimiter = page.separator;
    options.dialect.charset = page.charset;
    options.sheet = page.sheet;
    if (!source_.folder) return tabular::read_rows(body, part, options);
    const std::filesystem::path inbox = inbox_of(source_, env_.config);
    std::error_code failed;
    if (part.find('!') == std::string::npos || std::filesystem::is_regular_file(inbox / part, failed))
      return tabular::open_rows(inbox / part, options);
    TANMIAO_ASSIGN(std::string member, member_bytes(inbox, part));
    return tabular::read_rows(std::move(member), part, options);
  }

  const CrawlEnv& env_;
  const Source& source_;
  CrawlBatch batch_;
  std::set<std::pair<std::string, std::uint32_t>> fed_;
  std::uint64_t empty_ = 0;
};

}  // namespace

Result<SourceReport> feed_rejects(store::Store& store, const store::Night& night, const std::string& source_id,
                                  const std::filesystem::path& mended, const CrawlConfig& config,
                                  const Reference& reference) {
  CrawlConfig one = config;
  one.only = {source_id};
  const std::atomic<bool> stop = false;
  const CrawlEnv env{store, night, one, reference, silent_progress(), stop};
  TANMIAO_ASSIGN(std::vector<Source> sources, chosen_sources(one));
  Source& source = sources.front();
  // The contract is about deliveries; a handful of mended rows is none.
  source.contract = Contract::none();
  TANMIAO_ASSIGN(const bool cut_off, crawl_is_open(store.facts(), night, source.id, kByFeed));
  if (cut_off)
    return Error{Errc::kConflict, "its crawl of tonight was cut off: finish it first, then feed the rows", source.id};
  TANMIAO_ASSIGN(const store::Batch batch, open_batch_by(store.facts(), night, source.id, kByFeed));
  return Feeding(env, source, batch.id).run(mended);
}

}  // namespace tanmiao::crawler
