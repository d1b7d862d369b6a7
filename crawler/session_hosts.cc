// Sources on hosts: each walks its frontier page by page, all on one loop; hosts keep their own pace (fetcher_hosts.h).
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <set>

#include "core/hash.h"
#include "crawler/fetcher_hosts.h"
#include "crawler/session.h"

namespace tanmiao::crawler {
namespace {

namespace asio = boost::asio;
using store::FrontierUrl;
using store::UrlState;

constexpr double kMostFailed = 0.2;  // share of addresses that may fail before the source is held

class Walk {
 public:
  Walk(const Work& work, Session& session, Hosts& hosts) : work_(work), session_(session), hosts_(hosts) {
    policy_.hosts = session.source().hosts;
    policy_.pause = session.source().pause;
    policy_.allow_loopback_speed = work.config.allow_loopback_speed;
  }

  asio::awaitable<void> run() {
    status_ = take_up();
    while (status_ && !waiting_.empty() && within_bounds()) {
      if (work_.stop) {
        status_ = stopped();
        break;
      }
      FrontierUrl url = std::move(waiting_.front());
      waiting_.pop_front();
      const auto answer = co_await hosts_.get(request_for(url), policy_);
      status_ = take(std::move(url), answer);
      if (held_) co_return;
    }
    if (status_ && !held_) status_ = end();
  }

  const Status& status() const { return status_; }

 private:
  Status stopped() {
    TANMIAO_TRY(session_.commit());
    return Error{Errc::kCancelled, "asked to stop", session_.source().id};
  }

  bool within_bounds() const {
    const SourceReport& report = session_.report();
    return report.requests < session_.source().most_requests && report.bytes < session_.source().most_bytes;
  }

  // The frontier as an earlier process of this night left it, or the start pages.
  Status take_up() {
    for (const FrontierUrl& url : session_.frontier()) {
      known_.insert(url.url);
      ++seen_;
      if (url.state == UrlState::kWaiting) waiting_.push_back(url);
      if (url.state == UrlState::kFailed) ++failed_;
    }
    if (!known_.empty()) return {};
    for (const std::string& start : session_.source().start) {
      const auto normal = normal_url(start);
      if (!normal) return Error{Errc::kConfig, normal.error().message, session_.source().file};
      enqueue(*normal, "", session_.source().start_role, 0);
    }
    return session_.commit();
  }

  void enqueue(const std::string& url, const std::string& referrer, const std::string& role, int depth) {
    if (!known_.insert(url).second) return;
    FrontierUrl entry;
    entry.url = url;
    entry.referrer = referrer;
    entry.role = role;
    entry.depth = static_cast<std::uint16_t>(depth);
    ++seen_;
    session_.url(entry);
    waiting_.push_back(std::move(entry));
  }

  // A page that leads on is asked for whole: without its body nothing behind it would be seen.
  FetchRequest request_for(const FrontierUrl& url) const {
    FetchRequest request;
    request.url = url.url;
    const PageRule* const page = session_.source().page(url.role);
    const store::Part* const part = session_.known_part(url.url);
    if (page != nullptr && page->links.empty() && part != nullptr && part->reading_hash == session_.reading_hash()) {
      request.etag = part->etag;
      request.last_modified = part->last_modified;
    }
    return request;
  }

  Status take(FrontierUrl url, const PoliteAnswer& answer) {
    SourceReport& report = session_.report();
    report.requests += answer.requests;
    report.bytes += answer.bytes;
    work_.progress.update("crawl", report.requests, 0, session_.source().id);
    if (answer.kind == PoliteAnswer::Kind::kCancelled) return stopped();
    url.attempts = static_cast<std::uint16_t>(answer.requests);
    if (answer.kind != PoliteAnswer::Kind::kAnswer) return gave_nothing(std::move(url), answer);
    if (answer.response.status == 304) {
      session_.part_same(url.url);
      return done(std::move(url));
    }
    return take_body(std::move(url), answer);
  }

  // What the part said before stays; the source as a whole was not seen.
  Status gave_nothing(FrontierUrl url, const PoliteAnswer& answer) {
    const bool refused = answer.kind == PoliteAnswer::Kind::kRefused;
    url.state = refused ? UrlState::kRefused : UrlState::kFailed;
    url.note = answer.note;
    if (!refused) {
      ++failed_;
      ++session_.report().failed_urls;
    }
    whole_ = false;
    first_trouble_ = first_trouble_.empty() ? url.url + "：" + url.note : first_trouble_;
    if (session_.known_part(url.url) != nullptr) session_.part_same(url.url);
    session_.url(std::move(url));
    return session_.commit_if_large();
  }

  Status done(FrontierUrl url) {
    url.state = UrlState::kDone;
    session_.url(std::move(url));
    return session_.commit_if_large();
  }

  Status take_body(FrontierUrl url, const PoliteAnswer& answer) {
    const PageRule* const page = session_.source().page(url.role);
    std::string body;
    if (page == nullptr || !decoded_body(answer.response.head, answer.response.body, 256u << 20, body))
      return hold("页面无法解码：" + url.url);
    const std::uint64_t hash = hash64(body);
    const bool same = session_.unchanged(url.url, hash);
    Document document;
    document.part = url.url;
    document.bytes = body;
    document.charset = charset_of(answer.response.head);
    if (same) {
      session_.part_same(url.url);
    } else {
      TANMIAO_ASSIGN(document.capture, keep(url, answer, hash));
    }
    if (!same || !page->links.empty()) {
      if (Status read = session_.read(*page, document, same); !read) {
        if (read.error().code == Errc::kDiskFull || read.error().code == Errc::kCorrupt) return read;
        return hold("读不了：" + url.url + "（" + read.error().message + "）");
      }
    }
    if (!same) session_.part_read(part_of(url, answer, hash));
    follow(url);
    return done(std::move(url));
  }

  store::Part part_of(const FrontierUrl& url, const PoliteAnswer& answer, std::uint64_t hash) const {
    store::Part part;
    part.name = url.url;
    part.bytes_hash = hash;
    part.reading_hash = session_.reading_hash();
    part.etag = header_of(answer.response.head, "ETag");
    part.last_modified = header_of(answer.response.head, "Last-Modified");
    return part;
  }

  // Archives the answer; gives its capture.
  Result<store::CaptureId> keep(const FrontierUrl& url, const PoliteAnswer& answer, std::uint64_t hash) {
    const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    WarcResponse response;
    response.url = answer.url;
    if (answer.url != url.url) response.asked = url.url;
    response.role = url.role;
    response.robots = answer.robots;
    response.fetched_at = now;
    response.status = answer.response.status;
    response.head = answer.response.head;
    response.body = answer.response.body;
    TANMIAO_ASSIGN(WarcWriter* const archive, session_.archive());
    TANMIAO_ASSIGN(const auto place, archive->append(response, now));
    store::Capture capture;
    TANMIAO_ASSIGN(capture.id, session_.next_capture());
    capture.source = session_.source().id;
    capture.url = url.url;
    capture.segment = place.segment;
    capture.offset = place.offset;
    capture.fetched_at = now;
    capture.status = response.status;
    capture.bytes = response.body.size();
    capture.bytes_hash = hash;
    capture.robots = answer.robots;
    const store::CaptureId id = capture.id;
    session_.capture(std::move(capture));
    return id;
  }

  void follow(const FrontierUrl& from) {
    for (const auto& [address, role] : session_.take_links()) {
      const auto normal = normal_url(address);
      if (!normal || from.depth >= session_.source().most_depth) continue;
      const auto url = parse_url(*normal);
      if (!url || !host_allowed(*url, session_.source().hosts)) continue;
      enqueue(*normal, from.url, role, from.depth + 1);
    }
  }

  Status hold(std::string why) {
    held_ = true;
    session_.report().robots = hosts_.robots_states(session_.source().hosts);
    return session_.hold(std::move(why));
  }

  Status end() {
    session_.report().robots = hosts_.robots_states(session_.source().hosts);
    session_.report().failed_urls = failed_;
    if (!waiting_.empty())
      return hold("当夜请求数或字节数到了上限，还有 " + std::to_string(waiting_.size()) + " 个地址未读");
    if (seen_ == 0) return hold("没有可抓取的地址");
    if (!first_trouble_.empty() &&
        (static_cast<double>(failed_) > kMostFailed * static_cast<double>(seen_) || seen_ == 1))
      return hold("地址未能取得：" + first_trouble_);
    session_.report().why = first_trouble_.empty() ? std::string() : "部分地址未能取得：" + first_trouble_;
    return session_.finish(whole_);
  }

  const Work& work_;
  Session& session_;
  Hosts& hosts_;
  Policy policy_;
  std::deque<FrontierUrl> waiting_;
  std::set<std::string> known_;
  std::uint64_t seen_ = 0, failed_ = 0;
  bool whole_ = true, held_ = false;
  std::string first_trouble_;
  Status status_;
};

}  // namespace

Status crawl_hosts(const Work& work, const std::vector<Session*>& sessions) {
  if (sessions.empty()) return {};
  const Identity& identity = work.config.identity;
  if (identity.contact.empty())
    return Error{Errc::kConfig, "[crawl] contact is empty: say under which address the owner of a host reaches you",
                 ""};
  asio::io_context loop;
  Fetcher fetcher(loop, identity.product + " (+" + identity.contact + ")");
  Hosts hosts(loop, fetcher, identity.product, work.stop);
  std::vector<std::unique_ptr<Walk>> walks;
  std::exception_ptr broken;
  for (Session* const session : sessions) {
    walks.push_back(std::make_unique<Walk>(work, *session, hosts));
    asio::co_spawn(loop, walks.back()->run(), [&broken](std::exception_ptr error) {
      if (error) broken = error;
    });
  }
  loop.run();
  if (broken) std::rethrow_exception(broken);
  for (const auto& walk : walks)
    if (!walk->status()) return walk->status();
  return {};
}

}  // namespace tanmiao::crawler
