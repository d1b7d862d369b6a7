// Where a night of a source begins: with what earlier nights and processes left, held against the description of today,
// and with the addresses of its start.
#include <algorithm>
#include <utility>

#include "crawler/handed_on.h"
#include "crawler/http_crawl_source.h"

namespace tanmiao::crawler {
using store::FrontierUrl;
using store::UrlState;

namespace {

// An address over which so many processes died, more than any operator's restarts, is given up for the night.
constexpr int kMostDeaths = 20;
constexpr std::string_view kOtherStart = "起始网址已改，从头找起";
constexpr std::string_view kEachNightAnew = "完整来源每夜从头抓取";

// Found by an earlier night, not by this one.
bool is_left_over(const FrontierUrl& url) {
  return url.note == store::kLeftOver || url.note == store::kAskedAgain || handed_on(url.note);
}

FoundLink start_link(const Source& source, const std::string& start) {
  FoundLink link;
  link.address = start;
  link.role = source.start_role;
  link.built = true;
  return link;
}

}  // namespace

// The rows of the batch, in the order in which they were found. What is not wanted any more is in the store as that
// before anything is asked for.
Status HttpSource::take_up_all(store::BatchId batch) {
  for (const std::string& start : source_.start)
    if (auto address = address_of(start_link(source_, start)))
      starts_.insert(plain_address(scope_, std::move(*address)));
  other_start_ = queue_.start != 0 && queue_.start != start_hash(source_);
  other_links_ = queue_.links != links_hash(source_);
  bool taken_up = false;
  TANMIAO_TRY(env_.store.facts().each_url(batch, [&](FrontierUrl&& url) -> Status {
    if (is_dropped(url)) {
      requests_ += url.attempts;
      not_read(url.referrer);
      if (url.note.ends_with(kOtherStart))
        cut_short("起始网址在夜里改过");
      else if (!url.note.ends_with(kEachNightAnew) && wanted_again(url))
        cut_short("来源说明在夜里改过");
      return {};
    }
    const bool left_over = url.state == UrlState::kWaiting && is_left_over(url);
    const PageRule* const page = source_.page(url.role);
    taken_up |= !left_over || (handed_on(url.note) && page != nullptr && page->leads_on());
    left_over ? take_over(std::move(url)) : take_up(std::move(url));
    return {};
  }));
  if (taken_up || left_over_) lists_.taken_up();
  if (!batch_->group.urls.empty()) TANMIAO_TRY(commit());
  // Behind the commit: what waits was held against the rules of today, what is found is found by them.
  if (!other_links_) return {};
  queue_.links = links_hash(source_);
  return keep_queue_note(env_.store.facts(), source_.id, queue_);
}

// Those that the batch does not have.
void HttpSource::offer_starts() {
  for (const std::string& start : source_.start) offer(start_link(source_, start), FrontierUrl());
}

// What an earlier process of this night left. Of what was leased nobody knows whether it went out: it counts as asked
// for, in a commit that goes before the first request.
void HttpSource::take_up(FrontierUrl url) {
  const bool leased = url.state == UrlState::kLeased;
  if (leased) {
    ++asked_.requests, ++batch_->group.asked.requests;
    ++url.attempts;
    url.state = UrlState::kWaiting;
    if (url.attempts >= kMostDeaths)
      url.state = UrlState::kFailed,
      url.note = "访问它时程序已 " + std::to_string(kMostDeaths) + " 次中断，今晚不再访问";
  }
  requests_ += url.attempts;
  if (strays(url)) {
    strays_.insert(url.url);
    if (url.state == UrlState::kDone) cut_short("起始网址在夜里改过");
  }
  if (url.state == UrlState::kWaiting)
    if (const std::string why = not_wanted(url); !why.empty()) return drop(std::move(url), why);
  if (leased) batch_->group.urls.push_back(url);
  if (url.state == UrlState::kWaiting) {
    left_over_ |= url.note == store::kLeftOver;
    wait_in_lane(url);
  } else {
    ++found_;
  }
  batch_->names.insert(url.url, kSeen);
  if (const auto parsed = parse_url(url.url)) scope_.follow(*parsed);
  ++listed_[url.role];
  if (const auto above = nested_.find(url.referrer); above != nested_.end())
    nested_[url.url] = above->second + 1;
  else if (const PageRule* const page = source_.page(url.role); page != nullptr && page->reader == "sitemap")
    nested_[url.url] = 0;
  note_led(url);
  if (url.state == UrlState::kFailed || url.note == kGone) not_read(url.referrer);
  if (url.state == UrlState::kFailed) ++batch_->failed_urls;
  if (url.state == UrlState::kFailed && first_failure_.empty())
    first_failure_ = url.url + "：" + std::string(without_hand_on(url.note));
  if (url.state != UrlState::kDone) return;
  if (url.note == kGone) {
    if (gone_++ == 0) first_gone_ = url.url;
    batch_->names.insert(url.url);
    batch_->names.insert(url.url, kRead);
    return;
  }
  ++taken_;
  // note: "" read, "same" unchanged, "-> URL" read under that address.
  const std::string part = url.note.starts_with("-> ") ? url.note.substr(3) : url.url;
  batch_->names.insert(part, kRead);
  if (url.note != "same") batch_->names.insert(part);
}

// What an earlier night found and did not ask for, or read in vain. Its description may have changed since.
void HttpSource::take_over(FrontierUrl url) {
  std::string why = not_wanted(url);
  if (why.empty() && !batch_->names.insert(url.url, kSeen)) why = "已在其中";
  if (!why.empty()) return drop(std::move(url), why);
  left_over_ |= url.note == store::kLeftOver;
  const PageRule* const page = source_.page(url.role);
  if (const auto parsed = parse_url(url_of(url.url))) scope_.follow(*parsed);
  ++listed_[url.role];
  if (page->reader == "sitemap") nested_[url.url] = 0;
  url.priority = page->priority;
  wait_in_lane(url);
}

// Of this night, and no start of today leads to it by the way it was found.
bool HttpSource::strays(const FrontierUrl& url) const {
  if (!url.referrer.empty())
    return strays_.contains(url.referrer) || (other_start_ && !batch_->names.contains(url.referrer, kSeen));
  if (url.role == source_.start_role && starts_.contains(url.url)) return false;
  return source_.robots_sitemaps.empty() || url.role != source_.robots_sitemaps;
}

// Why the description of today does not want what was found before, empty: it does. A source whose delivery is what one
// night sees begins anew.
std::string HttpSource::not_wanted(const FrontierUrl& url) const {
  const bool left_over = is_left_over(url);
  if (left_over && source_.completeness == store::Completeness::kComplete) return std::string(kEachNightAnew);
  if (left_over ? other_start_ : strays_.contains(url.url)) return std::string(kOtherStart);
  const auto parsed = parse_address(url.url);
  if (!parsed || source_.page(url.role) == nullptr || !host_allowed(parsed->url, source_.hosts) ||
      (left_over && plain_address(scope_, *parsed) != url.url))
    return "来源说明不再要它";
  if (url.depth > source_.most_depth) return "链接深度超过 most_depth（" + std::to_string(source_.most_depth) + "）";
  // Rules are held against the address as it stood on its page: what they took then is not asked of them again.
  if (!url.referrer.empty() && other_links_ && !may_lead_to(source_, url.role, url.url)) return "已没有链接规则通向它";
  return out_of_scope(url, parsed->url);
}

std::string HttpSource::out_of_scope(const FrontierUrl& url, const Url& parsed) const {
  if (url.referrer.empty()) return {};
  const auto from = parse_url(url_of(url.referrer));
  return scope_.refusal(parsed, from ? &*from : &parsed);
}

// Of this night, dropped under a description that was there for a while: what led to it was asked already.
bool HttpSource::wanted_again(FrontierUrl url) const {
  url.note.clear();
  return not_wanted(url).empty();
}

// The page that led to it tonight leads to it no more: it was asked already. What that page would have told of it is
// told here.
void HttpSource::drop(FrontierUrl url, const std::string& why) {
  not_read(url.referrer);
  if (!is_left_over(url)) {
    const auto parsed = parse_address(url.url);
    if (why == kOtherStart)
      cut_short("起始网址在夜里改过");
    else if (!goes_too_far(url.url, url.depth, url.referrer) && parsed && !out_of_scope(url, parsed->url).empty())
      outside(url.url, why), unseen(url.url, false);
  }
  batch_->group.urls.push_back(dropped(std::move(url), why));
}

}  // namespace tanmiao::crawler
