#include "crawler/watch_metrics.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crawler/crawl.h"

namespace tanmiao::crawler {
namespace {

using Kind = CrawlEvent::Kind;

// Value of a label: backslash, quotation mark and line end are escaped.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

class Writer {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <class Number>
  void value(const std::string& labels, Number number) {
    out_ +=
        labels.empty() ? fmt::format("{} {}\n", name_, number) : fmt::format("{}{{{}}} {}\n", name_, labels, number);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string_view name_;
  std::string out_;
};

std::string label(std::string_view name, std::string_view value) { return std::string(name) + "=" + quoted(value); }

Instant now_whole() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

template <class Map, class Value>
void each(Writer& out, const Map& map, std::string_view name, Value value) {
  for (const auto& [key, counts] : map) out.value(label(name, key), value(counts));
}

constexpr std::array<std::string_view, 6> kClasses = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

void MetricsFile::on(const CrawlEvent& event) {
  switch (event.kind) {
    case Kind::kNightBegins:
      began_ = std::chrono::steady_clock::now();
      began_at_ = now_whole();
      running_ = true;
      break;
    case Kind::kSourceBegins: {
      SourceCounts& source = sources_[std::string(event.source)];
      if (!event.host.empty()) source.waiting[std::string(event.host)] = event.waiting;
      break;
    }
    case Kind::kAnswered: {
      auto host = hosts_.find(event.host);
      if (host == hosts_.end()) host = hosts_.emplace(std::string(event.host), HostCounts()).first;
      ++host->second.requests;
      host->second.bytes += event.bytes;
      host->second.seconds += std::chrono::duration<double>(event.took).count();
      ++host->second.answers[static_cast<std::size_t>(std::clamp(event.status / 100, 0, 5))];
      break;
    }
    case Kind::kFetched:
    case Kind::kReceived:
    case Kind::kFailed:
    case Kind::kRefused: {
      SourceCounts& source = sources_[std::string(event.source)];
      source.requests += event.requests;
      source.bytes += event.bytes;
      source.rejected += event.rejected;
      if (event.kind == Kind::kFetched) ++(event.why == "same" ? source.same : source.read);
      if (event.kind == Kind::kFailed) ++source.failed;
      if (event.kind == Kind::kRefused) ++source.refused;
      if (!event.host.empty()) source.waiting[std::string(event.host)] = event.waiting;
      break;
    }
    case Kind::kHostRests: hosts_[std::string(event.host)].resting_until = event.until; break;
    case Kind::kHostLeft: hosts_[std::string(event.host)].left_alone = true; break;
    case Kind::kSourceEnds: {
      const SourceReport& report = *event.report;
      SourceCounts& source = sources_[report.id];
      source.ended = true;
      source.held = report.outcome == SourceOutcome::kHeld;
      source.failed_whole = report.outcome == SourceOutcome::kFailed;
      source.not_approved = report.outcome == SourceOutcome::kNotApproved;
      source.fresh = report.counts.fresh;
      source.changed = report.counts.changed;
      source.gone = report.counts.gone;
      source.rows = report.counts.read;
      source.alarms = report.alarms.size();
      source.waiting.clear();
      if (report.outcome == SourceOutcome::kPublished || report.outcome == SourceOutcome::kUnchanged)
        source.last_success = now_whole();
      break;
    }
    case Kind::kEnds:
      running_ = false;
      good_ = event.why.empty();
      seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
      break;
    case Kind::kAsks:
    case Kind::kReject: break;
  }
}

void MetricsFile::tick() {
  const auto now = std::chrono::steady_clock::now();
  if (now - written_ < every_) return;
  written_ = now;
  if (status_) status_ = write();
}

std::string MetricsFile::text() const {
  Writer out;
  const double lasted =
      running_ ? std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count() : seconds_;
  out.family("tanmiao_crawl_running", "gauge", "1 while a crawl is under way.");
  out.value("", running_ ? 1 : 0);
  out.family("tanmiao_crawl_start_timestamp_seconds", "gauge", "When the last crawl began.");
  out.value("", began_at_.time_since_epoch().count());
  out.family("tanmiao_crawl_duration_seconds", "gauge", "How long the last crawl took, or has taken so far.");
  out.value("", std::round(lasted * 1000) / 1000);
  out.family("tanmiao_crawl_success", "gauge", "1 when the last crawl came to its end, whatever single sources did.");
  out.value("", good_ ? 1 : 0);
  const auto source = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    out.family(name, type, help);
    each(out, sources_, "source", value);
  };
  using S = const SourceCounts&;
  source("tanmiao_source_requests_total", "counter",
         "Requests for this source, robots.txt, redirects and retries included.", [](S s) { return s.requests; });
  source("tanmiao_source_received_bytes_total", "counter", "Bytes of answers and files as they came.",
         [](S s) { return s.bytes; });
  out.family("tanmiao_source_pages_total", "counter", "Addresses and files by what came of them.");
  for (const auto& [id, s] : sources_)
    for (const auto& [result, count] :
         {std::pair{"read", s.read}, {"same", s.same}, {"failed", s.failed}, {"refused", s.refused}})
      out.value(label("source", id) + "," + label("result", result), count);
  source("tanmiao_source_rejected_rows_total", "counter", "Rows that were refused.", [](S s) { return s.rejected; });
  source("tanmiao_source_frontier", "gauge", "Addresses that are known and wait to be asked for.", [](S s) {
    std::uint64_t sum = 0;
    for (const auto& [host, count] : s.waiting) sum += count;
    return sum;
  });
  source("tanmiao_source_rows", "gauge", "Rows that the source gave in this night.", [](S s) { return s.rows; });
  out.family("tanmiao_source_records", "gauge", "Records of this night by how they differ from those before.");
  for (const auto& [id, s] : sources_)
    for (const auto& [change, count] : {std::pair{"new", s.fresh}, {"changed", s.changed}, {"gone", s.gone}})
      out.value(label("source", id) + "," + label("change", change), count);
  source("tanmiao_source_held", "gauge", "1 when this delivery was held and yesterday's data stays.",
         [](S s) { return s.held ? 1 : 0; });
  source("tanmiao_source_failed", "gauge", "1 when the source gave nothing.",
         [](S s) { return s.failed_whole ? 1 : 0; });
  source("tanmiao_source_alarms", "gauge", "Alarms of the source: dates about to leave its server unread, and gaps.",
         [](S s) { return s.alarms; });
  source("tanmiao_source_approved", "gauge", "0 when nobody approved the source and it was not asked.",
         [](S s) { return s.not_approved ? 0 : 1; });
  out.family("tanmiao_source_last_success_timestamp_seconds", "gauge",
             "When the source was last published, changed or not.");
  for (const auto& [id, s] : sources_)
    if (s.last_success.time_since_epoch().count() > 0)
      out.value(label("source", id), s.last_success.time_since_epoch().count());
  const auto host = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    out.family(name, type, help);
    each(out, hosts_, "host", value);
  };
  using H = const HostCounts&;
  host("tanmiao_host_requests_total", "counter", "Requests to this host, of all sources.",
       [](H h) { return h.requests; });
  host("tanmiao_host_received_bytes_total", "counter", "Bytes of its answers.", [](H h) { return h.bytes; });
  out.family("tanmiao_host_answers_total", "counter", "Its answers by class of status; none: no whole answer came.");
  for (const auto& [name, h] : hosts_)
    for (std::size_t i = 0; i < kClasses.size(); ++i)
      out.value(label("host", name) + "," + label("class", kClasses[i]), h.answers[i]);
  host("tanmiao_host_answer_seconds_total", "counter", "Time from asking to the end of the answer, summed up.",
       [](H h) { return std::round(h.seconds * 1000) / 1000; });
  host("tanmiao_host_left_alone", "gauge", "1 when the host is not asked any more this night.",
       [](H h) { return h.left_alone ? 1 : 0; });
  host("tanmiao_host_resting_until_timestamp_seconds", "gauge",
       "Until when the host rests, or last rested; 0: it never did.",
       [](H h) { return h.resting_until.time_since_epoch().count(); });
  return out.take();
}

// The collector reads whatever ends in .prom: the file in the making must not.
Status MetricsFile::write() const {
  // A link is followed: it may lead into the folder that the collector reads. A device or a pipe is not put away.
  std::error_code none;
  const std::filesystem::path file =
      std::filesystem::is_symlink(file_, none) ? std::filesystem::weakly_canonical(file_, none) : file_;
  if (std::filesystem::exists(file, none) && !std::filesystem::is_regular_file(file, none))
    return Error{Errc::kUsage, "is no regular file, and would be replaced by one", file_.string()};
  const std::string made = file.string() + ".new";
  const std::string bytes = text();
  const auto failed = [&](const char* what) {
    return Error{Errc::kIo, std::string(what) + ": " + std::strerror(errno), file_.string()};
  };
  const int fd = ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return failed("cannot be written");
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      const Error error = failed("cannot be written");
      ::close(fd), ::unlink(made.c_str());
      return error;
    }
    done += static_cast<std::size_t>(wrote);
  }
  ::close(fd);
  if (::rename(made.c_str(), file.c_str()) != 0) return failed("cannot be renamed");
  return {};
}

}  // namespace tanmiao::crawler
