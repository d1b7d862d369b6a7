#include "crawler/crawl.h"

#include <algorithm>

#include "core/messages.h"
#include "core/settings.h"
#include "crawler/crawl_sources.h"
#include "crawler/folder_crawl.h"
#include "crawler/http_crawl.h"
#include "crawler/remote_crawl.h"

namespace tanmiao::crawler {

namespace {

bool named_alone(const CrawlEnv& env, const Source& source) {
  const auto& only = env.config.only;
  return std::find(only.begin(), only.end(), source.id) != only.end();
}

// Of the night, whatever process began it.
const store::Batch* crawl_batch_of(const std::vector<store::Batch>& batches, const Source& source) {
  const store::Batch* found = nullptr;
  for (const store::Batch& batch : batches)
    if (batch.stage == store::Stage::kCrawl && batch.source == source.id) found = &batch;
  return found;
}

// The hours in which it may be asked begin later than is waited for, Chinese; empty: they do not. What an earlier
// process began is brought to an end all the same, with what it read.
std::string why_not_now(const Source& source, const std::vector<store::Batch>& batches) {
  if (source.folder || !source.window) return {};
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()) + std::chrono::hours(8);
  const auto opens = source.window->opens_in(now - std::chrono::floor<std::chrono::days>(now));
  if (opens <= kSoonOpen) return {};
  const store::Batch* const batch = crawl_batch_of(batches, source);
  if (batch != nullptr && batch->state == store::BatchState::kOpen) return {};
  return "不在允许抓取的时段（" + source.window->text() + "），未抓取";
}

// A source that an earlier process of this night has brought to its end. Of one that is named by itself only what the
// network gave counts: a folder may hold something new by now, and one that was held may have been mended.
std::optional<SourceReport> ended(const CrawlEnv& env, const Source& source, const std::vector<store::Batch>& batches) {
  const store::Batch* const batch = crawl_batch_of(batches, source);
  if (batch == nullptr) return std::nullopt;
  const bool held = batch->state == store::BatchState::kHeld;
  if (batch->state != store::BatchState::kPublished && !held) return std::nullopt;
  if (!batch->accepted.empty()) return std::nullopt;  // a person wants it read again
  if (named_alone(env, source) && (source.folder || held)) return std::nullopt;
  SourceReport report = blank_report(source);
  report.counts = batch->counts;
  report.breaches = breaches_from_json(batch->breaches);
  report.why = batch->note;
  if (named_alone(env, source)) report.why += (report.why.empty() ? "" : "；") + std::string("本夜已抓完，未再访问");
  const bool changed = batch->counts.fresh + batch->counts.changed + batch->counts.gone > 0;
  report.outcome = held ? SourceOutcome::kHeld : changed ? SourceOutcome::kPublished : SourceOutcome::kUnchanged;
  const auto rejects = env.store.folder().rejects(source.id);
  if (std::filesystem::exists(rejects)) report.rejects_file = rejects.string();
  return report;
}

}  // namespace

std::string why_not_asked(const Source& source, const std::vector<store::SourceApproval>& approvals) {
  if (!source.not_yet.empty()) return "尚不能读取，未抓取：" + source.not_yet;
  const auto found =
      std::find_if(approvals.begin(), approvals.end(), [&](const auto& one) { return one.source == source.id; });
  if (found == approvals.end() || found->state == store::SourceState::kProposed) return "未批准，未抓取";
  if (found->state == store::SourceState::kSuspended) return "已暂停，未抓取";
  if (found->terms_hash != source.text_hash) return "来源说明在批准之后有改动，须重新批准，未抓取";
  return {};
}

Result<std::vector<Source>> chosen_sources(const CrawlConfig& config) {
  std::vector<std::filesystem::path> places = config.more_sources;
  if (!config.sources.empty()) places.insert(places.begin(), config.sources);
  TANMIAO_ASSIGN(std::vector<Source> sources, load_sources(places));
  if (config.only.empty()) return sources;
  std::vector<std::string_view> known;
  known.reserve(sources.size());
  for (const Source& source : sources) known.push_back(source.id);
  for (const std::string& id : config.only)
    if (std::find(known.begin(), known.end(), id) == known.end()) return no_such("source", id, known);
  std::erase_if(sources, [&](const Source& s) {
    return std::find(config.only.begin(), config.only.end(), s.id) == config.only.end();
  });
  return sources;
}

namespace {

void tell_end(const CrawlEnv& env, const SourceReport& report) {
  CrawlEvent event{CrawlEvent::Kind::kSourceEnds};
  event.source = report.id;
  event.title = report.title;
  event.report = &report;
  tell(env.config.observer, event);
}

// Also of one that was not asked tonight: the dates on its server run out all the same.
Status bring_to_end(const CrawlEnv& env, const Source& source, SourceReport& report) {
  TANMIAO_ASSIGN(report.alarms, remote_alarms(env, source));
  tell_end(env, report);
  return {};
}

Result<SourceReport> crawl_inbox(const CrawlEnv& env, const Source& source) {
  CrawlEvent event{CrawlEvent::Kind::kSourceBegins};
  event.source = source.id;
  event.title = source.title;
  tell(env.config.observer, event);
  return crawl_folder(env, source);
}

Result<CrawlReport> crawl_all(CrawlEnv env) {
  const CrawlConfig& config = env.config;
  store::Store& store = env.store;
  const store::Night& night = env.night;
  const std::atomic<bool>& stop = env.stop;
  TANMIAO_ASSIGN(const std::vector<Source> sources, chosen_sources(config));
  CrawlEvent begin{CrawlEvent::Kind::kNightBegins};
  begin.number = night.id;
  begin.day = night.civil_date;
  begin.count = sources.size();
  tell(config.observer, begin);
  TANMIAO_ASSIGN(const auto approvals, store.people().source_approvals());
  TANMIAO_ASSIGN(const std::vector<store::Batch> batches, store.facts().batches(night.id));
  CrawlReport report;
  if (config.reader.program.empty() && !config.reader.reference.empty())
    env.progress.note("crawl", "程序 tanmiao-read 不在旁边：收件夹的文件在本进程内读取，文件损坏可能使本进程中断");
  report.sources.resize(sources.size());
  std::vector<const Source*> remote;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Source& source = sources[i];
    if (stop) return Error{Errc::kCancelled, "asked to stop", source.id};
    const bool local = source.folder && !source.remote;
    const std::string obstacle = local ? std::string() : why_not_asked(source, approvals);
    if (auto before = ended(env, source, batches)) {
      report.sources[i] = std::move(*before);
    } else if (local) {
      TANMIAO_ASSIGN(report.sources[i], crawl_inbox(env, source));
    } else if (const Status secrets = obstacle.empty() ? check_secrets(env, source) : Status(); !secrets) {
      report.sources[i] = blank_report(source);
      report.sources[i].outcome = SourceOutcome::kFailed;
      const auto& [code, message, where] = secrets.error();
      report.sources[i].why = "密钥不可用，未抓取：" + in_chinese(message);
      if (message.find(where) == std::string::npos) report.sources[i].why += "（" + where + "）";
    } else if (const std::string shut = obstacle.empty() ? why_not_now(source, batches) : std::string();
               !shut.empty()) {
      report.sources[i] = blank_report(source);
      report.sources[i].outcome = SourceOutcome::kNotNow;
      report.sources[i].why = shut;
    } else if (obstacle.empty()) {
      remote.push_back(&source);
      places.push_back(i);
    } else {
      report.sources[i] = blank_report(source);
      report.sources[i].outcome = SourceOutcome::kNotApproved;
      report.sources[i].why = obstacle;
    }
    if (!report.sources[i].id.empty()) {
      TANMIAO_TRY(bring_to_end(env, source, report.sources[i]));
    }
  }
  if (!remote.empty() && !config.stop_signs.empty()) {
    TANMIAO_ASSIGN(env.signs, StopSigns::load(config.stop_signs));
  }
  TANMIAO_ASSIGN(std::vector<SourceReport> fetched, crawl_http(env, remote));
  for (std::size_t i = 0; i < fetched.size(); ++i) {
    report.sources[places[i]] = std::move(fetched[i]);
    TANMIAO_TRY(bring_to_end(env, *remote[i], report.sources[places[i]]));
  }
  report.any_held = std::any_of(report.sources.begin(), report.sources.end(), [](const SourceReport& s) {
    return s.stopped || s.outcome == SourceOutcome::kHeld || s.outcome == SourceOutcome::kFailed;
  });
  return report;
}

}  // namespace

Result<CrawlReport> crawl(store::Store& store, const store::Night& night, const CrawlConfig& config,
                          const Reference& reference, Progress& progress, const std::atomic<bool>& stop) {
  Result<CrawlReport> report = crawl_all({store, night, config, reference, progress, stop});
  const std::string error = report ? std::string() : in_chinese(report.error());
  CrawlEvent end{CrawlEvent::Kind::kEnds};
  end.why = error;
  tell(config.observer, end);
  return report;
}

}  // namespace tanmiao::crawler
