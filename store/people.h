// The repositories of the people file: what people decided. Short transactions from commands and server; every change
// appends to the audit, a chain in which each entry holds the hash of the one before.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/types.h"

namespace tanmiao::store {

enum class SourceState : std::uint8_t { kProposed = 1, kApproved = 2, kSuspended = 3 };
std::string_view source_state_name(SourceState state);  // "proposed"

struct SourceApproval {
  std::string source;
  SourceState state = SourceState::kProposed;
  std::string reviewer, reason;
  std::string terms_hash;  // of the source file as it was reviewed; a changed file must be approved again
  Instant decided_at{};
};

// A decision on identity: are the name in the record (source, kind, key) and the firm the same? `name` is the exact key
// of the name that was judged; `slot` only says where it stood, since places move when a record changes.
struct IdentityDecision {
  std::string source, key;
  std::uint16_t slot = 0;
  std::string firm_identity;  // FirmEntry::identity: survives a rebuild, numbers need not
  bool same = true;
  std::string by, reason;
  Instant decided_at{};
  RecordKind kind = RecordKind::kFirm;
  std::string name{};
};

struct AuditEntry {
  std::uint64_t number = 0;
  Instant at{};
  std::string by, action, subject, detail_json;
  std::string hash;  // BLAKE2b-256 (hex) over the previous hash and this entry
};

// Pool entry, thin: a person admitted, moved or rejected a lead.
struct PoolEntry {
  std::string credit_code, track, stage;
  std::string reason, by;
  Instant since{};
  std::uint64_t revision = 0;  // for optimistic locking
};

class People {
 public:
  virtual ~People() = default;
  virtual Result<std::vector<SourceApproval>> source_approvals() = 0;  // latest state of each source
  virtual Status decide_source(const SourceApproval& approval) = 0;
  // The latest of each (record, name, firm; where no name was kept: slot), in the order they were made.
  virtual Result<std::vector<IdentityDecision>> identity_decisions() = 0;
  virtual Status decide_identity(const IdentityDecision& decision) = 0;
  virtual Result<std::vector<std::pair<std::string, std::string>>> suppressions() = 0;  // code, reason
  virtual Status suppress(std::string_view code, std::string_view reason, std::string_view by, Instant at) = 0;
  virtual Result<std::vector<PoolEntry>> pool_entries() = 0;  // latest of each (code, track)
  // Error kConflict when entry.revision is not the stored one (0: new).
  virtual Status put_pool_entry(const PoolEntry& entry) = 0;
  virtual Status audit(std::string_view by, std::string_view action, std::string_view subject,
                       std::string_view detail_json, Instant at) = 0;
  virtual Result<std::vector<AuditEntry>> audit_trail(std::uint64_t after, std::size_t limit) = 0;
  // First broken link of the chain, if any.
  virtual Result<std::optional<std::string>> check() = 0;
};

}  // namespace tanmiao::store
