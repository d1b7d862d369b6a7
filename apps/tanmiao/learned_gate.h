// Whether a learned ranking orders the lists of a night in the scorecard's place (miner/learned.h). [backtest] learned.
//
// Where two closed horizons have labels enough, the night learns from the earlier and tests on the later. What wins by
// the margins of config/learned.toml and is no lower than the model in use and the best of those that ranked in the
// last months ([backtest] compare_months) is kept under the hash of its bytes in the data folder
// (models/learned-HASH.json) and ranks; one that is lower waits there for a person, surely worse it is dropped. What
// ranked before goes on, and the report says why. Equal inputs are not learnt from twice.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>

#include "apps/tanmiao/workplace.h"
#include "miner/learned.h"

namespace tanmiao::app {

enum class LearnedStep : std::uint8_t {
  kOff,    // not switched on
  kFew,    // too few labels: nothing is learnt
  kWaits,  // it could not be tried
  kLost,   // it does not rank surely better than the scorecard or the likelihood
  kWorse,  // it does, but the model in use does surely better
  kLower,  // it does, but its figure is lower than that of the one in use or of one before: a person may take it
  kSame,   // it is the model in use
  kTaken,  // it took its place
};
std::string_view word(LearnedStep step);  // "off", "few", "waits", "lost", "worse", "held", "same", "taken"

struct LearnedVerdict {
  LearnedStep step = LearnedStep::kOff;
  std::shared_ptr<const miner::LearnedModel> in_use;  // orders the lists; null: the scorecard does
  std::string since;                                  // day on which it was taken
  std::string note;    // why nothing was learnt, or why what is in use does not rank; Chinese
  std::string lesson;  // JSON of the figures; empty: none
  bool news = false;   // not told by a night before
};
// The model in use; null: none. Error kCorrupt when what is kept cannot be read.
Result<std::shared_ptr<const miner::LearnedModel>> learned_in_use(const AppConfig& config,
                                                                  const store::DataFolder& folder);
// Learns, tests and settles what orders the lists from now on. `snapshot` is what will be mined as of `today`. What
// cannot be learnt fails no night: only what cannot be written does, and a model in use that is damaged.
Result<LearnedVerdict> settle_learned(Workplace& place, const store::Snapshot& snapshot, Date today, int threads,
                                      Progress& progress);
// A person takes the model that is held. Error kNotFound when none is.
Status take_learned(Workplace& place, const std::string& by, const std::string& reason, Date today);
boost::json::object learned_json(const LearnedVerdict& verdict);  // docs/schema/run_report.json, learned

}  // namespace tanmiao::app
