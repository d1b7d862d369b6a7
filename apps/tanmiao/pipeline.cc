#include "apps/tanmiao/pipeline.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "apps/tanmiao/raw_pages.h"
#include "core/settings.h"
#include "store/audit_note.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRunsKept = 10;
constexpr std::size_t kChangesTold = 50;  // of each kind, in the first campaign; kFewChangesTold in the others
constexpr std::size_t kFewChangesTold = 20;

miner::Superset superset_of(const std::shared_ptr<indexer::Searcher>& searcher) {
  return {searcher->snapshot_digest(),
          [searcher](const std::vector<std::string>& words, const std::vector<std::string>& ipc,
                     const std::vector<std::string>& industries) {
            return searcher->superset({words, ipc, industries});
          }};
}

constexpr auto kCacheKept = std::chrono::hours(7 * 24);

bool fresh_cache(const fs::directory_entry& entry) {
  std::error_code failed;
  return entry.path().filename().string().starts_with("asof-") &&
         fs::file_time_type::clock::now() - entry.last_write_time(failed) < kCacheKept;
}

// Removes the folders below `parent` whose names are not in `kept`; the cache of a past day stays for a week.
Status remove_others(const fs::path& parent, const std::set<std::string>& kept) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(parent, error)) {
    const std::string name = entry.path().filename().string();
    if (kept.contains(name) || fresh_cache(entry)) continue;
    std::error_code failed;
    fs::remove_all(entry.path(), failed);
    if (failed) return store::io_error(failed.value(), "cannot remove", entry.path());
  }
  return {};
}

}  // namespace

Status end_night(store::Facts& facts, const store::Night& night, bool every_source, Progress& progress) {
  std::string waiting;
  if (!every_source) {
    TANMIAO_ASSIGN(const auto batches, facts.batches(night.id));
    for (const store::Batch& batch : batches)
      if (batch.stage == store::Stage::kCrawl && batch.state == store::BatchState::kOpen)
        waiting.append(waiting.empty() ? "" : "、").append(batch.source);
  }
  if (waiting.empty()) return facts.finish_night(night.id);
  progress.note("finish", "本夜中断的抓取尚未抓完（" + waiting + "），留待 tanmiao run 继续");
  return {};
}

Status Pipeline::known(const std::vector<std::string>& campaigns) {
  if (campaigns.empty()) return {};
  TANMIAO_ASSIGN(const auto rules, place_.rules());
  std::vector<std::string_view> ids;
  const auto described = rules->campaigns();
  ids.reserve(described.size());
  for (const auto& campaign : described) ids.push_back(campaign.id);
  for (const std::string& campaign : campaigns) {
    if (std::find(ids.begin(), ids.end(), campaign) != ids.end()) continue;
    return no_such("campaign", campaign, ids);
  }
  return {};
}

template <class Body>
NightReport Pipeline::in_night(const std::vector<std::string>& campaigns, Body&& body) {
  NightReport report;
  const auto began = std::chrono::steady_clock::now();
  report.failed_stage = "begin";
  Status status = known(campaigns);
  if (status) status = begin(report);
  if (status) status = body(report);
  if (status) status = finish(report);
  if (status) report.failed_stage.clear();
  if (!status) report.failure = status.error();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return report;
}

Status Pipeline::begin(NightReport& report) {
  const Instant clock = options_.clock.value_or(now());
  TANMIAO_ASSIGN(report.night, place_.facts().begin_night(civil_day(clock), clock));
  return {};
}

Status Pipeline::finish(NightReport& report) {
  report.failed_stage = "finish";
  TANMIAO_TRY(store::note_audit(*place_.store));
  return end_night(place_.facts(), report.night, report.crawl && options_.only.empty(), progress_);
}

Status Pipeline::asked_to_stop(NightReport& report, std::string_view before) const {
  report.failed_stage = before;
  if (!stop_.load(std::memory_order_relaxed)) return {};
  return Error{Errc::kCancelled, "asked to stop; the same command goes on from here", std::string(before)};
}

Status Pipeline::crawl(NightReport& report) {
  TANMIAO_TRY(asked_to_stop(report, "crawl"));
  const Measure measure;
  TANMIAO_TRY(with_person_key(place_.config, place_.data));
  crawler::CrawlConfig config = place_.config.crawl;
  config.only = options_.only;
  config.observer = options_.observer;
  TANMIAO_ASSIGN(auto done, crawler::crawl(*place_.store, report.night, config, *place_.reference, progress_, stop_));
  report.crawl = {std::move(done), measure.take()};
  return {};
}

Status Pipeline::link(NightReport& report) {
  TANMIAO_TRY(asked_to_stop(report, "link"));
  const Measure measure;
  linkage::LinkConfig config = place_.config.link;
  config.threads = options_.threads;
  config.refit_names = options_.refit_names;
  TANMIAO_ASSIGN(auto done, linkage::link(*place_.store, report.night, config, *place_.reference, progress_));
  TANMIAO_TRY(place_.facts().set_note(kLinkedNote, done.generation));
  report.link = {std::move(done), measure.take()};
  return {};
}

Result<std::shared_ptr<const store::Snapshot>> Pipeline::linked_snapshot() {
  TANMIAO_ASSIGN(std::string generation, place_.facts().note(kLinkedNote));
  if (generation.empty()) return Error{Errc::kNotFound, "no firms yet: run tanmiao link first", ""};
  return store::Snapshot::open(place_.folder().columns(generation));
}

Status Pipeline::index(NightReport& report, const store::Snapshot& snapshot) {
  TANMIAO_TRY(asked_to_stop(report, "index"));
  const Measure measure;
  TANMIAO_ASSIGN(const auto live, place_.facts().live());
  TANMIAO_ASSIGN(auto done,
                 indexer::build_index(place_.folder(), snapshot, {.threads = options_.threads, .before = live.index},
                                      *place_.reference, progress_));
  report.index = {std::move(done), measure.take()};
  return {};
}

Status Pipeline::mine(NightReport& report, const std::shared_ptr<const store::Snapshot>& snapshot,
                      const std::vector<std::string>& campaigns, Date as_of, const std::string& index, bool live) {
  TANMIAO_TRY(asked_to_stop(report, "mine"));
  if (live) {
    TANMIAO_ASSIGN(report.model, settle_model(place_, *snapshot, as_of, options_.threads, progress_));
    const Measure measure;
    TANMIAO_ASSIGN(auto settled, settle_learned(place_, *snapshot, as_of, options_.threads, progress_));
    report.learned = {std::move(settled), measure.take()};
  }
  TANMIAO_ASSIGN(const auto rules, place_.rules());
  std::optional<miner::Superset> superset;
  if (!index.empty()) {
    TANMIAO_ASSIGN(const auto searcher,
                   indexer::Searcher::open(place_.folder(), index, snapshot, nullptr, place_.reference));
    superset = superset_of(searcher);
  }
  TANMIAO_ASSIGN(auto visits, store::firm_answers(place_.facts(), place_.people(), *snapshot,
                                                  {as_of, snapshot->info().view.known_at}));
  const auto answers = std::make_shared<const store::FirmAnswers>(std::move(visits));
  answers_mined_ = answers->digest;
  for (const std::string& campaign : campaigns) {
    TANMIAO_TRY(asked_to_stop(report, "mine"));
    const Measure measure;
    CampaignReport done;
    miner::MineConfig config{campaign, as_of, options_.threads, answers};
    if (report.learned) config.learned = report.learned->report.in_use;
    TANMIAO_ASSIGN(done.mine, miner::mine(place_.folder(), *snapshot, *rules, *place_.reference, config,
                                          superset ? &*superset : nullptr, progress_));
    for (const auto& info : rules->campaigns())
      if (info.id == campaign) done.title = info.title;
    done.mine.run.created = report.night.clock;
    done.mine.run.live = live;
    done.mine.run.known_at = snapshot->info().view.known_at;
    TANMIAO_ASSIGN(const auto known, place_.facts().run(done.mine.run.id));
    done.unchanged = known.has_value();
    TANMIAO_TRY(place_.facts().add_run(done.mine.run));
    if (live) {
      report.failed_stage = "propose";
      TANMIAO_ASSIGN(done.proposed, pool::propose(*place_.store, done.mine.run));
      TANMIAO_TRY(compare(*rules, *snapshot, report.campaigns.empty() ? kChangesTold : kFewChangesTold, done));
    }
    done.figures = measure.take();
    report.campaigns.push_back(std::move(done));
  }
  return {};
}

// Against the run that stays live until this night is done.
Status Pipeline::compare(const miner::Rules& rules, const store::Snapshot& snapshot, std::size_t told,
                         CampaignReport& campaign) {
  TANMIAO_ASSIGN(const store::Live live, place_.facts().live());
  for (const auto& [id, run] : live.runs)
    if (id == campaign.mine.run.campaign) campaign.run_before = run;
  if (campaign.run_before.empty() || campaign.run_before == campaign.mine.run.id) return {};
  TANMIAO_ASSIGN(const auto before, place_.facts().run(campaign.run_before));
  if (before)
    campaign.changes =
        compare_runs(place_, rules, *before, campaign.mine.run, snapshot, {told, store::kNoFirm, options_.threads});
  return {};
}

Result<bool> Pipeline::answers_came_in() {
  TANMIAO_ASSIGN(const auto view, open_live(place_));
  TANMIAO_ASSIGN(const auto now_there, store::firm_answers(place_.facts(), place_.people(), *view.snapshot,
                                                           {civil_day(now()), std::nullopt}));
  return now_there.digest != answers_mined_;
}

// The runs of campaigns that were not mined now stay live.
Status Pipeline::go_live(const NightReport& report, const std::string& snapshot, const std::string& index) {
  TANMIAO_ASSIGN(store::Live live, place_.facts().live());
  if (!live.index.empty() && live.index != index) TANMIAO_TRY(note_generation_before(place_.facts(), live));
  live.snapshot = snapshot;
  live.index = index;
  std::map<std::string, std::string> runs(live.runs.begin(), live.runs.end());
  for (const CampaignReport& campaign : report.campaigns) runs[campaign.mine.run.campaign] = campaign.mine.run.id;
  live.runs.assign(runs.begin(), runs.end());
  TANMIAO_TRY(place_.facts().set_live(live));
  return sweep(live);
}

// What nothing names any more goes: leftovers of crashes, generations before the last but one, runs beyond the newest.
Status Pipeline::sweep(const store::Live& live) {
  TANMIAO_ASSIGN(const auto runs, place_.facts().runs());
  TANMIAO_ASSIGN(const std::string linked, place_.facts().note(kLinkedNote));
  std::set<std::string> snapshots = {live.snapshot, linked}, kept_runs;
  for (const auto& [campaign, run] : live.runs) kept_runs.insert(run);
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (i < kRunsKept || kept_runs.contains(runs[i].id)) {
      kept_runs.insert(runs[i].id);
      snapshots.insert(runs[i].snapshot);
    }
  TANMIAO_ASSIGN(const GenerationBefore before, generation_before(place_));
  snapshots.insert(before.snapshot);
  TANMIAO_TRY(remove_others(place_.folder().columns(""), snapshots));
  TANMIAO_TRY(remove_others(place_.folder().index(""), {live.index, before.index}));
  return remove_others(place_.folder().run(""), kept_runs);
}

// What is live is not touched: that the ranking could not be checked is told and fails nothing.
Status Pipeline::look_back(NightReport& report, const store::Snapshot& snapshot) {
  if (!place_.config.backtest.nightly) return {};
  TANMIAO_TRY(asked_to_stop(report, "backtest"));
  const Measure measure;
  auto check = check_ranking(place_, snapshot, report.night.civil_date, options_.threads, progress_);
  RankingCheck told;
  if (check)
    told = std::move(*check);
  else
    told.note = check.error().text();
  report.ranking = {std::move(told), measure.take()};
  return {};
}

// Saved searches look at what is live now. One that cannot be run says so and costs itself only.
Status Pipeline::look_for_news(NightReport& report) {
  report.failed_stage = "searches";
  TANMIAO_ASSIGN(report.saved, run_saved_searches(place_, report.night.civil_date, "", true));
  return {};
}

// Retention, when all is live: it changes nothing that the night made.
Status Pipeline::prune(NightReport& report) {
  report.failed_stage = "archive";
  if (place_.config.keep_raw_days == 0) return {};
  TANMIAO_ASSIGN(report.archive, prune_raw_pages(place_, place_.config.keep_raw_days, report.night.clock, false));
  return {};
}

NightReport Pipeline::run_night() {
  return in_night(place_.config.campaigns, [this](NightReport& report) -> Status {
    report.whole = true;
    TANMIAO_TRY(crawl(report));
    TANMIAO_TRY(link(report));
    TANMIAO_ASSIGN(const auto snapshot, linked_snapshot());
    TANMIAO_TRY(index(report, *snapshot));
    const std::string generation = report.index->report.generation;
    TANMIAO_TRY(mine(report, snapshot, place_.config.campaigns, report.night.civil_date, generation, true));
    report.failed_stage = "publish";
    TANMIAO_TRY(go_live(report, snapshot->info().generation, generation));
    TANMIAO_TRY(look_back(report, *snapshot));
    TANMIAO_TRY(look_for_news(report));
    return prune(report);
  });
}

NightReport Pipeline::crawl_only() {
  return in_night({}, [this](NightReport& report) { return crawl(report); });
}

NightReport Pipeline::link_only() {
  return in_night({}, [this](NightReport& report) { return link(report); });
}

NightReport Pipeline::index_only() {
  return in_night({}, [this](NightReport& report) -> Status {
    TANMIAO_ASSIGN(const auto snapshot, linked_snapshot());
    TANMIAO_TRY(index(report, *snapshot));
    return go_live(report, snapshot->info().generation, report.index->report.generation);
  });
}

NightReport Pipeline::refresh_lists() {
  NightReport report;
  report.night.clock = options_.clock.value_or(now());
  report.night.civil_date = civil_day(report.night.clock);
  const auto refresh = [&]() -> Status {
    TANMIAO_TRY(known(place_.config.campaigns));
    report.failed_stage = "mine";
    constexpr int kTimes = 3;  // whoever goes on typing gets the rest with the next import
    for (int times = 0; times < kTimes; ++times) {
      report.campaigns.clear();
      TANMIAO_ASSIGN(const auto view, open_live(place_));
      TANMIAO_TRY(mine(report, view.snapshot, place_.config.campaigns, report.night.civil_date, view.live.index, true));
      report.failed_stage = "publish";
      TANMIAO_TRY(go_live(report, view.live.snapshot, view.live.index));
      TANMIAO_ASSIGN(const bool more, answers_came_in());
      if (!more) break;
    }
    return {};
  };
  if (const Status done = refresh(); !done)
    report.failure = done.error();
  else
    report.failed_stage.clear();
  return report;
}

NightReport Pipeline::mine_only(const std::vector<std::string>& campaigns, const When& when) {
  const auto& wanted = campaigns.empty() ? place_.config.campaigns : campaigns;
  return in_night(wanted, [&](NightReport& report) -> Status {
    report.failed_stage = "mine";
    if (when.given()) {
      TANMIAO_ASSIGN(const auto snapshot, snapshot_of(place_, when, progress_));
      TANMIAO_ASSIGN(const Date day, day_of(when));
      return mine(report, snapshot, wanted, day, "", false);
    }
    TANMIAO_ASSIGN(const auto view, open_live(place_));
    TANMIAO_TRY(mine(report, view.snapshot, wanted, report.night.civil_date, view.live.index, true));
    return go_live(report, view.live.snapshot, view.live.index);
  });
}

}  // namespace tanmiao::app
