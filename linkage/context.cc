#include "linkage/context.h"

#include <algorithm>
#include <tuple>

#include "linkage/parallel.h"

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

Contexts::Contexts(const Mentions& mentions, const Reference& reference, int threads)
    : marks_(reference.key_industries) {
  // Applicants of one publication behind each other.
  const std::vector<Mention>& all = mentions.patents;
  using Publication = std::tuple<std::uint16_t, std::string_view, std::string_view>;  // source, application, number
  std::vector<Publication> of(all.size());
  for_each_index(threads, all.size(), [&](std::size_t i) {
    const Slim& r = *all[i].record;
    const auto number = r.get(Field::kApplicationNo);
    of[i] = {r.source, number.empty() ? r.key() : number, r.get(Field::kPublicationNo)};
  });
  std::vector<std::uint32_t> order;
  order.reserve(all.size());
  for (std::uint32_t i = 0; i < all.size(); ++i)
    if (all[i].field == Field::kApplicant) order.push_back(i);
  sort_numbers(threads, order,
               [&](std::uint32_t a, std::uint32_t b) { return of[a] != of[b] ? of[a] < of[b] : a < b; });
  std::vector<const Mention*> applicants;
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    applicants.clear();
    for (end = begin; end < order.size() && of[order[end]] == of[order[begin]]; ++end)
      applicants.push_back(&all[order[end]]);
    if (applicants.size() < 2 || applicants.size() > kMostApplicants) continue;
    auto& here = publications_.emplace_back();
    for (const Mention* m : applicants) {
      here.push_back({m, m->info->key});
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
    m->record->each(Field::kIpc, [&](std::string_view ipc) { out.industries |= marks_.of_ipc(ipc); });
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
