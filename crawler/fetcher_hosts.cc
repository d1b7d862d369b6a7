#include "crawler/fetcher_hosts.h"

#include <curl/curl.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "core/messages.h"
#include "crawler/address.h"
#include "crawler/host_lane.h"
#include "crawler/secrets.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr long long kLongestRetry = 1'000'000'000;  // seconds: so much or more is the same to us
constexpr milliseconds kStopSlice{1000};            // how soon a wish to stop is seen by whoever nobody wakes

bool worth_another_try(const FetchResponse& r) {
  if (r.limit || r.cancelled) return false;
  return r.status == 0 || r.status == 429 || r.status >= 500;
}

// An error of what makes this page, as far as a status tells: no word of the host's strength.
bool is_of_page(const FetchResponse& r) { return r.status >= 500 && r.status != 503; }

// RFC 9110, 10.2.3: of 503, of redirects, and of any other answer that says what is missing (429, 403 of some).
bool may_ask_for_time(int status) { return status >= 300 && status != 304; }

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

Hosts::Hosts(asio::io_context& loop, Fetcher& fetcher, std::string product, const std::atomic<bool>& stop,
             HostMemory* memory, const StopSigns* signs)
    : loop_(loop), fetcher_(fetcher), product_(std::move(product)), stop_(stop), memory_(memory), signs_(signs) {}
Hosts::~Hosts() = default;

asio::awaitable<HostPace::Next> Hosts::turn(Url url, const Policy& policy) {
  HostPace::Next asked;
  bool told = false;
  while (true) {
    asked = next(url, policy);
    if (stop_) asked.kind = HostPace::Next::Kind::kBusy;
    if (stop_ || asked.kind == HostPace::Next::Kind::kNow || asked.kind == HostPace::Next::Kind::kOver) co_return asked;
    const bool shut = asked.kind == HostPace::Next::Kind::kShut;
    if (shut && asked.at - std::chrono::steady_clock::now() > kSoonOpen) co_return asked;
    if (shut && !std::exchange(told, true)) tell_rests(url, asked);
    if (shut || asked.kind == HostPace::Next::Kind::kAt) {
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
  const PaceRules rules = pace_rules(*url, policy);
  const HostPace::Next next = co_await turn(*url, policy);
  if (next.kind == HostPace::Next::Kind::kBusy) co_return response;
  if (next.kind == HostPace::Next::Kind::kShut) {
    response.cancelled = false;
    answer.kind = PoliteAnswer::Kind::kShut;
    answer.note = next.why;
    co_return response;
  }
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
  asking();
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
  if (!may_ask_for_time(response.status)) came.retry_after = std::chrono::seconds(0);
  // That a page is still broken says nothing of its host, which may ask for time all the same.
  came.ours |= policy.failed_before && worth_another_try(response) && came.retry_after.count() == 0;
  const bool was_over = host.pace.over();
  host.pace.ended(rules, ended, came);
  tell_answered(*url, rules, came, response.body.size(), was_over);
  remember(*url, rules);
  host.freed.cancel();
  co_return response;
}

// Asks again after trouble that may pass: later each time, or when the host says so. A page that is broken fails each
// time: for its host that is one failure, and where other addresses fail as well nobody insists.
asio::awaitable<FetchResponse> Hosts::patiently(FetchRequest request, bool elsewhere, const Policy& rules,
                                                PoliteAnswer& answer) {
  Policy policy = rules;
  FetchResponse response;
  const auto url = parse_url(request.url);
  if (!url) co_return response;
  const HostPace& pace = lane(*url).pace;
  const std::uint32_t most = policy.failed_before ? 1 : policy.most_attempts;
  for (std::uint32_t attempt = 1;; ++attempt) {
    response = co_await once(request, elsewhere, policy, answer);
    if (response.cancelled || answer.stop || answer.kind == PoliteAnswer::Kind::kShut) co_return response;
    const bool a_sign = heed_answer(*url, response, answer);
    if (pace.over()) {
      answer.stop = true;
      answer.stopped_because = pace.why_over();
      co_return response;
    }
    if (a_sign || !worth_another_try(response) || attempt >= most) co_return response;
    if (is_of_page(response)) {
      if (!policy.failed_before && pace.earned().failures > 1) co_return response;
      policy.failed_before = true;
    }
    const milliseconds own = std::max(pace_rules(*url, policy).pause, milliseconds(50)) * (1U << attempt);
    const bool go_on = co_await sleep_until(std::chrono::steady_clock::now() + own);
    if (!go_on) {
      response.cancelled = true;
      co_return response;
    }
  }
}

asio::awaitable<PoliteAnswer> Hosts::get(FetchRequest request, const Policy& policy) {
  PoliteAnswer answer;
  answer.url = request.url;
  Policy of_robots = policy;
  of_robots.failed_before = false;
  std::string asked;  // origin that the description means
  if (const auto first = parse_url(request.url)) asked = first->origin();
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    const auto url = parse_url(answer.url);
    if (!url || !host_allowed(*url, policy.hosts)) {
      answer.kind = PoliteAnswer::Kind::kRefused;
      answer.note = "不在来源的主机名单内：" + answer.url;
      co_return answer;
    }
    const std::shared_ptr<const Robots> rules = co_await robots(*url, of_robots, answer);
    if (rules == nullptr) {  // it was not asked for
      if (answer.kind == PoliteAnswer::Kind::kShut) co_return answer;
      answer.kind = answer.stop && !stop_ ? PoliteAnswer::Kind::kFailed : PoliteAnswer::Kind::kCancelled;
      answer.note = answer.stopped_because;
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
    wish(*url, milliseconds(static_cast<std::int64_t>(delay * 1000)), policy);
    request.url = url->text();
    answer.response = co_await patiently(request, url->origin() != asked, policy, answer);
    const FetchResponse& got = answer.response;
    if (answer.kind == PoliteAnswer::Kind::kShut) co_return answer;
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
    if (heed_redirect(*url, *next, answer)) {
      answer.note = answer.sign->in_words();  // NOLINT(bugprone-unchecked-optional-access): set by heed_redirect
      co_return answer;
    }
    if (const std::string why = request.refuses ? request.refuses(*next, *url) : std::string(); !why.empty()) {
      answer.kind = PoliteAnswer::Kind::kRefused;
      answer.note = "重定向不跟随，" + why;
      answer.not_followed = next->text();
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

}  // namespace tanmiao::crawler
