#include "crawler/http_crawl_source.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>

#include "core/hash.h"
#include "core/messages.h"
#include "crawler/host_words.h"
#include "crawler/robots_tags.h"
#include "crawler/secrets.h"
#include "crawler/template_change.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using store::FrontierUrl;
using store::UrlState;

namespace {

constexpr std::chrono::milliseconds kLeasedAhead{2000};               // so much asking one commit covers
constexpr std::int64_t kMostLeased = 64;                              // of a host
constexpr std::size_t kMostWorking = 2;                               // pages of a host that came and are not taken yet
constexpr std::uint64_t kMostWorkingBytes = std::uint64_t{32} << 20;  // of all pages that are being read
constexpr std::size_t kMostUrls = 2'000'000;
constexpr std::size_t kMostOutside = 10'000;
constexpr int kMostNested = 2;  // sitemaps within sitemaps; the protocol knows one level

Instant now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace

HttpSource::HttpSource(const CrawlEnv& env, const Source& source, asio::io_context& loop, asio::thread_pool& readers,
                       Hosts& hosts, const std::atomic<bool>& halt, Secrets secrets)
    : env_(env),
      source_(source),
      loop_(loop),
      readers_(readers),
      hosts_(hosts),
      maker_(source, std::move(secrets)),
      all_done_(loop, asio::steady_timer::time_point::max()),
      scope_(source.scope),
      halt_(halt),
      reading_(reading_hash(source, env.config, env.reference)),
      revisits_(env, source) {
  policy_.hosts = source.hosts;
  policy_.pause = source.pause;
  policy_.window = source.window;
  policy_.most_time = source.most_time;
  policy_.most_stalled = source.most_stalled;
  policy_.allow_loopback_speed = env.config.allow_loopback_speed;
  for (const PageRule& page : source.pages)
    for (const LinkRule& link : page.links)
      if (page.lists_addresses()) dated_.insert(link.role);
  if (!source.start.empty()) mirrors_ = Mirrors(source.start.front(), source.mirrors);
  policy_.others_stand_by = !mirrors_.empty();
}

Status HttpSource::open() {
  store::Facts& facts = env_.store.facts();
  TANMIAO_ASSIGN(const store::Batch batch, facts.open_batch(env_.night, store::Stage::kCrawl, source_.id));
  batch_ = std::make_unique<CrawlBatch>(env_, source_, batch.id);
  TANMIAO_ASSIGN(const auto segments, facts.segments(source_.id));
  TANMIAO_ASSIGN(batch_->warc,
                 WarcWriter::open(env_.store.folder().captures(source_.id), segments, env_.config.identity.product));
  TANMIAO_ASSIGN(parts_, facts.parts(source_.id));
  TANMIAO_ASSIGN(const auto frontier, facts.frontier(batch.id));
  for (const FrontierUrl& url : frontier) take_up(url);
  if (cut_ = hosts_.source_rests(source_.id); !cut_.empty()) stopped_ = spent_ = true;
  TANMIAO_ASSIGN(good_, facts.good_tallies(source_.id));
  TANMIAO_ASSIGN(marks_, facts.tallies(batch.id));
  TANMIAO_TRY(look_at_template());
  if (!frontier.empty()) {
    lists_.taken_up();
    return {};
  }
  const FrontierUrl none;
  for (const std::string& start : source_.start) {
    FoundLink link;
    link.address = start;
    link.role = source_.start_role;
    link.built = true;
    offer(link, none);
  }
  return {};
}

// What an earlier process of this night left.
void HttpSource::take_up(const FrontierUrl& url) {
  if (url.state == UrlState::kLeased) ++requests_;  // nobody knows whether it went out
  if (url.state == UrlState::kLeased || url.state == UrlState::kWaiting)
    keep_waiting(url);
  else
    ++found_;
  hosts_.begin_with_a_pause(url.url, policy_);
  names_.insert(url.url, kSeen);
  if (const auto parsed = parse_url(url.url)) scope_.follow(*parsed);
  ++listed_[url.role];
  if (const auto above = nested_.find(url.referrer); above != nested_.end())
    nested_[url.url] = above->second + 1;
  else if (const PageRule* const page = source_.page(url.role); page != nullptr && page->reader == "sitemap")
    nested_[url.url] = 0;
  requests_ += url.attempts;
  if (url.state == UrlState::kFailed) ++batch_->failed_urls;
  if (url.state == UrlState::kFailed && first_failure_.empty()) first_failure_ = url.url + "：" + url.note;
  if (url.state != UrlState::kDone) return;
  ++taken_;
  // note: "" read, "same" unchanged, "-> URL" read under that address.
  const std::string part = url.note.starts_with("-> ") ? url.note.substr(3) : url.url;
  names_.insert(part, kRead);
  if (url.note != "same") batch_->reread.insert(part);
}

bool HttpSource::over_budget() const {
  return requests_ + in_flight_ >= source_.most_requests || bytes_ >= source_.most_bytes;
}

// Pages that lead on are asked for in full: an unchanged one is wanted for its links.
FetchRequest HttpSource::request_for(const FrontierUrl& url, const PageRule& page) const {
  FetchRequest request;
  if (const auto address = parse_address(url.url)) {
    request = maker_.request(*address, page);
  } else {
    request.url = url.url;
  }
  request.most_bytes = std::min(source_.most_page_bytes, source_.most_bytes);
  const auto known = parts_.find(url.url);
  if (page.leads_on() || request.body || known == parts_.end() || known->second.reading_hash != reading_)
    return request;
  request.etag = known->second.etag;
  request.last_modified = known->second.last_modified;
  return request;
}

// What is not followed is told.
void HttpSource::outside(const std::string& address, const std::string& why) {
  if (outside_.size() < kMostOutside) outside_.insert(address);
  if (first_outside_.empty()) first_outside_ = address + "：" + why;
}

// A list that goes on for ever, or for longer than its description allows.
bool HttpSource::one_page_too_many(const FoundLink& link, const PageRule* page, const std::string& address) {
  if (!link.continues || page == nullptr || listed_[link.role] < page->paging.most_pages) return false;
  const std::string why = "翻页已达上限（most_pages）";
  outside(address, why);
  if (source_.completeness == store::Completeness::kComplete && cut_.empty()) cut_ = why + "，未抓完";
  return true;
}

// A map that leads to maps that lead to maps ...
bool HttpSource::nests_too_deep(const FoundLink& link, const PageRule* page, const FrontierUrl& from,
                                const std::string& address) {
  if (page == nullptr || page->reader != "sitemap") return false;
  const auto above = from.role == link.role ? nested_.find(from.url) : nested_.end();
  const int depth = above == nested_.end() ? 0 : above->second + 1;
  if (depth <= kMostNested) return nested_.emplace(address, depth), false;
  if (outside_.size() < kMostOutside) outside_.insert(address);
  if (first_outside_.empty()) first_outside_ = address + "：站点地图嵌套过深";
  return true;
}

// Of robots.txt of a host that was just asked.
void HttpSource::offer_sitemaps(const std::string& origin) {
  if (source_.robots_sitemaps.empty() || !sitemaps_offered_.insert(origin).second) return;
  for (const std::string& address : hosts_.sitemaps(origin)) {
    FoundLink link;
    link.address = address;
    link.role = source_.robots_sitemaps;
    offer(link, FrontierUrl());
  }
}

// What a page links to is asked for by GET, whatever it says; a POST is built by the description alone.
void HttpSource::offer(const FoundLink& link, const FrontierUrl& from) {
  const std::string address = mirrors_.known_as(link.address);
  auto parsed = parse_address(link.built ? std::string_view(address) : url_of(address));
  if (!parsed || !host_allowed(parsed->url, source_.hosts) || found_ >= kMostUrls) return;
  const PageRule* const rule = source_.page(link.role);
  if (rule != nullptr && !parsed->post()) {
    parsed->kind = rule->request.kind;
    parsed->body = rule->request.body;
  }
  const Url url = scope_.plain(parsed->url);
  const std::string text = plain_address(scope_, std::move(*parsed));
  const int deeper = from.url.empty() ? 0 : from.depth + (link.continues ? 0 : 1);
  const auto depth = static_cast<std::uint16_t>(deeper);
  if (depth > source_.most_depth || names_.contains(text, kSeen)) return;
  const auto page = parse_url(from.url);
  if (const std::string why = scope_.refusal(url, page ? &*page : nullptr); !why.empty()) {
    outside(text, why);
    return;
  }
  if (one_page_too_many(link, rule, text) || nests_too_deep(link, rule, from, text)) return;
  scope_.follow(url);
  names_.insert(text, kSeen);
  ++listed_[link.role];
  const FrontierUrl found{
      text, from.url, link.role, depth, UrlState::kWaiting, 0, "", rule == nullptr ? std::int16_t{0} : rule->priority};
  if (rule != nullptr && not_due(text, *rule, link.changed)) {
    ++not_due_, ++taken_;
    names_.insert(text, kRead);
    note_same(text);
    settle(found, UrlState::kDone, "same");
    ++found_;
    return;
  }
  batch_->group.urls.push_back(found);
  keep_waiting(found);
}

void HttpSource::keep_waiting(FrontierUrl url) {
  url.state = UrlState::kWaiting;
  const std::size_t place = found_++;
  urls_.emplace(place, std::move(url));
  wait_in_lane(place);
}

// A page that leads on is asked for each night: it is where new ones are found. Of one that a sitemap or feed names
// what it leads to changed with it: it may rest, unless what was not met tonight counts as missing.
bool HttpSource::may_skip(const PageRule& page) const {
  if (!page.leads_on()) return true;
  return dated_.contains(page.role) && !page.lists_addresses() &&
         source_.completeness != store::Completeness::kComplete;
}

// `changed`: as a sitemap or feed says. A page is asked for when it changed on the day it was last asked for or later;
// else when it was not asked for in the longest time its description allows.
bool HttpSource::not_due(const std::string& part, const PageRule& page, std::optional<Date> changed) const {
  const auto known = parts_.find(part);
  if (known == parts_.end() || known->second.reading_hash != reading_ || !may_skip(page)) return false;
  const std::optional<Date> checked = known->second.checked;
  if (!checked) return false;
  if (changed) {
    const bool long_ago =
        page.revisit_most > 0 && *checked + std::chrono::days(page.revisit_most) <= env_.night.civil_date;
    return *changed < *checked && !long_ago;
  }
  if (page.revisit_most == 0 || page.leads_on()) return false;
  return *checked + std::chrono::days(known->second.interval) > env_.night.civil_date;
}

// Of an archive its members too.
void HttpSource::note_same(const std::string& part) {
  batch_->group.parts_same.push_back(part);
  each_member_of(parts_, part, [this](const std::string& name) { batch_->group.parts_same.push_back(name); });
}

void HttpSource::note_revisit(const std::string& part, const PageRule& page, bool same) {
  const bool paced = page.revisit_most > 0 && !page.leads_on();
  if (!paced && dated_.contains(page.role)) batch_->group.revisits.push_back({part, env_.night.civil_date, 0});
  if (!paced) return;
  const auto known = parts_.find(part);
  const int before = known == parts_.end() ? 0 : known->second.interval;
  const int wanted = before == 0 ? page.revisit_least : same ? before * 2 : before / 2;
  const int days = std::clamp<int>(wanted, page.revisit_least, page.revisit_most);
  batch_->group.revisits.push_back({part, env_.night.civil_date, static_cast<std::uint16_t>(days)});
}

void HttpSource::wait_in_lane(std::size_t place) {
  const auto url = parse_url(urls_.at(place).url);
  Lane& lane = lanes_[url ? Hosts::lane_of(*url) : std::string()];
  if (!lane.worked) lane.worked = std::make_unique<asio::steady_timer>(loop_, asio::steady_timer::time_point::max());
  lane.waiting.put(urls_.at(place).priority, place);
}

void HttpSource::Queue::put(std::int16_t priority, std::size_t place) {
  places_[priority].push_back(place);
  ++size_;
}

std::size_t HttpSource::Queue::take() {
  const auto first = places_.begin();
  const std::size_t place = first->second.front();
  first->second.pop_front();
  if (first->second.empty()) places_.erase(first);
  --size_;
  return place;
}

// A request goes out only after the store knows of it: what died in between counts as asked for, against the night's
// bounds. Of all hosts at once, so that many of them cost one commit.
Status HttpSource::lease_ahead() {
  const std::int64_t pause = std::max<std::int64_t>(source_.pause.count(), 1);
  const auto wanted = static_cast<std::size_t>(std::clamp<std::int64_t>(kLeasedAhead.count() / pause, 1, kMostLeased));
  for (auto& [name, lane] : lanes_)
    while (!lane.waiting.empty() && (lane.leased.size() < wanted || lane.wants_lease())) {
      const std::size_t place = lane.waiting.take();
      lane.leased.put(urls_.at(place).priority, place);
      batch_->group.urls.push_back(urls_.at(place));
      batch_->group.urls.back().state = UrlState::kLeased;
    }
  return batch_->flush();
}

asio::awaitable<void> HttpSource::run() {
  begin_walks();
  while (walking_ > 0) {
    boost::system::error_code woken;
    co_await all_done_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (thrown_) std::rethrow_exception(thrown_);
  if (!status_) co_return;
  status_ = batch_->flush();
  if (status_ && halt_) status_ = Error{Errc::kCancelled, "asked to stop", source_.id};
}

// Of every host that has something waiting. A page of one host may lead to another.
void HttpSource::begin_walks() {
  for (auto& [name, lane] : lanes_) {
    if (lane.walking || lane.empty() || over()) continue;
    lane.walking = true;
    ++walking_;
    asio::co_spawn(loop_, walk(lane), [this, &lane](const std::exception_ptr& thrown) {
      lane.walking = false;
      if (thrown && !thrown_) thrown_ = thrown;
      if (--walking_ == 0) all_done_.cancel();
    });
  }
}

bool HttpSource::over() const { return halt_ || !status_ || thrown_ || spent_; }

asio::awaitable<void> HttpSource::walk(Lane& lane) {
  while (!over()) {
    if (lane.done) lane.waiting.clear(), lane.leased.clear();
    if (waits_for_work(lane)) {
      co_await next_worked(lane);
      continue;
    }
    if (lane.empty()) break;
    if (over_budget()) {
      cut_ = "达到每晚请求数或流量上限，未抓完";
      spent_ = true;
      break;
    }
    if (lane.wants_lease()) {
      status_ = lease_ahead();
      if (!status_) break;
    }
    const std::size_t place = lane.leased.take();
    const bool go_on = co_await visit(lane, place);
    lane.done |= !go_on;
    begin_walks();
  }
  while (lane.working > 0) co_await next_worked(lane);
}

// Its pages may lead to more of it, or to what goes before the rest, or it sends them faster than they are read.
bool HttpSource::waits_for_work(const Lane& lane) const {
  return !lane.pending.empty() &&
         (lane.empty() || lane.leads_on || lane.pending.size() >= kMostWorking || working_bytes_ > kMostWorkingBytes);
}

asio::awaitable<void> HttpSource::next_worked(Lane& lane) {
  boost::system::error_code woken;
  co_await lane.worked->async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

void HttpSource::begin_work(Lane& lane, const FrontierUrl& url, PageTask task, std::shared_ptr<Pending> pending) {
  const std::uint64_t bytes = task.response.body.size();
  ++lane.working;
  working_bytes_ += bytes;
  asio::co_spawn(loop_, work(lane, url, std::move(task), std::move(pending)),
                 [this, &lane, bytes](const std::exception_ptr& thrown) {
                   if (thrown && !thrown_) thrown_ = thrown;
                   --lane.working;
                   working_bytes_ -= bytes;
                   begin_walks();
                   lane.worked->cancel();
                 });
}

asio::awaitable<void> HttpSource::work(Lane& lane, FrontierUrl url, PageTask task, std::shared_ptr<Pending> pending) {
  PageWork done = co_await work_page(task, loop_, readers_);
  pending->records = done.reading.records.size();
  pending->rejected = done.reading.rejects.size();
  const auto held =
      std::make_shared<std::tuple<FrontierUrl, PageTask, PageWork>>(std::move(url), std::move(task), std::move(done));
  pending->take = [this, held] {
    auto& [from, of, worked] = *held;
    return take_page(std::move(from), of, std::move(worked));
  };
  pending->ready = true;
  take_ready(lane);
}

void HttpSource::take_ready(Lane& lane) {
  while (!lane.pending.empty() && lane.pending.front()->ready) {
    const std::shared_ptr<Pending> next = std::move(lane.pending.front());
    lane.pending.pop_front();
    if (status_) status_ = next->take();
    tell_settled(next->came, next->records, next->rejected);
  }
  if (status_ && batch_->full()) status_ = batch_->flush();
}

// false: its host is not asked any more.
asio::awaitable<bool> HttpSource::visit(Lane& lane, std::size_t place) {
  FrontierUrl url = std::move(urls_.extract(place).mapped());
  const PageRule* const page = source_.page(url.role);
  if (page == nullptr) {
    settle(url, UrlState::kFailed, "没有名为 " + url.role + " 的页面说明");
    co_return true;
  }
  if (lists_.repeats(*page, url.url)) {
    settle(url, UrlState::kRefused, "列表翻页重复，未访问");
    co_return true;
  }
  const FetchRequest request = request_for(url, *page);
  ++in_flight_;
  const PoliteAnswer answer = co_await get(request);
  --in_flight_;
  if (answer.kind == PoliteAnswer::Kind::kCancelled || !status_) co_return false;
  for (const std::string& address : {url.url, answer.url, answer.mirror})
    if (const auto asked = parse_url(address)) origins_.insert(asked->origin()), offer_sitemaps(asked->origin());
  url.attempts = static_cast<std::uint16_t>(std::min<std::uint32_t>(answer.requests, 65535));
  requests_ += answer.requests;
  bytes_ += answer.bytes;
  env_.progress.update("crawl", ++visited_, found_, source_.id);
  const auto pending = std::make_shared<Pending>();
  pending->came = {answer.response.status, answer.bytes};
  lane.pending.push_back(pending);
  lane.leads_on = page->leads_on();
  if (answer.kind == PoliteAnswer::Kind::kAnswer && answer.response.status != 304 && !read_already(url, answer)) {
    begin_work(lane, url, task_of(url, *page, answer), pending);
  } else {
    pending->take = [this, url, answer] { return take(url, answer); };
    pending->ready = true;
    take_ready(lane);
  }
  co_return !answer.stop && (!mirrors_.empty() || !hosts_.left_alone(answer.url));
}

// The name of what an address answered with: a redirect may have put a session into it.
std::string HttpSource::part_of(const std::string& address) const {
  const auto parsed = parse_address(address);
  return parsed ? plain_address(scope_, *parsed) : address;
}

// The state of an address goes into the group; in memory it is not looked at again.
void HttpSource::settle(FrontierUrl url, UrlState state, std::string note) {
  if (state == UrlState::kFailed) {
    ++batch_->failed_urls;
    if (first_failure_.empty()) first_failure_ = url.url + "：" + note;
  }
  url.state = state;
  url.note = std::move(note);
  batch_->group.urls.push_back(std::move(url));
}

void HttpSource::tell_begin() const {
  CrawlEvent event{CrawlEvent::Kind::kSourceBegins};
  event.source = source_.id;
  event.title = source_.title;
  if (lanes_.empty()) tell(env_.config.observer, event);
  for (const auto& [name, lane] : lanes_) {
    event.host = name;
    event.waiting = lane.waiting.size();
    tell(env_.config.observer, event);
  }
}

// Of the address that was settled last.
void HttpSource::tell_settled(const Came& came, std::size_t records, std::size_t rejected) const {
  if (env_.config.observer == nullptr || !status_ || batch_->group.urls.empty()) return;
  using Kind = CrawlEvent::Kind;
  const FrontierUrl& url = batch_->group.urls.back();
  const auto parsed = parse_url(url.url);
  const std::string host = parsed ? Hosts::lane_of(*parsed) : std::string();
  const auto lane = lanes_.find(host);
  CrawlEvent event{url.state == UrlState::kDone      ? Kind::kFetched
                   : url.state == UrlState::kRefused ? Kind::kRefused
                                                     : Kind::kFailed};
  event.source = source_.id;
  event.host = host;
  event.address = url.url;
  event.why = url.state == UrlState::kDone && url.note != "same" ? std::string_view() : std::string_view(url.note);
  event.status = came.status;
  event.bytes = came.bytes;
  event.records = records;
  event.rejected = rejected;
  event.requests = url.attempts;
  if (lane != lanes_.end()) event.waiting = lane->second.waiting.size() + lane->second.leased.size();
  tell(env_.config.observer, event);
}

// What is no new page: a failure, a refusal, one that was not modified, one that came under another address already.
Status HttpSource::take(FrontierUrl url, const PoliteAnswer& answer) {
  if (answer.kind != PoliteAnswer::Kind::kAnswer) {
    const bool refused = answer.kind == PoliteAnswer::Kind::kRefused;
    if (answer.sign) note_sign(*answer.sign);
    if (answer.sign && answer.source_stop) end_source(*answer.sign);
    if (answer.stop) stopped_ = true, cut_ = answer.stopped_because + "，今晚不再访问";
    const PageRule* const page = source_.page(url.role);
    std::string note = answer.note;
    if (page != nullptr && !refused) note += host_words(*page, answer.response, now());
    settle(std::move(url), refused ? UrlState::kRefused : UrlState::kFailed, std::move(note));
    return {};
  }
  if (answer.response.status != 304) {
    const std::string part = part_of(answer.url);
    std::string note = part == url.url ? std::string() : "-> " + part;
    settle(std::move(url), UrlState::kDone, std::move(note));
    return {};
  }
  TANMIAO_TRY(archive_same(archived(url, answer), url.url));
  ++taken_;
  names_.insert(url.url, kRead);
  note_same(url.url);
  if (const PageRule* const page = source_.page(url.role)) note_revisit(url.url, *page, true);
  settle(std::move(url), UrlState::kDone, "same");
  return {};
}

// The first of each rule and host; more say nothing new.
void HttpSource::note_sign(const SignSeen& sign) {
  const auto host = [](const std::string& address) {
    const auto url = parse_url(address);
    return url ? Hosts::lane_of(*url) : address;
  };
  if (std::none_of(signs_.begin(), signs_.end(), [&](const SignSeen& known) {
        return known.rule == sign.rule && host(known.address) == host(sign.address);
      }))
    signs_.push_back(sign);
}

// A rule under which this source ends for the night, and its hosts may be asked by others.
void HttpSource::end_source(const SignSeen& sign) {
  hosts_.rest_source(source_.id, sign);
  cut_ = sign.in_words() + "，今晚不再访问";
  stopped_ = spent_ = true;
}

Status HttpSource::take_sign(FrontierUrl url, const StopSign& sign, const std::string& address) {
  SignSeen seen;
  const bool follows = hosts_.heed(address, sign, seen);
  note_sign(seen);
  if (follows && sign.rests_source) end_source(seen);
  if (follows && !sign.rests_source) stopped_ = true, cut_ = seen.in_words() + "，今晚不再访问";
  settle(std::move(url), UrlState::kFailed, seen.in_words());
  return {};
}

// What the page asks of programs: nothing of it is kept, or its links lead nowhere.
void HttpSource::heed(const std::string& address, const PageWishes& wishes, PageReading& reading) {
  if (wishes.noindex || wishes.noarchive || wishes.nofollow)
    if (const auto url = parse_url(url_of(address))) {
      WishCounts& counts = wishes_[url->origin()];
      counts.noindex += wishes.noindex ? 1 : 0;
      counts.noarchive += wishes.noarchive ? 1 : 0;
      counts.nofollow += wishes.nofollow ? 1 : 0;
    }
  if (wishes.nofollow) reading.links.clear();
  if (!wishes.noindex) {
    if (wishes.noarchive) ++not_archived_;
    return;
  }
  ++not_kept_;
  std::vector<FoundLink> links = std::move(reading.links);
  reading = {};
  reading.links = std::move(links);
}

WarcResponse HttpSource::archived(const FrontierUrl& url, const PoliteAnswer& answer) const {
  WarcResponse response;
  response.url = answer.url;
  response.asked = url.url;
  response.role = url.role;
  response.robots = answer.robots;
  response.fetched_at = now();
  response.status = answer.response.status;
  response.head = answer.response.head;
  response.body = answer.response.body;
  response.request_head = answer.response.request_head;
  response.via = url.referrer;
  response.depth = url.depth;
  return response;
}

// A page that was the same.
Status HttpSource::archive_same(const WarcResponse& response, const std::string& part) {
  if (!batch_->warc) return {};
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): looked at above
  return revisits_.note(*batch_->warc, response, part, parts_);
}

// Without its bytes when it is not packed: that it came is noted all the same.
Status HttpSource::archive(const PageTask& task, const PageWork& work, store::Capture& capture) {
  std::optional<WarcWriter>& warc = batch_->warc;
  if (!warc) return Error{Errc::kUsage, "the source was not opened before it archives", source_.id};
  const WarcResponse& response = task.response;
  WarcWriter::Place place;
  if (!work.packed.empty()) {
    TANMIAO_ASSIGN(place, warc->append(work.packed, response.fetched_at));
  }
  TANMIAO_ASSIGN(capture.id, env_.store.facts().next_capture_id());
  capture.source = source_.id;
  capture.url = task.part;
  capture.segment = place.segment;
  capture.offset = place.offset;
  capture.fetched_at = response.fetched_at;
  capture.status = response.status;
  capture.bytes = response.body.size();
  capture.bytes_hash = work.hash;
  capture.robots = response.robots;
  batch_->group.captures.push_back(capture);
  return {};
}

bool HttpSource::read_already(const FrontierUrl& url, const PoliteAnswer& answer) {
  const std::string part = part_of(answer.url);
  if (part != url.url) names_.insert(part, kSeen);
  return names_.contains(part, kRead);
}

PageTask HttpSource::task_of(const FrontierUrl& url, const PageRule& page, const PoliteAnswer& answer) const {
  PageTask task{env_,
                source_,
                page,
                part_of(answer.url),
                archived(url, answer),
                answer.mirror.empty() ? answer.url : answer.mirror};
  const auto known = parts_.find(task.part);
  task.known = known != parts_.end() && known->second.reading_hash == reading_;
  if (!task.known) return task;
  task.known_hash = known->second.bytes_hash;
  task.known_content = known->second.content_hash;
  return task;
}

Status HttpSource::take_page(FrontierUrl url, const PageTask& task, PageWork work) {
  const std::string& part = task.part;
  const std::string note = part == url.url ? std::string() : "-> " + part;
  if (names_.contains(part, kRead)) {  // while this one was read, another address led to it
    settle(std::move(url), UrlState::kDone, note);
    return {};
  }
  if (!work.decoded) {
    settle(std::move(url), UrlState::kFailed, work.unreadable);
    return {};
  }
  store::Capture capture;
  if (!work.same) {
    TANMIAO_TRY(archive(task, work, capture));
  } else if (!work.wishes.noarchive) {
    TANMIAO_TRY(archive_same(task.response, part));
  }
  if (work.sign != nullptr) return take_sign(std::move(url), *work.sign, task.answered);
  hosts_.good(task.answered);
  if (!work.unreadable.empty()) {
    settle(std::move(url), UrlState::kFailed, work.unreadable);
    return {};
  }
  PageReading& reading = work.reading;
  for (Record& record : reading.records) record.origin.capture = capture.id;
  ++taken_;
  names_.insert(part, kRead);
  const bool goes_on = lists_.take(task.page, part, reading, work.content);
  heed(task.answered, work.wishes, reading);
  const bool redacted = !header_of(task.response.head, kRedactedHeader).empty();
  for (const FoundLink& link : reading.links) {
    if (link.continues && !goes_on) continue;
    if (link.claims_secret && !redacted)
      outside(link.address, "网页自行写了密钥的名称");
    else if (link.role == kUnread)
      unread_.insert(link.address);
    else
      offer(link, url);
  }
  const bool odd = !work.same && !work.wishes.noindex && reading.records.empty() && is_odd(task.page, good_);
  if (odd) keep_odd(part, reading);
  if (!odd) note_revisit(part, task.page, work.same_content);
  if (work.same) {
    note_same(part);
    settle(std::move(url), UrlState::kDone, "same");
    return {};
  }
  const std::string& head = task.response.head;
  batch_->reread.insert(part);
  reading.tally.add_marks(marks_);
  if (odd && parts_.contains(part)) {
    batch_->group.parts_same.push_back(part);  // what it gave before stays, and it is read anew next time
    batch_->add(std::move(reading));
    settle(std::move(url), UrlState::kDone, note);
    return look_at_template();
  }
  store::Part read{part, work.hash, reading_, header_of(head, "ETag"), header_of(head, "Last-Modified")};
  read.content_hash = work.content;
  batch_->group.parts.push_back(std::move(read));
  for (const auto& [name, hash] : work.members) {
    batch_->reread.insert(name);
    batch_->group.parts.push_back({name, hash, reading_, "", ""});
  }
  batch_->add(std::move(reading));
  settle(std::move(url), UrlState::kDone, note);
  return look_at_template();
}

// A page that has nothing of what nearly all of its kind have is a reject, not an absence.
void HttpSource::keep_odd(const std::string& part, PageReading& reading) {
  if (!reading.rejects.empty()) return;
  store::Reject reject;
  reject.source = source_.id;
  reject.part = part;
  reject.expected = "页面里没有这类页面应有的内容，此前读到的予以保留";
  reading.rejects.push_back(std::move(reject));
}

// The site was rebuilt: what is read of it is worth nothing, so nothing more is asked for.
Status HttpSource::look_at_template() {
  if (batch_->broken_off) return {};
  const std::vector<Breach> changes = template_changes(source_, marks_, good_);
  if (changes.empty()) return {};
  TANMIAO_ASSIGN(const auto left, batch_->unanswered(changes));
  if (left.empty()) return {};
  batch_->broken_off = spent_ = true;
  return {};
}

Result<SourceReport> HttpSource::finish() {
  SourceReport& report = batch_->report;
  report.requests = requests_;
  report.bytes = bytes_;
  report.not_due = not_due_;
  report.robots = hosts_.robots_states(origins_);
  for (RobotsState& state : report.robots) {
    const WishCounts& counts = wishes_[state.origin];
    state.noindex = counts.noindex, state.noarchive = counts.noarchive, state.nofollow = counts.nofollow;
  }
  const bool complete = source_.completeness == store::Completeness::kComplete;
  const std::uint64_t failed = batch_->failed_urls;
  const std::string failures =
      failed == 0 ? std::string() : std::to_string(failed) + " 个网址抓取失败（首个 " + first_failure_ + "）";
  const std::string all = cut_.empty() || failures.empty() ? cut_ + failures : cut_ + "；" + failures;
  // What is missing because pages failed or were not asked for is told as that.
  std::string lists = lists_.repeated();
  if (lists.empty() && failed == 0 && cut_.empty()) lists = lists_.wrong_total();
  std::string trouble;
  if (taken_ == 0) trouble = all.empty() ? "没有取到任何页面" : all;
  if (batch_->broken_off) trouble.clear(), cut_.clear();
  if (complete && !lists.empty() && !batch_->broken_off) trouble = lists + "，来源声明为完整";
  if (complete && !cut_.empty()) trouble = cut_;
  if (complete && failed > 0 && !batch_->broken_off) trouble = all + "，来源声明为完整";
  TANMIAO_ASSIGN(SourceReport done, batch_->finish(trouble, source_.completeness));
  const std::string& note = !cut_.empty() ? cut_ : failures;
  // A contract that is broken does not say that pages failed.
  const bool told = done.outcome == SourceOutcome::kHeld && !trouble.empty();
  if (!told && !lists.empty()) done.why += (done.why.empty() ? "" : "；") + lists;
  if (!told && !note.empty()) done.why += (done.why.empty() ? "" : "；") + note;
  if (not_due_ > 0) done.why += (done.why.empty() ? "" : "；") + std::to_string(not_due_) + " 个页面未到复查日，未访问";
  if (!unread_.empty())
    done.why += (done.why.empty() ? "" : "；") + std::to_string(unread_.size()) + " 个附件的格式读不了（首个 " +
                *unread_.begin() + "），请下载后转成 xlsx 放入收件箱";
  if (!outside_.empty())
    done.why += (done.why.empty() ? "" : "；") + std::to_string(outside_.size()) +
                (outside_.size() == kMostOutside ? " 个以上网址" : " 个网址") + "不跟随（首个 " + first_outside_ + "）";
  for (const auto& [count, what] : {std::pair{not_kept_, " 个页面声明不得收录（noindex），未保留任何内容"},
                                    std::pair{not_archived_, " 个页面声明不得存档（noarchive），未保留原文"}})
    if (count > 0) done.why += (done.why.empty() ? "" : "；") + std::to_string(count) + what;
  done.stopped = stopped_;
  done.signs = signs_;
  const bool nothing_new = stopped_ && done.outcome == SourceOutcome::kUnchanged;
  if (taken_ == 0 || nothing_new) done.outcome = SourceOutcome::kFailed;
  return done;
}

}  // namespace tanmiao::crawler
