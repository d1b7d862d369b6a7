// Items of business scopes that say nearly the same in other words: by the pairs of characters that both have, each
// weighed by how few items have it (铝箔 much, 销售 nothing).
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "indexer/dictionary.h"

namespace tanmiao::indexer {

struct NearItem {
  std::uint32_t row = 0;  // of the dictionary
  double likeness = 0;    // 0.5 to 1: twice what both have, of what each has
};
// How much of an item is its own: 0.05 to 1, by the mean rarity of its pairs of characters in the dictionary. Of
// 备案范围内的进出口服务, put so by one firm alone, little; of 高精铝板带箔 much.
class Specificity {
 public:
  explicit Specificity(const Dictionary& items) : items_(items) {}
  double of(std::uint32_t row);

 private:
  const Dictionary& items_;
  std::unordered_map<std::uint32_t, double> known_;
  std::unordered_map<std::string_view, double> rarities_;
};

// The nearest items of another row than `row`, at most 40, the nearest first, equal ones by row. Needs the holders of
// the dictionary.
std::vector<NearItem> near_items(const Dictionary& items, std::uint32_t row);

}  // namespace tanmiao::indexer
