// Registrations without a code: which firm they are of, or that they make one of their own.
#include <algorithm>
#include <map>

#include "linkage/firms.h"
#include "linkage/values.h"

namespace tanmiao::linkage {

using store::LinkReason;

namespace {

constexpr Day kYear = 366;  // registers give the day of a conversion for that of the founding, and strike off late

// The place in a name-only identity: the county, or the prefecture while no county is known.
std::string name_identity(std::string_view key, const Place& place) {
  return "name:" + std::string(key) + "@" + std::to_string(place.county != 0 ? place.county : place.prefecture);
}

Verdict not_his_code(std::string_view code, ClusterNo decided) {
  Verdict v;
  v.candidates = {decided}, v.contradicts = true;
  v.why = "人工判定的企业与此登记的有效信用代码 " + std::string(code) + " 不同，未合并";
  return v;
}

struct Life {
  Day founded, ended;
};
Life life_of(const Slim& r) { return {day_of(r.get(Field::kEstablished)), day_of(r.get(Field::kDissolved))}; }

bool over_before(const Life& a, const Life& b) {
  return a.ended != kNoDay && b.founded != kNoDay && a.ended + kYear < b.founded;
}

// One of them was gone before the other was founded: another firm, which took the name up.
bool apart(const Life& a, const Life& b) { return over_before(a, b) || over_before(b, a); }

bool founded_apart(const Life& a, const Life& b) {
  return a.founded != kNoDay && b.founded != kNoDay && (a.founded + kYear < b.founded || b.founded + kYear < a.founded);
}

// Whose name of today it bears must have lived when it did. Whose name of before it bears must be as old: a name that
// was given up is free, and a younger firm may have taken it.
bool may_be(const Cluster& firm, const Life& life, bool former) {
  const Life of_firm{firm.established, firm.dissolved};
  return !apart(of_firm, life) && !(former && founded_apart(of_firm, life));
}

}  // namespace

// What people say of it, else the one firm of its name that may be the same by its founding and its end.
Verdict Firms::of_registration(const Waiting& w) const {
  const Life life = life_of(*w.record);
  std::vector<ClusterNo> impossible;
  for (const bool former : {false, true})
    for (const ClusterNo c : table_.find(w.name->key, former))
      if (!may_be(clusters[c], life, former)) impossible.push_back(c);
  Verdict v = resolve_key(*w.record, 0, *w.name, w.place, {}, std::move(impossible));
  const auto joined = joined_.find(name_identity(w.name->key, w.place));
  if (v.reason != LinkReason::kDecision && joined != joined_.end())
    v = {joined->second, kNoCluster, LinkReason::kDecision, {joined->second}, {}, false, false, false, {}};
  const std::string& code = codes_[index_of(*w.record)];
  if (v.firm != kNoCluster && codes_differ(code, clusters[v.firm].code)) v = not_his_code(code, v.firm);
  return v;
}

// Registrations without a code join the one firm of their name, or make a firm known by name and county.
void Firms::add_uncoded(const std::vector<Waiting>& waiting) {
  std::vector<std::pair<const Waiting*, std::string>> own;
  for (const Waiting& w : waiting) {
    if (w.name->key.empty()) continue;
    Verdict v = of_registration(w);
    const bool decided = v.reason == LinkReason::kDecision;
    if (v.firm != kNoCluster && v.reason != LinkReason::kBranch && (decided || !elsewhere(clusters[v.firm], w.place))) {
      clusters[v.firm].records.push_back(w.record);
      links.push_back({w.record->id, v.firm, v.reason, 0});
      continue;
    }
    if (!v.candidates.empty() || v.gone) {
      if (v.why.empty()) v.why = "同名企业在另一县区，未自动归并";
      wait(*w.record, v);
    }
    if (!v.candidates.empty()) continue;
    own.emplace_back(&w, name_identity(w.name->key, w.place));
  }
  const auto coded = static_cast<ClusterNo>(clusters.size());
  open_uncoded(own);
  for (ClusterNo c = 0; c < clusters.size(); ++c)
    if (c >= coded || clusters[c].records.size() > 1) finish_cluster(c);
}

// Of one name and place the first in survivorship makes the firm. One that was over before it, or founded after its
// end, is another firm, which nothing but its days could name: it waits.
void Firms::open_uncoded(std::vector<std::pair<const Waiting*, std::string>>& own) {
  std::stable_sort(own.begin(), own.end(), [&](const auto& a, const auto& b) {
    return a.second != b.second ? a.second < b.second : intake_.before(*a.first->record, *b.first->record);
  });
  for (const auto& [w, identity] : own) {
    const ClusterNo no = open(identity, "");
    const auto& there = clusters[no].records;
    const Life life = life_of(*w->record);
    if (std::any_of(there.begin(), there.end(), [&](const Slim* r) { return apart(life_of(*r), life); })) {
      Verdict v;
      v.candidates = {no};
      v.why = "同名同地的另一登记与其成立、注销日期不相容，未自动归并";
      wait(*w->record, v);
      continue;
    }
    clusters[no].records.push_back(w->record);
    links.push_back({w->record->id, no, LinkReason::kOwn, 0});
  }
}

void Firms::wait(const Slim& record, const Verdict& verdict) {
  reviews.push_back(review(record, 0, record.get(Field::kFirmName), verdict));
  reviews.back().candidates = verdict.candidates;  // numbers come later
}

}  // namespace tanmiao::linkage
