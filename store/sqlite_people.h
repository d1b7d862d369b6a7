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
  Status lift_suppression(std::string_view code, std::string_view reason, std::string_view by, Instant at) override;
  Result<std::vector<Suppression>> suppression_history() override;
  Result<std::vector<PoolEntry>> pool_entries() override;
  Result<std::vector<PoolEntry>> pool_history(std::string_view firm, std::string_view track) override;
  Result<std::vector<PoolBatch>> pool_batches() override;
  Result<std::vector<SelfReport>> self_reports() override;
  Result<std::vector<Conflict>> conflicts(bool open_only) override;
  Result<std::vector<std::uint64_t>> apply(const PeopleChange& change) override;
  Status withdraw(const ReportStep& step) override;
  Status settle(std::uint64_t conflict, std::string_view taken, std::string_view by, std::string_view reason,
                Instant at) override;
  Result<std::vector<Correction>> corrections() override;
  Result<std::vector<Correction>> correction_history(std::string_view firm) override;
  Status correct(const Correction& correction) override;
  Result<std::vector<SavedSearch>> saved_searches() override;
  Result<std::vector<SavedSearch>> saved_search_history(std::string_view name) override;
  Result<std::uint64_t> save_search(const SavedSearch& search) override;
  Status audit(std::string_view by, std::string_view action, std::string_view subject, std::string_view detail_json,
               Instant at) override;
  Result<std::vector<AuditEntry>> audit_trail(std::uint64_t after, std::size_t limit) override;
  Result<AuditHead> audit_head() override;
  Result<std::vector<std::string>> check(const AuditHead& known) override;

 private:
  // Inside the caller's transaction.
  void append(AuditEntry entry);
  std::uint64_t put(const SelfReport& report);
  void put(const PoolEntry& entry);
  void put(const PoolBatch& batch);
  void put(const Conflict& conflict);
  void put(const Suppression& step);

  sql::Database database_;
};

}  // namespace tanmiao::store
