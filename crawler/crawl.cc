#include "crawler/crawl.h"

#include <algorithm>

#include "core/messages.h"
#include "core/settings.h"
#include "crawler/crawl_sources.h"
#include "crawler/folder_crawl.h"
#include "crawler/http_crawl.h"
#include "crawler/lost_parts.h"
#include "crawler/remote_crawl.h"
#include "crawler/replay.h"

namespace tanmiao::crawler {

namespace {

bool named_alone(const CrawlEnv& env, const Source& source) {
  const auto& only = env.config.only;
  return std::find(only.begin(), only.end(), source.id) != only.end();
}

// Of the night, whatever process began it; rows that a person mended are no crawl.
Result<const store::Batch*> crawl_batch_of(store::Facts& facts, const std::vector<store::Batch>& batches,
                                           const Source& source) {
  const store::Batch* found = nullptr;
  for (const store::Batch& batch : batches) {
    if (batch.stage != store::Stage::kCrawl || batch.source != source.id) continue;
    TANMIAO_ASSIGN(const std::string by, opened_by(facts, batch.id));
    if (by != kByFeed || batch.state == store::BatchState::kOpen) found = &batch;
  }
  return found;
}

// The hours in which it may be asked begin later than is waited for, Chinese; empty: they do not.
std::string shut_now(const Source& source) {
  if (!source.window) return {};
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()) + std::chrono::hours(8);
  const auto opens = source.window->opens_in(now - std::chrono::floor<std::chrono::days>(now));
  return opens <= kSoonOpen ? std::string() : "不在允许抓取的时段（" + source.window->text() + "），未抓取";
}

// What it may be asked of a day is used up, Chinese; empty: it is not.
Result<std::string> used_up(const CrawlEnv& env, const Source& source) {
  TANMIAO_ASSIGN(const store::Asked asked, env.store.facts().asked(source.id, env.night.today()));
  std::string why;
  if (asked.requests >= source.most_requests)
    why = "今天的请求数上限已用完（most_requests = " + std::to_string(source.most_requests) + "），未抓取";
  else if (asked.bytes >= source.most_bytes)
    why = "今天的流量上限已用完（most_bytes），未抓取";
  if (why.empty()) return why;
  TANMIAO_ASSIGN(const auto held, env.store.facts().held_batches(source.id));
  if (std::any_of(held.begin(), held.end(), [](const store::Batch& batch) { return !batch.accepted.empty(); }))
    why += "；已接受的变化明天抓取后发布";
  return why;
}

// Why nothing is asked of it by this process, Chinese; empty: it may be. What an earlier process began is brought to an
// end all the same, with what it read.
Result<std::string> why_not_now(const CrawlEnv& env, const Source& source, const std::vector<store::Batch>& batches) {
  if (source.folder) return std::string();
  TANMIAO_ASSIGN(const store::Batch* const batch, crawl_batch_of(env.store.facts(), batches, source));
  if (batch != nullptr && batch->state == store::BatchState::kOpen) return std::string();
  std::string shut = shut_now(source);
  return shut.empty() ? used_up(env, source) : Result<std::string>(std::move(shut));
}

// A source that an earlier process of this night has brought to its end. Of one that is named by itself only what the
// network gave counts: a folder may hold something new by now, and one that was held may have been mended.
Result<std::optional<SourceReport>> ended(const CrawlEnv& env, const Source& source,
                                          const std::vector<store::Batch>& batches) {
  const std::optional<SourceReport> not_yet;
  TANMIAO_ASSIGN(const store::Batch* const batch, crawl_batch_of(env.store.facts(), batches, source));
  if (batch == nullptr) return not_yet;
  const bool held = batch->state == store::BatchState::kHeld;
  if (batch->state != store::BatchState::kPublished && !held) return not_yet;
  if (!batch->accepted.empty()) return not_yet;  // a person wants it read again
  // Nothing was made of what it gave: its description was mended since, or nothing is lost.
  const bool fruitless = batch->counts.read + batch->counts.same + batch->counts.parts_same == 0;
  if (named_alone(env, source) && (source.folder || held || fruitless)) return not_yet;
  SourceReport report = blank_report(source);
  report.counts = batch->counts;
  report.breaches = breaches_from_json(batch->breaches);
  report.why = batch->note;
  if (named_alone(env, source)) report.why += (report.why.empty() ? "" : "；") + std::string("本夜已抓完，未再访问");
  const bool changed = batch->counts.fresh + batch->counts.changed + batch->counts.gone > 0;
  report.outcome = held ? SourceOutcome::kHeld : changed ? SourceOutcome::kPublished : SourceOutcome::kUnchanged;
  const auto rejects = env.store.folder().rejects(source.id);
  if (std::filesystem::exists(rejects)) report.rejects_file = rejects.string();
  if (source.folder) {
    TANMIAO_TRY(tell_lost_files(env.store.facts(), env.night.civil_date, report));
  } else {
    LostParts lost(env.store.facts(), source.id, env.night.civil_date);
    TANMIAO_TRY(lost.open());
    lost.tell(report);
  }
  return std::optional(std::move(report));
}

}  // namespace

DiskFloor disk_floor_of(const store::DataFolder& folder, const CrawlConfig& config) {
  return {{folder.root(), folder.captures("")}, config.least_free, config.free_bytes};
}

std::string why_not_asked(const Source& source, const std::vector<store::SourceApproval>& approvals) {
  if (!source.not_yet.empty()) return "尚不能读取，未抓取：" + source.not_yet;
  const auto found =
      std::find_if(approvals.begin(), approvals.end(), [&](const auto& one) { return one.source == source.id; });
  if (found == approvals.end() || found->state == store::SourceState::kProposed) return "未批准，未抓取";
  if (found->state == store::SourceState::kSuspended) return "已暂停，未抓取";
  if (found->terms_hash != source.text_hash) return "来源说明在批准之后有改动，须重新批准，未抓取";
  return {};
}

Result<SourceFiles> chosen_files(const CrawlConfig& config) {
  TANMIAO_ASSIGN(SourceFiles all, load_source_files(config));
  if (config.only.empty()) return all;
  std::vector<std::string_view> known;
  known.reserve(all.sources.size() + all.bad.size());
  for (const Source& source : all.sources) known.push_back(source.id);
  for (const BadSource& bad : all.bad) known.push_back(bad.id);
  for (const std::string& id : config.only)
    if (std::find(known.begin(), known.end(), id) == known.end()) return no_such("source", id, known);
  const auto not_chosen = [&](const auto& one) {
    return std::find(config.only.begin(), config.only.end(), one.id) == config.only.end();
  };
  std::erase_if(all.sources, not_chosen);
  std::erase_if(all.bad, not_chosen);
  return all;
}

Result<std::vector<Source>> chosen_sources(const CrawlConfig& config) {
  TANMIAO_ASSIGN(SourceFiles chosen, chosen_files(config));
  if (!config.only.empty() && !chosen.bad.empty()) return as_error(chosen.bad.front());
  return std::move(chosen.sources);
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

// Its source file is wrong: nothing is read, and what it gave before stays.
SourceReport report_of(const BadSource& bad) {
  constexpr std::size_t kShown = 20;
  SourceReport report;
  report.id = bad.id;
  report.outcome = SourceOutcome::kFailed;
  for (std::size_t i = 0; i < std::min(bad.faults.size(), kShown); ++i)
    report.file_faults.push_back(fault_in_chinese(bad.faults[i], false));
  report.why = "来源说明有错，未读取，此前数据照旧：" + report.file_faults.front();
  if (bad.faults.size() > 1) report.why += "（共 " + std::to_string(bad.faults.size()) + " 处）";
  return report;
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
  const store::DataFolder& folder = store.folder();
  env.disk = std::make_shared<const DiskFloor>(disk_floor_of(folder, config));
  TANMIAO_TRY(env.room());
  TANMIAO_ASSIGN(const SourceFiles chosen, chosen_files(config));
  const std::vector<Source>& sources = chosen.sources;
  CrawlEvent begin{CrawlEvent::Kind::kNightBegins};
  begin.number = night.id;
  begin.day = night.civil_date;
  begin.count = sources.size() + chosen.bad.size();
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
    const bool nameless = !local && obstacle.empty() && config.identity.contact.empty();
    TANMIAO_ASSIGN(auto before, ended(env, source, batches));
    if (before) {
      report.sources[i] = std::move(*before);
    } else if (local) {
      TANMIAO_ASSIGN(report.sources[i], crawl_inbox(env, source));
    } else if (nameless) {
      report.sources[i] = blank_report(source);
      report.sources[i].outcome = SourceOutcome::kFailed;
      report.sources[i].why = kNoContact;
    } else if (const Status secrets = obstacle.empty() ? check_secrets(env, source) : Status(); !secrets) {
      report.sources[i] = blank_report(source);
      report.sources[i].outcome = SourceOutcome::kFailed;
      const auto& [code, message, where] = secrets.error();
      report.sources[i].why = "密钥不可用，未抓取：" + in_chinese(message);
      if (message.find(where) == std::string::npos) report.sources[i].why += "（" + where + "）";
    } else if (obstacle.empty()) {
      TANMIAO_ASSIGN(const std::string not_now, why_not_now(env, source, batches));
      if (not_now.empty()) {
        remote.push_back(&source);
        places.push_back(i);
      } else {
        report.sources[i] = blank_report(source);
        report.sources[i].outcome = SourceOutcome::kNotNow;
        report.sources[i].why = not_now;
      }
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
  for (const BadSource& bad : chosen.bad) {
    report.sources.push_back(report_of(bad));
    tell_end(env, report.sources.back());
  }
  std::stable_sort(report.sources.begin(), report.sources.end(),
                   [](const SourceReport& a, const SourceReport& b) { return a.id < b.id; });
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
