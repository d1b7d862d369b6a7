#include "linkage/decisions.h"

#include <algorithm>

#include "linkage/firms.h"

namespace tanmiao::linkage {

namespace {

// The place in "name:<key>@<county or prefecture>".
Place place_in(std::string_view identity) {
  Place place;
  const std::string_view text = identity.substr(std::min(identity.rfind('@'), identity.size() - 1) + 1);
  std::uint32_t code = 0;
  for (const char c : text) code = c >= '0' && c <= '9' ? code * 10 + static_cast<std::uint32_t>(c - '0') : 0;
  place.prefecture = code / 100 * 100;
  if (code % 100 != 0) place.county = code;
  return place;
}

std::string_view key_in(std::string_view identity) {
  constexpr std::string_view kName = "name:";
  return identity.substr(kName.size(), identity.rfind('@') - kName.size());
}

bool is_name(std::string_view identity) {
  return identity.starts_with("name:") && identity.find('@') != std::string_view::npos;
}

}  // namespace

std::string_view without_marks(std::string_view identity) {
  while (identity.ends_with('+')) identity.remove_suffix(1);
  return identity;
}

Decisions::Decisions(const Intake& intake, const Reference& reference) : reference_(reference) {
  for (const store::IdentityDecision& d : intake.decisions) {
    const std::size_t number = applied_.size();
    applied_.emplace_back(false);
    identities_.emplace_back(without_marks(d.firm_identity));
    const auto source = std::find(intake.sources.begin(), intake.sources.end(), d.source);
    if (source == intake.sources.end()) continue;
    const auto index = static_cast<std::uint16_t>(source - intake.sources.begin());
    // Made anew: tables of today may write a key otherwise than on the day of the decision.
    const std::string name = exact_name_key(d.name, reference);
    auto& place = d.key.empty() ? by_name_[{d.kind, index}][name] : by_source_[{d.kind, index}][d.key];
    place.push_back({name, identities_.back(), d.slot, d.same(), number});
  }
  for (const store::IdentityDecision& d : intake.doubts) {
    const auto source = std::find(intake.sources.begin(), intake.sources.end(), d.source);
    if (source == intake.sources.end()) continue;
    doubts_.emplace(d.kind, static_cast<std::uint16_t>(source - intake.sources.begin()), d.key,
                    exact_name_key(d.name, reference));
  }
}

bool Decisions::doubted(const Slim& record, std::string_view key) const {
  if (doubts_.empty()) return false;
  const std::string name(key);
  return doubts_.contains({record.kind, record.source, std::string(record.key()), name}) ||
         doubts_.contains({record.kind, record.source, std::string(), name});
}

const std::vector<Decision>& Decisions::of(const Slim& record) const {
  static const std::vector<Decision> none;
  const auto source = by_source_.find({record.kind, record.source});
  if (source == by_source_.end()) return none;
  const auto found = source->second.find(record.key());
  return found == source->second.end() ? none : found->second;
}

const std::vector<Decision>& Decisions::everywhere(const Slim& record, std::string_view name) const {
  static const std::vector<Decision> none;
  const auto source = by_name_.find({record.kind, record.source});
  if (source == by_name_.end() || name.empty()) return none;
  const auto found = source->second.find(name);
  return found == source->second.end() ? none : found->second;
}

const std::vector<Decision>& Decisions::on(const Slim& record) const {
  const auto& all = of(record);
  for (const Decision& d : all) note(d);
  return all;
}

bool Decisions::alike(const Slim& record, std::string_view key) const {
  int count = 0;
  for (const Field field : {Field::kFirmName, Field::kApplicant, Field::kAssignee, Field::kFromOwner, Field::kToOwner})
    for (const auto name : record.all(field)) count += exact_name_key(name, reference_) == key;
  return count > 1;
}

std::vector<const Decision*> Decisions::on(const Slim& record, std::string_view key, std::uint16_t slot) const {
  std::vector<const Decision*> out;
  for (const Decision& d : of(record))
    if (d.name.empty() ? d.slot == slot : d.name == key) out.push_back(&d);
  const auto here = [slot](const Decision* d) { return d->slot == slot; };
  if (std::any_of(out.begin(), out.end(), here) && !std::all_of(out.begin(), out.end(), here) && alike(record, key))
    std::erase_if(out, [&](const Decision* d) { return !here(d); });
  for (const Decision& d : everywhere(record, key)) out.push_back(&d);
  std::stable_sort(out.begin(), out.end(), [](const Decision* a, const Decision* b) { return a->number < b->number; });
  for (const Decision* d : out) note(*d);
  return out;
}

bool Decisions::of_record(const Slim& record, std::string_view key, std::uint16_t slot) const {
  const auto& all = of(record);
  return std::any_of(all.begin(), all.end(),
                     [&](const Decision& d) { return d.name.empty() ? d.slot == slot : d.name == key; }) ||
         (!doubts_.empty() &&
          doubts_.contains({record.kind, record.source, std::string(record.key()), std::string(key)}));
}

std::size_t Decisions::idle() const {
  return static_cast<std::size_t>(
      std::count_if(applied_.begin(), applied_.end(), [](const auto& applied) { return !applied.load(); }));
}

// Of decisions that contradict each other the last one holds: for each firm, and among the firms said to be the same.
Firms::Said Firms::said(const Slim& record, std::string_view key, std::uint16_t slot) const {
  Said out;
  const Decision* last = nullptr;
  for (const Decision* d : decisions_.on(record, key, slot)) {
    const ClusterNo firm = by_identity(d->identity);
    if (firm != kNoCluster) std::erase(out.different, firm);
    if (firm != kNoCluster && !d->same) {
      if (last != nullptr && firm == out.same) last = nullptr, out.same = kNoCluster;
      out.different.push_back(firm);
    }
    if (d->same) last = d, out.same = firm;
  }
  if (last != nullptr && out.same == kNoCluster) out.gone = last->identity;
  return out;
}

bool Firms::forbids(const Slim& record, ClusterNo firm) const {
  bool different = false;
  for (const Decision& d : decisions_.on(record))
    if (by_identity(d.identity) == firm) different = !d.same;
  return different;
}

std::size_t Firms::decisions_without_firm() const {
  const auto& all = decisions_.identities();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const auto& identity) { return by_identity(identity) == kNoCluster; }));
}

// The firm with a code that a firm known by name only turned out to be: said so by a person, or the only one that bears
// or bore the name and is registered nowhere else.
ClusterNo Firms::heir(std::string_view identity) const {
  if (!is_name(identity)) return kNoCluster;
  if (const auto joined = joined_.find(std::string(without_marks(identity))); joined != joined_.end())
    return joined->second;
  const Place place = place_in(identity);
  for (const bool former : {false, true}) {
    const auto& found = table_.find(key_in(identity), former);
    if (found.empty()) continue;
    return found.size() == 1 && clusters[found[0]].has_code() && !elsewhere(clusters[found[0]], place) ? found[0]
                                                                                                       : kNoCluster;
  }
  return kNoCluster;
}

// A firm of today by the identity that it had on the day of a decision: its own, that of the firm its number points on
// to, a code it has shown since, or its name in a place that is better known now.
ClusterNo Firms::by_identity(std::string_view marked) const {
  const std::string_view identity = without_marks(marked);
  const auto found = by_identity_.find(std::string(identity));
  if (found != by_identity_.end()) return found->second;
  if (const auto next = successors_.find(identity); next != successors_.end()) {
    const auto successor = by_identity_.find(next->second);
    if (successor != by_identity_.end()) return successor->second;
  }
  if (const ClusterNo to = heir(identity); to != kNoCluster) return to;
  if (!is_name(identity)) return kNoCluster;
  const Place place = place_in(identity);
  ClusterNo moved = kNoCluster;
  for (const ClusterNo c : table_.find(key_in(identity), false)) {
    const Place& now = clusters[c].place;
    if (place.prefecture != 0 && now.prefecture != 0 && place.prefecture != now.prefecture) continue;
    if (clusters[c].has_code() || moved != kNoCluster) return kNoCluster;  // several: nobody can tell
    moved = c;
  }
  return moved;
}

// Merged numbers point on; the last of a chain counts.
void Firms::follow_register() {
  if (decisions_.size() == 0) return;
  std::unordered_map<store::FirmNo, const store::FirmEntry*> by_number;
  for (const auto& entry : intake_.firm_register) by_number.emplace(entry.no, &entry);
  for (const auto& entry : intake_.firm_register) {
    const store::FirmEntry* to = &entry;
    while (to->successor != store::kNoFirm && by_number.contains(to->successor)) to = by_number[to->successor];
    if (to != &entry) successors_.emplace(entry.identity, std::string(without_marks(to->identity)));
  }
}

}  // namespace tanmiao::linkage
