#include "crawler/crawl_batch.h"

#include <algorithm>

#include "core/hash.h"
#include "crawler/contract.h"
#include "crawler/rejects_file.h"

namespace tanmiao::crawler {

namespace {
constexpr std::size_t kShownRejects = 20, kShownWords = 50;
}

std::uint64_t reading_hash(const Source& source, const CrawlConfig& config, const Reference& reference) {
  std::string text = source.text_hash + '\n' + std::to_string(kReaderVersion) + '\n' +
                     hash_hex("person key " + config.person_key, 32) + '\n';
  for (const StatusWord& word : reference.status_words)
    text += word.raw + '=' + std::string(status_word(word.status)) + '\n';
  for (const LegalEventWord& word : reference.legal_events)
    text += word.match + '=' + std::string(patent_event_word(word.event)) + '\n';
  for (const std::string& word : reference.org_type_words) text += word + '\n';
  return hash64(text);
}

SourceReport blank_report(const Source& source) {
  SourceReport report;
  report.id = source.id;
  report.title = source.title;
  report.expected_least = source.least_rows;
  report.expected_most = source.most_rows;
  return report;
}

Status PageReading::record(Record&& record) {
  records.push_back(std::move(record));
  return {};
}
Status PageReading::reject(store::Reject&& reject) {
  rejects.push_back(std::move(reject));
  return {};
}
Status PageReading::link(std::string&& url, std::string_view role) {
  links.emplace_back(std::move(url), role);
  return {};
}

CrawlBatch::CrawlBatch(const CrawlEnv& env, const Source& source, store::BatchId id)
    : report(blank_report(source)), env_(env), source_(source), id_(id) {}

void CrawlBatch::add(PageReading&& page) {
  std::move(page.records.begin(), page.records.end(), std::back_inserter(group.records));
  std::move(page.rejects.begin(), page.rejects.end(), std::back_inserter(group.rejects));
  group.rows_read += page.rows;
  add_words(page.words);
  for (const auto& [charsets, count] : page.charsets) charsets_[charsets] += count;
}

void CrawlBatch::add_words(const std::map<std::pair<Field, std::string>, std::uint64_t>& words) {
  for (const auto& [word, count] : words) words_[word] += count;
}

bool CrawlBatch::full() const {
  return group.captures.size() >= env_.config.commit_pages || group.records.size() >= kGroupRecords ||
         group.urls.size() >= kGroupRecords;
}

Status CrawlBatch::commit() {
  if (warc) {
    TANMIAO_TRY(warc->sync());
    group.segment = warc->segment();
    group.segment_length = warc->length();
  }
  TANMIAO_TRY(env_.store.facts().commit(id_, group));
  group = {};
  return warc ? warc->rotate_when_long() : Status();
}

Status CrawlBatch::flush() {
  TANMIAO_TRY(commit());
  if (env_.stop) return Error{Errc::kCancelled, "asked to stop", source_.id};
  return {};
}

// Also of a held batch: what is wrong with its rows is what a person wants to see.
Status CrawlBatch::write_rejects(bool held) {
  TANMIAO_ASSIGN(std::vector<store::Reject> rejects, env_.store.facts().rejects(source_.id, id_));
  const auto path = env_.store.folder().rejects(source_.id);
  TANMIAO_ASSIGN(const bool any,
                 fed ? replace_in_rejects_file(path, *fed, rejects) : update_rejects_file(path, reread, rejects, held));
  if (any) report.rejects_file = path.string();
  rejects.resize(std::min(rejects.size(), kShownRejects));
  report.first_rejects = std::move(rejects);
  return {};
}

Result<SourceReport> CrawlBatch::finish(std::string trouble, store::Completeness completeness) {
  TANMIAO_TRY(flush());
  TANMIAO_ASSIGN(report.counts, env_.store.facts().preview_crawl(id_, completeness));
  report.failed_urls = failed_urls;
  for (const auto& [word, count] : words_)
    if (report.unknown_words.size() < kShownWords)
      report.unknown_words.push_back(std::string(field_spec(word.first).label) + ": " + word.second + " ×" +
                                     std::to_string(count));
  if (trouble.empty()) {
    std::uint64_t known = 0;
    if (report.counts.gone > 0) {
      TANMIAO_ASSIGN(const auto totals, env_.store.facts().totals());
      if (const auto found = totals.find(source_.id); found != totals.end()) known = found->second.records;
    }
    trouble = contract_breach(source_, report.counts, known);
  }
  TANMIAO_TRY(write_rejects(!trouble.empty()));
  if (!trouble.empty()) {
    report.why = trouble;
    report.outcome = SourceOutcome::kHeld;
    TANMIAO_TRY(env_.store.facts().hold(id_, trouble));
    env_.progress.note("crawl", source_.id + "：" + trouble + "，本次未发布，沿用已有数据");
    return report;
  }
  for (const auto& [charsets, count] : charsets_)
    report.why += (report.why.empty() ? "" : "；") + std::to_string(count) + " 个页面自称 " + charsets.first +
                  "，实为 " + charsets.second + "，已按后者读取";
  TANMIAO_ASSIGN(report.counts, env_.store.facts().publish_crawl(id_, completeness));
  const auto& c = report.counts;
  report.outcome = c.fresh + c.changed + c.gone == 0 ? SourceOutcome::kUnchanged : SourceOutcome::kPublished;
  return report;
}

}  // namespace tanmiao::crawler
