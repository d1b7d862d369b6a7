// Firms that stand in a snapshot under two numbers and are one: a back-test that counts them twice finds one firm
// twice, and one that is listed under its other name already is no find. Internal to miner/.
#pragma once

#include <vector>

#include "core/reference.h"
#include "store/columns/snapshot.h"

namespace tanmiao::miner {

// For each of `firms` the least number among them that is the same firm. The same are: one code; one number that was
// merged into another; one name, also a former one, of firms of which no two have different codes. `past` and `now` are
// of one register; identity is not filtered by date. Parallel to `firms`.
std::vector<store::FirmNo> one_firm(const store::Snapshot& past, const store::Snapshot& now, const Reference& reference,
                                    const std::vector<store::FirmNo>& firms);

}  // namespace tanmiao::miner
