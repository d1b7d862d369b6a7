// What the audit says of each row of people.db: written with the row, and compared with it by check. Internal to
// store/.
#pragma once

#include <string>
#include <string_view>

#include "store/people.h"

namespace tanmiao::store {

// Of a row as it is stored: ids and revisions are those that it has now.
AuditEntry audit_of(const SourceApproval& approval);
AuditEntry audit_of(const IdentityDecision& decision);
AuditEntry audit_of(const SelfReport& report);
AuditEntry audit_of(const std::string& firm, const ReportStep& step);
AuditEntry audit_of(const PoolEntry& entry);
AuditEntry audit_of(const PoolBatch& batch);
AuditEntry audit_of(const Conflict& conflict);
AuditEntry audit_of(const Correction& correction);
AuditEntry audit_of(const Suppression& step);
AuditEntry audit_of(const SavedSearch& search);
struct Choice {
  std::uint64_t conflict = 0;
  std::string taken, by, reason;
  Instant at{};
};
AuditEntry audit_of_choice(const std::string& firm, const Choice& choice);

// What earlier schemas wrote of the same row.
std::vector<AuditEntry> earlier_audit_of(const PoolEntry& entry);
std::vector<AuditEntry> earlier_audit_of(const Conflict& conflict);

// Actions that the functions above give: an entry of one of them has a row.
bool speaks_of_a_row(const AuditEntry& entry);

// BLAKE2b-256, hex, over the hash before and the entry. sodium_init() must have been called.
std::string chain_hash(std::string_view previous, const AuditEntry& entry);

std::string answers_json(const SelfReport& report);
std::string cells_json(const PoolEntry& entry);

}  // namespace tanmiao::store
