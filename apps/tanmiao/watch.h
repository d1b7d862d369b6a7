// Who watches a crawl: the options of run and crawl, and what they open.
#pragma once

#include <memory>
#include <string>

#include "apps/tanmiao/watch_view.h"
#include "apps/tanmiao/workplace.h"
#include "crawler/watch_events.h"
#include "crawler/watch_metrics.h"

namespace tanmiao::app {

struct WatchOptions {
  std::string events, metrics;  // files; events "-": stdout
  bool quiet = false;
  double every = 30;  // seconds between two lines where there is no terminal; 0: none
};
void add_watch(CLI::App& app, WatchOptions& options);

class Watch {
 public:
  // kUsage when events and `json` both want stdout; kIo when a file cannot be written.
  static Result<Watch> open(const WatchOptions& options, bool json, Workplace& place);
  crawler::Observer* observer() { return all_->empty() ? nullptr : all_.get(); }
  bool takes_stdout() const { return stdout_; }
  void finish();  // what could not be written is said, and changes nothing else

 private:
  std::unique_ptr<crawler::EventLines> events_;
  std::unique_ptr<crawler::MetricsFile> metrics_;
  std::unique_ptr<WatchView> view_;
  std::unique_ptr<crawler::Observers> all_ = std::make_unique<crawler::Observers>();
  bool stdout_ = false;
};

}  // namespace tanmiao::app
