// The priors of likelihood (config/belief.toml) learned from what visits brought back: what that changes, whether it
// helps on firms it was not learned from, and the file.
#pragma once

#include <string>
#include <vector>

#include "miner/mine.h"

namespace tanmiao::miner {

struct BeliefChange {
  std::string what;    // Chinese: "行业 C26", "有研发活动：研发投入 50 分"
  bool share = false;  // a share of 0 to 1; else log-odds
  double before = 0, now = 0;
  double sd_before = 0, sd_now = 0;  // of log-odds
};
struct LearnedBeliefs {
  std::string id, toml;               // of the new priors
  std::uint64_t visited = 0;          // firms whose staff or R&D is known
  std::uint64_t settled = 0;          // of them: both are, so that the mark is reached or is not
  std::uint64_t passed = 0;           // of the settled
  std::vector<BeliefChange> changes;  // greatest first; less than a thousandth is left out
  // Mean squared error of the chance of passing, for each settled firm by priors that were learned without it (ten
  // folds by a hash of its code), and by those of before. 0 when nothing is settled.
  double error_before = 0, error_now = 0;
  double said_before = 0, said_now = 0;  // mean chance
};
// `config.answers`: the visits. Errors: kUsage when no firm was visited, or the rules have no priors.
Result<LearnedBeliefs> learn_beliefs(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                     const MineConfig& config);

}  // namespace tanmiao::miner
