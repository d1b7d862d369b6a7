// Ranges in a query: "2015..2020", "..500", "3..", or one value.
#pragma once

#include "indexer/query_text.h"

namespace tanmiao::indexer {

// Sets low and high of a word whose field is one of the ranges. kUsage says what was expected.
//   established  years or days: 2015..2020, 2019-03-01..
//   capital      万元, with at most two decimals: 100..500
//   staff, patents, points  whole numbers
Status read_range(QueryWord& word);

}  // namespace tanmiao::indexer
