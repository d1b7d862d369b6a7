#include "store/sqlite_people.h"

#include <sodium.h>

#include "core/text/normalize.h"
#include "store/people_audit.h"
#include "store/people_rows.h"
#include "store/schema.h"

namespace tanmiao::store {

using sql::Database;
using sql::Query;
using sql::Transaction;

SqlitePeople::SqlitePeople(const std::filesystem::path& path, Database::Mode mode) : database_(path, mode) {
  if (sodium_init() < 0) sql::fail(Errc::kIo, "libsodium cannot be initialised");
  sql::bring_forward(database_, sql::people_schema(), mode != Database::Mode::kRead);
}

void SqlitePeople::append(AuditEntry entry) {
  // All that a row says stands in its entry. What is no text would make the whole file unreadable to whoever expects
  // JSON.
  for (const std::string* const kept : {&entry.by, &entry.action, &entry.subject, &entry.detail_json})
    if (!text::valid_utf8(*kept))
      sql::fail(Errc::kUsage, "what is to be kept (a reason, a name of a file, ...) is no UTF-8 text");
  std::string previous;
  {
    Query head(database_, "SELECT number + 1, hash FROM audit_head");
    if (!head.step()) sql::fail(Errc::kCorrupt, "people.db: the end of the audit is not noted");
    entry.number = head.get<std::uint64_t>(0);
    previous = head.text(1);
  }
  const std::string hash = chain_hash(previous, entry);
  Query(database_,
        "INSERT INTO audit(number, at, by, action, subject, detail, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
      .run_with(entry.number, entry.at, entry.by, entry.action, entry.subject, entry.detail_json, hash);
  Query(database_, "UPDATE audit_head SET number = ?1, hash = ?2").run_with(entry.number, hash);
}

Result<std::vector<SourceApproval>> SqlitePeople::source_approvals() {
  return guarded(database_, [&] {
    std::vector<SourceApproval> found;
    static const std::string text =
        select(kApprovalColumns, "WHERE id IN (SELECT max(id) FROM source_approval GROUP BY source) ORDER BY source");
    for (Query rows(database_, text); rows.step();) found.push_back(approval_of(rows));
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
    append(audit_of(a));
    transaction.commit();
  });
}

Result<std::vector<IdentityDecision>> SqlitePeople::identity_decisions() {
  return guarded(database_, [&] {
    std::vector<IdentityDecision> found;
    static const std::string text =
        select(kDecisionColumns,
               "WHERE id IN (SELECT max(id) FROM identity_decision GROUP BY source, kind, key,"
               " name, firm, CASE WHEN name = '' THEN slot END) ORDER BY id");
    for (Query rows(database_, text); rows.step();) found.push_back(decision_of(rows));
    return found;
  });
}

Status SqlitePeople::decide_identity(const IdentityDecision& d) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query(database_,
          "INSERT INTO identity_decision(source, key, slot, firm, same, by, reason, decided_at, kind, name)"
          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
        .run_with(d.source, d.key, d.slot, d.firm_identity, d.ruling, d.by, d.reason, d.decided_at, d.kind, d.name);
    append(audit_of(d));
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
    Query rows(database_, kTrailRows);
    for (rows.with(after, limit & 0x7fffffffffffffffULL); rows.step();) found.push_back(trail_entry(rows));
    return found;
  });
}

}  // namespace tanmiao::store
