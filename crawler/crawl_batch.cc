#include "crawler/crawl_batch.h"

#include <algorithm>

#include "core/hash.h"
#include "crawler/accept.h"
#include "crawler/rejects_file.h"

namespace tanmiao::crawler {

namespace {
constexpr std::size_t kShownRejects = 20;
constexpr std::size_t kIdsAtOnce = 1000;
constexpr std::size_t kToldRejects = 20;  // of one document, to those who watch

void append(std::string& why, const std::string& more) { why += (why.empty() ? "" : "；") + more; }
}  // namespace

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
  report.expected_least = source.contract.least_rows;
  report.expected_most = source.contract.most_rows;
  report.silent_days = source.contract.silent_days;
  report.rejects_can_be_fed = std::any_of(source.pages.begin(), source.pages.end(), [](const PageRule& page) {
    return page.reader == "csv" || page.reader == "xlsx";
  });
  return report;
}

Status PageReading::record(Record&& record) {
  tally.record(record);
  records.push_back(std::move(record));
  return {};
}
Status PageReading::reject(store::Reject&& reject) {
  rejects.push_back(std::move(reject));
  return {};
}
Status PageReading::link(std::string&& url, std::string_view role) {
  FoundLink link;
  link.address = std::move(url);
  link.role = role;
  return found(std::move(link));
}
Status PageReading::found(FoundLink&& link) {
  if (link.fault.empty()) tally.link(link.role);
  links.push_back(std::move(link));
  return {};
}

CrawlBatch::CrawlBatch(const CrawlEnv& env, const Source& source, store::BatchId id)
    : report(blank_report(source)), env_(env), source_(source), id_(id) {}

void CrawlBatch::tell_rejects(const std::vector<store::Reject>& rejects) const {
  if (env_.config.observer == nullptr) return;
  for (std::size_t i = 0; i < std::min(rejects.size(), kToldRejects); ++i) {
    CrawlEvent event{CrawlEvent::Kind::kReject};
    event.source = source_.id;
    event.address = rejects[i].part;
    event.number = rejects[i].line;
    event.title = rejects[i].field;
    event.why = rejects[i].expected;
    env_.config.observer->on(event);
  }
}

void CrawlBatch::add(PageReading&& page) {
  tell_rejects(page.rejects);
  std::move(page.records.begin(), page.records.end(), std::back_inserter(group.records));
  std::move(page.rejects.begin(), page.rejects.end(), std::back_inserter(group.rejects));
  group.rows_read += page.rows;
  page.tally.add_to(group.tallies);
  for (const auto& [charsets, count] : page.charsets) charsets_[charsets] += count;
}

store::UrlId CrawlBatch::next_url_id() {
  if (next_id_ == end_id_) {
    const auto first = env_.store.facts().next_url_ids(kIdsAtOnce);
    if (!first) {
      ids_ = first.error();
      return 0;
    }
    next_id_ = *first;
    end_id_ = next_id_ + kIdsAtOnce;
  }
  return next_id_++;
}

bool CrawlBatch::full() const {
  return group.captures.size() >= env_.config.commit_pages || group.records.size() >= kGroupRecords ||
         group.urls.size() >= kGroupUrls;
}

Status CrawlBatch::commit() {
  TANMIAO_TRY(ids_);
  if (warc) {
    TANMIAO_TRY(warc->sync());
    group.segment = warc->segment();
    group.segment_length = warc->length();
  }
  group.asked_day = env_.night.today();
  TANMIAO_TRY(env_.store.facts().commit(id_, group));
  group = {};
  if (warc) warc->rotate_when_long();
  return {};
}

Result<GroupUnderWay> CrawlBatch::take_group() {
  TANMIAO_TRY(ids_);
  GroupUnderWay taken(env_.store.facts(), id_);
  if (warc) {
    taken.archived_ = warc->cut();
    group.segment = taken.archived_->segment();
    group.segment_length = taken.archived_->length();
  }
  group.asked_day = env_.night.today();
  taken.group_ = std::exchange(group, {});
  return taken;
}

Status GroupUnderWay::write() {
  if (archived_) TANMIAO_TRY(archived_->sync());
  TANMIAO_TRY(facts_->commit(id_, group_));
  if (archived_) archived_->committed();
  return {};
}

Status CrawlBatch::flush() {
  TANMIAO_TRY(commit());
  if (env_.stop) return Error{Errc::kCancelled, "asked to stop", source_.id};
  return env_.room();
}

// Also of a held batch: what is wrong with its rows is what a person wants to see.
Status CrawlBatch::write_rejects(bool held) {
  TANMIAO_ASSIGN(std::vector<store::Reject> rejects, env_.store.facts().rejects(source_.id, id_));
  const auto path = env_.store.folder().rejects(source_.id);
  TANMIAO_ASSIGN(const bool any,
                 fed ? replace_in_rejects_file(path, *fed, rejects) : update_rejects_file(path, names, rejects, held));
  if (any) report.rejects_file = path.string();
  rejects.resize(std::min(rejects.size(), kShownRejects));
  report.first_rejects = std::move(rejects);
  return {};
}

Result<Delivery> CrawlBatch::delivery(store::Completeness completeness) {
  store::Facts& facts = env_.store.facts();
  Delivery out;
  out.completeness = completeness;
  out.night = env_.night.civil_date;
  out.broken_off = broken_off;
  TANMIAO_ASSIGN(out.counts, facts.preview_crawl(id_, {completeness, source_.contract.misses}));
  if (needs_known(source_, out)) {
    TANMIAO_ASSIGN(out.known, facts.live_records(source_.id));
  }
  TANMIAO_ASSIGN(out.read, facts.tallies(id_));
  TANMIAO_ASSIGN(out.good, facts.good_tallies(source_.id));
  out.whole = whole;
  TANMIAO_ASSIGN(out.met, facts.parts_met(id_, lists_of(source_, out.read, out.good)));
  return out;
}

void CrawlBatch::tell(const Delivery& delivery) {
  report.counts = delivery.counts;
  report.failed_urls = failed_urls;
  report.unknown_words = unknown_words(delivery.read);
  report.unmapped = unmapped_fields(delivery.read, delivery.good);
  report.first_delivery = delivery.good.empty();
  report.no_records_yet = delivery.counts.parts > 0 && delivery.rows() == 0 && delivery.counts.rejected == 0 &&
                          std::all_of(delivery.good.begin(), delivery.good.end(), [](const auto& scope) {
                            return tally_count(scope.second, tally::kRecords) == 0;
                          });
  if (fed) return;
  const Band band = band_of(source_, delivery);
  report.expected_least = band.least;
  report.expected_most = band.most;
}

Result<std::vector<Breach>> CrawlBatch::unanswered(const std::vector<Breach>& breaches) {
  TANMIAO_ASSIGN(const auto held, env_.store.facts().held_batches(source_.id));
  for (auto batch = held.rbegin(); batch != held.rend(); ++batch) {
    if (batch->accepted.empty()) continue;
    std::vector<Breach> left = not_accepted(breaches, breaches_from_json(batch->breaches));
    if (left.empty()) report.accepted = acceptance_from_json(batch->accepted);
    return left;
  }
  return breaches;
}

Result<SourceReport> CrawlBatch::hold(const std::string& why) {
  report.why = why;
  report.outcome = SourceOutcome::kHeld;
  if (report.breaches.empty()) report.counts.gone = report.counts.missing = 0;  // not read to its end: nobody knows
  TANMIAO_TRY(env_.store.facts().hold(id_, why, report.breaches.empty() ? "" : breaches_json(report.breaches)));
  env_.progress.note("crawl", source_.id + "：" + why + "，本次未发布，沿用已有数据");
  return report;
}

Result<SourceReport> CrawlBatch::finish(std::string trouble, store::Completeness completeness) {
  TANMIAO_TRY(flush());
  TANMIAO_ASSIGN(const Delivery delivery, this->delivery(completeness));
  tell(delivery);
  if (trouble.empty()) {
    report.breaches = breaches_of(source_, delivery);
    // What was published already, or accepted, and comes out the same was judged then.
    if (reread && !delivery.changes()) report.breaches.clear();
    if (!report.breaches.empty()) {
      TANMIAO_ASSIGN(const auto left, unanswered(report.breaches));
      if (!left.empty()) trouble = in_words(report.breaches);
    }
  }
  TANMIAO_TRY(write_rejects(!trouble.empty()));
  if (!trouble.empty()) return hold(trouble);
  if (report.accepted) append(report.why, accepted_in_words(*report.accepted, report.breaches));
  for (const auto& [charsets, count] : charsets_)
    append(report.why,
           std::to_string(count) + " 个页面自称 " + charsets.first + "，实为 " + charsets.second + "，已按后者读取");
  TANMIAO_ASSIGN(report.counts, env_.store.facts().publish_crawl(id_, {completeness, source_.contract.misses},
                                                                 good_after(source_, delivery)));
  const auto& c = report.counts;
  if (c.missing > 0)
    append(report.why, std::to_string(c.missing) + " 条记录本次未见，连续 " + std::to_string(source_.contract.misses) +
                           " 次未见才算消失，仍保留");
  if (report.no_records_yet)
    append(report.why, "读到 " + std::to_string(c.parts) + " 个" + (source_.folder ? "文件" : "网页") +
                           "，没有一条记录：来源说明的 rows、link 可能与之不符");
  report.outcome = c.fresh + c.changed + c.gone == 0 ? SourceOutcome::kUnchanged : SourceOutcome::kPublished;
  return report;
}

}  // namespace tanmiao::crawler
