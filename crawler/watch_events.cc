#include "crawler/watch_events.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>

#include "crawler/crawl.h"

namespace tanmiao::crawler {
namespace {

namespace json = boost::json;
using Kind = CrawlEvent::Kind;

std::string_view name_of(const CrawlEvent& event) {
  switch (event.kind) {
    case Kind::kNightBegins: return "night_begin";
    case Kind::kSourceBegins: return "source_begin";
    case Kind::kFetched: return "fetched";
    case Kind::kReceived: return "received";
    case Kind::kFailed: return "failed";
    case Kind::kRefused: return "refused";
    case Kind::kReject: return "reject";
    case Kind::kHostRests: return "host_rests";
    case Kind::kHostLeft: return "host_left";
    case Kind::kEnds: return "end";
    case Kind::kSourceEnds: break;
    case Kind::kAsks:
    case Kind::kAnswered: return {};
  }
  if (event.report == nullptr) return {};
  switch (event.report->outcome) {
    case SourceOutcome::kPublished: return "published";
    case SourceOutcome::kUnchanged: return "unchanged";
    case SourceOutcome::kHeld: return "held";
    case SourceOutcome::kNotApproved: return "not_approved";
    case SourceOutcome::kFailed: return "source_failed";
    case SourceOutcome::kNotNow: return "not_now";
  }
  return {};
}

std::string clock_text() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto whole = std::chrono::floor<std::chrono::seconds>(now);
  std::string text = iso(Instant(whole));
  text.insert(text.size() - 1, fmt::format(".{:03}", (now - whole).count()));
  return text;
}

double seconds(std::chrono::steady_clock::duration time) {
  return std::round(std::chrono::duration<double>(time).count() * 1000) / 1000;
}

json::object head_of(std::string_view name) { return {{"event", name}, {"at", clock_text()}}; }

void add_address(json::object& line, const CrawlEvent& event) {
  line["source"] = event.source;
  if (!event.host.empty()) line["host"] = event.host;
  line[event.host.empty() ? "file" : "address"] = event.address;
  if (!event.host.empty()) {
    line["status"] = event.status;
    line["requests"] = event.requests;
    line["waiting"] = event.waiting;
  }
  line["bytes"] = event.bytes;
}

void add_report(json::object& line, const SourceReport& report) {
  const auto& c = report.counts;
  line["source"] = report.id;
  line["new"] = c.fresh;
  line["changed"] = c.changed;
  line["gone"] = c.gone;
  line["same"] = c.same;
  line["rows"] = c.read;
  line["rejected"] = c.rejected;
  line["requests"] = report.requests;
  line["bytes"] = report.bytes;
  line["failed"] = report.failed_urls;
  if (!report.why.empty()) line["why"] = report.why;
  if (!report.alarms.empty()) line["alarms"] = json::array(report.alarms.begin(), report.alarms.end());
}

}  // namespace

Result<std::unique_ptr<EventLines>> EventLines::open(const std::string& file, std::size_t most_waiting) {
  // A reader that goes away ends the events, not the crawl.
  struct sigaction now {};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
  if (file == "-") return std::make_unique<EventLines>(STDOUT_FILENO, false, most_waiting);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Error{Errc::kIo, std::string("cannot be written: ") + std::strerror(errno), file};
  return std::make_unique<EventLines>(fd, true, most_waiting);
}

EventLines::EventLines(int fd, bool own, std::size_t most_waiting) : fd_(fd), own_(own), most_waiting_(most_waiting) {
  struct stat what {};
  file_ = ::fstat(fd, &what) == 0 && S_ISREG(what.st_mode);
}

EventLines::~EventLines() {
  if (own_) ::close(fd_);
}

// A pipe that poll() calls writable takes PIPE_BUF bytes at once; a file takes everything.
bool EventLines::write_piece() {
  const std::size_t left = waiting_.size() - written_, piece = file_ ? left : std::min<std::size_t>(left, PIPE_BUF);
  const ssize_t done = ::write(fd_, waiting_.data() + written_, piece);
  if (done < 0 && errno != EINTR && errno != EAGAIN) {
    failure_ = std::strerror(errno);
    waiting_.clear();
    written_ = 0;
    return false;
  }
  if (done > 0) written_ += static_cast<std::size_t>(done);
  return done > 0;
}

void EventLines::write_some() {
  while (written_ < waiting_.size()) {
    pollfd ready{fd_, POLLOUT, 0};
    if ((!file_ && ::poll(&ready, 1, 0) <= 0) || !write_piece()) break;
  }
  if (written_ < waiting_.size() && written_ < (std::size_t{64} << 10)) return;
  waiting_.erase(0, written_);
  written_ = 0;
}

void EventLines::line(const std::string& text) {
  if (!failure_.empty()) return;
  if (waiting_.size() - written_ + text.size() > most_waiting_) {
    ++dropped_, ++lost_;
    return write_some();
  }
  if (dropped_ > 0) {
    json::object told = head_of("dropped");
    told["lines"] = std::exchange(dropped_, 0);
    waiting_ += json::serialize(told) + '\n';
  }
  waiting_ += text;
  waiting_ += '\n';
  write_some();
}

void EventLines::on(const CrawlEvent& event) {
  asked_ += event.kind == Kind::kAsks ? 1 : 0;
  came_ += event.kind == Kind::kAnswered ? event.bytes : 0;
  const std::string_view name = name_of(event);
  if (name.empty()) return;
  json::object line = head_of(name);
  switch (event.kind) {
    case Kind::kNightBegins:
      began_ = std::chrono::steady_clock::now();
      line["night"] = event.number;
      line["date"] = iso(event.day);
      line["sources"] = event.count;
      break;
    case Kind::kSourceBegins:
      line["source"] = event.source;
      line["title"] = event.title;
      if (!event.host.empty()) line["host"] = event.host, line["waiting"] = event.waiting;
      break;
    case Kind::kFetched:
      add_address(line, event);
      line["same"] = event.why == "same";
      if (!event.host.empty()) line["records"] = event.records;
      line["rejected"] = event.rejected;
      break;
    case Kind::kReceived: add_address(line, event); break;
    case Kind::kFailed:
    case Kind::kRefused:
      add_address(line, event);
      line["why"] = event.why;
      break;
    case Kind::kReject:
      line["source"] = event.source;
      line["part"] = event.address;
      line["line"] = event.number;
      line["field"] = event.title;
      line["expected"] = event.why;
      break;
    case Kind::kHostRests: line["until"] = iso(event.until); [[fallthrough]];
    case Kind::kHostLeft:
      line["host"] = event.host;
      line["why"] = event.why;
      break;
    case Kind::kSourceEnds:
      add_report(line, *event.report);
      ++sources_;
      requests_ += event.report->requests;
      bytes_ += event.report->bytes;
      held_ += event.report->outcome == SourceOutcome::kHeld ? 1 : 0;
      break;
    case Kind::kEnds:
      line["seconds"] = seconds(std::chrono::steady_clock::now() - began_);
      line["sources"] = sources_;
      line["held"] = held_;
      // Of a crawl that was broken off sources have not ended, and were asked all the same.
      line["requests"] = std::max(requests_, asked_);
      line["bytes"] = std::max(bytes_, came_);
      line["dropped"] = lost_;
      if (!event.why.empty()) line["why"] = event.why;
      break;
    case Kind::kAsks:
    case Kind::kAnswered: return;
  }
  this->line(json::serialize(line));
}

std::string EventLines::finish(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (failure_.empty() && written_ < waiting_.size()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd ready{fd_, POLLOUT, 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) return "nobody reads them";
    write_piece();
  }
  if (!failure_.empty()) return failure_;
  return lost_ == 0 ? std::string() : std::to_string(lost_) + " lines were left out: they were read too slowly";
}

}  // namespace tanmiao::crawler
