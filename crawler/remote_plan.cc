// What a night would ask of FTP and SFTP servers. New dates are known only when they are listed.
#include <algorithm>

#include "crawler/fetcher_hosts.h"
#include "crawler/plan.h"

namespace tanmiao::crawler {
namespace {

class RemotePlanning {
 public:
  explicit RemotePlanning(const RemoteKnowledge& known) : known_(known), source_(known.source) {}

  SourcePlan make() {
    const RemoteRules& rules = *source_.remote;
    plan_.id = source_.id;
    plan_.title = source_.title;
    plan_.remote = true;
    plan_.most_requests = source_.most_requests;
    plan_.most_bytes = source_.most_bytes;
    plan_.resumed = known_.night != 0 && known_.ledger.night == known_.night;
    if (source_.window && source_.window->opens_in(known_.of_day) > kSoonOpen)
      plan_.obstacle = "不在允许抓取的时段（" + source_.window->text() + "），现在不会访问";
    for (const RemoteFolder& folder : rules.folders)
      if (folder.dated) plan_.addresses.push_back(folder.above + "/");
    const std::size_t folders = plan_.addresses.size();
    for (const RemoteFolder& folder : rules.folders) visit(folder);
    plan_.first = plan_.addresses.size() == folders && known_.ledger.folders.empty();
    plan_.requests = plan_.addresses.size();
    plan_.note = "尚未列出的新各期未计入";
    bound();
    plan_host();
    return std::move(plan_);
  }

 private:
  // What was listed and is not here, or was damaged on its way.
  void visit(const RemoteFolder& folder) {
    const auto ledger = known_.ledger.folders.find(folder.pattern);
    FolderLedger none;
    if (!folder.dated) none.open[kUndated];
    const FolderLedger& dates =
        ledger == known_.ledger.folders.end() || (!folder.dated && ledger->second.open.empty()) ? none : ledger->second;
    for (const Date date : dates_to_visit(dates, *source_.remote, known_.day)) {
      const std::string path = folder.path(date);
      plan_.addresses.push_back(path + "/");
      for (const auto& [name, file] : dates.open.at(date).files) {
        std::error_code failed;
        const auto size = std::filesystem::file_size(known_.inbox / path.substr(1) / name, failed);
        if (!failed && size == file.size && !file.again) continue;
        plan_.addresses.push_back(path + "/" + name);
        plan_.known_bytes += file.size;
      }
    }
  }

  // What earlier processes of this night asked for counts.
  void bound() {
    const std::uint64_t spent = plan_.resumed ? known_.ledger.requests : 0;
    const std::uint64_t left = source_.most_requests - std::min<std::uint64_t>(source_.most_requests, spent);
    if (plan_.requests <= left) return;
    plan_.requests = left;
    plan_.note += "；达到每晚请求数上限，今晚取不完";
  }

  void plan_host() {
    for (const Url& url : source_.remote->hosts) {
      PlannedHost host;
      host.host = Hosts::lane_of(url);
      const bool fast = known_.allow_loopback_speed && url.loopback();
      host.pause = fast ? source_.pause : std::max(source_.pause, kLeastPlannedPause);
      if (const auto rest = known_.rests.find(host.host); rest != known_.rests.end()) {
        host.left_alone = rest->second.over;
        if (rest->second.until > known_.now) host.rests = rest->second.until - known_.now;
      }
      plan_.hosts.push_back(std::move(host));
    }
    // As RemoteSource chooses: the first that does not rest, or the one that is ready first.
    PlannedHost* asked = nullptr;
    for (PlannedHost& host : plan_.hosts)
      if (host.left_alone.empty() && (asked == nullptr || host.rests < asked->rests)) asked = &host;
    if (asked == nullptr) {
      plan_.requests = 0;
      return;
    }
    asked->requests = plan_.requests;
    asked->addresses = std::min<std::uint64_t>(plan_.requests, plan_.addresses.size());
    const std::uint64_t pauses = asked->requests == 0 ? 0 : asked->requests - 1 + (plan_.resumed ? 1 : 0);
    if (asked->requests > 0) asked->takes = asked->rests + asked->pause * static_cast<std::int64_t>(pauses);
    plan_.takes = asked->takes;
  }

  const RemoteKnowledge& known_;
  const Source& source_;
  SourcePlan plan_;
};

}  // namespace

SourcePlan plan_remote(const RemoteKnowledge& known) { return RemotePlanning(known).make(); }

}  // namespace tanmiao::crawler
