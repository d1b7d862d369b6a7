// The parts of an explanation that compare a firm with others, as JSON (docs/schema/explanation.json). Internal to
// miner/.
#pragma once

#include <string>

#include "miner/assess.h"
#include "miner/comparison.h"

namespace tanmiao::miner {

// "why_not_higher" of a firm of `run`: the items by which the first tenth of its list, at least 20 firms and at most
// 100, is ahead of it on the average, and the ranks that single new facts would bring when all else stays. A value of 0
// is "not seen", which is not "has none".
std::string why_not_higher(const Context& context, const FirmFacts& facts, const Assessment& assessment,
                           const store::Run& run);

// What the run wrote of the learned model that orders it ("learned"); empty: the scorecard does.
std::string learned_of(const store::Run& run, std::size_t row);
// "why_not_higher" there: contributions of the learned model beside those of the first `compared` rows. Without
// "ranks": what another fact would do to the score only the trees tell, and each firm is scored by its own.
std::string beside_learned(const store::Run& run, std::size_t begin, std::size_t end, std::size_t row,
                           std::size_t compared);

// "listed": where score and items stand among the firms that bear the title; without shares below kLeastListed firms.
inline constexpr std::size_t kLeastListed = 10;
std::string among_listed(const Context& context, const FirmFacts& facts, const TitleHolders& listed);

}  // namespace tanmiao::miner
