// crawl(): which sources, which of them are approved, folders first, then all hosts together.
#include <algorithm>
#include <map>
#include <memory>

#include "core/settings.h"
#include "crawler/session.h"

namespace tanmiao::crawler {
namespace {

Result<std::vector<Source>> wanted_sources(const CrawlConfig& config) {
  std::vector<std::filesystem::path> places = config.more_sources;
  if (!config.sources.empty()) places.insert(places.begin(), config.sources);
  TANMIAO_ASSIGN(std::vector<Source> sources, load_sources(places));
  if (config.only.empty()) return sources;
  std::vector<std::string_view> ids;
  for (const Source& source : sources) ids.push_back(source.id);
  std::vector<Source> wanted;
  for (const std::string& id : config.only) {
    const auto at = std::find_if(sources.begin(), sources.end(), [&](const Source& s) { return s.id == id; });
    if (at == sources.end()) {
      const auto near = nearest_word(id, ids);
      return Error{Errc::kUsage,
                   "no source has the id '" + id + "'" + (near ? ", did you mean '" + std::string(*near) + "'?" : ""),
                   ""};
    }
    wanted.push_back(*at);
  }
  return wanted;
}

// Why a source on hosts may not be asked; empty when it may. What was approved is the text as it was reviewed.
std::string not_approved(const Source& source, const std::map<std::string, store::SourceApproval>& approvals) {
  const auto at = approvals.find(source.id);
  if (at == approvals.end() || at->second.state == store::SourceState::kProposed) return "未批准，未抓取";
  if (at->second.state == store::SourceState::kSuspended) return "已暂停，未抓取";
  if (at->second.terms_hash != source.text_hash) return "来源说明在批准后有改动，须重新批准，未抓取";
  return {};
}

}  // namespace

Result<CrawlReport> crawl(store::Store& store, const store::Night& night, const CrawlConfig& config,
                          const Reference& reference, Progress& progress, const std::atomic<bool>& stop) {
  const Work work{store, night, config, reference, progress, stop};
  TANMIAO_ASSIGN(const std::vector<Source> sources, wanted_sources(config));
  std::map<std::string, store::SourceApproval> approvals;
  TANMIAO_ASSIGN(auto decided, store.people().source_approvals());
  for (auto& approval : decided) approvals.emplace(approval.source, std::move(approval));

  CrawlReport report;
  std::vector<std::unique_ptr<Session>> sessions;  // one a source, null where nothing is asked
  std::vector<Session*> on_hosts;
  for (const Source& source : sources) {
    sessions.push_back(nullptr);
    if (!source.folder && !not_approved(source, approvals).empty()) continue;
    sessions.back() = std::make_unique<Session>(work, source);
    Session& session = *sessions.back();
    TANMIAO_TRY(session.begin());
    if (session.finished()) continue;
    if (source.folder)
      TANMIAO_TRY(crawl_folder(work, session));
    else
      on_hosts.push_back(&session);
  }
  TANMIAO_TRY(crawl_hosts(work, on_hosts));

  for (std::size_t i = 0; i < sources.size(); ++i) {
    SourceReport one = report_head(sources[i]);
    if (sessions[i]) {
      one = sessions[i]->report();
    } else {
      one.outcome = SourceOutcome::kNotApproved;
      one.why = not_approved(sources[i], approvals);
    }
    report.any_held = report.any_held || one.outcome == SourceOutcome::kHeld;
    report.sources.push_back(std::move(one));
  }
  return report;
}

}  // namespace tanmiao::crawler
