// Which recognitions are valid on a day: what counters and lists of renewals are made from.
#pragma once

#include <vector>

#include "core/standing.h"
#include "miner/mine.h"

namespace tanmiao::miner {

// Of every firm that was not taken out and lies in the city, the best of each programme that was public by `as_of`:
// valid before 待续评 before 待核 before expired, then the later end. In order of firm, then programme.
Result<std::vector<Standing>> standings(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                        Date as_of);

// The same of one recognition of a list that no snapshot knows yet.
struct Listed {
  std::string program;
  Day issued = kNoDay, valid_to = kNoDay;
  int year = 0;
};
Result<std::vector<std::pair<Held, Day>>> judge_listed(const store::Snapshot& snapshot, const Rules& rules,
                                                       const Reference& reference, const std::vector<Listed>& listed,
                                                       Date as_of);

}  // namespace tanmiao::miner
