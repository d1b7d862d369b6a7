// What became of a firm's patents between two days. Internal to miner/.
#pragma once

#include "miner/assess.h"
#include "miner/causes.h"

namespace tanmiao::miner {

// Inventions before others; at most kMostRights lines, the rest in one.
inline constexpr std::size_t kMostRights = 20;
void add_rights(const Context& then, const FirmFacts& before, const Context& now, const FirmFacts& facts,
                std::vector<Cause>& out);

}  // namespace tanmiao::miner
