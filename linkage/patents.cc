// Publications of one application become one patent; owners.h says who owned it when.
#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "core/patent.h"
#include "linkage/assemble.h"
#include "linkage/owners.h"
#include "linkage/values.h"

namespace tanmiao::linkage {

namespace {

using Group = PatentGroup;
using Event = PatentEventRow;

// The earlier of two days of which each may be unknown.
Day earlier(Day a, Day b) { return a == kNoDay ? b : b == kNoDay ? a : std::min(a, b); }

template <class T>
T number_of(std::string_view text, int base = 10) {
  T value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

std::uint16_t small(std::size_t count) { return static_cast<std::uint16_t>(std::min<std::size_t>(count, 65535)); }

std::string_view application(const Slim& r) {
  const auto no = r.get(Field::kApplicationNo);
  return no.empty() && r.kind == RecordKind::kPatent ? r.key() : no;
}

PatentEvent event_of(const Slim& r, const Reference& reference) {
  const PatentEvent event = patent_event_from_word(r.get(Field::kEvent));
  return event != PatentEvent::kOther ? event : reference.event_of(r.get(Field::kEventText));
}

// By the kind code, or the letter at the end of a publication number (CN103104575B).
bool grant_publication(const Slim& r) {
  const auto code = r.get(Field::kKindCode);
  if (!code.empty()) return kind_code_is_grant(code[0]);
  const auto number = r.get(Field::kPublicationNo);
  return number.starts_with("CN") && number.size() > 3 && kind_code_is_grant(number.back());
}

std::vector<Group> group_patents(const Intake& intake, const Reference& reference) {
  std::map<std::string_view, Group> groups;
  for (const Slim& r : intake.patents) groups[application(r)].records.push_back(&r);
  for (const Slim& r : intake.events) {
    const auto found = groups.find(application(r));
    if (found == groups.end()) continue;  // an event of a patent that no source describes
    const Day date = r.event != kNoDay ? r.event : day_of(r.get(Field::kEventDate));
    found->second.events.push_back({event_of(r, reference), date, r.public_date, &r, &r});
  }
  std::vector<Group> out;
  out.reserve(groups.size());
  for (auto& [no, group] : groups) {
    group.application_no = no;
    std::sort(group.records.begin(), group.records.end(), [&](const Slim* a, const Slim* b) {
      if (a->source != b->source) return intake.rank[a->source] < intake.rank[b->source];
      return a->key() < b->key();
    });
    for (const Slim* r : group.records) {
      const PatentEvent event = patent_event_from_word(r->get(Field::kLegalStatus));
      const Day date = day_of(r->get(Field::kLegalStatusDate));
      // A status without a date holds on the day of the list, and says nothing of the days before.
      if (event != PatentEvent::kOther)
        group.events.push_back({event, date == kNoDay ? r->last_seen : date,
                                date == kNoDay ? r->last_seen : std::max(date, r->public_date), nullptr, r});
    }
    std::stable_sort(group.events.begin(), group.events.end(), [](const Event& a, const Event& b) {
      return std::tie(a.date, a.event) < std::tie(b.date, b.event);
    });
    out.push_back(std::move(group));
  }
  return out;
}

std::string_view first_text(const Group& g, Field field) {
  for (const Slim* r : g.records)
    if (const auto value = r->get(field); !value.empty()) return value;
  return {};
}

std::string joined(const Group& g, Field field) {
  std::vector<std::string_view> values;
  for (const Slim* r : g.records)
    for (const auto value : r->all(field))
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  std::string out;
  for (const auto value : values) out.append(out.empty() ? "" : " ").append(value);
  return out;
}

std::vector<std::uint64_t> inventors_of(const Group& g) {
  std::vector<std::uint64_t> out;
  for (const Slim* r : g.records)
    for (const auto hash : r->all(Field::kInventorHash)) out.push_back(number_of<std::uint64_t>(hash, 16));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

PatentKind kind_of(const Group& g) {
  if (const auto parsed = parse_application_no(g.application_no); parsed && parsed->kind != PatentKind::kUnknown)
    return parsed->kind;
  for (const Slim* r : g.records)
    if (const auto code = r->get(Field::kKindCode); !code.empty()) return kind_of_kind_code(code[0]);
  return PatentKind::kUnknown;
}

struct Dates {
  Day filing = kNoDay, published = kNoDay, granted = kNoDay, known = kNoDay;
  bool estimated = false, grant = false;
};

Dates dates_of(const Group& g) {
  Dates d;
  for (const Slim* r : g.records) {
    const Day published = day_of(r->get(Field::kPublicationDate));
    d.filing = earlier(d.filing, day_of(r->get(Field::kFilingDate)));
    d.published = earlier(d.published, published);
    if (grant_publication(*r)) d.grant = true, d.granted = earlier(d.granted, published);
    if (d.known == kNoDay || r->public_date < d.known) d.known = r->public_date, d.estimated = r->estimated;
  }
  for (const Event& e : g.events)
    if (e.event == PatentEvent::kGrant) d.granted = earlier(d.granted, e.date);
  return d;
}

std::uint16_t applicants_of(const Group& g, std::uint16_t persons) {
  std::set<std::string_view> bodies;
  for (const Slim* r : g.records)
    for (const auto name : r->all(Field::kApplicant)) bodies.insert(name);
  return small(bodies.size() + persons);
}

void write_patent(const Group& g, const Dates& d, const Intake& intake, Tables& out) {
  auto& t = out.patents;
  const PatentKind kind = kind_of(g);
  t.application_no.push_back(g.application_no), t.title.push_back(first_text(g, Field::kTitle));
  t.abstract.push_back(first_text(g, Field::kAbstract)), t.ipc.push_back(joined(g, Field::kIpc));
  t.publication_nos.push_back(joined(g, Field::kPublicationNo));
  t.source.push_back(intake.sources[g.records[0]->source]), t.url.push_back(g.records[0]->part());
  t.key.push_back(g.records[0]->key());
  t.kind.push_back(static_cast<std::uint8_t>(kind));
  t.granted_by_kind.push_back(d.grant || kind == PatentKind::kUtility || kind == PatentKind::kDesign);
  t.filing.push_back(d.filing), t.published.push_back(d.published), t.granted.push_back(d.granted);
  t.public_date.push_back(d.known), t.public_estimated.push_back(d.estimated);
  std::uint16_t persons = 0, named = 0, claims = 0;
  for (const Slim* r : g.records) {
    persons = std::max(persons, number_of<std::uint16_t>(r->get(Field::kPersonApplicants)));
    named = std::max(named, number_of<std::uint16_t>(r->get(Field::kInventorCount)));
    claims = std::max(claims, number_of<std::uint16_t>(r->get(Field::kClaims)));
  }
  const auto hashes = inventors_of(g);
  t.applicants.push_back(applicants_of(g, persons)), t.persons.push_back(persons), t.claims.push_back(claims);
  t.inventors.push_back(std::max(named, small(hashes.size())));
  t.first_event.push_back(static_cast<std::uint32_t>(out.events.event.size()));
  t.first_inventor.push_back(static_cast<std::uint32_t>(out.inventors.hash.size()));
  for (const Event& e : g.events) {
    out.events.event.push_back(static_cast<std::uint8_t>(e.event));
    out.events.date.push_back(e.date), out.events.public_date.push_back(e.public_date);
    out.events.record_kind.push_back(static_cast<std::uint8_t>(e.from->kind));
    out.events.source.push_back(intake.sources[e.from->source]), out.events.key.push_back(e.from->key());
  }
  out.inventors.hash.insert(out.inventors.hash.end(), hashes.begin(), hashes.end());
}

void write_ownerships(std::vector<Owned>& owned, store::FirmNo last, Tables& out) {
  std::stable_sort(owned.begin(), owned.end(), [](const Owned& a, const Owned& b) {
    return std::tie(a.firm, a.patent, a.from) < std::tie(b.firm, b.patent, b.from);
  });
  auto& t = out.ownerships;
  for (const Owned& o : owned) {
    t.patent.push_back(o.patent), t.from.push_back(o.from), t.to.push_back(o.to), t.position.push_back(o.position);
    t.reason.push_back(static_cast<std::uint8_t>(o.reason)), t.through.push_back(o.through);
  }
  write_first(out.first_ownership, owned, last);
}

// Links of the names; those that several firms share wait for a person. An applicant that no registry knows waits only
// when a firm comes near: universities, other cities' firms and foreign bodies are most of them.
void note_links(const std::vector<Mention>& mentions, const Firms& firms, Assembly& out) {
  for (const Mention& m : mentions) {
    if (m.verdict.firm != kNoCluster)
      out.links.push_back({m.record->id, firms.clusters[m.verdict.firm].no, m.verdict.reason, m.slot});
    else if (!m.verdict.candidates.empty() || m.verdict.gone)
      out.reviews.push_back(firms.review(*m.record, m.slot, m.name, m.verdict));
  }
}

}  // namespace

void write_patents(const Firms& firms, const Mentions& mentions, const Reference& reference, Assembly& out) {
  const Intake& intake = firms.intake();
  const std::vector<Group> groups = group_patents(intake, reference);
  const ByRecord of_patents(mentions.patents), of_events(mentions.events);
  std::vector<Owned> owned;
  for (std::uint32_t row = 0; row < groups.size(); ++row) {
    const Dates dates = dates_of(groups[row]);
    write_patent(groups[row], dates, intake, out.tables);
    auto owners = owners_of(groups[row], row, dates.filing, firms, of_patents, of_events);
    pass_on(owners, firms);
    out.patents_linked += !owners.empty();
    owned.insert(owned.end(), owners.begin(), owners.end());
  }
  out.tables.patents.first_event.push_back(static_cast<std::uint32_t>(out.tables.events.event.size()));
  out.tables.patents.first_inventor.push_back(static_cast<std::uint32_t>(out.tables.inventors.hash.size()));
  write_ownerships(owned, firms.last_number(), out.tables);
  note_links(mentions.patents, firms, out), note_links(mentions.events, firms, out);
}

}  // namespace tanmiao::linkage
