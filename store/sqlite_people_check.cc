// Is what stands in people.db what people did: the chain of the audit, its end, and each row against its entry.
#include <unordered_map>

#include "store/people_audit.h"
#include "store/people_rows.h"
#include "store/sqlite_people.h"

namespace tanmiao::store {

using sql::Query;

namespace {

constexpr std::size_t kMostTold = 5;  // of each kind; that there are more is said

// Rows and entries that must be pairs. Keys are the hash of all that both say.
class Pairs {
 public:
  void entry(const AuditEntry& entry) {
    if (speaks_of_a_row(entry)) open_.emplace(key(entry), name(entry));
  }
  // After all entries. `earlier`: what older schemas wrote of such a row.
  void row(const AuditEntry& said, std::string_view table, const std::vector<AuditEntry>& earlier = {}) {
    if (found(said)) return;
    for (const AuditEntry& other : earlier)
      if (found(other)) return;
    unsaid_.tell("people.db: a row of " + std::string(table) + " does not stand in the audit: " + said.action + " " +
                 said.subject);
  }
  void tell(std::vector<std::string>& damage) {
    std::map<std::uint64_t, std::string> lost;
    for (const auto& [said, entry] : open_) lost.emplace(entry.first, entry.second);
    Told gone;
    for (const auto& [number, text] : lost)
      gone.tell("people.db: audit entry " + std::to_string(number) + " has no row: " + text);
    unsaid_.move_to(damage);
    gone.move_to(damage);
  }

 private:
  struct Told {
    std::vector<std::string> texts;
    std::size_t more = 0;
    void tell(std::string text) {
      if (texts.size() < kMostTold) {
        texts.push_back(std::move(text));
      } else {
        ++more;
      }
    }
    void move_to(std::vector<std::string>& damage) {
      if (more > 0) texts.back() += " (and " + std::to_string(more) + " more)";
      for (std::string& text : texts) damage.push_back(std::move(text));
    }
  };
  bool found(const AuditEntry& said) {
    const auto at = open_.find(key(said));
    if (at == open_.end()) return false;
    open_.erase(at);
    return true;
  }
  static std::string key(AuditEntry said) {
    said.number = 0;
    return chain_hash("", said);
  }
  static std::pair<std::uint64_t, std::string> name(const AuditEntry& entry) {
    return {entry.number, entry.action + " " + entry.subject};
  }

  std::unordered_multimap<std::string, std::pair<std::uint64_t, std::string>> open_;
  Told unsaid_;
};

template <class Make>
void each_row(sql::Database& database, Pairs& pairs, std::string_view table, const std::string& text,
              const Make& make) {
  for (Query rows(database, text); rows.step();) pairs.row(make(rows), table);
}

void rows_of_people(sql::Database& database, Pairs& pairs) {
  static const std::string approvals = select(kApprovalColumns, ""), decisions = select(kDecisionColumns, ""),
                           reports = select(kReportColumns, ""), entries = select(kEntryColumns, ""),
                           batches = select(kBatchColumns, ""), conflicts = select(kConflictColumns, ""),
                           corrections = select(kCorrectionColumns, ""), suppressions = select(kSuppressionColumns, ""),
                           saved = select(kSavedColumns, ""),
                           steps =
                               "SELECT r.firm, s.report, s.withdrawn, s.reason, s.by, s.at FROM report_step AS s"
                               " JOIN self_report AS r ON r.id = s.report",
                           choices =
                               "SELECT c.firm, d.conflict, d.taken, d.by, d.reason, d.at FROM conflict_choice AS d"
                               " JOIN conflict AS c ON c.id = d.conflict";
  const auto said = [](const auto& read) { return [&read](const Query& row) { return audit_of(read(row)); }; };
  each_row(database, pairs, "source_approval", approvals, said(approval_of));
  each_row(database, pairs, "identity_decision", decisions, said(decision_of));
  each_row(database, pairs, "self_report", reports, said(report_of));
  for (Query rows(database, entries); rows.step();) {
    const PoolEntry entry = entry_of(rows);
    pairs.row(audit_of(entry), "pool_revision", earlier_audit_of(entry));
  }
  each_row(database, pairs, "pool_batch", batches, said(batch_of));
  for (Query rows(database, conflicts); rows.step();) {
    const Conflict conflict = conflict_of(rows);
    pairs.row(audit_of(conflict), "conflict", earlier_audit_of(conflict));
  }
  each_row(database, pairs, "correction", corrections, said(correction_of));
  each_row(database, pairs, "suppression_step", suppressions, said(suppression_of));
  each_row(database, pairs, "saved_search", saved, said(saved_of));
  each_row(database, pairs, "report_step", steps, [](const Query& row) {
    return audit_of(row.text(0),
                    {row.get<std::uint64_t>(1), row.integer(2) != 0, row.text(3), row.text(4), row.instant(5)});
  });
  each_row(database, pairs, "conflict_choice", choices, [](const Query& row) {
    return audit_of_choice(row.text(0),
                           {row.get<std::uint64_t>(1), row.text(2), row.text(3), row.text(4), row.instant(5)});
  });
}

}  // namespace

Result<AuditHead> SqlitePeople::audit_head() {
  return guarded(database_, [&] {
    AuditHead head;
    Query row(database_, "SELECT number, hash FROM audit_head");
    if (row.step()) head = {row.get<std::uint64_t>(0), row.text(1)};
    return head;
  });
}

Result<std::vector<std::string>> SqlitePeople::check(const AuditHead& known) {
  return guarded(database_, [&] {
    std::vector<std::string> damage;
    sql::Transaction one_state(database_, sql::Transaction::Kind::kRead);
    Query integrity(database_, "PRAGMA integrity_check(1)");
    if (integrity.step() && integrity.view(0) != "ok")
      return damage.push_back("people.db: " + integrity.text(0)), damage;
    Query noted(database_, "SELECT number, hash FROM audit_head");
    if (!noted.step()) return damage.emplace_back("people.db: the end of the audit is not noted"), damage;
    const AuditHead end{noted.get<std::uint64_t>(0), noted.text(1)};
    Pairs pairs;
    AuditHead at;
    const auto entry_is = [](std::uint64_t number) { return "people.db: audit entry " + std::to_string(number); };
    Query rows(database_, kTrailRows);
    for (rows.with(0, -1); rows.step();) {
      const AuditEntry entry = trail_entry(rows);
      if (entry.number != at.number + 1) return damage.push_back(entry_is(at.number + 1) + " is missing"), damage;
      if (chain_hash(at.hash, entry) != entry.hash)
        return damage.push_back(entry_is(entry.number) + " does not fit the chain"), damage;
      at = {entry.number, entry.hash};
      if (at.number == known.number && at.hash != known.hash)
        return damage.push_back(entry_is(at.number) + " is not the one that was there before"), damage;
      pairs.entry(entry);
    }
    const std::uint64_t last = std::max(end.number, known.number);
    if (at.number < last)
      return damage.push_back(entry_is(last) + " is missing: the audit ends with " + std::to_string(at.number)), damage;
    if (at.number > end.number || at.hash != end.hash)
      return damage.push_back(entry_is(at.number) + " was not written by this program: the audit ended with " +
                              std::to_string(end.number)),
             damage;
    rows_of_people(database_, pairs);
    pairs.tell(damage);
    return damage;
  });
}

}  // namespace tanmiao::store
