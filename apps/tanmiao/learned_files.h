// Where a data folder keeps learned models: models/learned-HASH.json, the line that names the one in use, and that of
// one that waits for a person.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/tanmiao/workplace.h"
#include "miner/learned.h"

namespace tanmiao::app {

// Takes it into use: the model first, then the line that names it; none waits any more. Earlier ones are kept while new
// ones are compared with them.
Status keep_learned(Workplace& place, const miner::LearnedModel& model, Date today);
// It waits for a person, in the place of the one that waited before.
Status hold_learned(Workplace& place, const miner::LearnedModel& model, Date today);
void drop_held(Workplace& place);
// That ranked before the one in use within [backtest] compare_months, as far as they are kept.
std::vector<std::shared_ptr<const miner::LearnedModel>> earlier_learned(Workplace& place, Date today);
std::string learned_since(const store::DataFolder& folder);  // day on which the one in use was taken

}  // namespace tanmiao::app
