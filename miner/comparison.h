// Where one firm stands beside others: what those at the top of its list have and it has not, what one more fact would
// do to its rank, and where it stands among the firms that bear the title already.
#pragma once

#include <memory>
#include <vector>

#include "miner/mine.h"

namespace tanmiao::miner {

// The firms that bear the title of tech SME on the day, or bore it, and what the scorecard finds in them. That they
// bear it (以前登记过科技型中小企业) is left out of their scores: it would set them apart by the list itself.
struct TitleHolders {
  std::vector<store::FirmNo> firms;         // ascending
  std::size_t valid = 0;                    // that bear it on the day
  std::vector<std::vector<double>> values;  // by row of the scorecard, ascending
  std::vector<double> scores;               // ascending
};
// Firms that were taken out, merged into others or lie outside the city are not compared with. `config`: campaign, day
// and answers, as of explain_json.
Result<std::shared_ptr<const TitleHolders>> title_holders(const store::Snapshot& snapshot, const Rules& rules,
                                                          const Reference& reference, const MineConfig& config);

}  // namespace tanmiao::miner
