#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <tuple>
#include <utility>

#include "crawler/handed_on.h"
#include "crawler/http_crawl_source.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using store::FrontierUrl;
using store::UrlState;

namespace {

constexpr std::size_t kMostWorking = 2;                               // pages of a host that came and are not taken yet
constexpr std::uint64_t kMostWorkingBytes = std::uint64_t{32} << 20;  // of all pages that are being read

constexpr std::string_view kBefore = "；";
constexpr std::size_t kDay = 10;  // bytes of YYYY-MM-DD
constexpr std::size_t kBytes = store::kTryAgain.size() + store::kSince.size() + kDay + store::kLastTried.size() + kDay;
static_assert(store::kTryAgain.size() == store::kAskWhenAllowed.size());

std::optional<HandedOn> end_of(std::string_view note) {
  if (note.size() < kBytes) return std::nullopt;
  note.remove_prefix(note.size() - kBytes);
  HandedOn found;
  found.failed = note.starts_with(store::kTryAgain);
  if (!found.failed && !note.starts_with(store::kAskWhenAllowed)) return std::nullopt;
  note.remove_prefix(store::kTryAgain.size());
  if (!note.starts_with(store::kSince)) return std::nullopt;
  const auto since = parse_iso_date(note.substr(store::kSince.size(), kDay));
  const auto last = parse_iso_date(note.substr(note.size() - kDay));
  if (!since || !last) return std::nullopt;
  found.since = *since, found.last = *last;
  return found;
}

}  // namespace

asio::awaitable<void> HttpSource::run() {
  begin_walks();
  while (walking_ > 0) {
    boost::system::error_code woken;
    co_await all_done_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  while (committing_) co_await commit_ended();
  if (status_ && !thrown_) give_back(), begin_commit();
  while (committing_) co_await commit_ended();
  if (thrown_) std::rethrow_exception(thrown_);
  if (status_) status_ = room_;
  if (status_ && (halt_ || env_.stop)) status_ = Error{Errc::kCancelled, "asked to stop", source_.id};
}

// Of every host that got something since its walk ended. A page of one host may lead to another.
void HttpSource::begin_walks() {
  while (!to_begin_.empty() && !over()) {
    Lane& lane = *to_begin_.back();
    to_begin_.pop_back();
    lane.to_begin = false;
    if (lane.walking || lane.empty()) continue;
    lane.walking = true;
    ++walking_;
    asio::co_spawn(loop_, walk(lane), [this, &lane](const std::exception_ptr& thrown) {
      lane.walking = false;
      if (thrown && !thrown_) thrown_ = thrown;
      if (!lane.empty()) note_to_begin(lane), begin_walks();
      if (--walking_ == 0) all_done_.cancel();
    });
  }
}

void HttpSource::note_to_begin(Lane& lane) {
  if (!std::exchange(lane.to_begin, true)) to_begin_.push_back(&lane);
}

bool HttpSource::over() const { return halt_ || env_.stop || !room_ || !status_ || thrown_ || spent_; }

asio::awaitable<void> HttpSource::walk(Lane& lane) {
  while (!over()) {
    if (lane.done) set_aside(lane);
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
    if (needs_lease(lane)) {
      lease_wanted_ |= lane.leasing == 0 && lane.wants_lease();
      commit_when_due();
      co_await commit_ended();
      continue;
    }
    if (committing_ && batch_->full()) {  // the store is slower than the hosts
      co_await commit_ended();
      continue;
    }
    const bool go_on = co_await visit(lane, lane.leased.take().second);
    lane.done |= !go_on;
    begin_walks();
  }
  while (lane.working > 0) co_await next_worked(lane);
}

// Its pages may lead to more of it, or to what goes before the rest, or it sends them faster than they are read.
bool HttpSource::waits_for_work(const Lane& lane) const {
  return !lane.pending.empty() && (lane.empty() || lane.leads_on || lane.next_died() ||
                                   lane.pending.size() >= kMostWorking || working_bytes_ > kMostWorkingBytes);
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
  commit_when_due();
}

// false: its host is not asked any more.
asio::awaitable<bool> HttpSource::visit(Lane& lane, FrontierUrl url) {
  const PageRule* const page = source_.page(url.role);
  if (page == nullptr) {
    settle(url, UrlState::kFailed, "没有名为 " + url.role + " 的页面说明");
    co_return true;
  }
  if (lists_.repeats(*page, url.url)) {
    settle(url, UrlState::kRefused, "列表翻页重复，未访问");
    co_return true;
  }
  const bool failed_before = has_failed(url);
  if (failed_before && lane.in_vain >= kMostInVain) {
    batch_->group.urls.push_back(std::move(url));
    ++lane.set_aside;
    co_return true;
  }
  const FetchRequest request = request_for(url, *page);
  const bool conditional = !request.etag.empty() || !request.last_modified.empty();
  ++in_flight_;
  const PoliteAnswer answer = co_await get(request, failed_before);
  --in_flight_;
  if (!status_) co_return false;
  if (answer.kind == PoliteAnswer::Kind::kCancelled) {
    note_asked(answer);
    batch_->group.urls.push_back(std::move(url));  // an orderly end is no death: its attempts are what they were
    co_return false;
  }
  for (const std::string& address : {url.url, answer.url, answer.mirror})
    if (const auto asked = parse_url(address)) origins_.insert(asked->origin()), offer_sitemaps(asked->origin());
  if (failed_before) lane.in_vain = answer.kind == PoliteAnswer::Kind::kFailed ? lane.in_vain + 1 : 0;
  const bool died = url.attempts > 0;
  if (answer.kind == PoliteAnswer::Kind::kShut) {
    note_asked(answer);
    batch_->group.urls.push_back(std::move(url));
    ++lane.set_aside;
    cut_ = answer.note + "，未抓完";
    shut_ = spent_ = true;
    co_return false;
  }
  url.attempts = static_cast<std::uint16_t>(std::min<std::uint32_t>(url.attempts + answer.requests, 65535));
  note_asked(answer);
  env_.progress.update("crawl", ++visited_, found_, source_.id);
  const auto pending = std::make_shared<Pending>();
  pending->came = {answer.response.status, answer.bytes};
  lane.pending.push_back(pending);
  lane.leads_on = page->leads_on() || died;
  if (answer.kind == PoliteAnswer::Kind::kAnswer && answer.response.status != 304 && !read_already(url, answer)) {
    begin_work(lane, url, task_of(url, *page, answer), pending);
  } else {
    pending->take = [this, url, answer, conditional] { return take(url, answer, conditional); };
    pending->ready = true;
    take_ready(lane);
  }
  co_return !answer.stop && (!mirrors_.empty() || !hosts_.left_alone(answer.url));
}

// What the report tells, and what is left of the night's bounds.
void HttpSource::note_asked(const PoliteAnswer& answer) {
  requests_ += answer.requests;
  bytes_ += answer.bytes;
  for (store::Asked* const asked : {&asked_, &batch_->group.asked}) {
    asked->requests += answer.requests;
    asked->bytes += answer.bytes;
  }
}

std::optional<HandedOn> handed_on(std::string_view note) { return note.size() == kBytes ? end_of(note) : std::nullopt; }

std::string hand_on(std::string_view word, std::string_view before, Date tonight) {
  const auto earlier = handed_on(before);
  const Date since = earlier ? earlier->since : tonight;
  if (since + std::chrono::days(kDaysTried) <= tonight) return {};
  std::string end(kBefore);
  end.append(word).append(store::kSince).append(iso(since)).append(store::kLastTried).append(iso(tonight));
  return end;
}

std::string_view without_hand_on(std::string_view note) {
  if (!end_of(note)) return note;
  note.remove_suffix(kBytes);
  if (note.ends_with(kBefore)) note.remove_suffix(kBefore.size());
  return note;
}

bool may_pass(int status) {
  constexpr int kOfRefusal[] = {512, 521};  // of walls that keep programs out
  if (status == 0 || status == 408 || status == 425 || status == 429) return true;
  return status >= 500 && std::find(std::begin(kOfRefusal), std::end(kOfRefusal), status) == std::end(kOfRefusal);
}

bool HttpSource::has_failed(const FrontierUrl& url) {
  const auto handed = handed_on(url.note);
  return handed && handed->failed;
}

// What to add to the note of an address that is not read tonight, so that the store hands it on. A start is asked for
// each night anyway, and so is all of a source that is complete.
std::string HttpSource::for_another_night(const FrontierUrl& url, std::string_view word) const {
  if (url.referrer.empty() || source_.completeness == store::Completeness::kComplete) return {};
  return hand_on(word, url.note, env_.night.civil_date);
}

// What robots.txt forbids, or was forbidden since there was none to be had, and what a host in trouble was not asked
// for any more, may be asked for when that is over; what failed for a reason that may pass is tried again. An answer
// against programs is neither.
std::string HttpSource::for_another_night(const FrontierUrl& url, const PoliteAnswer& answer) const {
  if (answer.sign) return {};
  if (answer.note.starts_with("robots") || (answer.stop && answer.requests == 0))
    return for_another_night(url, has_failed(url) ? store::kTryAgain : store::kAskWhenAllowed);
  if (answer.kind != PoliteAnswer::Kind::kFailed || answer.response.limit || !may_pass(answer.response.status))
    return {};
  return for_another_night(url, store::kTryAgain);
}

}  // namespace tanmiao::crawler
