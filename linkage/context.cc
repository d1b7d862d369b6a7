#include "linkage/context.h"

#include <algorithm>

namespace tanmiao::linkage {

namespace {

// A partner of more firms than these, a university mostly, tells nothing.
constexpr std::size_t kMostPartners = 50;

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

Contexts::Contexts(const Mentions& mentions, const Reference& reference) : marks_(reference.key_industries) {
  const std::vector<Mention>& all = mentions.patents;
  for (std::size_t first = 0, end = 0; first < all.size(); first = end) {
    while (end < all.size() && all[end].record == all[first].record) ++end;
    std::vector<const Mention*> applicants;
    for (std::size_t i = first; i < end; ++i)
      if (all[i].field == Field::kApplicant) applicants.push_back(&all[i]);
    if (applicants.size() < 2) continue;
    for (const Mention* one : applicants)
      for (const Mention* other : applicants) {
        if (one == other) continue;
        std::string key = exact_name_key(other->name, reference);
        if (one->verdict.firm != kNoCluster) {
          with_[key].insert(one->verdict.firm);
        } else if (one->open()) {
          Others& others = others_[one];
          if (other->verdict.firm != kNoCluster) others.firms.push_back(other->verdict.firm);
          if (!key.empty()) others.keys.push_back(std::move(key));
        }
      }
  }
}

NameContext Contexts::of(const std::vector<const Mention*>& mentions) const {
  NameContext out;
  for (const Mention* m : mentions) {
    for (const auto ipc : m->record->all(Field::kIpc)) out.industries |= marks_.of_ipc(ipc);
    const auto found = others_.find(m);
    if (found == others_.end()) continue;
    out.beside.insert(out.beside.end(), found->second.firms.begin(), found->second.firms.end());
    for (const std::string& key : found->second.keys)
      if (const auto with = with_.find(key); with != with_.end() && with->second.size() <= kMostPartners)
        out.partners.insert(out.partners.end(), with->second.begin(), with->second.end());
  }
  sort_unique(out.beside), sort_unique(out.partners);
  return out;
}

std::uint32_t Contexts::industries_of(const Cluster& firm) const {
  std::uint32_t out = 0;
  for (const Slim* r : firm.records)
    out |= marks_.of_text(r->get(Field::kFirmName)) | marks_.of_text(r->get(Field::kScope));
  return out;
}

}  // namespace tanmiao::linkage
