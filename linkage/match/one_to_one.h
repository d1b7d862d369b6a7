// Lists in which each firm stands once: short names of shares, members of a roster. There a firm that is clearly one
// name's is hardly another's.
#pragma once

#include <span>
#include <vector>

#include "linkage/match/matcher.h"

namespace tanmiao::linkage {

// Takes from each candidate's weight what the other names' claims on its row make unlikely, log2 of the product of
// 1 - p over them, and shares the probabilities out anew; a few rounds, as a mean field. The order of the names changes
// nothing. `names`: all candidates of each name.
void claim_rows(std::span<std::vector<MatchCandidate>* const> names, const MatchModel& model, int rounds = 4);

}  // namespace tanmiao::linkage
