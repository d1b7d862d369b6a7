#include "linkage/match/one_to_one.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace tanmiao::linkage {
namespace {

constexpr double kLeast = 1e-4;  // that a row is free, whatever others claim

}  // namespace

void claim_rows(std::span<std::vector<MatchCandidate>* const> names, const MatchModel& model, int rounds) {
  const auto free_of = [](double p) { return std::log2(std::max(1 - p, kLeast)); };
  // By row of the list: the weight that the name itself gives.
  std::vector<std::unordered_map<std::uint32_t, double>> own(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const MatchCandidate& c : *names[i]) own[i].emplace(c.row, c.weight);
  for (int round = 0; round < rounds; ++round) {
    std::unordered_map<std::uint32_t, double> left;  // log2 that none of the names has the row
    for (const auto* name : names)
      for (const MatchCandidate& c : *name) left[c.row] += free_of(c.probability);
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (MatchCandidate& c : *names[i]) {
        const double others = std::max(left.at(c.row) - free_of(c.probability), std::log2(kLeast));
        c.claimed = others;
        c.weight = own[i].at(c.row) + others;
      }
      share_out(*names[i], model);
    }
  }
}

}  // namespace tanmiao::linkage
