// Rows of people.db as the structs that they are kept as. Internal to store/.
#pragma once

#include <string>
#include <string_view>

#include "store/people.h"
#include "store/sqlite.h"

namespace tanmiao::store {

inline constexpr std::string_view kApprovalColumns =
    "source, state, reviewer, reason, terms_hash, decided_at FROM source_approval ";
inline constexpr std::string_view kDecisionColumns =
    "source, key, slot, firm, same, by, reason, decided_at, kind, name FROM identity_decision ";
inline constexpr std::string_view kEntryColumns =
    "firm, track, stage, stage_since, name, batch, cells, reason, by, at, revision FROM pool_revision ";
inline constexpr std::string_view kBatchColumns =
    "id, track, title, state, signed_on, reason, by, at, revision FROM pool_batch ";
inline constexpr std::string_view kCorrectionColumns = "firm, field, value, reason, by, at FROM correction ";
inline constexpr std::string_view kSuppressionColumns = "firm, out, reason, by, at FROM suppression_step ";
inline constexpr std::string_view kSavedColumns = "name, revision, query, kept, reason, by, at FROM saved_search ";
inline constexpr std::string_view kReportColumns =
    "r.id, r.firm, r.visited_on, r.visitor, r.answers, r.verdict, r.note, r.origin, r.by, r.at, s.reason, s.by, s.at"
    " FROM self_report AS r LEFT JOIN report_step AS s ON s.withdrawn = 1"
    " AND s.id = (SELECT max(id) FROM report_step WHERE report = r.id) ";
inline constexpr std::string_view kConflictColumns =
    "c.id, c.firm, c.track, c.field, c.base, c.stored, c.stored_by, c.offered, c.offered_by, c.stored_report,"
    " c.offered_report, c.origin, c.at, coalesce(d.taken, ''), coalesce(d.by, ''), coalesce(d.reason, ''),"
    " exists(SELECT 1 FROM report_step AS s WHERE s.withdrawn = 1 AND s.report IN (c.stored_report, c.offered_report)"
    " AND s.id = (SELECT max(id) FROM report_step WHERE report = s.report)) AS moot"
    " FROM conflict AS c LEFT JOIN conflict_choice AS d ON d.conflict = c.id ";

inline constexpr std::string_view kTrailRows =
    "SELECT number, at, by, action, subject, detail, hash FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2";

// "SELECT columns rest". Statements go by their text and outlive the call: what this gives must be kept.
std::string select(std::string_view columns, std::string_view rest);

SourceApproval approval_of(const sql::Query& row);
IdentityDecision decision_of(const sql::Query& row);
PoolEntry entry_of(const sql::Query& row);
PoolBatch batch_of(const sql::Query& row);
SelfReport report_of(const sql::Query& row);
Conflict conflict_of(const sql::Query& row);
Correction correction_of(const sql::Query& row);
Suppression suppression_of(const sql::Query& row);
SavedSearch saved_of(const sql::Query& row);
AuditEntry trail_entry(const sql::Query& row);

}  // namespace tanmiao::store
