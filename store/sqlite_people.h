// People in one SQLite file: tables that only grow, and the audit chain that every change is written to.
#pragma once

#include "store/people.h"
#include "store/sqlite.h"

namespace tanmiao::store {

class SqlitePeople final : public People {
 public:
  SqlitePeople(const std::filesystem::path& path, sql::Database::Mode mode);  // throws sql::Failure

  Result<std::vector<SourceApproval>> source_approvals() override;
  Status decide_source(const SourceApproval& approval) override;
  Result<std::vector<IdentityDecision>> identity_decisions() override;
  Status decide_identity(const IdentityDecision& decision) override;
  Result<std::vector<std::pair<std::string, std::string>>> suppressions() override;
  Status suppress(std::string_view code, std::string_view reason, std::string_view by, Instant at) override;
  Result<std::vector<PoolEntry>> pool_entries() override;
  Status put_pool_entry(const PoolEntry& entry) override;
  Status audit(std::string_view by, std::string_view action, std::string_view subject, std::string_view detail_json,
               Instant at) override;
  Result<std::vector<AuditEntry>> audit_trail(std::uint64_t after, std::size_t limit) override;
  Result<std::optional<std::string>> check() override;

 private:
  void append(AuditEntry entry);  // inside the caller's transaction

  sql::Database database_;
};

}  // namespace tanmiao::store
