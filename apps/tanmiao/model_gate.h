// Which scorecard ranks: the one in use stays in use until one that does not do worse takes its place.
//
// What the lists are ranked by is kept in the data folder (models/). When config/scorecard.toml is another one, the
// night holds both against what came after a past day (miner/nightly.h): one that is surely worse is refused, the night
// says so, and the one in use ranks on. One that is lower by the figures alone waits for a person, and so does one that
// is lower there than the best that ranked in the last months ([backtest] compare_months), so that small steps down do
// not add up, and one that cannot be tested. A person may take any of them all the same.
// Official rules, campaigns and reference tables are not held back: they say what counts, not what we guess.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>

#include "apps/tanmiao/workplace.h"
#include "miner/nightly.h"

namespace tanmiao::app {

struct ModelInUse {
  std::string hash, scorecard;  // of its file; its id
  Date since{};
};
// nullopt: none was kept yet. Error kCorrupt when what is kept cannot be read.
Result<std::optional<ModelInUse>> model_in_use(const store::DataFolder& folder);
// The rules of the configuration, with the scorecard that is in use.
Result<std::shared_ptr<const miner::Rules>> rules_in_use(const AppConfig& config, const store::DataFolder& folder);

enum class ModelStep : std::uint8_t {
  kOff,      // [backtest] nightly is not set
  kSame,     // the scorecard in use is that of the configuration
  kFirst,    // none was in use
  kTaken,    // another one took its place: it was tested and its figure is no lower
  kWaits,    // its figure is lower, or it could not be tested: the one in use stays until a person takes the other
  kRefused,  // it does surely worse: the one in use stays
};
std::string_view word(ModelStep step);  // "off", "same", "first", "taken", "held", "refused"

struct ModelVerdict {
  ModelStep step = ModelStep::kOff;
  std::string in_use, candidate;  // ids; candidate empty unless it was another one
  std::optional<miner::ModelDuel> duel;
  // The best that ranked in the last months besides the one in use, on the same day; its duel's "in use" is that one.
  struct Earlier {
    std::string scorecard;
    Date until{};  // it ranked
    miner::ModelDuel duel;
  };
  std::optional<Earlier> earlier;
  int compare_months = 0;
  std::string note;   // why it waits; Chinese
  bool news = false;  // not told by a night before
};
// Holds the configuration's scorecard against the one in use and settles which ranks from now on. `snapshot` is what
// will be mined as of `today`.
Result<ModelVerdict> settle_model(Workplace& place, const store::Snapshot& snapshot, Date today, int threads,
                                  Progress& progress);
// A person takes the configuration's scorecard, whatever the night said of it.
Status take_model(Workplace& place, const std::string& by, const std::string& reason, Date today);
boost::json::object verdict_json(const ModelVerdict& verdict);  // docs/schema/run_report.json, model

// The figures of the latest closed horizon, beside those of the night before.
struct RankingCheck {
  std::optional<miner::BacktestReport> report;
  std::vector<miner::InputDrift> inputs;
  std::string note;  // why there are no figures; Chinese
};
Result<RankingCheck> check_ranking(Workplace& place, const store::Snapshot& snapshot, Date today, int threads,
                                   Progress& progress);
boost::json::object ranking_json(const RankingCheck& check);

}  // namespace tanmiao::app
