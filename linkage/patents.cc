// Publications of one application become one patent; owners.h says who owned it when.
#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "core/patent.h"
#include "linkage/assemble.h"
#include "linkage/owners.h"
#include "linkage/parallel.h"
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

// All applications, in the order of their numbers.
struct Groups {
  std::vector<const Slim*> records;  // what they point into
  std::vector<Group> groups;
};

Groups groups_of(const std::vector<Slim>& patents, int threads) {
  std::vector<std::string_view> number(patents.size());
  std::vector<std::uint32_t> order(patents.size());
  std::iota(order.begin(), order.end(), 0U);
  for_each_index(threads, patents.size(), [&](std::size_t i) { number[i] = application_of(patents[i]); });
  sort_numbers(threads, order, [&](std::uint32_t a, std::uint32_t b) {
    const int compared = number[a].compare(number[b]);
    return compared != 0 ? compared < 0 : a < b;
  });
  Groups out;
  out.records.reserve(order.size()), out.groups.reserve(order.size());
  for (const std::uint32_t i : order) {
    out.records.push_back(&patents[i]);
    if (out.groups.empty() || out.groups.back().application_no != number[i])
      out.groups.push_back({number[i], {&out.records.back(), 0}, {}});
    auto& records = out.groups.back().records;
    records = {records.data(), records.size() + 1};
  }
  return out;
}

Groups group_patents(const Intake& intake, const Reference& reference, int threads) {
  Groups all = groups_of(intake.patents, threads);
  std::vector<Group>& groups = all.groups;
  for (const Slim& r : intake.events) {
    const auto no = application_of(r);
    const auto found = std::lower_bound(groups.begin(), groups.end(), no, [](const Group& g, std::string_view wanted) {
      return g.application_no < wanted;
    });
    if (found == groups.end() || found->application_no != no) continue;  // of a patent that no source describes
    const Day date = r.event != kNoDay ? r.event : day_of(r.get(Field::kEventDate));
    found->events.push_back({event_of(r, reference), date, r.public_date, &r, &r});
  }
  for_each_index(threads, groups.size(), [&](std::size_t i) {
    Group& group = groups[i];
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
  });
  return all;
}

std::string_view first_text(const Group& g, Field field) {
  for (const Slim* r : g.records)
    if (const auto value = r->get(field); !value.empty()) return value;
  return {};
}

std::string joined(const Group& g, Field field) {
  std::vector<std::string_view> values;
  std::string out;
  for (const Slim* r : g.records)
    r->each(field, [&](std::string_view value) {
      if (std::find(values.begin(), values.end(), value) != values.end()) return;
      values.push_back(value);
      out.append(out.empty() ? "" : " ").append(value);
    });
  return out;
}

std::vector<std::uint64_t> inventors_of(const Group& g) {
  std::vector<std::uint64_t> out;
  for (const Slim* r : g.records)
    r->each(Field::kInventorHash, [&](std::string_view hash) { out.push_back(number_of<std::uint64_t>(hash, 16)); });
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

using Bodies = std::vector<std::pair<std::string_view, FormClass>>;  // applicants, each once

Bodies bodies_of(const Group& g, const ByRecord& names) {
  Bodies bodies;
  for (const Slim* r : g.records)
    for (const Mention& m : names.of(r))
      if (m.field == Field::kApplicant) bodies.emplace_back(m.name, m.info->form);
  std::sort(bodies.begin(), bodies.end());
  bodies.erase(std::unique(bodies.begin(), bodies.end()), bodies.end());
  return bodies;
}

// Universities and institutes among the applicants, by what their names end in.
std::uint8_t academic_of(const Bodies& bodies) {
  const auto count = std::count_if(bodies.begin(), bodies.end(), [](const auto& body) {
    return body.second == FormClass::kUniversity || body.second == FormClass::kInstitution;
  });
  return static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(count, store::kAcademicUnknown - 1));
}

// Made by any thread, so many at once; written down in their order while others are made.
constexpr std::size_t kRowsAtOnce = 512, kAhead = 6;

// What stands in the columns of one patent. Texts lie in the records.
struct PatentRow {
  Dates dates;
  PatentKind kind = PatentKind::kUnknown;
  std::string_view title, source, url, key;
  std::string ipc, publication_nos;
  std::uint16_t persons = 0, claims = 0, applicants = 0, inventors = 0;
  std::uint8_t academic = 0;
  std::vector<std::uint64_t> inventor_hashes;
  std::vector<Owned> owners;
};

Result<std::string> abstract_of(const Group& g, const Intake& intake) {
  for (const Slim* r : g.records)
    if (const Slim::Aside text = r->aside(Field::kAbstract); text.size > 0)
      return intake.aside.read(text.at, text.size);
  return std::string();
}

PatentRow row_of(const Group& g, const Intake& intake, const ByRecord& names) {
  PatentRow row;
  row.dates = dates_of(g), row.kind = kind_of(g);
  row.title = first_text(g, Field::kTitle);
  row.ipc = joined(g, Field::kIpc), row.publication_nos = joined(g, Field::kPublicationNo);
  row.source = intake.sources[g.records[0]->source], row.url = g.records[0]->part(), row.key = g.records[0]->key();
  std::uint16_t named = 0;
  for (const Slim* r : g.records) {
    row.persons = std::max(row.persons, number_of<std::uint16_t>(r->get(Field::kPersonApplicants)));
    named = std::max(named, number_of<std::uint16_t>(r->get(Field::kInventorCount)));
    row.claims = std::max(row.claims, number_of<std::uint16_t>(r->get(Field::kClaims)));
  }
  row.inventor_hashes = inventors_of(g);
  const auto bodies = bodies_of(g, names);
  row.applicants = small(bodies.size() + row.persons), row.academic = academic_of(bodies);
  row.inventors = std::max(named, small(row.inventor_hashes.size()));
  return row;
}

void write_patent(const Group& g, const PatentRow& row, const Intake& intake, Tables& out) {
  auto& t = out.patents;
  const Dates& d = row.dates;
  t.application_no.push_back(g.application_no), t.title.push_back(row.title);
  t.ipc.push_back(row.ipc), t.publication_nos.push_back(row.publication_nos);
  t.source.push_back(row.source), t.url.push_back(row.url), t.key.push_back(row.key);
  t.kind.push_back(static_cast<std::uint8_t>(row.kind));
  t.granted_by_kind.push_back(d.grant || row.kind == PatentKind::kUtility || row.kind == PatentKind::kDesign);
  t.filing.push_back(d.filing), t.published.push_back(d.published), t.granted.push_back(d.granted);
  t.public_date.push_back(d.known), t.public_estimated.push_back(d.estimated);
  t.applicants.push_back(row.applicants), t.persons.push_back(row.persons), t.claims.push_back(row.claims);
  t.inventors.push_back(row.inventors), t.academic.push_back(row.academic);
  t.first_event.push_back(static_cast<std::uint32_t>(out.events.event.size()));
  t.first_inventor.push_back(static_cast<std::uint32_t>(out.inventors.hash.size()));
  for (const Event& e : g.events) {
    out.events.event.push_back(static_cast<std::uint8_t>(e.event));
    out.events.date.push_back(e.date), out.events.public_date.push_back(e.public_date);
    out.events.record_kind.push_back(static_cast<std::uint8_t>(e.from->kind));
    out.events.source.push_back(intake.sources[e.from->source]), out.events.key.push_back(e.from->key());
  }
  out.inventors.hash.insert(out.inventors.hash.end(), row.inventor_hashes.begin(), row.inventor_hashes.end());
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

Status write_patents(const Firms& firms, const Mentions& mentions, const LinkConfig& config, const Reference& reference,
                     Assembly& out) {
  const Intake& intake = firms.intake();
  const Groups all = group_patents(intake, reference, config.threads);
  const std::vector<Group>& groups = all.groups;
  const ByRecord of_patents(mentions.patents, intake.patents), of_events(mentions.events, intake.events);
  std::vector<Owned> owned;
  struct Rows {
    std::vector<PatentRow> rows;
    store::PackedBuilder abstracts;
    Status made;
  };
  std::array<Rows, kAhead> ahead;
  const std::size_t count = (groups.size() + kRowsAtOnce - 1) / kRowsAtOnce;
  const auto make = [&](std::size_t n) {
    Rows& rows = ahead[n % kAhead];
    rows.rows.clear();
    for (std::size_t i = n * kRowsAtOnce; i < std::min(groups.size(), (n + 1) * kRowsAtOnce); ++i) {
      PatentRow& row = rows.rows.emplace_back(row_of(groups[i], intake, of_patents));
      row.owners = owners_of(groups[i], static_cast<std::uint32_t>(i), row.dates.filing, firms, of_patents, of_events);
      pass_on(row.owners, firms);
      // Abstracts are asked for by firm: of a patent that none ever owned nobody reads it.
      const auto abstract = row.owners.empty() ? std::string() : abstract_of(groups[i], intake);
      if (!abstract) {
        rows.made = abstract.error();
        return;
      }
      rows.abstracts.push_back(*abstract);
    }
    rows.abstracts.end_block();
  };
  Status done;
  make_and_take(config.threads, count, kAhead, make, [&](std::size_t n) {
    Rows& rows = ahead[n % kAhead];
    if (done && !rows.made) done = rows.made;
    out.tables.patents.abstract.append(std::move(rows.abstracts));
    for (std::size_t i = 0; done && i < rows.rows.size(); ++i) {
      const PatentRow& row = rows.rows[i];
      write_patent(groups[n * kRowsAtOnce + i], row, intake, out.tables);
      out.patents_linked += !row.owners.empty();
      owned.insert(owned.end(), row.owners.begin(), row.owners.end());
    }
  });
  TANMIAO_TRY(done);
  out.tables.patents.first_event.push_back(static_cast<std::uint32_t>(out.tables.events.event.size()));
  out.tables.patents.first_inventor.push_back(static_cast<std::uint32_t>(out.tables.inventors.hash.size()));
  write_ownerships(owned, firms.last_number(), out.tables);
  note_links(mentions.patents, firms, out), note_links(mentions.events, firms, out);
  return {};
}

}  // namespace tanmiao::linkage
