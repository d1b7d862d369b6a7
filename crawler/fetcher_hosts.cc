#include "crawler/fetcher_hosts.h"

#include <curl/curl.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "core/messages.h"
#include "crawler/address.h"
#include "crawler/secrets.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr int kMostRedirects = 5;
constexpr milliseconds kLeastPause{1000};
constexpr std::uint64_t kMostSignBody = std::uint64_t{1} << 20;
constexpr long long kLongestRetry = 1'000'000'000;  // seconds: so much or more is the same to us
constexpr milliseconds kStopSlice{1000};            // how soon a wish to stop is seen by whoever nobody wakes
constexpr int kLoopbackTimes = 20;  // what a fast host on loopback gets at most when it is in trouble, in pauses

bool fast(const Url& url, const Policy& policy) { return policy.allow_loopback_speed && url.loopback(); }

PaceRules rules_for(const Url& url, const Policy& policy) {
  PaceRules rules;
  rules.pause = fast(url, policy) ? policy.pause : std::max(policy.pause, kLeastPause);
  rules.longest_wait = policy.longest_wait;
  rules.window = policy.window;
  if (policy.others_stand_by) rules.failures_to_rest = 1;
  if (!fast(url, policy)) return rules;
  rules.slowest = std::max(policy.pause * kLoopbackTimes, milliseconds(50));
  rules.first_rest = std::chrono::ceil<std::chrono::seconds>(policy.pause * kLoopbackTimes);
  return rules;
}

std::chrono::minutes of_day() {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()) + std::chrono::hours(8);
  return now - std::chrono::floor<std::chrono::days>(now);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool worth_another_try(const FetchResponse& r) {
  if (r.limit || r.cancelled) return false;
  return r.status == 0 || r.status == 429 || r.status >= 500;
}

std::string trouble(const FetchResponse& r) {
  return in_chinese(r.status == 0 ? r.failure : "HTTP " + std::to_string(r.status));
}

}  // namespace

std::chrono::seconds retry_after(std::string_view value, std::chrono::sys_seconds now) {
  long long number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failed == std::errc() && end == value.data() + value.size())
    return std::chrono::seconds(std::clamp(number, 0LL, kLongestRetry));
  if (failed == std::errc::result_out_of_range) return std::chrono::seconds(value[0] == '-' ? 0 : kLongestRetry);
  const std::time_t at = value.empty() ? -1 : curl_getdate(std::string(value).c_str(), nullptr);
  if (at < 0) return std::chrono::seconds(0);
  return std::max(std::chrono::seconds(0), std::chrono::sys_seconds(std::chrono::seconds(at)) - now);
}

struct Hosts::Lane {
  explicit Lane(asio::io_context& loop) : freed(loop, asio::steady_timer::time_point::max()) {}
  HostPace pace;
  SignWatch watch;
  std::optional<SignSeen> sign;  // for which it is left alone
  asio::steady_timer freed;      // never runs out: it is cancelled when the request in flight ends
};

Hosts::Hosts(asio::io_context& loop, Fetcher& fetcher, std::string product, const std::atomic<bool>& stop,
             HostMemory* memory, const StopSigns* signs)
    : loop_(loop), fetcher_(fetcher), product_(std::move(product)), stop_(stop), memory_(memory), signs_(signs) {}
Hosts::~Hosts() = default;

// A host is its name, whatever the port; on loopback each port stands for a host of its own.
std::string Hosts::lane_of(const Url& url) { return url.loopback() ? url.authority() : url.host; }

Hosts::Lane& Hosts::lane(const Url& url) {
  auto& found = lanes_[lane_of(url)];
  if (found) return *found;
  found = std::make_unique<Lane>(loop_);
  if (memory_ == nullptr) return *found;
  HostRest rest = memory_->known(lane_of(url));
  const auto left = rest.until - std::chrono::system_clock::now();
  if (left.count() > 0)
    found->pace.rest_until(std::chrono::steady_clock::now() +
                           std::chrono::duration_cast<std::chrono::steady_clock::duration>(left));
  if (!rest.rule.empty())
    found->sign = SignSeen{rest.rule, rest.over.substr(0, rest.over.rfind("（规则 ")), rest.address};
  if (!rest.over.empty()) found->pace.leave_alone(std::move(rest.over), rest.failed);
  return *found;
}

// What goes beyond the pause, which the next process keeps anyway.
void Hosts::remember(const Url& url, const PaceRules& rules) {
  if (memory_ == nullptr) return;
  const Lane& host = lane(url);
  const HostPace& pace = host.pace;
  const auto left = pace.resting_until() - std::chrono::steady_clock::now();
  if (!pace.over() && left <= rules.pause) return;
  HostRest rest;
  rest.over = pace.why_over();
  rest.failed = pace.over_by_failures();
  if (host.sign) rest.rule = host.sign->rule, rest.address = host.sign->address;
  if (left.count() > 0)
    rest.until = std::chrono::ceil<std::chrono::seconds>(
        std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(left));
  memory_->keep(lane_of(url), rest);
}

bool Hosts::heed(const Url& url, const StopSign& sign, SignSeen& seen) {
  seen = {sign.name, sign.text, url.text(), sign.rests_source};
  Lane& host = lane(url);
  if (!host.watch.saw(sign)) return false;
  if (sign.rests_source) return true;
  host.sign = seen;
  leave(url, seen.in_words());
  return true;
}

bool Hosts::heed(const std::string& address, const StopSign& sign, SignSeen& seen) {
  const auto url = parse_url(url_of(address));
  return url && heed(*url, sign, seen);
}

void Hosts::good(const std::string& address) {
  if (const auto url = parse_url(url_of(address))) lane(*url).watch.good();
}

// What an answer that is no page says, and what the last answers of its host add up to.
bool Hosts::heed_answer(const Url& url, const FetchResponse& response, PoliteAnswer& answer) {
  const int status = response.status;
  if (signs_ == nullptr || status == 0) return false;
  Lane& host = lane(url);
  const Storm* const storm = host.watch.answered(*signs_, status);
  if (status == 200 || status == 304 || is_redirect(status)) return false;
  std::string unpacked;
  const bool readable = decoded_body(response.head, response.body, kMostSignBody, unpacked);
  AnswerSeen seen{status, response.head, {}, readable ? std::string_view(unpacked) : std::string_view(response.body)};
  const StopSign* const sign = signs_->find(seen);
  if (sign != nullptr) {
    const bool follows = heed(url, *sign, answer.sign.emplace());
    answer.source_stop |= follows && sign->rests_source;
    if (follows || storm == nullptr) return true;
  }
  if (storm == nullptr) return false;
  std::string text = storm->text;
  text.append("：最近 ").append(std::to_string(storm->of_last)).append(" 次应答中至少 ");
  text.append(std::to_string(storm->most)).append(" 次，末次为 HTTP ").append(std::to_string(status));
  host.sign = answer.sign = SignSeen{storm->name, std::move(text), url.text()};
  leave(url, host.sign->in_words());
  return true;
}

std::string Hosts::source_rests(const std::string& id) {
  return memory_ == nullptr ? std::string() : memory_->known("source " + id).over;
}

void Hosts::rest_source(const std::string& id, const SignSeen& seen) {
  if (memory_ != nullptr) memory_->keep("source " + id, {{}, seen.in_words(), seen.rule, seen.address});
}

std::string Hosts::why_left_alone(const std::string& origin) const {
  const auto url = parse_url(origin + "/");
  const auto found = url ? lanes_.find(lane_of(*url)) : lanes_.end();
  return found == lanes_.end() ? std::string() : found->second->pace.why_over();
}

void Hosts::tell_asks(const Url& url) {
  if (observer_ == nullptr) return;
  const std::string name = lane_of(url);
  CrawlEvent event{CrawlEvent::Kind::kAsks};
  event.host = name;
  observer_->on(event);
}

// What came back, and what follows from it for the host.
void Hosts::tell_answered(const Url& url, const PaceRules& rules, const HostAnswer& came, std::uint64_t bytes,
                          bool was_over) {
  if (observer_ == nullptr) return;
  const std::string name = lane_of(url);
  const HostPace& pace = lane(url).pace;
  CrawlEvent event{CrawlEvent::Kind::kAnswered};
  event.host = name;
  event.status = came.status;
  event.bytes = bytes;
  event.took = came.took;
  event.pause = pace.pause(rules);
  observer_->on(event);
  if (pace.over()) {
    if (was_over) return;
    event.kind = CrawlEvent::Kind::kHostLeft;
    event.why = pace.why_over();
    return observer_->on(event);
  }
  const auto left = pace.resting_until() - std::chrono::steady_clock::now();
  if (left <= event.pause) return;
  const std::string why = came.status == 0 ? "连续失败" : in_chinese("HTTP " + std::to_string(came.status));
  event.kind = CrawlEvent::Kind::kHostRests;
  event.why = why;
  event.until = std::chrono::ceil<std::chrono::seconds>(
      std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(left));
  observer_->on(event);
}

void Hosts::leave(const Url& url, const std::string& why) {
  if (observer_ != nullptr && !lane(url).pace.over()) {
    const std::string name = lane_of(url);
    CrawlEvent event{CrawlEvent::Kind::kHostLeft};
    event.host = name;
    event.why = why;
    observer_->on(event);
  }
  lane(url).pace.leave_alone(why);
  remember(url, {});
}

bool Hosts::left_alone(const std::string& address) {
  const auto url = parse_url(address);
  return url && lane(*url).pace.over();
}

bool Hosts::left_alone(const Url& url) { return lane(url).pace.over(); }

void Hosts::begin_with_a_pause(const std::string& address, const Policy& policy) {
  const auto url = parse_url(address);
  if (url) begin_with_a_pause(*url, policy);
}

void Hosts::begin_with_a_pause(const Url& url, const Policy& policy) {
  lane(url).pace.rest_until(std::chrono::steady_clock::now() + rules_for(url, policy).pause);
}

HostPace::Next Hosts::next(const Url& url, const Policy& policy) {
  return lane(url).pace.next(rules_for(url, policy), std::chrono::steady_clock::now(), of_day());
}

bool Hosts::rests(const std::string& address, const Policy& policy) {
  const auto url = parse_url(address);
  if (!url) return true;
  const HostPace::Next asked = next(*url, policy);
  if (asked.kind == HostPace::Next::Kind::kOver) return true;
  return asked.kind == HostPace::Next::Kind::kAt && asked.at > std::chrono::steady_clock::now() + pause(*url, policy);
}

bool Hosts::shut_out(const std::string& address) {
  const auto url = parse_url(address);
  return url && lane(*url).pace.over() && !lane(*url).pace.over_by_failures();
}

milliseconds Hosts::pause(const Url& url, const Policy& policy) { return lane(url).pace.pause(rules_for(url, policy)); }

void Hosts::began(const Url& url) {
  lane(url).pace.began();
  tell_asks(url);
}

void Hosts::ended(const Url& url, const Policy& policy, const HostAnswer& answer, std::uint64_t bytes) {
  Lane& host = lane(url);
  const PaceRules rules = rules_for(url, policy);
  const bool was_over = host.pace.over();
  host.pace.ended(rules, std::chrono::steady_clock::now(), answer);
  tell_answered(url, rules, answer, bytes, was_over);
  remember(url, rules);
  host.freed.cancel();
}

asio::awaitable<HostPace::Next> Hosts::turn(Url url, const Policy& policy) {
  HostPace::Next asked;
  while (true) {
    asked = next(url, policy);
    if (stop_) asked.kind = HostPace::Next::Kind::kBusy;
    if (stop_ || asked.kind == HostPace::Next::Kind::kNow || asked.kind == HostPace::Next::Kind::kOver) co_return asked;
    if (asked.kind == HostPace::Next::Kind::kAt) {
      co_await sleep_until(asked.at);
    } else {
      boost::system::error_code freed;
      co_await lane(url).freed.async_wait(asio::redirect_error(asio::use_awaitable, freed));
    }
  }
}

void Hosts::wake_all() {
  for (asio::steady_timer* const timer : sleepers_) timer->cancel();
  for (auto& [name, lane] : lanes_) lane->freed.cancel();
}

// false: asked to stop.
asio::awaitable<bool> Hosts::sleep_until(std::chrono::steady_clock::time_point end) {
  asio::steady_timer timer(loop_);
  sleepers_.insert(&timer);
  while (!stop_ && std::chrono::steady_clock::now() < end) {
    timer.expires_at(std::min(end, std::chrono::steady_clock::now() + kStopSlice));
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  sleepers_.erase(&timer);
  co_return !stop_;
}

// In its turn: waits for the request in flight and for the pause.
asio::awaitable<FetchResponse> Hosts::once(FetchRequest request, bool elsewhere, const Policy& policy,
                                           PoliteAnswer& answer) {
  FetchResponse response;
  response.cancelled = true;
  const auto url = parse_url(request.url);
  if (!url) co_return response;
  Lane& host = lane(*url);
  const PaceRules rules = rules_for(*url, policy);
  const HostPace::Next next = co_await turn(*url, policy);
  if (next.kind == HostPace::Next::Kind::kBusy) co_return response;
  if (next.kind == HostPace::Next::Kind::kOver) {
    response.cancelled = false;
    response.failure = next.why;
    answer.stop = true;
    answer.stopped_because = next.why;
    if (host.sign) answer.sign = host.sign;
    co_return response;
  }
  FetchRequest sent = request;
  std::vector<std::string> marks;
  if (request.wire) {
    Result<FetchRequest> made = request.wire->complete(request, elsewhere, marks);
    if (!made) {
      response.cancelled = false;
      response.limit = true;  // nothing to be tried again
      response.failure = made.error().message;
      co_return response;
    }
    sent = std::move(*made);
  }
  sent.named = &policy.hosts;
  sent.most_time = std::min(sent.most_time, policy.most_time);
  sent.most_stalled = policy.most_stalled;
  host.pace.began();
  tell_asks(*url);
  const auto began = std::chrono::steady_clock::now();
  auto begin = [this, &sent](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    fetcher_.start(sent, [shared](FetchResponse r) { std::move (*shared)(std::move(r)); });
  };
  response =
      co_await asio::async_initiate<const asio::use_awaitable_t<>, void(FetchResponse)>(begin, asio::use_awaitable);
  const auto ended = std::chrono::steady_clock::now();
  if (request.wire) request.wire->redact(response, marks);
  ++answer.requests;
  answer.bytes += response.body.size();
  HostAnswer came;
  came.status = response.status;
  came.ours = response.limit || response.cancelled;
  came.took = std::chrono::floor<milliseconds>(ended - began);
  came.retry_after = retry_after(header_of(response.head, "Retry-After"),
                                 std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  if (response.status != 429 && response.status != 503) came.retry_after = std::chrono::seconds(0);
  const bool was_over = host.pace.over();
  host.pace.ended(rules, ended, came);
  tell_answered(*url, rules, came, response.body.size(), was_over);
  remember(*url, rules);
  host.freed.cancel();
  co_return response;
}

// Asks again after trouble that may pass: later each time, or when the host says so.
asio::awaitable<FetchResponse> Hosts::patiently(FetchRequest request, bool elsewhere, const Policy& policy,
                                                PoliteAnswer& answer) {
  FetchResponse response;
  const auto url = parse_url(request.url);
  if (!url) co_return response;
  const HostPace& pace = lane(*url).pace;
  for (std::uint32_t attempt = 1;; ++attempt) {
    response = co_await once(request, elsewhere, policy, answer);
    if (response.cancelled || answer.stop) co_return response;
    const bool a_sign = heed_answer(*url, response, answer);
    if (pace.over()) {
      answer.stop = true;
      answer.stopped_because = pace.why_over();
      co_return response;
    }
    if (a_sign || !worth_another_try(response) || attempt >= policy.most_attempts) co_return response;
    const milliseconds own = std::max(rules_for(*url, policy).pause, milliseconds(50)) * (1U << attempt);
    const bool go_on = co_await sleep_until(std::chrono::steady_clock::now() + own);
    if (!go_on) {
      response.cancelled = true;
      co_return response;
    }
  }
}

asio::awaitable<Robots> Hosts::fetch_robots(Url url, const Policy& policy, PoliteAnswer& answer) {
  Url at = url;
  at.path = "/robots.txt";
  at.query.clear();
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    FetchRequest request;
    request.url = at.text();
    request.most_bytes = kMostRobotsBytes;  // RFC 9309, 2.5: what is longer may be left unread
    request.cut = true;
    request.most_time = std::chrono::seconds(60);
    const FetchResponse response = co_await patiently(request, false, policy, answer);
    if (is_redirect(response.status)) {
      const auto next = resolve_url(at, header_of(response.head, "Location"));
      if (!next || !host_allowed(*next, policy.hosts)) co_return Robots::for_status(0, "重定向到名单之外");
      at = *next;
      continue;
    }
    std::string text;
    if (response.status == 200 && decoded_body(response.head, response.body, 8 << 20, text))
      co_return Robots::parse(text, product_);
    co_return Robots::for_status(response.status == 200 ? 0 : response.status,
                                 response.failure.empty() ? "damaged or larger than allowed" : response.failure);
  }
  co_return Robots::for_status(404);  // RFC 9309, 2.3.1.2: more than five redirects may be taken for no file
}

asio::awaitable<std::shared_ptr<const Robots>> Hosts::robots(Url url, const Policy& policy, PoliteAnswer& answer) {
  const std::string origin = url.origin();
  const auto known = robots_.find(origin);
  const bool old = known != robots_.end() && known->second.ready &&
                   std::chrono::steady_clock::now() - known->second.fetched >= robots_kept_;
  if (old) known->second.ready = false;
  if (known == robots_.end() || old) {
    robots_.try_emplace(origin);
    Robots fetched = co_await fetch_robots(url, policy, answer);
    if (stop_) {
      robots_.erase(origin);
      co_return nullptr;
    }
    RobotsEntry& made = robots_[origin];
    made.robots = std::make_shared<const Robots>(std::move(fetched));
    made.fetched = std::chrono::steady_clock::now();
    made.fetched_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    made.ready = true;
    co_return made.robots;
  }
  while (true) {
    const auto found = robots_.find(origin);
    if (stop_ || found == robots_.end()) co_return nullptr;
    if (found->second.ready) co_return found->second.robots;
    co_await sleep_until(std::chrono::steady_clock::now() + milliseconds(10));
  }
}

asio::awaitable<PoliteAnswer> Hosts::get(FetchRequest request, const Policy& policy) {
  PoliteAnswer answer;
  answer.url = request.url;
  std::string asked;  // origin that the description means
  if (const auto first = parse_url(request.url)) asked = first->origin();
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    const auto url = parse_url(answer.url);
    if (!url || !host_allowed(*url, policy.hosts)) {
      answer.kind = PoliteAnswer::Kind::kRefused;
      answer.note = "不在来源的主机名单内：" + answer.url;
      co_return answer;
    }
    const std::shared_ptr<const Robots> rules = co_await robots(*url, policy, answer);
    if (rules == nullptr) {
      answer.kind = PoliteAnswer::Kind::kCancelled;
      co_return answer;
    }
    const RobotsDecision decision = rules->check(url->target());
    answer.robots = decision.note;
    if (!decision.allowed) {
      // What no rule forbids was forbidden because the host did not answer: that is a failure, not a refusal.
      answer.kind = decision.line == 0 ? PoliteAnswer::Kind::kFailed : PoliteAnswer::Kind::kRefused;
      answer.note = decision.line == 0 ? "robots.txt " + in_chinese(decision.note) + "，按禁止处理"
                                       : "robots.txt 不允许（" + in_chinese(decision.note) + "）";
      co_return answer;
    }
    const double delay = rules->crawl_delay().value_or(0);
    if (delay > static_cast<double>(policy.longest_wait.count())) {
      answer.kind = PoliteAnswer::Kind::kRefused;
      answer.note =
          "robots.txt 要求每次请求间隔 " + std::to_string(static_cast<long long>(delay)) + " 秒，超过可等待的上限";
      co_return answer;
    }
    lane(*url).pace.wish(milliseconds(static_cast<std::int64_t>(delay * 1000)));
    request.url = url->text();
    answer.response = co_await patiently(request, url->origin() != asked, policy, answer);
    const FetchResponse& got = answer.response;
    if (got.cancelled) {
      answer.kind = PoliteAnswer::Kind::kCancelled;
      co_return answer;
    }
    if (!is_redirect(got.status)) {
      const bool good = got.status == 200 || got.status == 304;
      answer.kind = good ? PoliteAnswer::Kind::kAnswer : PoliteAnswer::Kind::kFailed;
      if (!good) answer.note = answer.stop && got.status == 0 ? answer.stopped_because : trouble(got);
      if (!good && got.status != 0 && answer.sign) answer.note = answer.sign->in_words();
      co_return answer;
    }
    const auto next = resolve_url(*url, header_of(got.head, "Location"));
    if (!next) {
      answer.note = "重定向没有可用的地址";
      co_return answer;
    }
    // Nobody asks for the page that a log-in or a check stands on.
    const StopSign* const sign = signs_ == nullptr ? nullptr : signs_->find_address(next->text());
    if (sign != nullptr) {
      SignSeen seen;
      const bool follows = heed(*url, *sign, seen);
      seen.text += "，转到 " + next->text();
      answer.note = seen.in_words();
      answer.source_stop |= follows && sign->rests_source;
      if (follows && !sign->rests_source) answer.stop = true, answer.stopped_because = answer.note;
      answer.sign = std::move(seen);
      co_return answer;
    }
    // Only a host that was told a secret and gives it back leads to an address with its name.
    if (secret_names(next->text()) > 0 && header_of(got.head, kRedactedHeader).empty()) {
      answer.note = "重定向的地址自称含密钥，未跟随";
      co_return answer;
    }
    const bool again = got.status == 307 || got.status == 308;
    if (!again) request.body.reset();
    answer.url = next->text().append(again ? post_of(answer.url) : std::string_view());
    if (next->origin() != asked) request.headers.clear();
    request.etag.clear();
    request.last_modified.clear();
  }
  answer.note = "重定向超过五次";
  co_return answer;
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
