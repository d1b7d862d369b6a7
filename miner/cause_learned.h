// By what the learned score of a firm differs between two days, column by column. Internal to miner/.
#pragma once

#include "miner/assess.h"
#include "miner/causes.h"
#include "miner/learn/lead_model.h"

namespace tanmiao::miner {

// The model of a side, where it reads the scorecard of today; no trees: none.
struct LearnedSide {
  const learn::FoldTrees* trees = nullptr;
  const Priors* priors = nullptr;
};
LearnedSide learned_side(const Context& context, const LoadedRules& rules, const MineConfig& config);

struct JudgedFirm {
  const Context& context;
  const FirmFacts& facts;
  const Assessment& assessment;
};
// `causes`: those of the firm; a column that rests on facts of which none changed differs because the day moved on.
LearnedCauses learned_causes(const LearnedSide& model, const JudgedFirm& was, const JudgedFirm& is,
                             const std::vector<Cause>& causes);
// What a column of the model rests on; of one that nobody sorted in, kDerived.
About about_of(std::string_view column);

}  // namespace tanmiao::miner
