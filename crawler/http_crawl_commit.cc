// What came, and what is about to be asked for, on its way into the store: one group is written on a thread of its own
// while the next is gathered. All but the writing is done by the loop's thread.
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "crawler/http_crawl_source.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using store::FrontierUrl;
using store::UrlState;

namespace {

constexpr std::chrono::milliseconds kLeasedAhead{2000};  // so much asking one commit covers
constexpr std::int64_t kMostLeased = 64;                 // of a host

}  // namespace

// What its next request is to be is not known to the store, or not yet.
bool HttpSource::needs_lease(const Lane& lane) const {
  return lane.wants_lease() || (lane.leased.empty() && lane.leasing > 0);
}

// A request goes out only after the store knows of it: what died in between counts as asked for, against the night's
// bounds. Of all hosts at once, so that many of them cost one commit. What waits is held as a number; its address is in
// the store, or in the group that goes there. Not while a group is on its way: then it is in neither.
Status HttpSource::lease_ahead() {
  struct Next {
    Lane* lane;
    Rank rank;
    store::UrlId id;
  };
  const std::int64_t pause = std::max<std::int64_t>(source_.pause.count(), 1);
  const auto wanted = static_cast<std::size_t>(std::clamp<std::int64_t>(kLeasedAhead.count() / pause, 1, kMostLeased));
  std::vector<Next> next;
  std::vector<store::UrlId> stored;
  for (auto& [name, lane] : lanes_) {
    bool wants = lane.wants_lease();
    for (std::size_t leased = lane.leased.size(); !lane.waiting.empty() && (leased < wanted || wants); ++leased) {
      if (leased > 0 && lane.waiting.first().died) break;
      const auto [rank, id] = lane.waiting.take();
      next.push_back({&lane, rank, id});
      if (!fresh_.contains(id)) stored.push_back(id);
      wants = false;
      if (rank.died) break;
    }
  }
  TANMIAO_ASSIGN(std::vector<FrontierUrl> loaded, env_.store.facts().urls(stored));
  auto from_store = loaded.begin();
  for (const Next& one : next) {
    const auto fresh = fresh_.find(one.id);
    FrontierUrl url = fresh != fresh_.end() ? fresh->second : std::move(*from_store++);
    url.state = UrlState::kLeased;
    batch_->group.urls.push_back(url);
    url.state = UrlState::kWaiting;
    ++one.lane->leasing;
    leasing_.push_back({one.lane, one.rank, std::move(url)});
  }
  return {};
}

// What was leased and not asked for waits again: an orderly end is no death.
void HttpSource::give_back() {
  for (auto& [name, lane] : lanes_)
    for (; !lane.leased.empty();) {
      auto [rank, url] = lane.leased.take();
      lane.waiting.put(rank, url.id);
      batch_->group.urls.push_back(std::move(url));
    }
}

// Of a host that is not asked any more tonight: what waits is of the next night.
void HttpSource::set_aside(Lane& lane) {
  lane.set_aside += lane.waiting.size() + lane.leased.size();
  lane.waiting.clear();
  while (!lane.leased.empty()) batch_->group.urls.push_back(lane.leased.take().second);
}

// The store knows all addresses now. Before the walks begin.
Status HttpSource::commit() {
  TANMIAO_TRY(lost_.save());
  TANMIAO_TRY(batch_->flush());
  fresh_.clear();
  return parts_.status();
}

// One group at a time: groups are written in the order in which they were gathered.
void HttpSource::commit_when_due() {
  if (committing_ || !status_ || thrown_) return;
  const bool lease = std::exchange(lease_wanted_, false) && !over();
  if (lease) status_ = lease_ahead();
  if (status_ && (lease || batch_->full())) begin_commit();
}

void HttpSource::begin_commit() {
  status_ = lost_.save();
  if (!status_) return;
  auto taken = batch_->take_group();
  if (!taken) {
    status_ = taken.error();
    return;
  }
  struct UnderWay {
    GroupUnderWay group;
    std::unordered_map<store::UrlId, FrontierUrl> fresh;  // let go there
  };
  auto under_way = std::make_unique<UnderWay>(UnderWay{std::move(*taken), std::exchange(fresh_, {})});
  committing_ = true;
  asio::post(committer_,
             [this, &loop = loop_, under_way = std::move(under_way), busy = asio::make_work_guard(loop_)]() mutable {
               Status done;
               std::exception_ptr thrown;
               try {
                 done = under_way->group.write();
               } catch (...) {
                 thrown = std::current_exception();
               }
               under_way.reset();
               asio::post(loop, [this, done = std::move(done), thrown] { end_commit(done, thrown); });
             });
}

// When the crawl is to stop, or the disk is at its floor, the walks end: what was gathered meanwhile is written all the
// same.
void HttpSource::end_commit(Status done, const std::exception_ptr& thrown) {
  committing_ = false;
  if (thrown && !thrown_) thrown_ = thrown;
  if (status_) status_ = std::move(done);
  if (status_) status_ = parts_.status();
  if (room_) room_ = env_.room();
  for (Leasing& one : leasing_) {
    --one.lane->leasing;
    one.lane->leased.put(one.rank, std::move(one.url));
  }
  leasing_.clear();
  try {
    commit_when_due();
  } catch (...) {
    if (!thrown_) thrown_ = std::current_exception();
  }
  committed_.cancel();
}

// That of the group that is on its way now.
asio::awaitable<void> HttpSource::commit_ended() {
  if (!committing_) co_return;
  boost::system::error_code woken;
  co_await committed_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

}  // namespace tanmiao::crawler
