#include "linkage/owners.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "linkage/values.h"

namespace tanmiao::linkage {

using store::LinkReason;

namespace {

enum Position : std::uint8_t { kAcquired = 0, kFirst = 1, kLater = 2 };

bool says(const Slim& r, Field field) { return !r.get(field).empty(); }

Day published(const Slim& r) {
  const Day day = day_of(r.get(Field::kPublicationDate));
  return day == kNoDay ? r.public_date : day;
}

// The owners of one patent in time.
class Owners {
 public:
  Owners(const Firms& firms, std::uint32_t patent) : firms_(firms), patent_(patent) {}

  // An applicant owns from the filing on; who was not there then bought, by the day of the publication that names it.
  void apply(const Mention& m, Day filed, Day named, Position position) {
    if (m.verdict.firm == kNoCluster) return;
    const bool bought = m.verdict.reason != LinkReason::kDecision && m.days.filed == kNoDay && named != kNoDay &&
                        !existed(firms_.clusters[m.verdict.firm], filed);
    if (bought)
      begin(m, named, kAcquired, LinkReason::kTransfer);
    else
      begin(m, filed, position, m.verdict.reason);
  }
  void begin(const Mention& m, Day from, Position position, LinkReason reason) {
    if (m.verdict.firm == kNoCluster) return;
    const store::FirmNo firm = number(m.verdict.firm), through = number(m.verdict.through);
    Owned* const here = open(firm);
    if (here == nullptr) {
      list.push_back({firm, patent_, from, kNoDay, position, reason, through});
    } else if (here->from == from && here->through != store::kNoFirm && through == store::kNoFirm) {
      here->reason = reason, here->through = through;  // branch and parent are both named: the parent itself owns
    }
  }
  // Ends every owner that the names do not bear.
  void end_others(std::span<const Mention> stay, Field field, Day to) {
    for (Owned& o : list)
      if (o.to == kNoDay && !named(stay, field, o.firm)) o.to = to;
  }
  // Who sold by this name, unless it stays by the names. Of several firms that may be meant whoever owns it: only an
  // owner can sell.
  void end_seller(const Mention& m, std::span<const Mention> stay, Field field, Day to) {
    const auto end = [&](ClusterNo c) {
      const store::FirmNo firm = number(c);
      if (Owned* const here = open(firm); here != nullptr && !named(stay, field, firm)) here->to = to;
    };
    if (m.verdict.firm != kNoCluster)
      end(m.verdict.firm);
    else if (!m.verdict.gone)
      for (const ClusterNo c : m.verdict.candidates) end(c);
  }
  bool named(std::span<const Mention> names, Field field, store::FirmNo firm) const {
    return std::any_of(names.begin(), names.end(), [&](const Mention& m) {
      return m.field == field && m.verdict.firm != kNoCluster && number(m.verdict.firm) == firm;
    });
  }
  bool ever(const Mention& m) const {
    return m.verdict.firm != kNoCluster &&
           std::any_of(list.begin(), list.end(), [&](const Owned& o) { return o.firm == number(m.verdict.firm); });
  }
  store::FirmNo number(ClusterNo c) const { return c == kNoCluster ? store::kNoFirm : firms_.clusters[c].no; }
  std::vector<Owned> list;

 private:
  Owned* open(store::FirmNo firm) {
    for (Owned& o : list)
      if (o.firm == firm && o.to == kNoDay) return &o;
    return nullptr;
  }
  const Firms& firms_;
  std::uint32_t patent_;
};

// Places of the applicants among all, persons among them; nothing when the record does not tell.
std::vector<int> places_of(const Slim& r) {
  std::vector<int> places;
  const auto texts = r.all(Field::kApplicantPosition);
  if (texts.empty()) return places;
  for (const auto text : texts) {
    int place = 0;
    std::from_chars(text.data(), text.data() + text.size(), place);
    places.push_back(place);
  }
  return places.size() == r.count(Field::kApplicant) ? places : std::vector<int>();
}

class Application {
 public:
  Application(const PatentGroup& group, std::uint32_t patent, Day filing, const Firms& firms, const ByRecord& names,
              const ByRecord& event_names)
      : group_(group), filing_(filing), names_(names), event_names_(event_names), owners_(firms, patent) {}

  std::vector<Owned> owners() {
    const std::vector<const Slim*> whole = whole_publications();
    if (whole.empty())
      apply_in_order(kFirst);
    else
      apply(*whole.front());
    bool transferred = false;
    for (const PatentEventRow& e : group_.events) {
      if (e.event != PatentEvent::kTransfer || e.record == nullptr) continue;
      transferred = true;
      transfer(e);
    }
    if (!transferred) {
      for (std::size_t i = 1; i < whole.size(); ++i) succeed(*whole.front(), *whole[i]);
      for (const Slim* r : group_.records) assign(*r);
    }
    if (!whole.empty()) apply_in_order(kLater);
    return std::move(owners_.list);
  }

 private:
  Day from(const Slim& r) const { return filing_ == kNoDay ? r.public_date : filing_; }

  // The publications of the most trusted source of which each names all applicants in their places, the earliest first.
  // A list that gives each applicant a row of its own does not.
  std::vector<const Slim*> whole_publications() const {
    std::vector<const Slim*> whole;
    bool broken = false;  // this source
    const Slim* last = nullptr;
    for (const Slim* r : group_.records) {
      if (last == nullptr || r->source != last->source) {
        if (!whole.empty() && !broken) break;
        whole.clear();
        broken = false;
      }
      last = r;
      const bool bodies = says(*r, Field::kApplicant);
      broken = broken || (bodies && places_of(*r).empty());
      if (bodies || (says(*r, Field::kPersonApplicants) && says(*r, Field::kPublicationNo))) whole.push_back(r);
    }
    if (broken) return {};
    std::stable_sort(whole.begin(), whole.end(),
                     [](const Slim* a, const Slim* b) { return published(*a) < published(*b); });
    return whole;
  }

  // Applicants of one publication, in the places it tells.
  void apply(const Slim& r) {
    const std::vector<int> places = places_of(r);
    std::size_t at = 0;
    for (const Mention& m : names_.of(&r))
      if (m.field == Field::kApplicant) owners_.apply(m, from(r), published(r), places[at++] == 1 ? kFirst : kLater);
  }

  // Applicants in the order of the records, where none tells places; else those that only other sources name.
  void apply_in_order(Position position) {
    const bool rest = position != kFirst;
    for (const Slim* r : group_.records)
      for (const Mention& m : names_.of(r)) {
        if (m.field != Field::kApplicant || (rest && owners_.ever(m))) continue;
        owners_.apply(m, from(*r), published(*r), position);
        position = kLater;
      }
  }

  // A later publication of the same source with other applicants. Who no longer stands there sold; who is new bought,
  // unless it may be an applicant of before under a new name.
  void succeed(const Slim& first, const Slim& later) {
    const auto before = names_.of(&first), now = names_.of(&later);
    bool renamed = false, first_renamed = false;
    const std::vector<int> were = places_of(first), are = places_of(later);
    std::size_t at = 0;
    for (const Mention& m : before) {
      if (m.field != Field::kApplicant) continue;
      const int place = were[at++];
      if (m.verdict.firm != kNoCluster || bears(now, m.name)) continue;
      renamed = true, first_renamed = first_renamed || place == 1;
    }
    owners_.end_others(now, Field::kApplicant, published(later));
    at = 0;
    for (const Mention& m : now) {
      if (m.field != Field::kApplicant) continue;
      const bool leads = are[at++] == 1 && first_renamed;
      if (renamed)
        owners_.apply(m, from(first), published(later), leads ? kFirst : kLater);
      else
        owners_.begin(m, published(later), kAcquired, LinkReason::kTransfer);
    }
  }
  static bool bears(std::span<const Mention> names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [name](const Mention& m) { return m.field == Field::kApplicant && m.name == name; });
  }

  // Who is named before and after stays, with what it had. Who was not named before keeps its share: a person who sells
  // leaves the other owners as they are. Only where nothing is said of before does the patent leave all hands.
  void transfer(const PatentEventRow& event) {
    const Slim& r = *event.record;
    const auto names = event_names_.of(&r);
    const Day date = event.date == kNoDay ? event.public_date : event.date;
    const bool before_known = says(r, Field::kFromOwner) || says(r, Field::kFromPersons);
    if (!before_known) owners_.end_others(names, Field::kToOwner, date);
    for (const Mention& m : names)
      if (m.field == Field::kFromOwner) owners_.end_seller(m, names, Field::kToOwner, date);
    for (const Mention& m : names)
      if (m.field == Field::kToOwner) owners_.begin(m, date, kAcquired, LinkReason::kTransfer);
  }

  // The day for which a record names owners: a gazette's of its publication, a list's of the list.
  static Day named_on(const Slim& r) { return r.get(Field::kKindCode).empty() ? r.last_seen : published(r); }

  // A record that names owners other than the applicants, with no event in between, is a transfer by its date.
  void assign(const Slim& r) {
    if (!says(r, Field::kAssignee) && !says(r, Field::kPersonAssignees)) return;
    const auto names = names_.of(&r);
    owners_.end_others(names, Field::kAssignee, named_on(r));
    for (const Mention& m : names)
      if (m.field == Field::kAssignee) owners_.begin(m, named_on(r), kAcquired, LinkReason::kTransfer);
  }

  const PatentGroup& group_;
  Day filing_;
  const ByRecord &names_, &event_names_;
  Owners owners_;
};

}  // namespace

ByRecord::ByRecord(const std::vector<Mention>& mentions, const std::vector<Slim>& records)
    : mentions_(mentions), records_(records), first_(records.size() + 1) {
  for (const Mention& m : mentions) ++first_[static_cast<std::size_t>(m.record - records.data()) + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
}

std::vector<Owned> owners_of(const PatentGroup& group, std::uint32_t patent, Day filing, const Firms& firms,
                             const ByRecord& names, const ByRecord& event_names) {
  return Application(group, patent, filing, firms, names, event_names).owners();
}

void pass_on(std::vector<Owned>& owned, const Firms& firms) {
  const auto before = [](Day a, Day b) { return b == kNoDay || (a != kNoDay && a < b); };  // as ends
  // Heirs are in no ring, so that this ends.
  for (std::size_t n = 0; n < owned.size(); ++n) {
    const Cluster* const firm = firms.absorbed(owned[n].firm);
    if (firm == nullptr || firm->heir_since == kNoDay) continue;
    const Day since = std::max(owned[n].from, firm->heir_since);
    if (owned[n].to != kNoDay && owned[n].to <= since) continue;
    Owned inherited{firms.clusters[firm->heir].no, owned[n].patent, since, owned[n].to, kAcquired,
                    LinkReason::kSuccession,       owned[n].firm};
    owned[n].to = since;
    // Not where the heir owns it already.
    for (const Owned& own : owned) {
      if (own.firm != inherited.firm || &own == &owned[n]) continue;
      const bool covers = own.from <= inherited.from && (own.to == kNoDay || own.to > inherited.from);
      if (covers) inherited.from = own.to;
      if (inherited.from == kNoDay) break;
      if (own.from > inherited.from && before(own.from, inherited.to)) inherited.to = own.from;
    }
    if (inherited.from != kNoDay && before(inherited.from, inherited.to)) owned.push_back(inherited);
  }
}

}  // namespace tanmiao::linkage
