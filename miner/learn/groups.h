// Firms that are one, or may be: rows of one code, one name (also a former one), one trade name with its industry word
// whatever the region in front, or one scope at one address. They go into the same fold, so that a firm under two
// names is never learnt from and scored at once. Internal to miner/learn.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "miner/learn/rank.h"

namespace tanmiao::miner::learn {

// What names and texts of a firm come to; folded once.
struct FirmKeys {
  std::string exact, former, loose;  // keys of names; empty: none
  std::string core;                  // trade name and industry word, folded: what the text model reads
  bool company = false, branch = false;
};
FirmKeys keys_of_name(std::string_view name, const Reference& reference);

struct Folds {
  std::vector<int> of_firm;   // fold of the group; -1: no row of it was learnt from
  std::vector<int> of_label;  // of labels
  std::size_t joined = 0;     // firms that share a group with another firm or label, beyond its own name
};

// Groups over firms and labels; a group with a training row or a label has a fold. Groups with a listed row are dealt
// out evenly. `order`: firms in canonical order.
Folds make_folds(const RankTask& task, const std::vector<FirmKeys>& firms, const std::vector<FirmKeys>& labels,
                 const std::vector<std::uint8_t>& listed, const std::vector<std::uint8_t>& label_found, int folds);

}  // namespace tanmiao::miner::learn
