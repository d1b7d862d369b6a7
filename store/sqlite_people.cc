#include "store/sqlite_people.h"

#include <sodium.h>

#include <array>

#include "store/audit_json.h"
#include "store/schema.h"

namespace tanmiao::store {

using sql::Database;
using sql::Query;
using sql::Transaction;

namespace {

// Each text is preceded by its length, so that no two entries have the same canonical form.
void append_text(std::string& out, std::string_view text) {
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

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

AuditEntry read_entry(const Query& row) {
  return {row.get<std::uint64_t>(0), row.instant(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)};
}

constexpr std::string_view kTrail =
    "SELECT number, at, by, action, subject, detail, hash FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2";

}  // namespace

SqlitePeople::SqlitePeople(const std::filesystem::path& path, Database::Mode mode) : database_(path, mode) {
  if (sodium_init() < 0) sql::fail(Errc::kIo, "libsodium cannot be initialised");
  sql::bring_forward(database_, sql::people_schema(), mode != Database::Mode::kRead);
}

void SqlitePeople::append(AuditEntry entry) {
  Query last(database_, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
  std::string previous;
  if (last.step()) {
    entry.number = last.get<std::uint64_t>(0);
    previous = last.text(1);
  }
  ++entry.number;
  Query(database_,
        "INSERT INTO audit(number, at, by, action, subject, detail, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
      .run_with(entry.number, entry.at, entry.by, entry.action, entry.subject, entry.detail_json,
                chain_hash(previous, entry));
}

Result<std::vector<SourceApproval>> SqlitePeople::source_approvals() {
  return guarded(database_, [&] {
    std::vector<SourceApproval> found;
    Query rows(database_,
               "SELECT source, state, reviewer, reason, terms_hash, decided_at FROM source_approval"
               " WHERE id IN (SELECT max(id) FROM source_approval GROUP BY source) ORDER BY source");
    while (rows.step())
      found.push_back(
          {rows.text(0), rows.get<SourceState>(1), rows.text(2), rows.text(3), rows.text(4), rows.instant(5)});
    return found;
  });
}

Status SqlitePeople::decide_source(const SourceApproval& a) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query(database_,
          "INSERT INTO source_approval(source, state, reviewer, reason, terms_hash, decided_at)"
          " VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        .run_with(a.source, a.state, a.reviewer, a.reason, a.terms_hash, a.decided_at);
    append({0,
            a.decided_at,
            a.reviewer,
            "source." + std::string(source_state_name(a.state)),
            a.source,
            audit_json({{"reason", a.reason}, {"terms_hash", a.terms_hash}}),
            {}});
    transaction.commit();
  });
}

Result<std::vector<IdentityDecision>> SqlitePeople::identity_decisions() {
  return guarded(database_, [&] {
    std::vector<IdentityDecision> found;
    Query rows(database_,
               "SELECT source, key, slot, firm, same, by, reason, decided_at, kind, name FROM identity_decision"
               " WHERE id IN (SELECT max(id) FROM identity_decision GROUP BY source, kind, key, name, firm,"
               " CASE WHEN name = '' THEN slot END) ORDER BY id");
    while (rows.step())
      found.push_back({rows.text(0), rows.text(1), rows.get<std::uint16_t>(2), rows.text(3), rows.integer(4) != 0,
                       rows.text(5), rows.text(6), rows.instant(7), rows.get<RecordKind>(8), rows.text(9)});
    return found;
  });
}

Status SqlitePeople::decide_identity(const IdentityDecision& d) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query(database_,
          "INSERT INTO identity_decision(source, key, slot, firm, same, by, reason, decided_at, kind, name)"
          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
        .run_with(d.source, d.key, d.slot, d.firm_identity, d.same, d.by, d.reason, d.decided_at, d.kind, d.name);
    append({0,
            d.decided_at,
            d.by,
            d.same ? "identity.same" : "identity.different",
            d.source + " " + std::string(kind_name(d.kind)) + " " + d.key + " " + std::to_string(d.slot),
            audit_json({{"firm", d.firm_identity}, {"name", d.name}, {"reason", d.reason}}),
            {}});
    transaction.commit();
  });
}

Status SqlitePeople::audit(std::string_view by, std::string_view action, std::string_view subject,
                           std::string_view detail_json, Instant at) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    append({0, at, std::string(by), std::string(action), std::string(subject), std::string(detail_json), {}});
    transaction.commit();
  });
}

Result<std::vector<AuditEntry>> SqlitePeople::audit_trail(std::uint64_t after, std::size_t limit) {
  return guarded(database_, [&] {
    std::vector<AuditEntry> found;
    Query rows(database_, kTrail);
    for (rows.with(after, limit & 0x7fffffffffffffffULL); rows.step();) found.push_back(read_entry(rows));
    return found;
  });
}

Result<std::optional<std::string>> SqlitePeople::check() {
  return guarded(database_, [&]() -> std::optional<std::string> {
    Query integrity(database_, "PRAGMA integrity_check(1)");
    if (integrity.step() && integrity.view(0) != "ok") return "people.db: " + integrity.text(0);
    std::string previous;
    std::uint64_t expected = 0;
    Query rows(database_, kTrail);
    for (rows.with(0, -1); rows.step();) {
      const AuditEntry entry = read_entry(rows);
      if (entry.number != ++expected) return "people.db: audit entry " + std::to_string(expected) + " is missing";
      if (chain_hash(previous, entry) != entry.hash)
        return "people.db: audit entry " + std::to_string(expected) + " does not fit the chain";
      previous = entry.hash;
    }
    return std::nullopt;
  });
}

}  // namespace tanmiao::store
