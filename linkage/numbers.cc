// Firm numbers: those of the register are kept; identities that are new are sorted and appended (docs/adr/0003).
#include <algorithm>

#include "linkage/firms.h"

namespace tanmiao::linkage {

void Firms::give_numbers() {
  std::unordered_map<std::string_view, const store::FirmEntry*> known;
  for (const auto& entry : intake_.firm_register) {
    known.emplace(entry.identity, &entry);
    last_number_ = std::max(last_number_, entry.no);
  }
  std::vector<ClusterNo> fresh;
  for (ClusterNo c = 0; c < clusters.size(); ++c) {
    const auto found = known.find(clusters[c].identity);
    // A number that was merged points on for ever: the identity that comes back alone (a person split it) gets another.
    if (found != known.end() && found->second->successor != store::kNoFirm) {
      clusters[c].identity += "+";
      const auto again = known.find(clusters[c].identity);
      if (again != known.end()) clusters[c].no = again->second->no;
      if (again == known.end()) fresh.push_back(c);
    } else if (found != known.end()) {
      clusters[c].no = found->second->no;
    } else {
      fresh.push_back(c);
    }
  }
  std::sort(fresh.begin(), fresh.end(),
            [&](ClusterNo a, ClusterNo b) { return clusters[a].identity < clusters[b].identity; });
  for (const ClusterNo c : fresh) {
    clusters[c].no = ++last_number_;
    new_firms.push_back({clusters[c].no, clusters[c].identity, store::kNoFirm});
  }
  merge_names();
  for (auto& link : links) link.firm = clusters[link.firm].no;
  for (auto& review : reviews) review.candidates = numbers(review.candidates);
}

// A firm known by name only whose registrations now stand under a code: its number points on to the code's.
void Firms::merge_names() {
  for (const auto& entry : intake_.firm_register) {
    if (entry.successor != store::kNoFirm || !entry.identity.starts_with("name:")) continue;
    if (by_identity_.contains(entry.identity)) continue;
    const ClusterNo to = heir(entry.identity);
    if (to != kNoCluster) merged.push_back({entry.no, entry.identity, clusters[to].no});
  }
}

}  // namespace tanmiao::linkage
