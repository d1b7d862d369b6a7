// What was known of a lead on a day, as one row of numbers: the items of the scorecard, what follows from them, and
// the register. NaN is unknown. Internal to miner/.
#pragma once

#include <vector>

#include "miner/assess.h"

namespace tanmiao::miner::learn {

struct LeadColumn {
  std::string id, label;
  int monotone = 0;  // what the trees are held to: the sign of the item's weight
};
inline constexpr std::string_view kScoreColumn = "score";  // the scorecard's
std::vector<LeadColumn> lead_columns(const Scorecard& card);

// A row, columns in that order. `priors`: null: the likelihood is unknown.
void add_lead_row(const Context& context, const Priors* priors, const FirmFacts& facts, const Assessment& a,
                  std::vector<float>& out);

}  // namespace tanmiao::miner::learn
