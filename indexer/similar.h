// Firms of the same technology: nearest by what their patents are classed as, by the items of their business scopes and
// by industry. What many firms have counts little, what few have counts much (the logarithm of their share), and
// classes and items are cosines, so that owning everything is no likeness to everybody. Items need not be equal:
// 铝箔轧制 is near 铝箔加工 by the characters that few items have (near_items.h), so that firms without patents, whose
// scopes are put in their own words, have neighbours too.
#pragma once

#include <vector>

#include "indexer/index.h"
#include "indexer/ipc_groups.h"
#include "indexer/lookup.h"

namespace tanmiao::indexer {

// Those of `allowed` that are nearest to `wanted.firm`, the nearest first, equal ones by number.
std::vector<SimilarFirm> similar_firms(const Shared& shared, const IpcGroups& groups, const SimilarQuery& wanted,
                                       const FirmSet& allowed, TimeBound& bound);

}  // namespace tanmiao::indexer
