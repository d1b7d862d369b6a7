#include "linkage/context.h"

#include <algorithm>
#include <map>

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

Contexts::Contexts(const Mentions& mentions, const Firms& firms, const Reference& reference)
    : marks_(reference.key_industries) {
  std::map<std::string, std::vector<const Mention*>> publications;
  for (const Mention& m : mentions.patents) {
    if (m.field != Field::kApplicant) continue;
    const auto number = m.record->get(Field::kApplicationNo), published = m.record->get(Field::kPublicationNo);
    std::string id = firms.intake().sources[m.record->source] + '\n';
    id.append(number.empty() ? m.record->key() : number).append(1, '\n').append(published);
    publications[std::move(id)].push_back(&m);
  }
  for (const auto& [unused, applicants] : publications) {
    if (applicants.size() < 2 || applicants.size() > kMostApplicants) continue;
    auto& here = publications_.emplace_back();
    for (const Mention* m : applicants) {
      here.push_back({m, exact_name_key(m->name, reference)});
      at_.emplace(m, static_cast<std::uint32_t>(publications_.size() - 1));
    }
    for (const Applicant& one : here)
      if (one.mention->verdict.firm != kNoCluster)
        for (const Applicant& other : here)
          if (other.key != one.key) with_[other.key].insert(one.mention->verdict.firm);
  }
}

std::uint32_t Contexts::publication_of(const Mention& mention) const {
  const auto found = at_.find(&mention);
  return found == at_.end() ? 0 : found->second;
}

NameContext Contexts::of(const std::vector<const Mention*>& mentions) const {
  NameContext out;
  for (const Mention* m : mentions) {
    for (const auto ipc : m->record->all(Field::kIpc)) out.industries |= marks_.of_ipc(ipc);
    const auto& here = publications_[publication_of(*m)];
    const auto self = std::find_if(here.begin(), here.end(), [m](const Applicant& one) { return one.mention == m; });
    for (const Applicant& other : here) {
      if (other.key == self->key) continue;
      if (other.mention->verdict.firm != kNoCluster) out.beside.push_back(other.mention->verdict.firm);
      if (const auto with = with_.find(other.key); with != with_.end() && with->second.size() <= kMostPartners)
        out.partners.insert(out.partners.end(), with->second.begin(), with->second.end());
    }
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
