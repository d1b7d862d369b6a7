// Items of business scopes that say nearly the same in other words: by the pairs of characters that both have, each
// weighed by how few items have it (铝箔 much, 销售 nothing).
#pragma once

#include <cstdint>
#include <vector>

#include "indexer/dictionary.h"

namespace tanmiao::indexer {

struct NearItem {
  std::uint32_t row = 0;  // of the dictionary
  double likeness = 0;    // 0.5 to 1: twice what both have, of what each has
};
// The nearest items of another row than `row`, at most 40, the nearest first, equal ones by row. Needs the holders of
// the dictionary.
std::vector<NearItem> near_items(const Dictionary& items, std::uint32_t row);

}  // namespace tanmiao::indexer
