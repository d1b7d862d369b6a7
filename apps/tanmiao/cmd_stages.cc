// run, and each of its stages alone.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "apps/tanmiao/command.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/pipeline.h"
#include "apps/tanmiao/plan_text.h"
#include "apps/tanmiao/report.h"
#include "apps/tanmiao/watch.h"
#include "apps/tanmiao/who_and_why.h"
#include "crawler/crawl_sources.h"
#include "crawler/source_files.h"

namespace tanmiao::app {
namespace {

struct StageOptions {
  std::vector<std::string> only, campaigns;
  std::string clock;
  std::string accept, by, reason;  // crawl --accept
  int threads = 0;
  bool dry_run = false, refit_names = false;
  WatchOptions watch;
  When when;
};

Result<NightOptions> night_options(const StageOptions& options) {
  NightOptions night;
  night.only = options.only;
  night.threads = options.threads;
  night.refit_names = options.refit_names;
  if (!options.clock.empty()) {
    const auto clock = parse_iso_instant(options.clock);
    if (!clock) return Error{Errc::kUsage, clock.error().message, "--clock"};
    night.clock = *clock;
  }
  return night;
}

Status accept(Workplace& place, const StageOptions& options, const NightOptions& night) {
  const crawler::Acceptance acceptance{options.by, options.reason, night.clock.value_or(now())};
  TANMIAO_ASSIGN(const auto accepted,
                 crawler::accept_held(*place.store, options.accept, acceptance, place.config.crawl));
  say(options.accept + "：已接受：" + crawler::in_words(accepted));
  return {};
}

// An empty folder, gone with this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "tanmiao_plan_XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Before a night is begun for a word that was mistyped.
Status known_sources(crawler::CrawlConfig config, const std::vector<std::string>& only) {
  config.only = only;
  const auto chosen = crawler::chosen_files(config);
  return chosen ? Status() : Status(chosen.error());
}

// A plan says nothing of sources whose files are wrong.
Result<int> bad_sources_told(const crawler::CrawlConfig& config) {
  TANMIAO_ASSIGN(const auto files, crawler::load_source_files(config));
  bool any = false;
  for (const crawler::BadSource& bad : files.bad) {
    if (!config.only.empty() && std::find(config.only.begin(), config.only.end(), bad.id) == config.only.end())
      continue;
    any = true;
    for (const Error& fault : bad.faults) say("来源说明有错：" + crawler::fault_in_chinese(fault, true));
  }
  return any ? kHeld : kDone;
}

Result<int> dry_run(const StageOptions& options, const Common& common) {
  TANMIAO_ASSIGN(const auto night, night_options(options));
  // Before the first night there is nothing to read: the plan is of an empty store, which goes again.
  Common read = common;
  const bool fresh = !std::filesystem::exists(common.data / "facts.db");
  std::optional<TemporaryFolder> empty;
  if (fresh) {
    empty.emplace();
    if (empty->path().empty()) return Error{Errc::kIo, "no folder for temporary files can be made", ""};
    read.data = empty->path();
  }
  TANMIAO_ASSIGN(auto place,
                 open_workplace(read, fresh ? store::Access::kWrite : store::Access::kRead, "tanmiao crawl --dry-run"));
  // Without a key nothing was ever read, and none is made here.
  if (std::filesystem::exists(place.config.person_key_file)) {
    TANMIAO_TRY(with_person_key(place.config, place.data));
  }
  crawler::CrawlConfig config = place.config.crawl;
  config.only = options.only;
  TANMIAO_ASSIGN(const auto plan,
                 crawler::plan_crawl(*place.store, config, *place.reference, night.clock.value_or(now())));
  if (common.json)
    print_json(plan_json(plan));
  else
    print(plan_lines(plan));
  return bad_sources_told(config);
}

using Shared = std::shared_ptr<StageOptions>;

Shared declare_stage(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<StageOptions>();
  app.add_option("--clock", options->clock, "clock of the night, UTC, for repeatable tests")->group("Tests");
  return options;
}

void add_threads(CLI::App& app, const Shared& options) {
  app.add_option("--threads", options->threads, "0: as many as there are cores; the result is the same")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
}

template <class Body>
Action stage_action(const Shared& options, Common& common, std::string what, Body body) {
  return [=, &common, what = std::move(what)]() -> Result<int> {
    TANMIAO_ASSIGN(auto night, night_options(*options));
    TANMIAO_TRY(parse_view(options->when));  // before a data folder is made
    const auto& stop = stop_flag();
    TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kWrite, what));
    if (!night.only.empty()) TANMIAO_TRY(known_sources(place.config.crawl, night.only));
    if (!options->accept.empty()) {
      TANMIAO_TRY(accept(place, *options, night));
      night.only = {options->accept};
    }
    TANMIAO_ASSIGN(auto watch, Watch::open(options->watch, common.json, place));
    night.observer = watch.observer();
    NightReport report;
    {
      ConsoleProgress progress(options->watch.quiet);
      Pipeline pipeline(place, night, progress, stop);
      report = body(pipeline, *options);
    }
    watch.finish();
    return tell(place, report, common.json, watch.takes_stdout());
  };
}

}  // namespace

Action declare_run(CLI::App& app, Common& common) {
  const auto options = declare_stage(app, common);
  add_threads(app, options);
  app.add_option("--only", options->only, "only these sources");
  add_watch(app, options->watch);
  return stage_action(options, common, "tanmiao run", [](Pipeline& p, const StageOptions&) { return p.run_night(); });
}

Action declare_crawl(CLI::App& app, Common& common) {
  const auto options = declare_stage(app, common);
  CLI::Option* const only = app.add_option("--only", options->only, "only these sources");
  CLI::Option* const accepted = app.add_option("--accept", options->accept,
                                               "the source is held: what it delivers now is taken for its new normal");
  CLI::Option* const reason = app.add_option("--reason", options->reason, "why, for the audit")->transform(why());
  CLI::Option* const by = app.add_option("--by", options->by, "who accepts: an office or a role")->transform(who());
  accepted->excludes(only)->needs(reason)->needs(by);
  reason->needs(accepted);
  by->needs(accepted);
  add_watch(app, options->watch);
  app.add_flag("--dry-run", options->dry_run, "only say what would be asked for now, and how long that would take")
      ->excludes(accepted);
  Action crawl =
      stage_action(options, common, "tanmiao crawl", [](Pipeline& p, const StageOptions&) { return p.crawl_only(); });
  return [options, &common, crawl = std::move(crawl)]() -> Result<int> {
    return options->dry_run ? dry_run(*options, common) : crawl();
  };
}

Action declare_link(CLI::App& app, Common& common) {
  const auto options = declare_stage(app, common);
  add_threads(app, options);
  app.add_flag("--refit-names", options->refit_names,
               "freeze anew by what names are compared (weights, frequencies); the report says what that changes");
  return stage_action(options, common, "tanmiao link", [](Pipeline& p, const StageOptions&) { return p.link_only(); });
}

Action declare_index(CLI::App& app, Common& common) {
  const auto options = declare_stage(app, common);
  add_threads(app, options);
  return stage_action(options, common, "tanmiao index",
                      [](Pipeline& p, const StageOptions&) { return p.index_only(); });
}

Action declare_mine(CLI::App& app, Common& common) {
  const auto options = declare_stage(app, common);
  add_threads(app, options);
  app.add_option("--campaign", options->campaigns, "campaigns (default: those of the configuration)");
  add_when(app, options->when);
  return stage_action(options, common, "tanmiao mine",
                      [](Pipeline& p, const StageOptions& o) { return p.mine_only(o.campaigns, o.when); });
}

}  // namespace tanmiao::app
