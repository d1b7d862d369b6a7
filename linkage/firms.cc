#include "linkage/firms.h"

#include <algorithm>
#include <cmath>

#include "core/identifiers.h"
#include "linkage/former_names.h"
#include "linkage/parallel.h"
#include "linkage/values.h"

namespace tanmiao::linkage {

using store::LinkReason;

namespace {

bool holds(const std::vector<ClusterNo>& list, ClusterNo one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

Place place_of(const Slim& r, const Reference& reference, std::string_view code) {
  const auto parsed = CreditCode::parse(code);
  return reference.regions.resolve(r.get(Field::kAddress), r.get(Field::kCounty), r.get(Field::kCity),
                                   parsed ? parsed->authority() : 0);
}

}  // namespace

bool elsewhere(const Place& a, const Place& b) {
  if (a.county != 0 && b.county != 0) return a.county != b.county;
  return a.prefecture != 0 && b.prefecture != 0 && a.prefecture != b.prefecture;
}

bool elsewhere(const Cluster& firm, const Place& place) {
  return elsewhere(firm.place, place) &&
         std::all_of(firm.earlier_places.begin(), firm.earlier_places.end(),
                     [&](const Cluster::Before& before) { return elsewhere(before.place, place); });
}

std::string valid_code(std::string_view text) {
  if (text.empty()) return {};
  const auto code = CreditCode::parse(text);
  return code ? code->text() : std::string();
}

bool codes_differ(std::string_view a, std::string_view b) { return !a.empty() && !b.empty() && a != b; }

NameInfo name_info(std::string_view name, const Reference& reference) {
  NameInfo info;
  if (name.empty()) return info;
  FirmName parsed = parse_firm_name(name, reference);
  info.key = std::move(parsed.exact_key);
  info.form = parsed.form_class;
  info.branch = parsed.branch;
  info.region = !parsed.region.empty();
  if (!parsed.parent_name.empty()) info.parent_key = exact_name_key(parsed.parent_name, reference);
  if (!parsed.former_name.empty()) info.former.push_back(exact_name_key(parsed.former_name, reference));
  return info;
}

void NameTable::add(std::string_view key, ClusterNo firm, bool former) {
  if (key.empty()) return;  // an empty key refuses to match
  auto& list = (former ? before_ : now_)[std::string(key)];
  if (!holds(list, firm)) list.push_back(firm);
}

const std::vector<ClusterNo>& NameTable::find(std::string_view key, bool former) const {
  static const std::vector<ClusterNo> none;
  const auto& names = former ? before_ : now_;
  const auto found = names.find(key);
  return found == names.end() ? none : found->second;
}

Firms::Firms(const Intake& intake, const LinkConfig& config, const Reference& reference)
    : intake_(intake),
      reference_(reference),
      threads_(config.threads),
      worth_(config.worth),
      decisions_(intake, reference) {
  follow_register();
  for (const store::Correction& correction : intake.corrections) corrected_[correction.firm].push_back(&correction);
  const std::size_t count = intake.firms.size();
  names_.resize(count), codes_.resize(count), places_.resize(count);
  for_each_index(threads_, count, [&](std::size_t i) {
    const Slim& r = intake.firms[i];
    names_[i] = name_info(r.get(Field::kFirmName), reference);
    for (const FormerName& former : former_names_of(r))
      names_[i].former.push_back(exact_name_key(former.name, reference));
    codes_[i] = valid_code(r.get(Field::kCreditCode));
    places_[i] = place_of(r, reference, codes_[i]);
  });
  clusters.reserve(count), by_identity_.reserve(count), links.reserve(count), table_.reserve(count);
  std::vector<Waiting> without_code;
  add_coded(without_code);
  add_listed();
  add_uncoded(without_code);
  relate_branches();
  relate_heirs();
  give_numbers();
  names_ = {}, codes_ = {}, places_ = {};
  for (ClusterNo c = 0; c < clusters.size(); ++c)
    if (clusters[c].heir != kNoCluster) absorbed_.emplace(clusters[c].no, c);
  std::sort(links.begin(), links.end(),
            [](const auto& a, const auto& b) { return std::tie(a.record, a.slot) < std::tie(b.record, b.slot); });
}

ClusterNo Firms::open(std::string identity, std::string code) {
  const auto [at, fresh] = by_identity_.try_emplace(identity, static_cast<ClusterNo>(clusters.size()));
  if (fresh) {
    Cluster& made = clusters.emplace_back();
    made.identity = std::move(identity);
    made.code = std::move(code);
  }
  return at->second;
}

namespace {

Verdict both_have_codes() {
  Verdict v;
  v.why = "人工判定为同一企业，但两个有效信用代码不同，未合并";
  return v;
}

}  // namespace

// Registrations with a valid code: one cluster a code, whatever the sources. A registration that a person took away
// from its code goes on as if it had none.
void Firms::add_coded(std::vector<Waiting>& without_code) {
  std::vector<std::pair<std::string, std::string>> joined;
  for (std::size_t i = 0; i < intake_.firms.size(); ++i) {
    const Slim& r = intake_.firms[i];
    const std::string& code = codes_[i];
    if (code.starts_with("92")) continue;  // individual businesses are out of scope (domain paper, section F)
    std::string identity = "code:" + code;
    bool split = code.empty();
    for (const Decision& d : decisions_.on(r)) {
      if (d.identity == identity) split = code.empty() || !d.same;
      if (code.empty() || !d.same || d.identity == identity) continue;
      if (d.identity.starts_with("name:"))
        joined.emplace_back(d.identity, identity);
      else
        reviews.push_back(review(r, 0, r.get(Field::kFirmName), both_have_codes()));
    }
    if (split) {
      without_code.push_back({&r, &names_[i], places_[i]});
      continue;
    }
    const ClusterNo no = open(std::move(identity), code);
    clusters[no].records.push_back(&r);
    links.push_back({r.id, no, LinkReason::kCode, 0});
  }
  for (ClusterNo c = 0; c < clusters.size(); ++c) finish_cluster(c);
  for (const auto& [name, identity] : joined)
    if (const auto to = by_identity_.find(identity); to != by_identity_.end()) joined_[name] = to->second;
}

// What people put right stands above all records, here as in what is shown.
void Firms::correct(Cluster& c, const store::Correction& correction) const {
  if (correction.field == field_spec(Field::kEstablished).name) c.established = day_of(correction.value);
  if (correction.field == field_spec(Field::kDissolved).name) c.dissolved = day_of(correction.value);
  if (correction.field == field_spec(Field::kFirmName).name)
    if (NameInfo name = name_info(correction.value, reference_); !name.key.empty()) c.name = std::move(name);
}

// Orders the records and enters the names. The first record's name is the firm's; others are names of before.
void Firms::finish_cluster(ClusterNo no) {
  Cluster& c = clusters[no];
  std::sort(c.records.begin(), c.records.end(), [&](const Slim* a, const Slim* b) { return intake_.before(*a, *b); });
  const auto info = [&](const Slim* r) -> const NameInfo& { return names_[index_of(*r)]; };
  for (const Slim* r : c.records) {
    if (c.name.key.empty()) c.name = info(r);
    const std::size_t i = index_of(*r);
    const Place place = codes_[i] == c.code ? places_[i] : place_of(*r, reference_, c.code);
    if (static_cast<int>(place.basis) > static_cast<int>(c.place.basis)) c.place = place;
    if (c.established == kNoDay) c.established = day_of(r->get(Field::kEstablished));
    if (c.dissolved == kNoDay) c.dissolved = day_of(r->get(Field::kDissolved));
  }
  if (const auto corrected = corrected_.find(c.code); corrected != corrected_.end())
    for (const store::Correction* correction : corrected->second) correct(c, *correction);
  table_.add(c.name.key, no, false);
  for (const Slim* r : c.records) {
    if (info(r).key != c.name.key) table_.add(info(r).key, no, true);
    for (const std::string& former : info(r).former)
      if (former != c.name.key) table_.add(former, no, true);
  }
  c.periods.clear(), c.earlier_names.clear(), c.earlier_places.clear();
  for (const Slim* r : c.records) add_history(no, *r);
}

// A list entry with a valid code proves that the firm exists, also where no registration was seen.
void Firms::add_listed() {
  for (const auto* shelf : {&intake_.recognitions, &intake_.signals}) {
    for (const Slim& r : *shelf) {
      const std::string code = valid_code(r.get(Field::kCreditCode));
      if (code.empty() || code.starts_with("92") || by_identity_.contains("code:" + code)) continue;
      const ClusterNo no = open("code:" + code, code);
      Cluster& c = clusters[no];
      c.list = &r;
      c.name = name_info(r.get(Field::kFirmName), reference_);
      c.place = place_of(r, reference_, code);
      table_.add(c.name.key, no, false);
    }
  }
}

void Firms::relate_branches() {
  for (ClusterNo c = 0; c < clusters.size(); ++c) {
    const NameInfo& name = clusters[c].name;
    if (!name.branch || name.parent_key.empty()) continue;
    const auto& found = table_.find(name.parent_key, false);
    if (found.size() == 1 && found[0] != c) clusters[c].parent = found[0];
  }
}

bool Firms::outside(std::string_view county, std::string_view city) const {
  const Place place = reference_.regions.resolve({}, county, city, 0);
  return place.prefecture != 0 && !reference_.regions.inside(place.prefecture);
}

ClusterNo Firms::by_code(std::string_view code) const {
  if (code.empty()) return kNoCluster;
  const auto found = by_identity_.find("code:" + std::string(code));
  return found == by_identity_.end() ? kNoCluster : found->second;
}

// Who bore the name on the day, of those who existed on the other one.
Verdict Firms::bearer(std::string_view key, const std::vector<ClusterNo>& forbidden, const Place& place, Day existed_on,
                      Day borne_on) const {
  Verdict v = choose(key, false, forbidden, LinkReason::kName, place, existed_on, borne_on);
  // Who bears the name today did not exist then, or bore another one: another firm may have borne it.
  if (v.candidates.empty() || v.out_of_time || v.other_name) {
    Verdict former = choose(key, true, forbidden, LinkReason::kFormerName, place, existed_on, borne_on);
    // Also where several bore it: the one that bears it now is the one that cannot be meant.
    const bool borne = !former.candidates.empty() && !former.out_of_time && !former.other_name;
    if (v.candidates.empty() || borne) v = std::move(former);
  } else {
    doubt_by_former(key, forbidden, place, borne_on, v);
  }
  return v;
}

Verdict Firms::by_rule(const Slim& record, const NameInfo& name, const Place& place, const NameDays& days,
                       const std::vector<ClusterNo>& forbidden) const {
  const Day existed_on = days.existed();
  Verdict v = bearer(name.key, forbidden, place, existed_on, existed_on);
  // Nobody is known to have borne it when the patent was filed: whoever was there and bore it on the day of the
  // publication, where applicants stand under the names of that day.
  if (v.other_name && days.filed != kNoDay && days.named != kNoDay)
    if (Verdict later = bearer(name.key, forbidden, place, existed_on, days.named); !later.other_name)
      v = std::move(later);
  if (v.out_of_time && days.by_year) v.why += "（申请日未知，按申请号的年份）";
  if (v.firm != kNoCluster && clusters[v.firm].parent != kNoCluster && record.kind != RecordKind::kFirm &&
      !holds(forbidden, clusters[v.firm].parent)) {
    v.through = v.firm, v.firm = clusters[v.firm].parent, v.reason = LinkReason::kBranch;
  } else if (v.candidates.empty() && name.branch && !name.parent_key.empty()) {
    v = choose(name.parent_key, false, forbidden, LinkReason::kBranch, place, existed_on, existed_on);
    if (v.firm != kNoCluster) v.reason = LinkReason::kBranch;
  }
  if (v.firm != kNoCluster && v.reason != LinkReason::kBranch && record.kind != RecordKind::kFirm && !name.region)
    doubt_far(place, v);
  return v;
}

// Lists leave out the region that stands in front of a firm's name. What then remains may be the name of another firm,
// where the record says another prefecture than any the firm was ever in.
void Firms::doubt_far(const Place& place, Verdict& v) const {
  Place there;
  there.prefecture = place.prefecture;
  const Cluster& firm = clusters[v.firm];
  if (!elsewhere(firm, there)) return;
  v.why = "记录写明在" + place_name(place.prefecture) + "，此名称的企业在" + place_name(firm.place.prefecture) +
          "，而名称未带地区，可能是另一家";
  v.candidates = {v.firm};
  v.firm = kNoCluster;
}

Verdict Firms::resolve_key(const Slim& record, std::uint16_t slot, const NameInfo& name, const Place& place,
                           const NameDays& days, std::vector<ClusterNo> forbidden) const {
  const Said people = said(record, name.key, slot);
  if (people.same != kNoCluster)
    return {people.same, kNoCluster, LinkReason::kDecision, {people.same}, {}, false, false, false, {}};
  forbidden.insert(forbidden.end(), people.different.begin(), people.different.end());
  Verdict v = by_rule(record, name, place, days, forbidden);
  if (people.gone.empty()) return v;
  if (v.firm != kNoCluster) v.candidates = {v.firm};
  v.firm = v.through = kNoCluster, v.gone = true;
  v.why = "人工判定的企业（" + std::string(people.gone.substr(people.gone.find(':') + 1)) +
          "）已不在登记数据中；判定保留，企业再出现时生效";
  return v;
}

Verdict Firms::resolve(const Slim& record, std::uint16_t slot, std::string_view name, std::string_view address,
                       std::string_view county, std::string_view city, const NameDays& days) const {
  return resolve(record, slot, name_info(name, reference_), address, county, city, days);
}

Verdict Firms::resolve(const Slim& record, std::uint16_t slot, const NameInfo& name, std::string_view address,
                       std::string_view county, std::string_view city, const NameDays& days) const {
  if (name.key.empty()) return {};
  return resolve_key(record, slot, name, reference_.regions.resolve(address, county, city, 0), days);
}

std::vector<store::FirmNo> Firms::numbers(const std::vector<ClusterNo>& some) const {
  std::vector<store::FirmNo> out;
  out.reserve(some.size());
  for (const ClusterNo c : some) out.push_back(clusters[c].no);
  std::sort(out.begin(), out.end());
  return out;
}

bool Firms::judged(const Slim& record, std::uint16_t slot, std::string_view key) const {
  return !decisions_.on(record, key, slot).empty();
}

bool Firms::judged_here(const Slim& record, std::uint16_t slot, std::string_view key) const {
  return decisions_.of_record(record, key, slot);
}

bool Firms::doubted(const Slim& record, std::string_view key) const { return decisions_.doubted(record, key); }

bool Firms::ruled_out(const Slim& record, std::uint16_t slot, std::string_view key, ClusterNo firm) const {
  return holds(said(record, key, slot).different, firm);
}

store::ReviewItem Firms::review(const Slim& record, std::uint16_t slot, std::string_view name,
                                const Verdict& verdict) const {
  return {intake_.sources[record.source],
          std::string(record.key()),
          slot,
          std::string(name),
          numbers(verdict.candidates),
          verdict.why.empty() ? std::string(store::kNoSuchName) : verdict.why,
          record.kind,
          std::llround(worth_of(record, worth_) * kThousandths),
          verdict.detail};
}

}  // namespace tanmiao::linkage
