// Captures are read again into records: after a mended source description or reader, without network.
#include "crawler/replay.h"

#include <algorithm>

#include "core/hash.h"
#include "crawler/crawl_sources.h"
#include "crawler/fetcher.h"
#include "crawler/folder_crawl.h"
#include "crawler/page_document.h"
#include "crawler/warc_read.h"

namespace tanmiao::crawler {
namespace {

constexpr std::uint64_t kMostBody = std::uint64_t{512} << 20;

// What a completed crawl found gone stays gone, though an old page still shows it.
Status drop_tombstoned(store::Facts& facts, std::vector<Record>& records) {
  std::vector<Record> kept;
  for (Record& record : records) {
    TANMIAO_ASSIGN(const auto history, facts.history(record.source, record.kind, record.key));
    if (history.empty() || !history.back().tombstone) kept.push_back(std::move(record));
  }
  records = std::move(kept);
  return {};
}

Status replay_capture(const CrawlEnv& env, CrawlBatch& batch, const store::Capture& capture, const store::Part& part) {
  TANMIAO_ASSIGN(const WarcResponse response,
                 read_warc(env.store.folder().captures(batch.source().id) / capture.segment, capture.offset));
  return reread_page(env, batch, response, capture, part);
}

std::string owner_note(store::BatchId batch) { return std::string(store::kBatchNote) + std::to_string(batch); }

}  // namespace

Result<std::string> opened_by(store::Facts& facts, store::BatchId batch) { return facts.note(owner_note(batch)); }

Result<store::Batch> open_batch_by(store::Facts& facts, const store::Night& night, const std::string& source,
                                   std::string_view by) {
  TANMIAO_ASSIGN(store::Batch batch, facts.open_batch(night, store::Stage::kCrawl, source));
  TANMIAO_ASSIGN(const std::string before, opened_by(facts, batch.id));
  if (before != by) TANMIAO_TRY(facts.set_note(owner_note(batch.id), by));
  return batch;
}

Result<bool> crawl_is_open(store::Facts& facts, const store::Night& night, const std::string& source,
                           std::string_view by) {
  TANMIAO_ASSIGN(const auto batches, facts.batches(night.id));
  for (const store::Batch& batch : batches) {
    if (batch.stage != store::Stage::kCrawl || batch.source != source || batch.state != store::BatchState::kOpen)
      continue;
    TANMIAO_ASSIGN(const std::string owner, opened_by(facts, batch.id));
    if (owner != by) return true;
  }
  return false;
}

// What is published now would hide that a delivery was held, which a person could not accept any more; and of a crawl
// that was cut off, what it read so far would be taken for all it found.
Result<std::optional<SourceReport>> why_not_reread(store::Facts& facts, const store::Night& night,
                                                   const Source& source) {
  SourceReport report = blank_report(source);
  report.outcome = SourceOutcome::kUnchanged;
  TANMIAO_ASSIGN(const auto held, facts.held_batches(source.id));
  TANMIAO_ASSIGN(const bool cut_off, crawl_is_open(facts, night, source.id, kByReplay));
  if (!held.empty()) report.why = "最近一次交付未发布：先改正或接受（crawl --accept），再重读";
  if (cut_off) report.why = "本夜中断的抓取尚未抓完：先抓完（tanmiao run 或 crawl），再重读";
  if (report.why.empty()) return std::optional<SourceReport>();
  return std::optional(std::move(report));
}

Status reread_page(const CrawlEnv& env, CrawlBatch& batch, const WarcResponse& response, const store::Capture& capture,
                   store::Part part) {
  const Source& source = batch.source();
  const PageRule* const page = source.page(response.role);
  if (page == nullptr) return {};  // the description no longer reads pages of this role
  std::string body;
  if (!decoded_body(response.head, response.body, kMostBody, body))
    return Error{Errc::kCorrupt, "the archived body cannot be unpacked", capture.url};
  Document document;
  document.part = capture.url;
  document.bytes = body;
  document.charset = charset_of(response.head);
  document.capture = capture.id;
  PageReading reading;
  reading.tally = PageTally(source, *page, capture.url, env.night.civil_date);
  ReadMembers members;
  if (const Status done = read_page_document(env, source, *page, document, reading, members); !done) {
    ++batch.failed_urls;
    return {};
  }
  if (source.completeness == store::Completeness::kComplete)
    TANMIAO_TRY(drop_tombstoned(env.store.facts(), reading.records));
  part.reading_hash = reading_hash(source, env.config, env.reference);
  part.capture = capture.id;
  for (auto& [name, hash] : members) {
    batch.names.insert(name);
    batch.group.parts.push_back({std::move(name), hash, part.reading_hash, "", ""});
  }
  batch.group.parts.push_back(std::move(part));
  batch.names.insert(capture.url);
  batch.add(std::move(reading));
  return batch.full() || batch.group.parts.size() >= env.config.commit_pages ? batch.flush() : Status();
}

std::map<std::string, store::Capture> replayable_captures(const std::vector<store::Capture>& captures,
                                                          const std::map<std::string, store::Part>& parts) {
  std::map<std::string, store::Capture> found;
  for (const store::Capture& capture : captures) {
    const auto part = parts.find(capture.url);
    if (capture.status != 200 || capture.segment.empty() || part == parts.end()) continue;
    if (capture.bytes_hash == part->second.bytes_hash) found[capture.url] = capture;
  }
  return found;
}

Result<SourceReport> replay(store::Store& store, const store::Night& night, const std::string& source_id,
                            std::optional<Instant> since, const CrawlConfig& config, const Reference& reference) {
  CrawlConfig one = config;
  one.only = {source_id};
  const std::atomic<bool> stop = false;
  const CrawlEnv env{store, night, one, reference, silent_progress(), stop};
  TANMIAO_ASSIGN(const std::vector<Source> sources, chosen_sources(one));
  const Source& source = sources.front();
  if (source.folder) return crawl_folder(env, source, true);
  TANMIAO_ASSIGN(const auto refused, why_not_reread(store.facts(), night, source));
  if (refused) return *refused;
  TANMIAO_ASSIGN(const store::Batch opened, open_batch_by(store.facts(), night, source.id, kByReplay));
  TANMIAO_ASSIGN(const auto captures, store.facts().captures(source.id, since));
  TANMIAO_ASSIGN(const auto parts, store.facts().parts(source.id));
  CrawlBatch batch(env, source, opened.id);
  batch.reread = true;
  for (const auto& [url, capture] : replayable_captures(captures, parts))
    TANMIAO_TRY(replay_capture(env, batch, capture, parts.at(url)));
  // Pages that are not read again keep their records, however complete the source is.
  const auto completeness = source.completeness == store::Completeness::kAppendOnly ? store::Completeness::kAppendOnly
                                                                                    : store::Completeness::kByPart;
  return batch.finish({}, completeness);
}

}  // namespace tanmiao::crawler
