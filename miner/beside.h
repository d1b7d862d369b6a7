// The parts of an explanation that compare a firm with others (docs/schema/explanation.json). Internal to miner/.
#pragma once

#include <boost/json/fwd.hpp>

#include "miner/assess.h"
#include "miner/comparison.h"

namespace tanmiao::miner {

// "why_not_higher" of a firm of `run`: the items by which the first tenth of its list, at least 20 firms and at most
// 100, is ahead of it on the average, and the ranks that single new facts would bring when all else stays. A value of 0
// is "not seen", which is not "has none".
boost::json::object why_not_higher(const Context& context, const FirmFacts& facts, const Assessment& assessment,
                                   const store::Run& run);

// "listed": where score and items stand among the firms that bear the title; without shares below kLeastListed firms.
inline constexpr std::size_t kLeastListed = 10;
boost::json::object among_listed(const Context& context, const FirmFacts& facts, const TitleHolders& listed);

}  // namespace tanmiao::miner
