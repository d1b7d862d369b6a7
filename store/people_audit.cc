#include "store/people_audit.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tanmiao::store {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 7> kOfRows = {"source.",   "identity.", "report.", "value.",
                                                     "conflict.", "batch.",    "saved."};

AuditEntry entry(Instant at, const std::string& by, std::string action, std::string subject, const json::object& said) {
  return {0, at, by, std::move(action), std::move(subject), json::serialize(said), {}};
}

// Each text is preceded by its length, so that no two entries have the same canonical form.
void append_text(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

}  // namespace

std::string chain_hash(std::string_view previous, const AuditEntry& entry) {
  std::string bytes;
  append_text(bytes, previous);
  append_text(bytes, std::to_string(entry.number));
  append_text(bytes, iso(entry.at));
  for (const std::string* text : {&entry.by, &entry.action, &entry.subject, &entry.detail_json})
    append_text(bytes, *text);
  std::array<unsigned char, 32> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                     nullptr, 0);
  std::array<char, 65> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

std::string answers_json(const SelfReport& report) {
  Record record;
  record.kind = RecordKind::kSignal;
  record.fields = report.answers;
  canonicalise(record);
  return fields_json(record);
}

std::string cells_json(const PoolEntry& entry) {
  json::object cells;
  for (const auto& [word, value] : entry.cells) cells[word] = value;
  return json::serialize(cells);
}

AuditEntry audit_of(const SourceApproval& a) {
  return entry(a.decided_at, a.reviewer, "source." + std::string(source_state_name(a.state)), a.source,
               {{"reason", a.reason}, {"terms_hash", a.terms_hash}});
}

AuditEntry audit_of(const IdentityDecision& d) {
  return entry(d.decided_at, d.by, "identity." + std::string(ruling_name(d.ruling)),
               d.source + " " + std::string(kind_name(d.kind)) + " " + d.key + " " + std::to_string(d.slot),
               {{"firm", d.firm_identity}, {"name", d.name}, {"reason", d.reason}});
}

AuditEntry audit_of(const SelfReport& r) {
  return entry(r.at, r.by, "report.put", r.firm,
               {{"report", r.id},
                {"visited_on", iso(r.visited_on)},
                {"visitor", r.visitor},
                {"answers", answers_json(r)},
                {"verdict", r.verdict},
                {"note", r.note},
                {"origin", r.origin}});
}

AuditEntry audit_of(const std::string& firm, const ReportStep& step) {
  return entry(step.at, step.by, step.withdrawn ? "report.withdraw" : "report.restore", firm,
               {{"report", step.report}, {"reason", step.reason}});
}

AuditEntry audit_of(const PoolEntry& e) {
  return entry(e.at, e.by, "pool.put", e.firm + " " + e.track,
               {{"name", e.name},
                {"stage", e.stage},
                {"stage_since", iso(e.stage_since)},
                {"batch", e.batch},
                {"cells", cells_json(e)},
                {"reason", e.reason},
                {"revision", e.revision}});
}

AuditEntry audit_of(const PoolBatch& b) {
  return entry(b.at, b.by, "batch." + b.state, b.id,
               {{"track", b.track},
                {"title", b.title},
                {"signed_on", iso(b.signed_on)},
                {"reason", b.reason},
                {"revision", b.revision}});
}

AuditEntry audit_of(const Conflict& c) {
  return entry(c.at, c.offered_by, "conflict.open", c.firm,
               {{"conflict", c.id},
                {"track", c.track},
                {"field", c.field},
                {"base", c.base},
                {"stored", c.stored},
                {"stored_by", c.stored_by},
                {"offered", c.offered},
                {"reports", json::array{c.stored_report, c.offered_report}},
                {"origin", c.origin}});
}

AuditEntry audit_of_choice(const std::string& firm, const Choice& choice) {
  return entry(choice.at, choice.by, "conflict.settle", firm,
               {{"conflict", choice.conflict}, {"taken", choice.taken}, {"reason", choice.reason}});
}

AuditEntry audit_of(const Correction& c) {
  return entry(c.at, c.by, c.value.empty() ? "value.withdraw" : "value.correct", c.firm,
               {{"field", c.field}, {"value", c.value}, {"reason", c.reason}});
}

AuditEntry audit_of(const Suppression& step) {
  return entry(step.at, step.by, step.out ? "firm.suppress" : "firm.lift", step.firm, {{"reason", step.reason}});
}

AuditEntry audit_of(const SavedSearch& s) {
  return entry(s.at, s.by, s.kept ? "saved.put" : "saved.drop", s.name,
               {{"query", s.query}, {"reason", s.reason}, {"revision", s.revision}});
}

std::vector<AuditEntry> earlier_audit_of(const PoolEntry& e) {
  const std::string subject = e.firm + " " + e.track;
  return {entry(e.at, e.by, "pool.put", subject,  // schema 2
                {{"stage", e.stage},
                 {"stage_since", iso(e.stage_since)},
                 {"batch", e.batch},
                 {"cells", cells_json(e)},
                 {"reason", e.reason},
                 {"revision", e.revision}}),
          entry(e.at, e.by, "pool.put", subject,  // schema 1
                {{"stage", e.stage}, {"reason", e.reason}, {"revision", e.revision}})};
}

std::vector<AuditEntry> earlier_audit_of(const Conflict& c) {
  return {entry(c.at, c.offered_by, "conflict.open", c.firm,  // schema 2
                {{"conflict", c.id},
                 {"track", c.track},
                 {"field", c.field},
                 {"stored", c.stored},
                 {"offered", c.offered},
                 {"origin", c.origin}})};
}

bool speaks_of_a_row(const AuditEntry& entry) {
  const std::string& action = entry.action;
  return action == "pool.put" || action == "firm.suppress" || action == "firm.lift" ||
         std::any_of(kOfRows.begin(), kOfRows.end(), [&](std::string_view of) { return action.starts_with(of); });
}

}  // namespace tanmiao::store
