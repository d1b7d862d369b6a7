// What hosts said, and what is known of them beyond this process.
#include <algorithm>

#include "core/hash.h"
#include "core/messages.h"
#include "crawler/address.h"
#include "crawler/host_lane.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLeastPause{1000};
constexpr std::uint64_t kMostSignBody = std::uint64_t{1} << 20;
constexpr int kLoopbackTimes = 20;  // what a fast host on loopback gets at most when it is in trouble, in pauses

bool fast(const Url& url, const Policy& policy) { return policy.allow_loopback_speed && url.loopback(); }

std::chrono::minutes of_day() {
  const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()) + std::chrono::hours(8);
  return now - std::chrono::floor<std::chrono::days>(now);
}

}  // namespace

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

PaceRules pace_rules(const Url& url, const Policy& policy) {
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

// A host is its name, whatever the port; on loopback each port stands for a host of its own.
std::string Hosts::lane_of(const Url& url) { return url.loopback() ? url.authority() : url.host; }

Hosts::Lane& Hosts::lane(const Url& url) {
  auto& found = lanes_[lane_of(url)];
  if (found) return *found;
  found = std::make_unique<Lane>(loop_);
  if (memory_ != nullptr) recall(*found, lane_of(url));
  return *found;
}

// What earlier processes left: of this night, or not long ago.
void Hosts::recall(Lane& lane, const std::string& name) {
  const HostRest& rest = lane.told = memory_->known(name);
  const auto wall = std::chrono::system_clock::now();
  const auto steady = std::chrono::steady_clock::now();
  const auto left = rest.until - wall;
  if (left.count() > 0)
    lane.pace.rest_until(steady + std::chrono::duration_cast<std::chrono::steady_clock::duration>(left));
  if (const auto last = memory_->last_asked(name))
    lane.pace.asked_before(steady - std::chrono::duration_cast<std::chrono::steady_clock::duration>(wall - *last));
  lane.pace.take_up(rest.earned);
  lane.watch.take_up(rest.signs);
  for (const auto& [origin, wish] : rest.wishes) lane.pace.wish(origin, wish);
  if (!rest.rule.empty())
    lane.sign = SignSeen{rest.rule, rest.over.substr(0, rest.over.rfind("（规则 ")), rest.address};
  if (!rest.over.empty()) lane.pace.leave_alone(rest.over, rest.failed);
}

// What goes beyond the pause, which the next process keeps anyway; a pace that became slower, or is well again; and
// what speaks against programs, for "twice in a row" is counted over the runs of a night.
void Hosts::remember(const Url& url, const PaceRules& rules) {
  if (memory_ == nullptr) return;
  Lane& host = lane(url);
  const HostPace& pace = host.pace;
  const auto left = pace.resting_until() - std::chrono::steady_clock::now();
  const HostPace::Earned earned = pace.earned(), told = host.told.earned;
  const bool worse = earned.factor > told.factor || earned.failures > told.failures;
  const bool better = (told.factor > 1 && earned.factor <= 1) || (told.failures > 0 && earned.failures == 0);
  const bool counted = host.watch.count() != host.told.signs;
  if (!pace.over() && left <= rules.pause && !worse && !better && !counted && pace.wishes() == host.told.wishes) return;
  HostRest rest;
  rest.earned = earned;
  rest.wishes = pace.wishes();
  rest.signs = host.watch.count();
  rest.over = pace.why_over();
  rest.failed = pace.over_by_failures();
  if (host.sign) rest.rule = host.sign->rule, rest.address = host.sign->address;
  if (left.count() > 0)
    rest.until = std::chrono::ceil<std::chrono::seconds>(
        std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(left));
  memory_->keep(lane_of(url), rest);
  host.told = std::move(rest);
}

void Hosts::wish(const Url& url, milliseconds delay, const Policy& policy) {
  Lane& host = lane(url);
  host.pace.wish(url.origin(), delay);
  if (host.pace.wishes() != host.told.wishes) remember(url, pace_rules(url, policy));
}

void Hosts::asking() {
  if (memory_ != nullptr && !std::exchange(asking_, true)) memory_->asking();
}

void Hosts::remember_ends() {
  if (!std::exchange(asking_, false)) return;
  const auto wall = std::chrono::ceil<milliseconds>(std::chrono::system_clock::now());
  const auto steady = std::chrono::steady_clock::now();
  std::map<std::string, Moment> ended;
  for (const auto& [name, lane] : lanes_)
    if (const auto last = lane->pace.last_ended())
      ended[name] = wall - std::chrono::floor<milliseconds>(steady - *last);
  memory_->asked(ended);
}

bool Hosts::heed(const Url& url, const StopSign& sign, SignSeen& seen) {
  seen = {sign.name, sign.text, url.text(), sign.rests_source};
  Lane& host = lane(url);
  const bool follows = host.watch.saw(sign);
  if (!follows || sign.rests_source) {
    remember(url, {});
    return follows;
  }
  host.sign = seen;
  leave(url, seen.in_words());
  return true;
}

bool Hosts::heed(const std::string& address, const StopSign& sign, SignSeen& seen) {
  const auto url = parse_url(url_of(address));
  return url && heed(*url, sign, seen);
}

void Hosts::good(const std::string& address) {
  const auto url = parse_url(url_of(address));
  if (!url) return;
  Lane& host = lane(*url);
  host.watch.good();
  if (host.watch.count() != host.told.signs) remember(*url, {});
}

// What an answer that is no page says, and what the last answers of its host add up to.
bool Hosts::heed_answer(const Url& url, const FetchResponse& response, PoliteAnswer& answer) {
  const int status = response.status;
  if (signs_ == nullptr || status == 0) return false;
  Lane& host = lane(url);
  const Storm* const storm = host.watch.answered(*signs_, status, hash64(url.text()));
  if (host.watch.count() != host.told.signs) remember(url, {});
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

// Nobody asks for the page that a log-in or a check stands on.
bool Hosts::heed_redirect(const Url& from, const Url& to, PoliteAnswer& answer) {
  const StopSign* const sign = signs_ == nullptr ? nullptr : signs_->find_address(to.text());
  if (sign == nullptr) return false;
  SignSeen seen;
  const bool follows = heed(from, *sign, seen);
  seen.text += "，转到 " + to.text();
  answer.source_stop |= follows && sign->rests_source;
  if (follows && !sign->rests_source) answer.stop = true, answer.stopped_because = seen.in_words();
  answer.sign = std::move(seen);
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

void Hosts::tell_rests(const Url& url, const HostPace::Next& next) {
  if (observer_ == nullptr) return;
  const std::string name = lane_of(url);
  CrawlEvent event{CrawlEvent::Kind::kHostRests};
  event.host = name;
  event.why = next.why;
  event.until = std::chrono::ceil<std::chrono::seconds>(
      std::chrono::system_clock::now() +
      std::chrono::duration_cast<std::chrono::system_clock::duration>(next.at - std::chrono::steady_clock::now()));
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

HostPace::Next Hosts::next(const Url& url, const Policy& policy) {
  return lane(url).pace.next(pace_rules(url, policy), std::chrono::steady_clock::now(), of_day());
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

milliseconds Hosts::pause(const Url& url, const Policy& policy) {
  return lane(url).pace.pause(pace_rules(url, policy));
}

void Hosts::began(const Url& url) {
  asking();
  lane(url).pace.began();
  tell_asks(url);
}

void Hosts::ended(const Url& url, const Policy& policy, const HostAnswer& answer, std::uint64_t bytes) {
  Lane& host = lane(url);
  const PaceRules rules = pace_rules(url, policy);
  const bool was_over = host.pace.over();
  host.pace.ended(rules, std::chrono::steady_clock::now(), answer);
  tell_answered(url, rules, answer, bytes, was_over);
  remember(url, rules);
  host.freed.cancel();
}

}  // namespace tanmiao::crawler
