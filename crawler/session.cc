#include "crawler/session.h"

#include <algorithm>
#include <cmath>

#include "core/hash.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kGroupRecords = 4000;  // a commit of this size takes some tens of milliseconds
constexpr std::uint64_t kFewGone = 5;        // so few may vanish from any source without a question
constexpr std::size_t kRejectsShown = 20;

std::string percent(double share) { return std::to_string(static_cast<int>(std::lround(share * 100))) + "%"; }

}  // namespace

SourceReport report_head(const Source& source) {
  SourceReport report;
  report.id = source.id;
  report.title = source.title;
  report.expected_least = source.least_rows;
  report.expected_most = source.most_rows;
  return report;
}

Session::Session(const Work& work, const Source& source)
    : work_(work),
      source_(source),
      reading_hash_(hash64(source.text_hash + "/" + std::to_string(kReaderVersion) + "/" + work.reference.digest)),
      report_(report_head(source)) {}

Status Session::begin(bool anew) {
  auto& facts = work_.store.facts();
  TANMIAO_ASSIGN(const auto batches, facts.batches(work_.night.id));
  for (const store::Batch& batch : batches) {
    if (anew) break;
    if (batch.stage != store::Stage::kCrawl || batch.source != source_.id) continue;
    if (batch.state != store::BatchState::kPublished && batch.state != store::BatchState::kHeld) continue;
    batch_ = batch;
    finished_ = true;
    report_.why = batch.note;
    const bool held = batch.state == store::BatchState::kHeld;
    const bool changed = batch.counts.fresh + batch.counts.changed + batch.counts.gone > 0;
    return settle(held      ? SourceOutcome::kHeld
                  : changed ? SourceOutcome::kPublished
                            : SourceOutcome::kUnchanged,
                  batch.counts);
  }
  TANMIAO_ASSIGN(batch_, facts.open_batch(work_.night, store::Stage::kCrawl, source_.id));
  TANMIAO_ASSIGN(parts_, facts.parts(source_.id));
  TANMIAO_ASSIGN(frontier_, facts.frontier(batch_.id));
  return {};
}

const store::Part* Session::known_part(const std::string& name) const {
  const auto at = parts_.find(name);
  return at == parts_.end() ? nullptr : &at->second;
}

bool Session::unchanged(const std::string& name, std::uint64_t bytes_hash) const {
  const store::Part* const part = known_part(name);
  return part != nullptr && part->bytes_hash == bytes_hash && part->reading_hash == reading_hash_;
}

Status Session::read(const PageRule& page, const Document& document, bool links_only) {
  links_only_ = links_only;
  const ReadContext context{work_.reference, work_.config.person_key, work_.night.civil_date};
  return read_document(source_, page, document, context, *this);
}

Status Session::record(Record&& record) {
  if (links_only_) return {};
  group_.records.push_back(std::move(record));
  if (group_.records.size() < kGroupRecords) return {};
  return commit();
}

Status Session::reject(store::Reject&& reject) {
  if (links_only_) return {};
  if (report_.first_rejects.size() < kRejectsShown) report_.first_rejects.push_back(reject);
  group_.rejects.push_back(std::move(reject));
  return {};
}

Status Session::link(std::string&& absolute_url, std::string_view role) {
  links_.emplace_back(std::move(absolute_url), role);
  return {};
}

void Session::unknown_word(Field field, std::string_view word) {
  if (!links_only_) ++words_[std::string(field_spec(field).label) + ": " + std::string(word)];
}

Result<WarcWriter*> Session::archive() {
  if (!archive_) {
    TANMIAO_ASSIGN(const auto acknowledged, work_.store.facts().segments(source_.id));
    TANMIAO_ASSIGN(auto opened, WarcWriter::open(work_.store.folder().captures(source_.id), acknowledged,
                                                 work_.config.identity.product));
    archive_ = std::move(opened);
  }
  return &*archive_;
}

Status Session::commit() {
  if (archive_) {
    TANMIAO_TRY(archive_->sync());
    group_.segment = archive_->segment();
    group_.segment_length = archive_->length();
  }
  TANMIAO_TRY(work_.store.facts().commit(batch_.id, group_));
  group_ = {};
  if (archive_) TANMIAO_TRY(archive_->rotate_when_long());
  return {};
}

Status Session::commit_if_large() {
  const bool large = group_.captures.size() >= work_.config.commit_pages || group_.urls.size() >= kGroupRecords ||
                     group_.parts_same.size() >= work_.config.commit_pages;
  return large ? commit() : Status();
}

// Chinese, for the report; empty when the delivery is as the contract says.
std::string Session::breach(const store::BatchCounts& c) const {
  const std::uint64_t seen = c.fresh + c.changed + c.same, known = c.changed + c.same + c.gone;
  if (seen < source_.least_rows)
    return "低于合同下限：" + std::to_string(seen) + " 条，应不少于 " + std::to_string(source_.least_rows) + " 条";
  if (source_.most_rows != 0 && seen > source_.most_rows)
    return "高于合同上限：" + std::to_string(seen) + " 条，应不多于 " + std::to_string(source_.most_rows) + " 条";
  const double rejected = c.read == 0 ? 0 : static_cast<double>(c.rejected) / static_cast<double>(c.read);
  if (rejected > source_.most_rejected)
    return "退回的行占 " + percent(rejected) + "，合同允许 " + percent(source_.most_rejected);
  const double gone = known == 0 ? 0 : static_cast<double>(c.gone) / static_cast<double>(known);
  if (c.gone > kFewGone && gone > source_.most_gone)
    return "消失的记录占 " + percent(gone) + "，合同允许 " + percent(source_.most_gone);
  return {};
}

Status Session::settle(SourceOutcome outcome, const store::BatchCounts& counts) {
  report_.outcome = outcome;
  report_.counts = counts;
  for (const auto& [word, times] : words_) report_.unknown_words.push_back(word + " ×" + std::to_string(times));
  auto& facts = work_.store.facts();
  TANMIAO_ASSIGN(const auto rejects, facts.rejects(source_.id, batch_.id));
  if (report_.first_rejects.empty())
    report_.first_rejects.assign(
        rejects.begin(), rejects.begin() + static_cast<std::ptrdiff_t>(std::min(rejects.size(), kRejectsShown)));
  // Parts that were read in this night: their rows in the file are replaced, those of others stay.
  std::vector<std::string> read;
  for (const store::FrontierUrl& url : frontier_) read.push_back(url.url);
  TANMIAO_ASSIGN(report_.rejects_file, write_rejects_file(work_.store.folder(), source_.id, rejects, read));
  return {};
}

Status Session::finish(bool whole) {
  TANMIAO_TRY(commit());
  auto& facts = work_.store.facts();
  store::Completeness completeness = source_.completeness;
  if (!whole && completeness == store::Completeness::kComplete) completeness = store::Completeness::kByPart;
  TANMIAO_ASSIGN(const store::BatchCounts preview, facts.preview_crawl(batch_.id, completeness));
  if (std::string why = breach(preview); !why.empty()) return hold(std::move(why));
  TANMIAO_ASSIGN(frontier_, facts.frontier(batch_.id));
  TANMIAO_ASSIGN(const store::BatchCounts counts, facts.publish_crawl(batch_.id, completeness));
  const bool changed = counts.fresh + counts.changed + counts.gone > 0;
  return settle(changed ? SourceOutcome::kPublished : SourceOutcome::kUnchanged, counts);
}

Status Session::hold(std::string why) {
  TANMIAO_TRY(commit());
  auto& facts = work_.store.facts();
  TANMIAO_ASSIGN(const store::BatchCounts counts, facts.preview_crawl(batch_.id, store::Completeness::kAppendOnly));
  TANMIAO_ASSIGN(frontier_, facts.frontier(batch_.id));
  TANMIAO_TRY(facts.hold(batch_.id, why));
  report_.why = std::move(why);
  work_.progress.note("crawl", source_.id + "：本次未发布，沿用上次的数据（" + report_.why + "）");
  return settle(SourceOutcome::kHeld, counts);
}

}  // namespace tanmiao::crawler
