#include <boost/asio/use_awaitable.hpp>

#include "core/messages.h"
#include "crawler/host_lane.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

RobotsAnswer no_file(std::string reason) { return {RobotsAnswer::Kind::kNone, 0, std::move(reason)}; }
RobotsAnswer no_answer(std::string reason) { return {RobotsAnswer::Kind::kStatus, 0, std::move(reason)}; }

}  // namespace

// What came in place of robots.txt with a status that says that it is one.
bool Hosts::heed_robots(const Url& url, const FetchResponse& response, std::string_view text, PoliteAnswer& answer) {
  const StopSign* const sign =
      signs_ == nullptr ? nullptr : signs_->find({response.status, response.head, url.text(), text});
  if (sign == nullptr) return false;
  const bool follows = heed(url, *sign, answer.sign.emplace());
  answer.source_stop |= follows && sign->rests_source;
  if (follows && !sign->rests_source) answer.stop = true, answer.stopped_because = answer.sign->in_words();
  return true;
}

asio::awaitable<std::optional<RobotsAnswer>> Hosts::fetch_robots(Url url, const Policy& policy, PoliteAnswer& answer) {
  Url at = url;
  at.path = "/robots.txt";
  at.query.clear();
  std::set<std::string> seen;
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    if (!seen.insert(at.text()).second) co_return no_file("redirects to itself");
    FetchRequest request;
    request.url = at.text();
    request.most_bytes =
        kMostRobotsBytes + 1;  // RFC 9309, 2.5: what is longer may be left unread; one shows that it is
    request.cut = true;
    request.most_time = std::chrono::seconds(60);
    const std::uint32_t before = answer.requests;
    const FetchResponse response = co_await patiently(request, false, policy, answer);
    if (response.cancelled || answer.requests == before) co_return std::nullopt;
    if (is_redirect(response.status)) {
      const auto next = resolve_url(at, header_of(response.head, "Location"));
      if (!next || !host_allowed(*next, policy.hosts)) co_return no_answer("重定向到名单之外");
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): set by heed_redirect
      if (heed_redirect(at, *next, answer)) co_return no_answer(answer.sign->in_words());
      at = *next;
      continue;
    }
    std::string text;
    if (response.status == 200 && decoded_body(response.head, response.body, 8 << 20, text)) {
      if (is_robots_text(text)) co_return RobotsAnswer{RobotsAnswer::Kind::kFile, 200, std::move(text)};
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): set by heed_robots
      if (heed_robots(at, response, text, answer)) co_return no_answer(answer.sign->in_words());
      // Of sites that answer every address with some page: it has no rules (RFC 9309, 2.2).
      if (is_page_not_rules(text)) co_return no_file("a web page in its place");
      co_return RobotsAnswer{RobotsAnswer::Kind::kFile, 200, std::move(text)};
    }
    std::string fault = response.failure;
    if (fault.empty()) fault = encoding_fault(response.head);
    co_return RobotsAnswer{RobotsAnswer::Kind::kStatus, response.status == 200 ? 0 : response.status,
                           fault.empty() ? "damaged or larger than allowed" : fault};
  }
  co_return no_file("more than five redirects");  // RFC 9309, 2.3.1.2: may be taken for no file
}

// What an earlier process was told, as if this one had asked then.
bool Hosts::recall_robots(const std::string& origin) {
  std::optional<KeptRobots> kept = memory_ == nullptr ? std::nullopt : memory_->robots(origin);
  if (!kept) return false;
  const auto age = std::chrono::system_clock::now() - kept->fetched_at;
  RobotsEntry& entry = robots_[origin];
  entry.robots = std::make_shared<const Robots>(kept->answer.read(product_));
  entry.fetched =
      std::chrono::steady_clock::now() - std::chrono::duration_cast<std::chrono::steady_clock::duration>(age);
  entry.fetched_at = kept->fetched_at;
  return entry.ready = true;
}

asio::awaitable<std::shared_ptr<const Robots>> Hosts::robots(Url url, const Policy& policy, PoliteAnswer& answer) {
  const std::string origin = url.origin();
  while (!stop_) {
    const auto known = robots_.find(origin);
    if (known != robots_.end() && !known->second.ready) {  // somebody asks for it already
      co_await sleep_until(std::chrono::steady_clock::now() + milliseconds(10));
      continue;
    }
    if (known != robots_.end() && std::chrono::steady_clock::now() - known->second.fetched < robots_kept_)
      co_return known->second.robots;
    if (known == robots_.end() && recall_robots(origin)) continue;
    robots_[origin].ready = false;
    std::optional<RobotsAnswer> fetched = co_await fetch_robots(url, policy, answer);
    if (stop_ || !fetched) {
      robots_.erase(origin);
      co_return nullptr;
    }
    RobotsEntry& made = robots_[origin];
    made.robots = std::make_shared<const Robots>(fetched->read(product_));
    made.fetched = std::chrono::steady_clock::now();
    made.fetched_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    made.ready = true;
    // A host that could not say what it allows is asked again by the next process.
    if (memory_ != nullptr && made.robots->kind() != "unreachable")
      memory_->keep_robots(origin, {std::move(*fetched), made.fetched_at});
    co_return made.robots;
  }
  co_return nullptr;
}

std::vector<std::string> Hosts::sitemaps(const std::string& origin) const {
  const auto found = robots_.find(origin);
  if (found == robots_.end() || !found->second.ready) return {};
  return found->second.robots->sitemaps();
}

std::vector<RobotsState> Hosts::robots_states(const std::set<std::string>& origins) const {
  std::vector<RobotsState> states;
  for (const auto& [origin, entry] : robots_) {
    if (!entry.ready || !origins.contains(origin)) continue;
    const Robots& robots = *entry.robots;
    RobotsState state;
    state.origin = origin;
    state.state = robots.kind() == "unreachable" ? "unreachable" : robots.forbids_all() ? "forbidden" : "allowed";
    state.status = robots.status();
    state.fetched_at = entry.fetched_at;
    state.rules = robots.rules();
    state.crawl_delay = robots.crawl_delay();
    state.note = robots.state();
    state.left_alone = why_left_alone(origin);
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace tanmiao::crawler
