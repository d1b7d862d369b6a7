#include "apps/tanmiao/office_desk.h"

#include <algorithm>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/pipeline.h"
#include "apps/tanmiao/report.h"
#include "core/messages.h"
#include "store/suppression.h"

namespace tanmiao::app {

Result<Desk> open_desk(const Common& common, const std::string& by, std::string_view what, DeskOf of) {
  Desk desk;
  TANMIAO_ASSIGN(desk.place, open_workplace(common, store::Access::kRead, what));
  TANMIAO_ASSIGN(desk.rules, desk.place.pool_rules());
  TANMIAO_ASSIGN(const auto live, of == DeskOf::kLinked ? open_linked(desk.place) : open_live(desk.place));
  desk.snapshot = live.snapshot;
  std::shared_ptr<const store::Run> run;
  if (const auto loaded = load_run(desk.place, "", desk.place.config.campaigns.front());
      loaded && loaded->entry.snapshot == live.live.snapshot) {
    run = loaded->run;
    desk.run = loaded->entry;
  }
  TANMIAO_ASSIGN(const auto firms, desk.place.facts().firm_register());
  desk.book = std::make_unique<pool::FirmBook>(desk.snapshot, run, desk.place.reference, firms);
  desk.actor.by = by.empty() ? desk.place.config.issuer : by;
  if (desk.actor.by.empty()) return Error{Errc::kUsage, "请写明经办：--by 单位或岗位，或在配置里填写 city.issuer", ""};
  desk.actor.at = now();
  desk.actor.today = civil_day(desk.actor.at);
  return desk;
}

std::string code_or_name(const std::string& key) {
  if (!store::names_identity(key)) return key;
  const auto begin = key.find(':') + 1;  // "name:<key>@<place>"
  return "（代码待查）" + key.substr(begin, key.rfind('@') - begin);
}

Result<std::string> Desk::key(const std::string& named) {
  const auto found = firm(named);
  if (found) return book->key(*found);
  TANMIAO_ASSIGN(const auto entries, place.people().pool_entries());
  for (const auto& entry : entries)
    if (entry.firm == named || entry.name == named) return entry.firm;
  return found.error();
}

Result<pool::TakenOut> Desk::suppressed_now() {
  TANMIAO_ASSIGN(const auto suppressions, place.people().suppressions());
  TANMIAO_ASSIGN(auto firms, suppressed_of(place, *snapshot));
  return pool::taken_out(*book, suppressions, std::move(firms));
}

Result<pool::PoolInputs> Desk::pool_inputs() {
  TANMIAO_ASSIGN(auto entries, place.people().pool_entries());
  TANMIAO_ASSIGN(auto batches, place.people().pool_batches());
  TANMIAO_ASSIGN(auto reports, place.people().self_reports());
  TANMIAO_ASSIGN(const auto conflicts, place.people().conflicts(false));
  TANMIAO_ASSIGN(auto suppressed, suppressed_now());
  return pool::PoolInputs{*book,
                          *rules,
                          std::move(entries),
                          std::move(batches),
                          store::settled_reports(std::move(reports), conflicts),
                          std::move(suppressed),
                          run.id.empty() ? snapshot->info().civil_date : run.as_of};
}

Status remade(const Common& common, std::string_view what, Progress& progress) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kWrite, what));
  Pipeline pipeline(place, {}, progress, stop_flag());
  const NightReport report = pipeline.refresh_lists();
  if (report.failure) return *report.failure;
  return {};
}

Result<pool::TakenUp> taken_up(const Common& common, const pool::OfficialProgram& program, std::string_view what,
                               Progress& progress) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kWrite, what));
  TANMIAO_ASSIGN(const auto sources, crawler::list_sources(place.config.crawl));
  const bool described =
      std::any_of(sources.begin(), sources.end(), [&](const auto& source) { return source.id == program.source; });
  if (!described) return pool::TakenUp::kNoSource;
  // A night that was cut off goes on with all its sources; one of a single source must not end it.
  TANMIAO_ASSIGN(const auto last, place.facts().last_night());
  if (last && !last->finished)
    return Error{Errc::kLocked, "an unfinished night waits: tanmiao run", place.data.string()};
  NightOptions night;
  night.only = {program.source};
  Pipeline pipeline(place, night, progress, stop_flag());
  const NightReport report = pipeline.run_night();
  if (report.failure) return *report.failure;
  TANMIAO_TRY(write_report(place.folder(), report.night.id, report_json(report, surroundings_of(place, report))));
  return report.held() ? pool::TakenUp::kHeldBack : pool::TakenUp::kRead;
}

bool remine(const Common& common) {
  ConsoleProgress progress;
  const Status done = remade(common, "tanmiao pool import", progress);
  if (!done)
    say(done.error().code == Errc::kLocked ? std::string("夜间任务正在运行，名单随后更新")
                                           : "名单尚未更新：" + in_chinese(done.error()));
  return done.has_value();
}

}  // namespace tanmiao::app
