// What is read a second time, without network: captures through the readers of today, rejected rows that were mended.
#include <algorithm>
#include <map>

#include "core/hash.h"
#include "crawler/fetcher.h"
#include "crawler/session.h"
#include "tabular/csv_writer.h"
#include "tabular/header.h"
#include "tabular/reader.h"

namespace tanmiao::crawler {
namespace {

Result<Source> find_source(const CrawlConfig& config, const std::string& id) {
  std::vector<std::filesystem::path> places = config.more_sources;
  if (!config.sources.empty()) places.insert(places.begin(), config.sources);
  TANMIAO_ASSIGN(const auto sources, load_sources(places));
  const auto at = std::find_if(sources.begin(), sources.end(), [&](const Source& s) { return s.id == id; });
  if (at == sources.end()) return Error{Errc::kNotFound, "no source has the id '" + id + "'", ""};
  return *at;
}

// Publishes without asking the contract about absence: nothing vanishes because it was not fed again.
Source additive(Source source) {
  source.completeness = store::Completeness::kAppendOnly;
  source.least_rows = 0;
  source.most_rows = 0;
  source.most_rejected = 1;
  return source;
}

Status replay_capture(const Work& work, Session& session, const store::Capture& capture) {
  const auto file = work.store.folder().captures(session.source().id) / capture.segment;
  TANMIAO_ASSIGN(const WarcResponse response, read_warc(file, capture.offset));
  const PageRule* const page = session.source().page(response.role);
  std::string body;
  if (page == nullptr || !decoded_body(response.head, response.body, 256u << 20, body)) return {};
  Document document;
  document.part = capture.url;
  document.bytes = body;
  document.charset = charset_of(response.head);
  document.capture = capture.id;
  TANMIAO_TRY(session.read(*page, document));
  session.take_links();
  store::Part part;
  if (const store::Part* const known = session.known_part(capture.url)) part = *known;
  part.name = capture.url;
  part.bytes_hash = hash64(body);
  part.reading_hash = session.reading_hash();
  session.part_read(std::move(part));
  return session.commit_if_large();
}

// Rows of one part under the header of the file they came from, with the lines they had there.
class Relined final : public ReadingSink {
 public:
  Relined(Session& session, const std::vector<store::Reject>& rows) : session_(session), rows_(rows) {}
  Status record(Record&& record) override {
    record.origin.line = line_of(record.origin.line);
    ++taken;
    return session_.record(std::move(record));
  }
  Status reject(store::Reject&& reject) override {
    reject.line = line_of(reject.line);
    return session_.reject(std::move(reject));
  }
  Status link(std::string&&, std::string_view) override { return {}; }
  void row() override { session_.row(); }
  void unknown_word(Field field, std::string_view word) override { session_.unknown_word(field, word); }
  std::uint64_t taken = 0;

 private:
  // The header is line 1, so row n of the list is line n + 2 where no row holds a line break.
  std::uint32_t line_of(std::uint32_t line) const {
    return line >= 2 && line - 2 < rows_.size() ? rows_[line - 2].line : line;
  }
  Session& session_;
  const std::vector<store::Reject>& rows_;
};

std::vector<tabular::WantedColumn> headings_of(const PageRule& page) {
  std::vector<tabular::WantedColumn> wanted;
  for (const auto& [field, joined] : page.columns) {
    tabular::WantedColumn column{std::string(field_spec(field).name), {}, false};
    for (std::size_t from = 0; from <= joined.size();) {
      const std::size_t bar = std::min(joined.find('|', from), joined.size());
      column.headings.push_back(joined.substr(from, bar - from));
      from = bar + 1;
    }
    wanted.push_back(std::move(column));
  }
  return wanted;
}

Status feed_part(const Work& work, Session& session, const std::string& part, const std::vector<store::Reject>& rows) {
  const Source& source = session.source();
  const auto inbox = source.inbox.is_absolute() ? source.inbox : work.config.base / source.inbox;
  const auto file = (inbox / part).lexically_normal();
  if (!source.folder || file.lexically_relative(inbox).generic_string().starts_with(".."))
    return Error{Errc::kRefused, "rows of this source are mended at their origin and crawled again", part};
  const PageRule* const found = source.page_for_file(file.filename().string());
  if (found == nullptr) return Error{Errc::kNotFound, "no description of the source reads this file", part};
  TANMIAO_ASSIGN(const auto original, tabular::open_rows(file));
  TANMIAO_ASSIGN(const tabular::Header header, tabular::read_header(*original, headings_of(*found)));
  std::string text;
  tabular::append_csv_row(text, {header.headings.begin(), header.headings.end()});
  for (const store::Reject& row : rows) text += row.row + "\r\n";
  PageRule page = *found;
  page.reader = "csv";
  page.charset = "utf-8";
  page.separator = ',';
  Document document;
  document.part = part;
  document.bytes = text;
  Relined sink(session, rows);
  const ReadContext context{work.reference, work.config.person_key, work.night.civil_date};
  return read_document(source, page, document, context, sink);
}

}  // namespace

Result<SourceReport> replay(store::Store& store, const store::Night& night, const std::string& source_id,
                            std::optional<Instant> since, const CrawlConfig& config, const Reference& reference) {
  const std::atomic<bool> stop{false};
  const Work work{store, night, config, reference, silent_progress(), stop};
  TANMIAO_ASSIGN(const Source described, find_source(config, source_id));
  if (described.folder)
    return Error{Errc::kUsage, "files of a folder are read again by the next run when their description changes",
                 described.file};
  Source source = additive(described);
  Session session(work, source);
  TANMIAO_TRY(session.begin(true));
  TANMIAO_ASSIGN(const auto captures, store.facts().captures(source_id, since));
  std::map<std::string, store::Capture> newest;  // by address
  for (const auto& capture : captures)
    if (capture.status == 200 && !capture.segment.empty()) newest.insert_or_assign(capture.url, capture);
  for (const auto& [url, capture] : newest) TANMIAO_TRY(replay_capture(work, session, capture));
  TANMIAO_TRY(session.finish(false));
  return session.report();
}

Result<SourceReport> feed_rejects(store::Store& store, const store::Night& night, const std::string& source_id,
                                  const std::filesystem::path& mended, const CrawlConfig& config,
                                  const Reference& reference) {
  const std::atomic<bool> stop{false};
  const Work work{store, night, config, reference, silent_progress(), stop};
  TANMIAO_ASSIGN(const Source described, find_source(config, source_id));
  TANMIAO_ASSIGN(const auto rows, read_rejects_file(mended, source_id));
  std::map<std::string, std::vector<store::Reject>> by_part;
  for (const auto& row : rows) {
    auto& of_part = by_part[row.part];
    if (of_part.empty() || of_part.back().line != row.line) of_part.push_back(row);
  }
  Source source = additive(described);
  Session session(work, source);
  TANMIAO_TRY(session.begin(true));
  for (const auto& [part, of_part] : by_part) TANMIAO_TRY(feed_part(work, session, part, of_part));
  TANMIAO_TRY(session.finish(false));
  return session.report();
}

}  // namespace tanmiao::crawler
