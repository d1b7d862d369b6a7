#include "crawler/remote_crawl.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "core/messages.h"
#include "crawler/folder_crawl.h"
#include "crawler/folder_files.h"
#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

using RemoteKind = RemoteAnswer::Kind;
constexpr std::string_view kSpent = "达到每晚请求数或流量上限，未取完";

std::chrono::minutes minutes_in_beijing() {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()) + std::chrono::hours(8);
  return now - std::chrono::floor<std::chrono::days>(now);
}

// As of the file of any secret.
Status check_key(const fs::path& file) {
  struct stat is {};
  if (::stat(file.c_str(), &is) != 0) return Error{Errc::kConfig, "cannot open the file of a secret", file.string()};
  if ((is.st_mode & 077) != 0)
    return Error{Errc::kConfig, "the file of a secret can be read by others: expected mode 0600 (chmod 600)",
                 file.string()};
  return {};
}

HostAnswer as_host_answer(const RemoteAnswer& answer) {
  HostAnswer out;
  out.took = answer.took;
  out.ours = answer.kind == RemoteKind::kOurs || answer.kind == RemoteKind::kGrew;
  if (answer.kind == RemoteKind::kGood || answer.kind == RemoteKind::kNoResume) out.status = kGoodStatus;
  if (answer.kind == RemoteKind::kNotThere) out.status = 404;
  if (answer.kind == RemoteKind::kRefused) out.status = 403;
  return out;
}

void append_to(std::string& why, const std::string& more) {
  if (!more.empty()) why += (why.empty() ? "" : "；") + more;
}

}  // namespace

RemoteSource::RemoteSource(const CrawlEnv& env, const Source& source, asio::io_context& loop, Hosts& hosts,
                           const std::atomic<bool>& halt, Secrets secrets, RemoteClients& clients)
    : env_(env),
      source_(source),
      rules_(*source.remote),  // NOLINT(bugprone-unchecked-optional-access): whoever makes it has looked
      loop_(loop),
      hosts_(hosts),
      halt_(halt),
      secrets_(std::move(secrets)),
      inbox_(inbox_of(source, env.config)) {
  policy_.hosts = source.hosts;
  policy_.pause = source.pause;
  policy_.window = source.window;
  policy_.allow_loopback_speed = env.config.allow_loopback_speed;
  policy_.others_stand_by = rules_.hosts.size() > 1;
  for (const Url& host : rules_.hosts) {
    auto& client = clients[host.authority()];
    if (!client) client = std::make_shared<RemoteClient>();
    clients_.push_back(client);
  }
}

Status RemoteSource::open() {
  const fs::path& base = env_.config.base;
  for (const Url& host : rules_.hosts) {
    RemoteAccess access;
    access.host = host;
    access.named = &source_.hosts;
    TANMIAO_ASSIGN(access.user, secrets_.filled(rules_.user, Secrets::As::kPlain, host));
    TANMIAO_ASSIGN(access.password, secrets_.filled(rules_.password, Secrets::As::kPlain, host));
    // An anonymous guest says who it is as it does everywhere.
    if (access.user.empty() && access.password.empty() && host.scheme != "sftp") {
      access.user = "anonymous";
      access.password = env_.config.identity.contact;
    }
    if (!rules_.key_file.empty()) access.key_file = (base / rules_.key_file).string();
    if (!rules_.ca_file.empty()) access.ca_file = (base / rules_.ca_file).string();
    access.tls = rules_.tls;
    for (const std::string& name : {host.host, host.authority()})
      if (const auto keys = rules_.host_keys.find(name); keys != rules_.host_keys.end())
        access.fingerprints.insert(access.fingerprints.end(), keys->second.begin(), keys->second.end());
    access_.push_back(std::move(access));
  }
  TANMIAO_ASSIGN(ledger_, read_ledger(env_.store.facts(), source_.id));
  if (ledger_.night == env_.night.id) {
    told_requests_ = ledger_.requests, told_bytes_ = ledger_.bytes;
    return {};
  }
  ledger_.night = env_.night.id;
  ledger_.requests = ledger_.bytes = 0;
  return {};
}

void RemoteSource::save() {
  if (status_) status_ = env_.store.facts().set_note(ledger_key(source_.id), ledger_json(ledger_));
}

// What its files are is known when they were listed, and which mirror gives them when it was asked.
void RemoteSource::tell_begin() const {
  CrawlEvent event{CrawlEvent::Kind::kSourceBegins};
  event.source = source_.id;
  event.title = source_.title;
  tell(env_.config.observer, event);
}

// Requests and bytes: all since the last that was told.
void RemoteSource::tell_came(CrawlEvent::Kind kind, std::size_t host, const std::string& address,
                             const std::string& why, int status) {
  const std::string name = Hosts::lane_of(access_[host].host);
  CrawlEvent event{kind};
  event.source = source_.id;
  event.host = name;
  event.address = address;
  event.why = why;
  event.status = status;
  event.requests = static_cast<std::uint32_t>(ledger_.requests - std::exchange(told_requests_, ledger_.requests));
  event.bytes = ledger_.bytes - std::exchange(told_bytes_, ledger_.bytes);
  if (access_.size() == 1) event.waiting = dates_left_ + files_left_;
  tell(env_.config.observer, event);
}

void RemoteSource::failed(const std::string& path, const std::string& why, std::size_t host) {
  ++failures_;
  tell_came(CrawlEvent::Kind::kFailed, host, path, why, 0);
  if (first_failure_.empty()) first_failure_ = path + "：" + why;
  env_.progress.note("crawl", source_.id + "：" + path + " " + why);
}

std::uint64_t RemoteSource::bytes_left() const {
  return source_.most_bytes - std::min(source_.most_bytes, ledger_.bytes);
}

bool RemoteSource::spent() {
  if (ledger_.requests < source_.most_requests && bytes_left() > 0) return false;
  cut_ = kSpent;
  return true;
}

// The first that does not rest; when all do, the one that is ready first.
std::optional<std::size_t> RemoteSource::choose(const std::set<std::size_t>& without) {
  std::optional<std::size_t> best;
  HostPace::Time soonest{};
  std::string why;
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < access_.size(); ++i) {
    const Url& host = access_[i].host;
    const HostPace::Next next = hosts_.next(host, policy_);
    if (next.kind == HostPace::Next::Kind::kShut && next.at - now > kSoonOpen) {  // whichever of them is asked
      shut_ = true;
      cut_ = next.why;
      return std::nullopt;
    }
    if (next.kind == HostPace::Next::Kind::kOver) {
      append_to(why, host.authority() + " " + next.why);
      continue;
    }
    if (without.contains(i)) {
      why.clear();
      continue;
    }
    const bool soon = next.kind != HostPace::Next::Kind::kAt || next.at <= now + hosts_.pause(host, policy_);
    if (soon) return i;
    if (!best || next.at < soonest) best = i, soonest = next.at;
  }
  if (!best && without.empty()) cut_ = "没有可以访问的主机：" + why;
  return best;
}

asio::awaitable<RemoteAnswer> RemoteSource::work(std::size_t host, const Ask& what) {
  auto begin = [this, host, &what](auto handler) {
    auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    asio::post(worker_, [this, host, &what, waiting, busy = asio::make_work_guard(loop_)]() mutable {
      const auto go_on = [this] { return !halt_ && (!source_.window || source_.window->holds(minutes_in_beijing())); };
      auto answer = std::make_shared<RemoteAnswer>(what(*clients_[host], access_[host], go_on));
      asio::post(loop_, [waiting = std::move(waiting), answer]() mutable { std::move (*waiting)(std::move(*answer)); });
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(RemoteAnswer)>(begin,
                                                                                             asio::use_awaitable);
}

// Nothing: it may not be asked now (any more).
asio::awaitable<std::optional<RemoteAnswer>> RemoteSource::ask(std::size_t host, Ask what) {
  const Url& url = access_[host].host;
  const HostPace::Next next = co_await hosts_.turn(url, policy_);
  if (next.kind != HostPace::Next::Kind::kNow || over() || spent()) co_return std::nullopt;
  hosts_.began(url);
  ++ledger_.requests;  // before it goes out, so that one that dies with us counts
  save();
  RemoteAnswer answer = co_await work(host, what);
  ledger_.bytes += answer.bytes;
  hosts_.ended(url, policy_, as_host_answer(answer), answer.bytes);
  if (answer.kind == RemoteKind::kRefused) {
    hosts_.leave(url, answer.note);
    env_.progress.note("crawl", source_.id + "：" + url.authority() + " " + answer.note);
  }
  co_return answer;
}

asio::awaitable<std::optional<RemoteAnswer>> RemoteSource::list(std::string folder, std::size_t& host) {
  std::set<std::size_t> without;
  std::string note = "没有可以访问的主机";
  const Ask listing = [&folder](RemoteClient& client, const RemoteAccess& access, const RemoteClient::GoOn& go_on) {
    return client.list(access, folder, go_on);
  };
  for (std::size_t tries = 0; tries < kRemoteTries * access_.size(); ++tries) {
    const auto chosen = choose(without);
    if (!chosen) break;
    host = *chosen;
    auto answer = co_await ask(*chosen, listing);
    if (over()) co_return std::nullopt;
    if (!answer) continue;
    if (answer->kind == RemoteKind::kGood) {
      ++listed_;
      tell_came(CrawlEvent::Kind::kReceived, host, folder + "/", {}, kGoodStatus);
      co_return answer;
    }
    if (!answer->note.empty()) note = answer->note;
    if (answer->kind == RemoteKind::kNotThere) without.insert(*chosen);
  }
  if (!over()) failed(folder, note, host);
  co_return std::nullopt;
}

asio::awaitable<void> RemoteSource::list_dates(const RemoteFolder& folder) {
  FolderLedger& ledger = ledger_.folders[folder.pattern];
  if (!folder.dated) {
    OpenDate& open = ledger.open[kUndated];
    if (open.seen == Date{}) open.seen = env_.night.civil_date;
    co_return;
  }
  std::size_t host = 0;
  const auto listing = co_await list(folder.above, host);
  if (!listing) co_return;
  std::set<Date> dates;
  for (const RemoteEntry& entry : listing->entries)
    if (const auto date = folder.date_of(entry.name); date && entry.folder) dates.insert(*date);
  if (!note_dates(ledger, dates, rules_, env_.night.civil_date))
    failed(folder.above, "一期也没有列出，而见过的各期应当还在", host);
  save();
}

asio::awaitable<void> RemoteSource::run() {
  for (const RemoteFolder& folder : rules_.folders)
    if (!over()) co_await list_dates(folder);
  std::vector<std::pair<Date, const RemoteFolder*>> plan;
  for (const RemoteFolder& folder : rules_.folders)
    for (const Date date : dates_to_visit(ledger_.folders[folder.pattern], rules_, env_.night.civil_date))
      plan.emplace_back(date, &folder);
  std::stable_sort(plan.begin(), plan.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  dates_left_ = plan.size();
  for (const auto& [date, folder] : plan) {
    if (over()) break;
    --dates_left_;
    co_await visit_date(*folder, date);
  }
  save();
  if (status_ && halt_) status_ = Error{Errc::kCancelled, "asked to stop", source_.id};
}

Status RemoteSource::settle(const SourceReport& report) {
  TANMIAO_ASSIGN(const auto parts, env_.store.facts().parts(source_.id));
  std::set<std::string> here;
  // A delivery that is held is no file that cannot be read.
  if (report.outcome != SourceOutcome::kHeld) {
    TANMIAO_ASSIGN(const auto names, files_below(inbox_));
    here.insert(names.begin(), names.end());
  }
  for (const RemoteFolder& folder : rules_.folders)
    note_read(ledger_.folders[folder.pattern], folder, parts, here, visited_[folder.pattern], rules_,
              env_.night.civil_date);
  save();
  TANMIAO_TRY(status_);
  return let_go_of_files();
}

Status RemoteSource::let_go_of_files() {
  if (rules_.keep_files_days == 0) return {};
  bool any = false;
  for (const RemoteFolder& folder : rules_.folders)
    for (auto& [date, taken] : ledger_.folders[folder.pattern].taken) {
      if (!taken.kept || taken.on + std::chrono::days(rules_.keep_files_days) > env_.night.civil_date) continue;
      std::error_code failed;
      fs::remove_all(inbox_ / folder.path(date).substr(1), failed);
      if (failed) return store::io_error(failed.value(), "removing fetched files", inbox_);
      taken.kept = false;
      any = true;
    }
  if (any) save();
  return status_;
}

Result<SourceReport> RemoteSource::finish() {
  TANMIAO_ASSIGN(SourceReport report, crawl_folder(env_, source_));
  TANMIAO_TRY(settle(report));
  report.requests = ledger_.requests;
  report.bytes = ledger_.bytes;
  append_to(report.why, cut_);
  if (failures_ > 0) append_to(report.why, fmt::format("{} 处没有取成（首个 {}）", failures_, first_failure_));
  const bool all_over = std::all_of(access_.begin(), access_.end(),
                                    [&](const RemoteAccess& access) { return hosts_.left_alone(access.host); });
  report.stopped = all_over;
  if (listed_ == 0 && report.outcome == SourceOutcome::kUnchanged)
    report.outcome = shut_ ? SourceOutcome::kNotNow : SourceOutcome::kFailed;
  return report;
}

Status check_key_file(const CrawlConfig& config, const Source& source) {
  if (!source.remote || source.remote->key_file.empty()) return {};
  return check_key(config.base / source.remote->key_file);
}

Result<std::vector<std::string>> remote_alarms(const CrawlEnv& env, const Source& source) {
  if (!source.remote) return std::vector<std::string>();
  TANMIAO_ASSIGN(const RemoteLedger ledger, read_ledger(env.store.facts(), source.id));
  return ledger_alarms(ledger, *source.remote, env.night.civil_date);
}

}  // namespace tanmiao::crawler
