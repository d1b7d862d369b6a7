#include "crawler/host_pace.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tanmiao::crawler {

using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

constexpr double kCalmShare = 0.2;        // of a new answer in the moving average
constexpr double kSlowTimes = 4;          // an answer is slow at so many times the calm time ...
constexpr milliseconds kSlowLeast{2000};  // ... and not before this
constexpr double kSlower = 1.5, kTroubled = 2, kFaster = 0.25;
constexpr double kMostFactor = 1000;
constexpr std::chrono::hours kLongestRest{24 * 7};  // a Retry-After of a year is a mistake
constexpr minutes kMinutesOfDay{24 * 60};

std::optional<minutes> parse_hour(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  int hour = 0, minute = 0;
  const auto whole = [](std::string_view part, int& into) {
    const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), into);
    return failed == std::errc() && end == part.data() + part.size() && !part.empty();
  };
  if (!whole(text.substr(0, colon), hour) || !whole(text.substr(colon + 1), minute)) return std::nullopt;
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
  return minutes(hour * 60 + minute);
}

std::string hour_text(minutes of_day) { return fmt::format("{:02}:{:02}", of_day.count() / 60, of_day.count() % 60); }

bool is_trouble(int status) { return status == 0 || status == 429 || status >= 500; }

}  // namespace

bool NightWindow::holds(minutes of_day) const {
  if (from == to) return true;
  if (from < to) return of_day >= from && of_day < to;
  return of_day >= from || of_day < to;
}

minutes NightWindow::opens_in(minutes of_day) const {
  return holds(of_day) ? minutes(0) : (from - of_day + kMinutesOfDay) % kMinutesOfDay;
}

std::string NightWindow::text() const { return hour_text(from) + "-" + hour_text(to); }

Result<NightWindow> parse_window(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto from = parse_hour(text.substr(0, dash)), to = parse_hour(text.substr(dash + 1));
    if (from && to) return NightWindow{*from, *to};
  }
  return Error{Errc::kConfig, "expected hours of the day such as 22:00-06:00", std::string(text)};
}

milliseconds HostPace::pause(const PaceRules& rules) const {
  milliseconds asked = rules.pause;
  for (const auto& [origin, wish] : wishes_) asked = std::max(asked, wish);
  const auto slowed = std::chrono::duration_cast<milliseconds>(asked * std::min(factor_, kMostFactor));
  return std::max(asked, std::min(slowed, rules.slowest));
}

HostPace::Next HostPace::next(const PaceRules& rules, Time now, minutes of_day) const {
  if (over()) return {Next::Kind::kOver, {}, over_};
  if (rules.window && !rules.window->holds(of_day))
    return {Next::Kind::kShut, now + rules.window->opens_in(of_day),
            "不在允许抓取的时段（" + rules.window->text() + "）"};
  if (busy_) return {Next::Kind::kBusy, {}, {}};
  Time at = rest_until_;
  if (asked_) at = std::max(at, ended_ + pause(rules));
  if (now >= at) return {};
  return {Next::Kind::kAt, at, {}};
}

void HostPace::began() { busy_ = true; }

void HostPace::slower(double times) { factor_ = std::min(factor_ * times, kMostFactor); }

void HostPace::wish(const std::string& origin, milliseconds pause) {
  if (pause.count() > 0)
    wishes_[origin] = pause;
  else
    wishes_.erase(origin);
}

void HostPace::rest_until(Time time) { rest_until_ = std::max(rest_until_, time); }

void HostPace::take_up(const Earned& earned) {
  factor_ = std::clamp(earned.factor, 1.0, kMostFactor);
  failures_ = std::max(earned.failures, 0);
  rests_ = std::max(earned.rests, 0);
}

void HostPace::leave_alone(std::string why, bool by_failures) {
  if (!over_.empty()) return;
  over_ = std::move(why);
  failed_out_ = by_failures && !over_.empty();
}

// Several failures in a row open the circuit: the host rests, one request tries it, and a failure of that one lets it
// rest twice as long.
void HostPace::trouble(const PaceRules& rules, Time now) {
  slower(kTroubled);
  if (++failures_ < rules.failures_to_rest) return;
  if (rests_ >= rules.most_rests) return leave_alone(fmt::format("连续 {} 次失败", failures_), true);
  rest_until(now + rules.first_rest * (1 << std::min(rests_, 10)));
  ++rests_;
}

namespace {
std::string span_words(std::chrono::seconds span) {
  using std::chrono::hours;
  if (span < hours(2)) return std::to_string(span.count()) + " 秒";
  if (span < hours(48)) return std::to_string(std::chrono::floor<hours>(span).count()) + " 小时";
  return std::to_string(std::chrono::floor<hours>(span).count() / 24) + " 天";
}
}  // namespace

void HostPace::ended(const PaceRules& rules, Time now, const HostAnswer& answer) {
  busy_ = false;
  asked_ = true;
  ended_ = now;
  if (answer.ours) return;
  if (answer.retry_after > rules.longest_wait) {
    rest_until(now + std::min<std::chrono::seconds>(answer.retry_after, kLongestRest));
    return leave_alone("主机要求等待 " + span_words(answer.retry_after) + "，超过可等待的上限");
  }
  if (answer.retry_after.count() > 0) rest_until(now + answer.retry_after);
  if (is_trouble(answer.status)) return trouble(rules, now);
  failures_ = rests_ = 0;
  const auto took = static_cast<double>(answer.took.count());
  if (calm_ms_ > 0 && answer.took >= kSlowLeast && took > kSlowTimes * calm_ms_) return slower(kSlower);
  calm_ms_ = calm_ms_ > 0 ? calm_ms_ + kCalmShare * (took - calm_ms_) : std::max(took, 1.0);
  factor_ = std::max(1.0, factor_ - kFaster);
}

}  // namespace tanmiao::crawler
