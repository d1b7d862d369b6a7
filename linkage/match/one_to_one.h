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
void claim_rows(std::span<std::vector<MatchCandidate>* const> names, const MatchModel& model, int rounds = 12);

// Whether each firm seems to stand at most once among the names: of those whose best candidate is at least kRosterSure
// likely at most twice as many share it as are wrong by their own probabilities. (Of the lists of short names beside
// the project up to 1.6 times as many do; of applicants of patents, who come under several spellings, fifty times.)
// false below kRosterNames such names, which tell nothing.
inline constexpr double kRosterSure = 0.95;
inline constexpr std::size_t kRosterNames = 100;
bool seems_a_roster(std::span<std::vector<MatchCandidate>* const> names);

}  // namespace tanmiao::linkage
