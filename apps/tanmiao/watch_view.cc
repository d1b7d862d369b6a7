#include "apps/tanmiao/watch_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "apps/tanmiao/console.h"
#include "crawler/crawl.h"

namespace tanmiao::app {
namespace {

using Kind = crawler::CrawlEvent::Kind;
using std::chrono::seconds;

constexpr std::chrono::milliseconds kRedraw{250};
constexpr std::size_t kUsualWidth = 80, kUsualHeight = 24;
constexpr std::size_t kWidestHost = 32, kWidestState = 34;

std::pair<std::size_t, std::size_t> size_of_terminal() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {kUsualWidth, kUsualHeight};
  return {size.ws_col, size.ws_row};
}

std::string time_text(seconds time) {
  const auto s = time.count();
  return s < 3600 ? fmt::format("{}:{:02}", s / 60, s % 60)
                  : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

// Hour and minute in Beijing.
std::string clock_of(Instant time) {
  const auto day = std::chrono::floor<std::chrono::days>(time + std::chrono::hours(8));
  const auto left = std::chrono::floor<seconds>(time + std::chrono::hours(8) - day).count();
  return fmt::format("{:02}:{:02}:{:02}", left / 3600, left / 60 % 60, left % 60);
}

std::string size_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  if (size < 1e6) return fmt::format("{:.0f} KB", size / 1e3);
  return size < 1e9 ? fmt::format("{:.1f} MB", size / 1e6) : fmt::format("{:.2f} GB", size / 1e9);
}

}  // namespace

WatchView::~WatchView() {
  if (terminal_ && running_) draw({});
}

std::uint64_t WatchView::Host::waits() const {
  std::uint64_t sum = 0;
  for (const auto& [source, count] : waiting) sum += count;
  return sum;
}

seconds WatchView::Host::left() const {
  if (state == State::kLeft) return seconds(0);
  const auto each = pause + (requests == 0 ? std::chrono::milliseconds(0) : took / static_cast<std::int64_t>(requests));
  return std::chrono::ceil<seconds>(each * static_cast<std::int64_t>(waits()));
}

double WatchView::Host::speed(Clock::time_point now) const {
  const double lasted = std::chrono::duration<double>(now - first).count();
  return requests == 0 || lasted < 1 ? 0 : static_cast<double>(done + failed) / lasted;
}

std::string WatchView::Host::state_text() const {
  switch (state) {
    case State::kAsks: return "访问中";
    case State::kPauses: return waits() == 0 ? "已完成" : "间隔中";
    case State::kRests: return "暂停至 " + clock_of(until) + "（" + why + "）";
    case State::kLeft: break;
  }
  return "今晚不再访问：" + why;
}

WatchView::Host& WatchView::host(std::string_view name) {
  const auto found = hosts_.find(name);
  if (found != hosts_.end()) return found->second;
  Host& made = hosts_.emplace(std::string(name), Host()).first->second;
  made.first = Clock::now();
  return made;
}

void WatchView::on(const crawler::CrawlEvent& event) {
  switch (event.kind) {
    case Kind::kNightBegins:
      running_ = true;
      began_ = shown_ = Clock::now();
      day_ = iso(event.day);
      sources_ = event.count;
      break;
    case Kind::kSourceBegins:
      if (!event.host.empty()) host(event.host).waiting[std::string(event.source)] = event.waiting;
      break;
    case Kind::kAsks: {
      Host& one = host(event.host);
      if (one.requests == 0) one.first = Clock::now();
      one.state = Host::State::kAsks;
      break;
    }
    case Kind::kAnswered: {
      Host& one = host(event.host);
      one.state = Host::State::kPauses;
      ++one.requests;
      one.bytes += event.bytes;
      one.took += event.took;
      one.pause = event.pause;
      break;
    }
    case Kind::kFetched:
    case Kind::kReceived:
    case Kind::kFailed:
    case Kind::kRefused:
      rejected_ += event.rejected;
      if (event.host.empty()) {
        ++files_;
        file_ = event.address;
        break;
      }
      ++(event.kind == Kind::kFetched || event.kind == Kind::kReceived ? host(event.host).done
                                                                       : host(event.host).failed);
      if (auto& waiting = host(event.host).waiting; waiting.contains(event.source))
        waiting.find(event.source)->second = event.waiting;
      else
        waiting.emplace(std::string(event.source), event.waiting);
      break;
    case Kind::kHostRests:
      host(event.host).state = Host::State::kRests;
      host(event.host).until = event.until;
      host(event.host).why = event.why;
      break;
    case Kind::kHostLeft:
      host(event.host).state = Host::State::kLeft;
      host(event.host).why = event.why;
      break;
    case Kind::kSourceEnds:
      ++ended_;
      held_ += event.report->outcome == crawler::SourceOutcome::kHeld ? 1 : 0;
      break;
    case Kind::kEnds:
      if (terminal_) draw({});
      running_ = false;
      return;
    case Kind::kReject: break;
  }
  show(false);
}

void WatchView::tick() { show(false); }

void WatchView::show(bool now) {
  const auto time = Clock::now();
  if (!running_ || (!now && time - shown_ < (terminal_ ? kRedraw : every_))) return;
  shown_ = time;
  if (terminal_)
    draw(frame());
  else
    say("crawl: " + summary());
}

std::string WatchView::summary() const {
  const auto now = Clock::now();
  std::uint64_t done = 0, failed = 0, waits = 0, bytes = 0, asked = 0, left_alone = 0;
  seconds left{0};
  for (const auto& [name, host] : hosts_) {
    done += host.done;
    failed += host.failed;
    bytes += host.bytes;
    asked += host.requests;
    waits += host.state == Host::State::kLeft ? 0 : host.waits();
    left_alone += host.state == Host::State::kLeft ? 1 : 0;
    left = std::max(left, host.left());
  }
  const auto lasted = std::chrono::floor<seconds>(now - began_);
  std::string out = fmt::format("{} 已用 {}", day_, time_text(lasted));
  if (!hosts_.empty()) {
    const double speed =
        lasted.count() > 0 ? static_cast<double>(done + failed) / static_cast<double>(lasted.count()) : 0;
    out += fmt::format("，主机 {} 个，请求 {} 次，已取 {} 页，等待 {}，失败 {}，{}，{:.1f} 页/秒，预计还需 {}",
                       hosts_.size(), asked, done, waits, failed, size_text(bytes), speed, time_text(left));
  }
  if (left_alone > 0) out += fmt::format("，今晚不再访问 {} 个主机", left_alone);
  if (files_ > 0) out += fmt::format("，文件 {} 个（{}）", files_, file_);
  if (rejected_ > 0) out += fmt::format("，退回 {} 行", rejected_);
  if (held_ > 0) out += fmt::format("，未发布 {} 个来源", held_);
  return out;
}

// Hosts that have something to do first; what does not fit is counted.
std::vector<std::string> WatchView::frame() const {
  const auto [width, height] = size_of_terminal();
  const auto now = Clock::now();
  std::vector<std::pair<const std::string*, const Host*>> order;
  order.reserve(hosts_.size());
  for (const auto& [name, host] : hosts_) order.emplace_back(&name, &host);
  const auto idle = [](const Host& host) { return host.state == Host::State::kLeft || host.waits() == 0; };
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return std::pair(idle(*a.second), b.second->waits()) < std::pair(idle(*b.second), a.second->waits());
  });
  const std::size_t room = height > 6 ? height - 5 : 1;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, host] : order) {
    if (rows.size() == room) break;
    const bool over = host->state == Host::State::kLeft || host->waits() == 0;
    rows.push_back({*name, host->state_text(), std::to_string(host->done), std::to_string(host->waits()),
                    std::to_string(host->failed), size_text(host->bytes), fmt::format("{:.2f}", host->speed(now)),
                    over ? "" : time_text(host->left())});
  }
  std::vector<std::string> lines = {cut_to(summary(), width - 1)};
  if (rows.empty()) return lines;
  const std::string text = table({{"主机", false, kWidestHost},
                                  {"状态", false, kWidestState},
                                  {"已取", true},
                                  {"等待", true},
                                  {"失败", true},
                                  {"流量", true},
                                  {"页/秒", true},
                                  {"预计还需", true}},
                                 rows);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(cut_to(std::string_view(text).substr(at, end - at), width - 1));
    at = end + 1;
  }
  if (order.size() > rows.size()) lines.push_back(fmt::format("另有 {} 个主机", order.size() - rows.size()));
  return lines;
}

}  // namespace tanmiao::app
