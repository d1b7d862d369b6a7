#include "crawler/plan.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/messages.h"
#include "crawler/crawl_batch.h"
#include "crawler/crawl_sources.h"
#include "crawler/fetcher_hosts.h"
#include "crawler/folder_crawl.h"
#include "crawler/folder_files.h"
#include "crawler/queue_note.h"
#include "crawler/remote_crawl.h"
#include "crawler/robots_memory.h"
#include "crawler/secrets.h"

namespace tanmiao::crawler {
namespace {

using std::chrono::milliseconds;
using store::FrontierUrl;
using store::UrlState;

constexpr std::string_view kRedirected = "-> ";

// What there is to say before anything was stopped.
std::string before_end(std::string text) {
  text.resize(std::min(text.find("，抓取已停下"), text.size()));
  return text;
}

class Planning {
 public:
  explicit Planning(const SourceKnowledge& known) : known_(known), source_(known.source), scope_(known.source.scope) {}

  SourcePlan make() {
    plan_.id = source_.id;
    plan_.title = source_.title;
    plan_.most_requests = source_.most_requests;
    plan_.most_bytes = source_.most_bytes;
    plan_.resumed = known_.open && !std::all_of(known_.frontier.begin(), known_.frontier.end(), is_dropped);
    plan_.first = known_.frontier.empty();
    if (source_.window && source_.window->opens_in(known_.of_day) > kSoonOpen)
      plan_.obstacle = "不在允许抓取的时段（" + source_.window->text() + "），现在不会访问";
    for (const FrontierUrl& url : in_order()) look_at(url);
    ask_robots();
    if (plan_.requests > source_.most_requests) bound();
    for (auto& [name, host] : hosts_) finish(name, host);
    plan_.origins.assign(asked_.begin(), asked_.end());
    return std::move(plan_);
  }

 private:
  // Of the highest priority first; what starts is found first.
  std::vector<FrontierUrl> in_order() const {
    std::vector<FrontierUrl> urls;
    std::remove_copy_if(known_.frontier.begin(), known_.frontier.end(), std::back_inserter(urls), is_dropped);
    std::set<std::string, std::less<>> found;
    for (const FrontierUrl& url : urls) found.insert(url.url);
    std::vector<FrontierUrl> starts;
    for (const std::string& start : source_.start) {
      const auto parsed = parse_address(start);
      if (!parsed) continue;
      Address address = *parsed;
      const PageRule* const page = source_.page(source_.start_role);
      if (page != nullptr && !address.post()) {
        address.kind = page->request.kind;
        address.body = page->request.body;
      }
      std::string text = plain_address(scope_, std::move(address));
      if (!found.insert(text).second) continue;
      FrontierUrl url;
      url.url = std::move(text);
      url.role = source_.start_role;
      if (page != nullptr) url.priority = page->priority;
      starts.push_back(std::move(url));
    }
    urls.insert(urls.begin(), starts.begin(), starts.end());
    std::stable_sort(urls.begin(), urls.end(),
                     [](const FrontierUrl& a, const FrontierUrl& b) { return a.priority > b.priority; });
    return urls;
  }

  bool not_due(const std::string& part, const PageRule& page) const {
    if (page.revisit_most == 0 || page.leads_on()) return false;
    const auto known = known_.parts.find(part);
    if (known == known_.parts.end() || known->second.reading_hash != known_.reading) return false;
    const std::optional<Date> checked = known->second.checked;
    return checked && *checked + std::chrono::days(known->second.interval) > known_.day;
  }

  PlannedHost& host_of(const Url& url) {
    PlannedHost& host = hosts_[Hosts::lane_of(url)];
    if (!origins_.insert(url.origin()).second) return host;
    const auto robots = known_.robots.find(url.origin());
    if (robots != known_.robots.end()) host.robots = robots->second;
    return host;
  }

  void look_at(const FrontierUrl& url) {
    const auto parsed = parse_url(url.url);
    const PageRule* const page = source_.page(url.role);
    if (!parsed || page == nullptr) return;
    const bool settled = url.state != UrlState::kWaiting && url.state != UrlState::kLeased;
    if (known_.open && settled) return;
    PlannedHost& host = host_of(*parsed);
    if (not_due(url.url, *page)) {
      ++host.not_due, ++plan_.not_due;
      return;
    }
    if (url.state == UrlState::kRefused) {
      // Of a list that repeats itself, found without a request. What robots.txt forbade costs its request again.
      const bool by_robots = url.note.starts_with("robots");
      if (by_robots) ++plan_.refused, asked_.insert(parsed->origin());
      if (by_robots || url.attempts == 0) return;
    }
    asked_.insert(parsed->origin());
    add(url.url, host);
    if (url.state != UrlState::kDone || !url.note.starts_with(kRedirected)) return;
    const std::string target = url.note.substr(kRedirected.size());
    const auto led = parse_url(target);
    if (!led) return;
    asked_.insert(led->origin());
    PlannedHost& there = host_of(*led);
    ++there.requests, ++plan_.requests;
  }

  void add(const std::string& address, PlannedHost& host) {
    plan_.addresses.push_back(address);
    ++host.addresses, ++host.requests, ++plan_.requests;
    const auto bytes = known_.bytes.find(address);
    if (bytes != known_.bytes.end()) plan_.known_bytes += bytes->second;
  }

  // Once of each origin, but those that said it within a day.
  void ask_robots() {
    std::erase_if(asked_, [&](const std::string& origin) { return known_.robots_kept.contains(origin); });
    for (const std::string& origin : asked_)
      if (const auto url = parse_url(origin)) ++host_of(*url).requests, ++plan_.requests;
  }

  // What the night's bound leaves, over all hosts alike.
  void bound() {
    const double share = static_cast<double>(source_.most_requests) / static_cast<double>(plan_.requests);
    for (auto& [name, host] : hosts_)
      host.requests = static_cast<std::uint64_t>(static_cast<double>(host.requests) * share);
    plan_.requests = source_.most_requests;
    plan_.note = "达到每晚请求数上限，今晚抓不完";
  }

  void finish(const std::string& name, PlannedHost& host) {
    host.host = name;
    const auto url = parse_url("http://" + name);
    const bool fast = known_.allow_loopback_speed && url && url->loopback();
    host.pause = fast ? source_.pause : std::max(source_.pause, kLeastPlannedPause);
    if (host.robots && host.robots->crawl_delay)
      host.pause = std::max(host.pause, milliseconds(static_cast<std::int64_t>(*host.robots->crawl_delay * 1000)));
    if (const auto rest = known_.rests.find(name); rest != known_.rests.end()) {
      host.left_alone = rest->second.over;
      if (rest->second.until > known_.now) host.rests = rest->second.until - known_.now;
    }
    if (!host.left_alone.empty()) {
      plan_.requests -= std::min(plan_.requests, host.requests);
      host.requests = 0;
    }
    const std::uint64_t pauses = host.requests == 0 ? 0 : host.requests - 1 + (known_.open ? 1 : 0);
    if (host.requests > 0) host.takes = host.rests + host.pause * static_cast<std::int64_t>(pauses);
    plan_.takes = std::max(plan_.takes, host.takes);
    closes_before(host);
    plan_.hosts.push_back(host);
  }

  void closes_before(const PlannedHost& host) {
    if (!source_.window || !source_.window->holds(known_.of_day) || source_.window->from == source_.window->to) return;
    auto left = source_.window->to - known_.of_day;
    if (left.count() <= 0) left += std::chrono::hours(24);
    if (host.takes > left) plan_.note = "允许抓取的时段（" + source_.window->text() + "）内抓不完";
  }

  const SourceKnowledge& known_;
  const Source& source_;
  Scope scope_;
  SourcePlan plan_;
  std::map<std::string, PlannedHost> hosts_;
  std::set<std::string> origins_, asked_;
};

// The night that a crawl would take up or begin, and its batches.
struct NightNow {
  Date day{};
  Date today{};  // of the command: what hosts may be asked is of today, also in a night that is taken up
  Instant clock{};
  store::NightId id = 0;  // 0: a new one
  std::vector<store::Batch> batches;
  std::vector<store::Batch> last;  // of the night before, when it is a new one
};

Result<NightNow> night_now(store::Facts& facts, Instant now) {
  NightNow found;
  found.day = found.today = civil_day(now);
  found.clock = now;
  TANMIAO_ASSIGN(const auto last, facts.last_night());
  if (!last) return found;
  TANMIAO_ASSIGN(auto batches, facts.batches(last->id));
  if (last->finished || now - last->clock > std::chrono::hours(store::kResumeHours)) {
    found.last = std::move(batches);
    return found;
  }
  found.id = last->id;
  found.day = last->civil_date;
  found.batches = std::move(batches);
  return found;
}

const store::Batch* batch_of(const std::vector<store::Batch>& batches, const std::string& source) {
  const store::Batch* found = nullptr;
  for (const store::Batch& batch : batches)
    if (batch.stage == store::Stage::kCrawl && batch.source == source) found = &batch;
  return found;
}

// What the last crawl of a source found, whenever that was.
Result<std::vector<FrontierUrl>> last_frontier(store::Facts& facts, const NightNow& night, const std::string& source,
                                               bool& open) {
  const store::Batch* batch = batch_of(night.batches, source);
  open = batch != nullptr && batch->state == store::BatchState::kOpen;
  if (batch == nullptr) batch = batch_of(night.last, source);
  if (batch != nullptr) return facts.frontier(batch->id);
  TANMIAO_ASSIGN(const auto published, facts.last_published(store::Stage::kCrawl, source));
  if (!published) return std::vector<FrontierUrl>();
  return facts.frontier(published->id);
}

std::chrono::minutes of_day_in_beijing(Instant now) {
  const auto beijing = std::chrono::floor<std::chrono::minutes>(now) + std::chrono::hours(8);
  return beijing - std::chrono::floor<std::chrono::days>(beijing);
}

Result<SourcePlan> plan_http(store::Facts& facts, const CrawlConfig& config, const Reference& reference,
                             const NightNow& night, const Source& source, Instant now) {
  bool open = false;
  TANMIAO_ASSIGN(auto frontier, last_frontier(facts, night, source.id, open));
  TANMIAO_ASSIGN(const QueueNote queue, queue_note(facts, source.id));
  if (!open && queue.start != 0 && queue.start != start_hash(source)) frontier.clear();
  TANMIAO_ASSIGN(const auto parts, facts.parts(source.id));
  TANMIAO_ASSIGN(const auto captures, facts.captures(source.id, std::nullopt));
  SourceKnowledge known{source, night.day, {}, config.allow_loopback_speed, 0, parts, frontier};
  known.open = open;
  known.reading = reading_hash(source, config, reference);
  known.now = now;
  known.of_day = of_day_in_beijing(now);
  for (const auto& capture : captures) known.bytes[capture.url] = capture.bytes;
  StoredHostMemory memory(facts, night.today, night.clock);
  std::set<std::string> origins, lanes;
  const auto note = [&](const std::string& address) {
    const auto url = parse_url(address);
    if (url) origins.insert(url->origin()), lanes.insert(Hosts::lane_of(*url));
  };
  for (const FrontierUrl& url : frontier) note(url.url);
  for (const std::string& start : source.start) note(start);
  for (const std::string& origin : origins) {
    TANMIAO_ASSIGN(auto robots, remembered_robots(facts, origin));
    if (robots) known.robots[origin] = std::move(*robots);
    if (memory.robots(origin)) known.robots_kept.insert(origin);
  }
  for (const std::string& lane : lanes) known.rests[lane] = memory.known(lane);
  TANMIAO_TRY(memory.status());
  return plan_source(known);
}

Result<SourcePlan> plan_servers(store::Facts& facts, const CrawlConfig& config, const NightNow& night,
                                const Source& source, Instant now) {
  TANMIAO_ASSIGN(const RemoteLedger ledger, read_ledger(facts, source.id));
  RemoteKnowledge known{source, ledger, night.day, of_day_in_beijing(now), config.allow_loopback_speed, night.id};
  known.now = now;
  known.inbox = inbox_of(source, config);
  StoredHostMemory memory(facts, night.today, night.clock);
  if (source.remote)
    for (const Url& host : source.remote->hosts) known.rests[Hosts::lane_of(host)] = memory.known(Hosts::lane_of(host));
  TANMIAO_TRY(memory.status());
  return plan_remote(known);
}

Result<SourcePlan> plan_folder(store::Facts& facts, const CrawlConfig& config, const Reference& reference,
                               const Source& source) {
  SourcePlan plan;
  plan.id = source.id;
  plan.title = source.title;
  plan.folder = true;
  const std::filesystem::path inbox = inbox_of(source, config);
  TANMIAO_ASSIGN(const auto names, files_below(inbox));
  TANMIAO_ASSIGN(const auto parts, facts.parts(source.id));
  const std::uint64_t reading = reading_hash(source, config, reference);
  plan.files = names.size();
  for (const std::string& name : names) {
    const auto print = fingerprint(inbox / name);
    const auto known = parts.find(name);
    if (print && known != parts.end() && known->second.bytes_hash == print->hash &&
        known->second.reading_hash == reading) {
      ++plan.files_same;
      continue;
    }
    plan.addresses.push_back(name);
    if (print) plan.known_bytes += print->bytes;
  }
  return plan;
}

}  // namespace

SourcePlan plan_source(const SourceKnowledge& known) { return Planning(known).make(); }

Result<CrawlPlan> plan_crawl(store::Store& store, const CrawlConfig& config, const Reference& reference, Instant now) {
  TANMIAO_ASSIGN(const std::vector<Source> sources, chosen_sources(config));
  TANMIAO_ASSIGN(const auto approvals, store.people().source_approvals());
  TANMIAO_ASSIGN(const NightNow night, night_now(store.facts(), now));
  CrawlPlan plan;
  plan.day = night.day;
  if (const Status room = disk_floor_of(store.folder(), config).check(); !room)
    plan.obstacle = before_end(in_chinese(room.error().message));
  std::map<std::string, milliseconds> lanes;
  std::set<std::string> origins;
  for (const Source& source : sources) {
    TANMIAO_ASSIGN(SourcePlan one, source.remote   ? plan_servers(store.facts(), config, night, source, now)
                                   : source.folder ? plan_folder(store.facts(), config, reference, source)
                                                   : plan_http(store.facts(), config, reference, night, source, now));
    const store::Batch* const batch = batch_of(night.batches, source.id);
    const bool ended = batch != nullptr && batch->accepted.empty() &&
                       (batch->state == store::BatchState::kPublished || batch->state == store::BatchState::kHeld);
    // As crawl() has it: a folder that is named by itself is read again, and so is what was held.
    const bool alone = std::find(config.only.begin(), config.only.end(), source.id) != config.only.end();
    const bool again = alone && batch != nullptr && (source.folder || batch->state == store::BatchState::kHeld);
    if (ended && !again) one.obstacle = "本夜已完成";
    if (!one.folder) {
      if (const std::string why = why_not_asked(source, approvals); !why.empty()) one.obstacle = why;
      if (one.obstacle.empty() && config.identity.contact.empty()) one.obstacle = kNoContact;
      const auto loaded = Secrets::load(source, config.base);
      const Status secrets = loaded ? check_key_file(config, source) : Status(loaded.error());
      if (one.obstacle.empty() && !secrets) one.obstacle = "密钥不可用，未抓取：" + in_chinese(secrets.error().message);
    }
    if (one.obstacle.empty()) {
      plan.requests += one.requests;
      for (const std::string& origin : one.origins)
        if (!origins.insert(origin).second && plan.requests > 0) --plan.requests;
      for (const PlannedHost& host : one.hosts) {
        milliseconds& lane = lanes[host.host];
        lane += host.takes + (lane.count() > 0 ? host.pause : milliseconds(0));
        plan.takes = std::max(plan.takes, lane);
      }
    }
    plan.sources.push_back(std::move(one));
  }
  return plan;
}

}  // namespace tanmiao::crawler
