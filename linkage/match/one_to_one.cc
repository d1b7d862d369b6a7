#include "linkage/match/one_to_one.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

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

bool seems_a_roster(std::span<std::vector<MatchCandidate>* const> names) {
  std::unordered_set<std::uint32_t> taken;
  std::size_t sure = 0, shared = 0;
  double wrong = 0;  // expected
  for (const auto* name : names) {
    if (name->empty() || name->front().probability < kRosterSure) continue;
    ++sure;
    wrong += 1 - name->front().probability;
    if (!taken.insert(name->front().row).second) ++shared;
  }
  return sure >= kRosterNames && static_cast<double>(shared) <= 2 * wrong;
}

}  // namespace tanmiao::linkage
