#include "crawler/http_crawl_source.h"

#include <algorithm>

#include "crawler/handed_on.h"
#include "crawler/replay.h"
#include "crawler/secrets.h"
#include "crawler/template_change.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using store::FrontierUrl;
using store::UrlState;

namespace {

constexpr int kNightsOfGrowth = 3;  // the first nights of a source find more than they ask for

void add(std::string& why, const std::string& more) {
  if (!more.empty()) why += (why.empty() ? "" : "；") + more;
}

}  // namespace

HttpSource::HttpSource(const CrawlEnv& env, const Source& source, asio::io_context& loop, asio::thread_pool& readers,
                       asio::thread_pool& committer, Hosts& hosts, const std::atomic<bool>& halt, Secrets secrets)
    : env_(env),
      source_(source),
      loop_(loop),
      readers_(readers),
      committer_(committer),
      hosts_(hosts),
      maker_(source, std::move(secrets)),
      all_done_(loop, asio::steady_timer::time_point::max()),
      committed_(loop, asio::steady_timer::time_point::max()),
      scope_(source.scope),
      halt_(halt),
      reading_(reading_hash(source, env.config, env.reference)),
      parts_(env.store.facts(), source.id),
      lost_(env.store.facts(), source.id, env.night.civil_date),
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
  TANMIAO_ASSIGN(const store::Batch batch, open_batch_by(facts, env_.night, source_.id, kByCrawl));
  batch_ = std::make_unique<CrawlBatch>(env_, source_, batch.id);
  TANMIAO_ASSIGN(const auto segments, facts.segments(source_.id));
  TANMIAO_ASSIGN(batch_->warc,
                 WarcWriter::open(env_.store.folder().captures(source_.id), segments, env_.config.identity.product));
  TANMIAO_TRY(parts_.open());
  TANMIAO_TRY(lost_.open());
  TANMIAO_ASSIGN(asked_, facts.asked(source_.id, env_.night.today()));
  TANMIAO_ASSIGN(queue_, queue_note(facts, source_.id));
  TANMIAO_TRY(take_up_all(batch.id));
  if (std::string rests = hosts_.source_rests(source_.id); !rests.empty())
    cut_ = std::move(rests), stopped_ = spent_ = true;
  TANMIAO_ASSIGN(good_, facts.good_tallies(source_.id));
  TANMIAO_ASSIGN(marks_, facts.tallies(batch.id));
  TANMIAO_TRY(look_at_template());
  offer_starts();
  return {};
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
  const bool gone = url.note == kGone;
  CrawlEvent event{url.state == UrlState::kRefused         ? Kind::kRefused
                   : url.state == UrlState::kDone && !gone ? Kind::kFetched
                                                           : Kind::kFailed};
  event.source = source_.id;
  event.host = host;
  event.address = url.url;
  event.why = event.kind == Kind::kFetched && url.note != "same" ? std::string_view() : without_hand_on(url.note);
  event.status = came.status;
  event.bytes = came.bytes;
  event.records = records;
  event.rejected = rejected;
  event.requests = url.attempts;
  if (lane != lanes_.end()) event.waiting = lane->second.left();
  tell(env_.config.observer, event);
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
  const bool broken_off = !batch_->broken_off.empty();
  if (broken_off) trouble.clear(), cut_.clear();
  if (complete && !lists.empty() && !broken_off) trouble = lists + "，来源声明为完整";
  if (complete && !cut_.empty()) trouble = cut_;
  if (complete && failed > 0 && !broken_off) trouble = all + "，来源声明为完整";
  batch_->whole = !broken_off && cut_.empty() && failed == 0 && !left_over_ && !shut_ && unseen_ == 0;
  TANMIAO_ASSIGN(SourceReport done, batch_->finish(trouble, source_.completeness));
  const std::string& note = !cut_.empty() ? cut_ : failures;
  // A contract that is broken does not say that pages failed.
  const bool told = done.outcome == SourceOutcome::kHeld && !trouble.empty();
  if (!told) add(done.why, lists);
  if (!told) add(done.why, note);
  if (const std::size_t left = left_waiting(); left > 0 && !complete)
    add(done.why, std::to_string(left) + " 个已知网址留待下一夜");
  if (not_due_ > 0) add(done.why, std::to_string(not_due_) + " 个页面未到复查日，未访问");
  if (gone_ > 0) add(done.why, std::to_string(gone_) + " 个页面已不存在（首个 " + first_gone_ + "）");
  if (refused_ > 0) add(done.why, std::to_string(refused_) + " 个网址不许访问（首个 " + first_refused_ + "）");
  if (unseen_ > 0)
    add(done.why, std::to_string(unseen_) + " 个已有页面今晚不许访问（首个 " + first_unseen_ + "），其记录予以保留" +
                      (complete ? "" : "，列表不与上次比较"));
  if (!unread_.empty())
    add(done.why, std::to_string(unread_.size()) + " 个附件的格式读不了（首个 " + *unread_.begin() +
                      "），请下载后转成 xlsx 放入收件箱");
  if (!outside_.empty())
    add(done.why, std::to_string(outside_.size()) + (outside_.size() == kMostOutside ? " 个以上网址" : " 个网址") +
                      "不跟随（首个 " + first_outside_ + "）");
  for (const auto& [count, what] : {std::pair{not_kept_, " 个页面声明不得收录（noindex），未保留任何内容"},
                                    std::pair{not_archived_, " 个页面声明不得存档（noarchive），未保留原文"}})
    if (count > 0) add(done.why, std::to_string(count) + what);
  lost_.tell(done);
  TANMIAO_TRY(note_queue(done));
  done.stopped = stopped_;
  done.signs = signs_;
  const bool nothing_new = stopped_ && done.outcome == SourceOutcome::kUnchanged;
  if (taken_ == 0 || nothing_new) done.outcome = shut_ ? SourceOutcome::kNotNow : SourceOutcome::kFailed;
  return done;
}

// What a person must know before it is too late: pages that robots.txt forbids since they were read, nights that find
// more than they ask for, and a source that says it is complete and is larger than its nights.
Status HttpSource::note_queue(SourceReport& report) {
  const std::size_t left = left_waiting();
  const bool complete = source_.completeness == store::Completeness::kComplete;
  if (forbidden_ > 0)
    report.advice.push_back("robots.txt 现在不许访问 " + std::to_string(forbidden_) + " 个已有页面（首个 " +
                            first_unseen_ + "），其记录不再更新：与发布方确认，或改用其他来源");
  QueueNote note = after_night(queue_, complete ? 0 : left);
  note.start = start_hash(source_);
  if (note.growing >= kNightsOfGrowth)
    report.advice.push_back("待访问的网址连续 " + std::to_string(note.growing) + " 夜增多，现有 " +
                            std::to_string(left) +
                            " 个：每晚发现的比能访问的多，请调高 most_requests、放宽时段，或缩小 [scope]");
  if (complete && spent_ && !stopped_ && !shut_ && over_budget())
    report.advice.push_back(
        "来源声明为完整，但一夜的上限内抓不完：请调高 most_requests 或 most_bytes，或改为 complete = \"part\"");
  return keep_queue_note(env_.store.facts(), source_.id, note);
}

}  // namespace tanmiao::crawler
