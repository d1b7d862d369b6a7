#include "apps/tanmiao/watch.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "apps/tanmiao/console.h"

namespace tanmiao::app {
namespace {

constexpr std::chrono::milliseconds kReadersPatience{2000};

// A source's last success lies before this crawl, unless this one is it.
Status know_successes(crawler::MetricsFile& metrics, Workplace& place) {
  TANMIAO_ASSIGN(const auto sources, crawler::list_sources(place.config.crawl));
  for (const auto& source : sources) {
    TANMIAO_ASSIGN(const auto batch, place.facts().last_published(store::Stage::kCrawl, source.id));
    if (batch) metrics.know_success(source.id, batch->clock);
  }
  return {};
}

}  // namespace

void add_watch(CLI::App& app, WatchOptions& options) {
  app.add_option("--events", options.events, "what happens as JSON lines into this file; -: to stdout")
      ->group("To watch");
  app.add_option("--metrics", options.metrics, "counters for the textfile collector of Prometheus")->group("To watch");
  app.add_flag("--quiet", options.quiet, "no progress, only what needs to be known")->group("To watch");
  app.add_option("--every", options.every, "seconds between two lines of progress where there is no terminal; 0: none")
      ->check(CLI::Range(0.0, 86400.0))
      ->capture_default_str()
      ->group("To watch");
}

Result<Watch> Watch::open(const WatchOptions& options, bool json, Workplace& place) {
  Watch watch;
  watch.stdout_ = options.events == "-";
  if (watch.stdout_ && json)
    return Error{Errc::kUsage, "--json and --events - both want stdout: give the events a file", "--events"};
  if (!options.events.empty()) {
    TANMIAO_ASSIGN(watch.events_, crawler::EventLines::open(options.events));
  }
  if (!options.metrics.empty()) {
    watch.metrics_ = std::make_unique<crawler::MetricsFile>(options.metrics);
    TANMIAO_TRY(know_successes(*watch.metrics_, place));
    TANMIAO_TRY(watch.metrics_->write());
  }
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const std::chrono::milliseconds every(static_cast<std::int64_t>(options.every * 1000));
  if (!options.quiet && (terminal || every.count() > 0)) watch.view_ = std::make_unique<WatchView>(terminal, every);
  watch.all_->add(watch.events_.get());
  watch.all_->add(watch.metrics_.get());
  watch.all_->add(watch.view_.get());
  return watch;
}

void Watch::finish() {
  if (events_)
    if (const std::string why = events_->finish(kReadersPatience); !why.empty()) say("events: " + why);
  if (metrics_)
    if (const Status done = metrics_->write(); !done) say("metrics: " + done.error().text());
}

}  // namespace tanmiao::app
