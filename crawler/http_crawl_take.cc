#include <algorithm>

#include "crawler/handed_on.h"
#include "crawler/host_words.h"
#include "crawler/http_crawl_source.h"
#include "crawler/robots_tags.h"
#include "crawler/template_change.h"

namespace tanmiao::crawler {
using store::FrontierUrl;
using store::UrlState;

namespace {
Instant now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }
}  // namespace

// The name of what an address answered with: a redirect may have put a session into it.
std::string HttpSource::part_of(const std::string& address) const {
  const auto parsed = parse_address(address);
  return parsed ? plain_address(scope_, *parsed) : address;
}

// The state of an address goes into the group; in memory it is not looked at again.
void HttpSource::settle(FrontierUrl url, UrlState state, std::string note) {
  if (state == UrlState::kFailed) {
    not_read(url.referrer);
    ++batch_->failed_urls;
    if (first_failure_.empty()) first_failure_ = url.url + "：" + std::string(without_hand_on(note));
  }
  url.state = state;
  url.note = std::move(note);
  batch_->group.urls.push_back(std::move(url));
}

// What is no page: a failure, a refusal, or that it is there no more, which of a page that leads on is a failure.
Status HttpSource::take_none(FrontierUrl url, const PoliteAnswer& answer) {
  const bool refused = answer.kind == PoliteAnswer::Kind::kRefused;
  if (answer.sign) note_sign(*answer.sign);
  if (answer.sign && answer.source_stop) end_source(*answer.sign);
  if (answer.stop) stopped_ = true, cut_ = answer.stopped_because + "，今晚不再访问";
  const PageRule* const page = source_.page(url.role);
  const int status = answer.response.status;
  std::string note = answer.note;
  if (page != nullptr && !refused) note += host_words(*page, answer.response, now());
  const std::string again = for_another_night(url, answer);
  if (!refused && !answer.sign && page != nullptr && !page->leads_on() && (status == 404 || status == 410)) {
    note_gone(url.url, note);
    not_read(url.referrer);  // a notice may be there before its file
    settle(std::move(url), UrlState::kDone, std::string(kGone));
    return {};
  }
  if (!answer.not_followed.empty()) outside(answer.not_followed, answer.note);
  if (refused && refused_++ == 0) first_refused_ = url.url + "：" + answer.note;
  if (refused) unseen(url.url, answer.note.starts_with("robots"));
  settle(std::move(url), refused ? UrlState::kRefused : UrlState::kFailed, note + again);
  return {};
}

// What is no new page: one that was not modified, or one that came under another address already. `conditional`: it was
// asked for as what changed since it was last read.
Status HttpSource::take(FrontierUrl url, const PoliteAnswer& answer, bool conditional) {
  if (answer.kind != PoliteAnswer::Kind::kAnswer) return take_none(std::move(url), answer);
  if (answer.response.status != 304) {
    const std::string part = part_of(answer.url);
    std::string note = part == url.url ? std::string() : "-> " + part;
    settle(std::move(url), UrlState::kDone, std::move(note));
    return {};
  }
  if (!conditional) {
    const std::string again = for_another_night(url, store::kTryAgain);
    settle(std::move(url), UrlState::kFailed, "主机未经询问就答 304（没有改动）" + again);
    return {};
  }
  ++taken_;
  batch_->names.insert(url.url, kRead);
  lost_.found(url.url);
  const PageWishes wishes = page_wishes(answer.response.head, {}, env_.config.identity.product, now());
  count(answer.url, wishes);
  if (wishes.noindex) {  // it is what it was, and nothing of it may be kept any more
    ++not_kept_;
    withdraw(url.url);
    settle(std::move(url), UrlState::kDone, {});
    return {};
  }
  if (!wishes.noarchive) {
    TANMIAO_TRY(archive_same(archived(url, answer), url.url));
  }
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

void HttpSource::count(const std::string& address, const PageWishes& wishes) {
  if (!wishes.any()) return;
  const auto url = parse_url(url_of(address));
  if (!url) return;
  WishCounts& counts = wishes_[url->origin()];
  counts.noindex += wishes.noindex ? 1 : 0;
  counts.noarchive += wishes.noarchive ? 1 : 0;
  counts.nofollow += wishes.nofollow ? 1 : 0;
}

// What the page asks of programs: nothing of it is kept, or its links lead nowhere.
void HttpSource::heed(const std::string& address, const PageWishes& wishes, PageReading& reading) {
  count(address, wishes);
  if (wishes.nofollow && !reading.links.empty()) {
    cut_short("网页声明不得跟随其链接（nofollow）");
    reading.links.clear();
  }
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
  const auto known = parts_.find(part);
  if (!known) return {};
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): looked at above
  return revisits_.note(*batch_->warc, response, *known);
}

// Without its bytes when it is not packed: that it came is noted all the same.
Status HttpSource::archive(const PageTask& task, const PageWork& work, store::Capture& capture) {
  std::optional<WarcWriter>& warc = batch_->warc;
  if (!warc) return Error{Errc::kUsage, "the source was not opened before it archives", source_.id};
  const WarcResponse& response = task.response;
  WarcWriter::Place place;
  if (!work.packed.members.empty()) {
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
  if (part != url.url) batch_->names.insert(part, kSeen);
  return batch_->names.contains(part, kRead);
}

PageTask HttpSource::task_of(const FrontierUrl& url, const PageRule& page, const PoliteAnswer& answer) {
  PageTask task{env_,
                source_,
                page,
                part_of(answer.url),
                archived(url, answer),
                answer.mirror.empty() ? answer.url : answer.mirror};
  const auto known = parts_.find(task.part);
  task.known = known && known->reading_hash == reading_;
  if (!task.known) return task;
  task.known_hash = known->bytes_hash;
  task.known_content = known->content_hash;
  return task;
}

Status HttpSource::take_page(FrontierUrl url, const PageTask& task, PageWork work) {
  const std::string& part = task.part;
  const std::string note = part == url.url ? std::string() : "-> " + part;
  if (batch_->names.contains(part, kRead)) {  // while this one was read, another address led to it
    settle(std::move(url), UrlState::kDone, note);
    return {};
  }
  const std::string again = for_another_night(url, store::kTryAgain);
  if (!work.decoded) {
    settle(std::move(url), UrlState::kFailed, work.unreadable + again);
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
    if (task.page.is_attachment()) lost_.lost(part, work.hash, work.unreadable);
    settle(std::move(url), UrlState::kFailed, work.unreadable + again);
    return {};
  }
  lost_.found(part);
  PageReading& reading = work.reading;
  for (Record& record : reading.records) record.origin.capture = capture.id;
  ++taken_;
  batch_->names.insert(part, kRead);
  const bool goes_on = lists_.take(task.page, part, reading, work.content);
  heed(task.answered, work.wishes, reading);
  const bool redacted = !header_of(task.response.head, kRedactedHeader).empty();
  for (const FoundLink& link : reading.links) {
    if (link.continues && !goes_on) continue;
    if (!link.fault.empty())
      outside(link.address, link.fault);
    else if (link.claims_secret && !redacted)
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
  batch_->names.insert(part);
  reading.tally.add_marks(marks_);
  if (odd && parts_.find(part)) {
    batch_->group.parts_same.push_back(part);  // what it gave before stays, and it is read anew next time
    batch_->add(std::move(reading));
    settle(std::move(url), UrlState::kDone, note);
    return look_at_template();
  }
  store::Part read{part, work.hash, reading_, header_of(head, "ETag"), header_of(head, "Last-Modified")};
  read.content_hash = work.content;
  read.capture = capture.id;
  batch_->group.parts.push_back(std::move(read));
  for (const auto& [name, hash] : work.members) {
    batch_->names.insert(name);
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
  if (!batch_->broken_off.empty()) return {};
  const std::vector<Breach> changes = template_changes(source_, marks_, good_);
  if (changes.empty()) return {};
  TANMIAO_ASSIGN(const auto left, batch_->unanswered(changes));
  if (left.empty()) return {};
  batch_->broken_off = changes;
  spent_ = true;
  return {};
}

}  // namespace tanmiao::crawler
