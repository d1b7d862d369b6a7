#include <algorithm>
#include <limits>
#include <utility>

#include "crawler/handed_on.h"
#include "crawler/http_crawl_source.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using store::FrontierUrl;
using store::UrlState;

namespace {

constexpr std::size_t kMostUrls = 2'000'000;
constexpr int kMostNested = 2;  // sitemaps within sitemaps; the protocol knows one level
// An address that was leased when so many processes ended: behind the others of its rank, and asked for alone, so that
// those beside it are not taken for what ended them.
constexpr int kSuspected = 2;

std::int64_t seconds_of(Date day) { return Instant(day).time_since_epoch().count(); }

}  // namespace

std::size_t HttpSource::left_waiting() const {
  std::size_t left = 0;
  for (const auto& [name, lane] : lanes_) left += lane.left() + lane.set_aside;
  return left;
}

bool HttpSource::over_budget() const {
  return asked_.requests + in_flight_ >= source_.most_requests || asked_.bytes >= source_.most_bytes;
}

// Pages that lead on are asked for in full: an unchanged one is wanted for its links.
FetchRequest HttpSource::request_for(const FrontierUrl& url, const PageRule& page) {
  FetchRequest request;
  if (const auto address = parse_address(url.url)) {
    request = maker_.request(*address, page);
  } else {
    request.url = url.url;
  }
  request.most_bytes = std::min(source_.most_page_bytes, source_.most_bytes);
  request.refuses = redirect_rule(url.referrer.empty());
  if (page.leads_on() || request.body) return request;
  const auto known = parts_.find(url.url);
  if (!known || known->reading_hash != reading_) return request;
  request.etag = known->etag;
  request.last_modified = known->last_modified;
  return request;
}

// A source that is complete is not, when its own bounds end it: it is held.
void HttpSource::cut_short(const std::string& why) {
  if (source_.completeness == store::Completeness::kComplete && cut_.empty()) cut_ = why + "，未抓完";
}

bool HttpSource::goes_too_far(const std::string& address, std::uint16_t depth, const std::string& from) {
  if (depth <= source_.most_depth && found_ < kMostUrls) return false;
  if (depth <= source_.most_depth) not_read(from);
  const std::string why = depth > source_.most_depth
                              ? "链接深度超过 most_depth（" + std::to_string(source_.most_depth) + "）"
                              : "网址超过 " + std::to_string(kMostUrls) + " 个";
  outside(address, why);
  unseen(address, false);
  cut_short(why);
  return true;
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
  cut_short(why);
  return true;
}

// A map that leads to maps that lead to maps ...
bool HttpSource::nests_too_deep(const FoundLink& link, const PageRule* page, const FrontierUrl& from,
                                const std::string& address) {
  if (page == nullptr || page->reader != "sitemap") return false;
  const auto above = from.role == link.role ? nested_.find(from.url) : nested_.end();
  const int depth = above == nested_.end() ? 0 : above->second + 1;
  if (depth <= kMostNested) return nested_.emplace(address, depth), false;
  outside(address, "站点地图嵌套过深");
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

// What a page links to is asked for by GET, whatever it says; a POST is built by the description alone. Nothing: it is
// of no host of the source.
std::optional<Address> HttpSource::address_of(const FoundLink& link) const {
  const std::string address = mirrors_.known_as(link.address);
  auto parsed = parse_address(link.built ? std::string_view(address) : url_of(address));
  if (!parsed || !host_allowed(parsed->url, source_.hosts)) return std::nullopt;
  const PageRule* const rule = source_.page(link.role);
  if (rule != nullptr && !parsed->post()) {
    parsed->kind = rule->request.kind;
    parsed->body = rule->request.body;
  }
  return std::move(*parsed);
}

void HttpSource::offer(const FoundLink& link, const FrontierUrl& from) {
  auto parsed = address_of(link);
  if (!parsed) return;
  const PageRule* const rule = source_.page(link.role);
  const Url url = scope_.plain(parsed->url);
  const std::string text = plain_address(scope_, std::move(*parsed));
  const int deeper = from.url.empty() ? 0 : from.depth + (link.continues ? 0 : 1);
  const auto depth = static_cast<std::uint16_t>(deeper);
  if (batch_->names.contains(text, kSeen) || goes_too_far(text, depth, from.url)) return;
  const auto page = parse_url(from.url);
  if (const std::string why = scope_.refusal(url, page ? &*page : nullptr); !why.empty()) {
    outside(text, why);
    unseen(text, false);
    if (scope_.full()) not_read(from.url);
    return;
  }
  if (one_page_too_many(link, rule, text) || nests_too_deep(link, rule, from, text)) return;
  scope_.follow(url);
  batch_->names.insert(text, kSeen);
  ++listed_[link.role];
  const std::int16_t priority = rule == nullptr ? std::int16_t{0} : rule->priority;
  FrontierUrl found{text, from.url, link.role, depth, UrlState::kWaiting, 0, "", priority, batch_->next_url_id()};
  note_led(found);
  if (rule != nullptr && not_due(text, *rule, link.changed)) {
    ++not_due_, ++taken_;
    batch_->names.insert(text, kRead);
    note_same(text);
    settle(std::move(found), UrlState::kDone, "same");
    ++found_;
    return;
  }
  batch_->group.urls.push_back(found);
  wait_in_lane(found);
  fresh_.emplace(found.id, std::move(found));
}

// Of its host: by rank, then first found first. A page that leads on is never old, unless the nights are too short for
// all of the source: then what was never read goes before what was, or a night would come no further than the last one;
// what is found tonight goes first. What failed goes behind all of it, where nights are too short among what was read:
// what was tried longest ago first.
void HttpSource::wait_in_lane(const FrontierUrl& url) {
  ++found_;
  const auto parsed = parse_url(url.url);
  Lane& lane = lanes_[parsed ? Hosts::lane_of(*parsed) : std::string()];
  if (!lane.worked) lane.worked = std::make_unique<asio::steady_timer>(loop_, asio::steady_timer::time_point::max());
  Rank rank{url.priority, url.attempts >= kSuspected};
  const PageRule* const page = source_.page(url.role);
  const bool behind = left_over_ && !url.referrer.empty();
  if (behind && url.note == store::kLeftOver) rank.seen = 1;
  const auto handed = handed_on(url.note);
  if (handed && !handed->failed) rank.seen = 1;
  if (page != nullptr && (behind || !page->leads_on()))
    if (const auto known = parts_.find(url.url)) {
      rank.seen = known->seen.value_or(Instant()).time_since_epoch().count();
      if (behind) rank.priority = std::numeric_limits<std::int16_t>::min();
    }
  if (handed && handed->failed)
    rank.priority = std::numeric_limits<std::int16_t>::min(), rank.seen = seconds_of(handed->last);
  lane.waiting.put(rank, url.id);
  if (!lane.walking) note_to_begin(lane);
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
bool HttpSource::not_due(const std::string& part, const PageRule& page, std::optional<Date> changed) {
  if (!may_skip(page) || leads_to_unread_.contains(part)) return false;
  const auto known = parts_.find(part);
  if (!known || known->reading_hash != reading_) return false;
  const std::optional<Date> checked = known->checked;
  if (!checked) return false;
  if (changed) {
    const bool long_ago =
        page.revisit_most > 0 && *checked + std::chrono::days(page.revisit_most) <= env_.night.civil_date;
    return *changed < *checked && !long_ago;
  }
  if (page.revisit_most == 0 || page.leads_on()) return false;
  return *checked + std::chrono::days(known->interval) > env_.night.civil_date;
}

// Of an archive its members too.
void HttpSource::note_same(const std::string& part) {
  batch_->group.parts_same.push_back(part);
  for (std::string& name : parts_.members(part)) batch_->group.parts_same.push_back(std::move(name));
}

// A page that was known and may not be looked at now: whether it is still there nobody knows. Only a source that is
// complete takes the absence of a page for anything.
void HttpSource::unseen(const std::string& part, bool by_robots) {
  if (!parts_.find(part)) return;
  if (by_robots && forbidden_++ == 0) first_unseen_ = part;
  if (unseen_++ == 0) first_unseen_ = part;
  if (source_.completeness != store::Completeness::kComplete) return;
  batch_->group.parts_unseen.push_back(part);
  for (std::string& name : parts_.members(part)) batch_->group.parts_unseen.push_back(std::move(name));
}

// Its host says that a page is there no more: it was read, and holds nothing.
void HttpSource::note_gone(const std::string& part, const std::string& why) {
  if (gone_++ == 0) first_gone_ = part + "：" + why;
  batch_->names.insert(part, kRead);
  lost_.found(part);
  withdraw(part);
}

void HttpSource::withdraw(const std::string& part) {
  std::vector<std::string> names = parts_.members(part);
  names.push_back(part);
  for (std::string& name : names) {
    batch_->names.insert(name);
    store::Part empty;
    empty.name = std::move(name);
    batch_->group.parts.push_back(std::move(empty));
  }
}

void HttpSource::note_led(const FrontierUrl& url) {
  if (dated_.empty()) return;
  const PageRule* const page = source_.page(url.role);
  if (page != nullptr && page->leads_on()) led_from_.emplace(url.url, url.referrer);
}

// As if nobody had asked for it yet: of the pages above it, one is what a sitemap or feed names.
void HttpSource::not_read(std::string referrer) {
  if (dated_.empty()) return;
  while (!referrer.empty() && leads_to_unread_.insert(referrer).second) {
    batch_->group.revisits.push_back({referrer, Date(), 0});
    const auto above = led_from_.find(referrer);
    referrer = above == led_from_.end() ? std::string() : above->second;
  }
}

void HttpSource::note_revisit(const std::string& part, const PageRule& page, bool same) {
  const bool paced = page.revisit_most > 0 && !page.leads_on();
  if (!paced && dated_.contains(page.role))
    batch_->group.revisits.push_back({part, leads_to_unread_.contains(part) ? Date() : env_.night.civil_date, 0});
  if (!paced) return;
  const auto known = parts_.find(part);
  const int before = known ? known->interval : 0;
  const int wanted = before == 0 ? page.revisit_least : same ? before * 2 : before / 2;
  const int days = std::clamp<int>(wanted, page.revisit_least, page.revisit_most);
  batch_->group.revisits.push_back({part, env_.night.civil_date, static_cast<std::uint16_t>(days)});
}

}  // namespace tanmiao::crawler
