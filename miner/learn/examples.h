// What is learnt from: which firms are listed, which belong together, which rows are taken. Internal to miner/learn.
#pragma once

#include <vector>

#include "miner/learn/groups.h"

namespace tanmiao::miner::learn {

struct Examples {
  std::vector<FirmKeys> keys, label_keys;     // of firms and labels, as given
  std::vector<std::uint8_t> listed;           // by firm: in the training register and on the list
  std::vector<std::uint8_t> label_found;      // by label: the training register has it
  std::vector<std::uint32_t> sample, scored;  // firms that are learnt from and that are ranked, in canonical order
  std::vector<std::uint8_t> sample_listed;    // parallel to sample
  std::vector<int> sample_fold;               // parallel to sample
  Folds folds;
  double other_weight = 1;  // so many rows of the register stands each row of the sample for that is not listed
};

// Fills in what the report says of data, too. Runs in the caller's arena. Rows are put in an order that follows from
// what they say, so that no sum depends on the order of a file.
Examples gather_examples(const RankTask& task, const Reference& reference, const RankSettings& settings,
                         RankReport& report);

// The canonical order of firms.
bool comes_before(const RankFirm& a, const RankFirm& b);

}  // namespace tanmiao::miner::learn
