// The order of the stages. Nothing else in the program knows it.
//
// run_night() begins or resumes a night, runs every stage, and writes last the one row that makes the result live. A
// stage whose inputs are those of the last time does nothing and says so. What failed is in the report; whatever was
// live before stays live.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/tanmiao/learned_gate.h"
#include "apps/tanmiao/measure.h"
#include "apps/tanmiao/model_gate.h"
#include "apps/tanmiao/report_changes.h"
#include "apps/tanmiao/saved_searches.h"
#include "apps/tanmiao/workplace.h"
#include "crawler/archive.h"
#include "pool/propose.h"

namespace tanmiao::app {

template <class Report>
struct Staged {
  Report report;
  Figures figures;
};

struct CampaignReport {
  miner::MineReport mine;
  std::string title;  // of the campaign
  Figures figures;
  bool unchanged = false;                       // the run was there already
  std::optional<pool::ProposeReport> proposed;  // not for a past day
  std::string run_before;                       // that was live; empty: none, or of a past day
  std::optional<RunChanges> changes;            // when that was another run and can still be read
};

struct NightReport {
  store::Night night;
  std::optional<Staged<crawler::CrawlReport>> crawl;
  std::optional<Staged<linkage::LinkReport>> link;
  std::optional<Staged<indexer::IndexReport>> index;
  std::optional<ModelVerdict> model;              // which scorecard ranked; not for a past day
  std::optional<Staged<LearnedVerdict>> learned;  // whether a learned model orders the lists; not for a past day
  std::vector<CampaignReport> campaigns;
  std::optional<Staged<RankingCheck>> ranking;  // [backtest] nightly
  std::vector<SavedFound> saved;                // queries that are kept, on what became live
  std::vector<crawler::ArchiveCut> archive;     // raw pages that went after their time
  double seconds = 0;
  bool whole = false;        // all stages were asked for
  std::string failed_stage;  // empty: none
  std::optional<Error> failure;
  bool held() const { return crawl && crawl->report.any_held; }
};

struct NightOptions {
  std::vector<std::string> only;  // sources; empty: all
  int threads = 0;
  bool refit_names = false;      // LinkConfig::refit_names
  std::optional<Instant> clock;  // of a new night; for repeatable tests
  crawler::Observer* observer = nullptr;
};

// Ends the night; unless it read some of the sources only (`every_source` false) and a crawl that was cut off waits in
// it: its frontier would be thrown away, and what it asked for asked again. `tanmiao run` goes on with it.
Status end_night(store::Facts& facts, const store::Night& night, bool every_source, Progress& progress);

class Pipeline {
 public:
  Pipeline(Workplace& place, NightOptions options, Progress& progress, const std::atomic<bool>& stop)
      : place_(place), options_(std::move(options)), progress_(progress), stop_(stop) {}

  // Always gives a report; look at `failure`.
  NightReport run_night();
  // One stage in a night of its own, or in the unfinished one.
  NightReport crawl_only();
  NightReport link_only();
  NightReport index_only();
  // Campaigns of the live snapshot, as of today; or of a past view: then nothing is proposed and nothing becomes live.
  NightReport mine_only(const std::vector<std::string>& campaigns, const When& when);
  // Mines the live snapshot as of today between nights, because answers came in: no night is begun, and one that was
  // cut off keeps waiting with its date.
  NightReport refresh_lists();

 private:
  Status begin(NightReport& report);
  Status finish(NightReport& report);
  // Begins the night, or takes it up, and ends it. `campaigns` are looked up first: a mistyped one opens no night whose
  // clock the next would have to keep.
  template <class Body>
  NightReport in_night(const std::vector<std::string>& campaigns, Body&& body);
  Status known(const std::vector<std::string>& campaigns);
  Status crawl(NightReport& report);
  Status link(NightReport& report);
  Status index(NightReport& report, const store::Snapshot& snapshot);
  Status mine(NightReport& report, const std::shared_ptr<const store::Snapshot>& snapshot,
              const std::vector<std::string>& campaigns, Date as_of, const std::string& index, bool live);
  Status compare(const miner::Rules& rules, const store::Snapshot& snapshot, std::size_t told,
                 CampaignReport& campaign);
  // Whether visits were brought in after mine() had read them: the lists are then made once more.
  Result<bool> answers_came_in();
  Status go_live(const NightReport& report, const std::string& snapshot, const std::string& index);
  Status look_back(NightReport& report, const store::Snapshot& snapshot);
  Status look_for_news(NightReport& report);
  Status prune(NightReport& report);
  Status sweep(const store::Live& live);
  Status asked_to_stop(NightReport& report, std::string_view before) const;
  Result<std::shared_ptr<const store::Snapshot>> linked_snapshot();

  Workplace& place_;
  NightOptions options_;
  Progress& progress_;
  const std::atomic<bool>& stop_;
  std::string answers_mined_;  // digest of the visits that the last mine() read
};

}  // namespace tanmiao::app
