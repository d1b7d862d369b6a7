// replay and rejects: reading again what is kept, and feeding rows that were mended.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/pipeline.h"
#include "apps/tanmiao/record_json.h"
#include "apps/tanmiao/report.h"
#include "apps/tanmiao/workplace.h"
#include "core/settings.h"
#include "crawler/rejects_file.h"

namespace tanmiao::app {
namespace {

struct RereadOptions {
  std::string source, since, file, clock;
  bool from_archive = false;
};

// Runs `read` in a night and reports its one source as a crawl.
template <class Read>
Result<int> reread(const Common& common, std::string_view what, const std::string& night_clock, Read read) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kWrite, what));
  TANMIAO_TRY(with_person_key(place.config, place.data));
  NightReport report;
  Instant clock = now();
  if (!night_clock.empty()) {
    const auto given = parse_iso_instant(night_clock);
    if (!given) return Error{Errc::kUsage, given.error().message, "--clock"};
    clock = *given;
  }
  TANMIAO_ASSIGN(report.night, place.facts().begin_night(civil_day(clock), clock));
  const Measure measure;
  TANMIAO_ASSIGN(auto source, read(place, report.night));
  const bool held = source.outcome == crawler::SourceOutcome::kHeld;
  report.crawl = {crawler::CrawlReport{{std::move(source)}, held}, measure.take()};
  ConsoleProgress progress;
  TANMIAO_TRY(end_night(place.facts(), report.night, false, progress));
  say("企业和名单随下一次 tanmiao run 更新");
  return tell(place, report, common.json);
}

Result<int> replay(const Common& common, const RereadOptions& options) {
  std::optional<Instant> since;
  if (!options.since.empty()) {
    const auto date = parse_iso_date(options.since);
    if (!date) return Error{Errc::kUsage, date.error().message, "--since"};
    since = Instant(*date) - std::chrono::hours(8);  // the day begins in Beijing
  }
  return reread(common, "tanmiao replay", options.clock,
                [&](Workplace& place, const store::Night& night) -> Result<crawler::SourceReport> {
                  TANMIAO_TRY(note_done(place, "captures.replay", options.source,
                                        {{"since", options.since}, {"from_archive", options.from_archive}}));
                  const auto read = options.from_archive ? crawler::replay_unknown : crawler::replay;
                  return read(*place.store, night, options.source, since, place.config.crawl, *place.reference);
                });
}

Result<int> feed(const Common& common, const RereadOptions& options) {
  return reread(common, "tanmiao rejects feed", {},
                [&](Workplace& place, const store::Night& night) -> Result<crawler::SourceReport> {
                  TANMIAO_ASSIGN(auto done, crawler::feed_rejects(*place.store, night, options.source, options.file,
                                                                  place.config.crawl, *place.reference));
                  TANMIAO_TRY(note_done(place, "rejects.feed", options.source,
                                        {{"file", std::filesystem::path(options.file).filename().string()},
                                         {"new", done.counts.fresh},
                                         {"rejected", done.counts.rejected}}));
                  return done;
                });
}

// Of the source files, or of earlier ones whose rows still wait. Looked at before any data is opened.
Status known_source(const Common& common, const std::string& id) {
  std::error_code failed;
  if (std::filesystem::exists(store::DataFolder(common.data).rejects(id), failed)) return {};
  TANMIAO_ASSIGN(const auto config, open_config(common));
  TANMIAO_ASSIGN(const auto sources, crawler::list_sources(config.crawl));
  std::vector<std::string_view> known;
  known.reserve(sources.size());
  for (const auto& source : sources) known.push_back(source.id);
  if (std::find(known.begin(), known.end(), id) == known.end()) return no_such("source", id, known);
  return {};
}

Result<int> list(const Common& common, const RereadOptions& options) {
  TANMIAO_TRY(known_source(common, options.source));
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao rejects list"));
  const auto path = place.folder().rejects(options.source);
  TANMIAO_ASSIGN(const auto rejects, crawler::read_rejects_file(path));
  for (store::Reject reject : rejects) {
    reject.source = options.source;
    common.json ? print_json(reject_json(reject)) : print(reject_told(reject) + "\n");
  }
  say(rejects.empty() ? "没有被退回的行"
                      : "退回的行：" + std::to_string(rejects.size()) + "。整行见 " + path.string() +
                            "，改好后 tanmiao rejects feed " + options.source + " 文件");
  return kDone;
}

}  // namespace

Action declare_replay(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<RereadOptions>();
  app.add_option("SOURCE", options->source, "id of the source")->required();
  app.add_option("--since", options->since, "only captures from this day on");
  app.add_flag("--from-archive", options->from_archive,
               "after a loss of facts.db: the last archived page of each address that is not known");
  app.add_option("--clock", options->clock, "clock of the night, UTC, for repeatable tests")->group("Tests");
  return [options, &common] { return replay(common, *options); };
}

Action declare_rejects(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<RereadOptions>();
  CLI::App* listing = add_leaf(app, common, "list", "rows that wait to be mended, with the reason",
                               "tanmiao rejects list registry-files");
  listing->add_option("SOURCE", options->source, "id of the source")->required();
  CLI::App* feeding = add_leaf(app, common, "feed", "reads mended rows of rejects/SOURCE.csv",
                               "tanmiao rejects feed registry-files mended.csv");
  feeding->add_option("SOURCE", options->source, "id of the source")->required();
  feeding->add_option("FILE", options->file, "the mended file")->required();
  return [=, &common] { return listing->parsed() ? list(common, *options) : feed(common, *options); };
}

}  // namespace tanmiao::app
