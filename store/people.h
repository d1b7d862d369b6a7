// The repositories of the people file: what people decided. Short transactions from commands and server; every change
// appends to the audit, a chain in which each entry holds the hash of the one before.
#pragma once

#include <map>
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

// What a person says of a name and a firm. Unsure: looked at, and left open. Undone: what was said before no longer
// holds, and nothing is said. The latter two do not link and do not forbid.
enum class Ruling : std::uint8_t { kDifferent = 0, kSame = 1, kUnsure = 2, kUndone = 3 };
std::string_view ruling_name(Ruling ruling);  // "same"

// A decision on identity: are the name in the record (source, kind, key) and the firm the same? `name` is the exact key
// of the name that was judged; `slot` only says where it stood, since places move when a record changes. An empty key:
// wherever the source writes the name in records of this kind.
struct IdentityDecision {
  std::string source, key;
  std::uint16_t slot = 0;
  std::string firm_identity;  // FirmEntry::identity: survives a rebuild, numbers need not
  Ruling ruling = Ruling::kSame;
  std::string by, reason;
  Instant decided_at{};
  RecordKind kind = RecordKind::kFirm;
  std::string name{};
  bool same() const { return ruling == Ruling::kSame; }
  bool counts() const { return ruling == Ruling::kSame || ruling == Ruling::kDifferent; }
};

struct AuditEntry {
  std::uint64_t number = 0;
  Instant at{};
  std::string by, action, subject, detail_json;
  std::string hash;  // BLAKE2b-256 (hex) over the previous hash and this entry
};

struct AuditHead {
  std::uint64_t number = 0;
  std::string hash;
};

// A self-report is withdrawn, or counts again.
struct ReportStep {
  std::uint64_t report = 0;  // SelfReport::id
  bool withdrawn = true;
  std::string reason, by;
  Instant at{};
};

// 企业自报: what a firm answered when it was asked. `answers` are fields of self-reports (kStaffTotal ..
// kSoftwareCopyrights), typed as in a record; absent is unknown. Rows only grow.
struct SelfReport {
  std::uint64_t id = 0;  // given by the store, ascending
  std::string firm;      // credit code, or identity while none is known
  Date visited_on{};
  std::string visitor;  // who asked: an office or a role
  std::vector<FieldValue> answers;
  std::string verdict, note;  // 核实结论, 备注
  std::string origin;         // "file!sheet!row"
  std::string by;             // who brought it in
  Instant at{};
  std::optional<ReportStep> withdrawn{};  // it was wrong and counts no more; it stays on record
  // Says the same as another: the sheet came in twice.
  bool same_content(const SelfReport& other) const {
    return firm == other.firm && visited_on == other.visited_on && visitor == other.visitor &&
           answers == other.answers && verdict == other.verdict && note == other.note;
  }
};

// Where a firm stands on one track of the cultivation pool. Every change is a revision; earlier ones are kept. `firm`
// is a credit code, or an identity while none is known.
struct PoolEntry {
  std::string firm, track, stage;
  Date stage_since{};
  std::string name;                                       // when it was put on the track
  std::string batch;                                      // PoolBatch::id, empty: none
  std::map<std::string, std::string, std::less<>> cells;  // what people keep of it by word: owner, measures, ...
  std::string reason, by;
  Instant at{};
  std::uint64_t revision = 0;  // 0: new; for optimistic locking
};

// 批次: draft -> frozen -> signed -> published.
struct PoolBatch {
  std::string id, track, title, state;
  Date signed_on{};  // when it was signed off; the epoch before
  std::string reason, by;
  Instant at{};
  std::uint64_t revision = 0;
};

// Two people gave different values for one thing. What stood first stays in force until somebody chooses.
struct Conflict {
  std::uint64_t id = 0;     // given by the store
  std::string firm, track;  // track empty: of self-reports
  std::string field;        // Field name, "verdict", or a word of PoolEntry::cells
  std::string base;         // what the sheet of the second was made from; "?" when it does not say
  std::string stored, stored_by;
  std::string offered, offered_by;
  std::uint64_t stored_report = 0, offered_report = 0;  // SelfReport::id; 0 for the pool
  std::string origin;
  Instant at{};
  std::string taken;  // "stored", "offered"; empty: nobody chose
  std::string settled_by, settled_reason;
  bool moot = false;  // one of the two reports was withdrawn: nothing is left to choose
  bool open() const { return taken.empty() && !moot; }
};

// A value of the register that people found wrong. The latest of (firm, field) counts; an empty value withdraws it.
struct Correction {
  std::string firm;          // credit code or identity
  std::string field, value;  // name of a firm field, or "unit" with a unit's id
  std::string reason, by;
  Instant at{};
};

struct Suppression {
  std::string firm;  // credit code or identity
  bool out = true;   // false: it was lifted
  std::string reason, by;
  Instant at{};
};

// A query that is kept under a name and run each night. Every change is a revision; earlier ones are kept.
struct SavedSearch {
  std::string name;
  std::string query;  // JSON, as docs/schema/saved_search.json says
  bool kept = true;   // false: it is not run any more
  std::string reason, by;
  Instant at{};
  std::uint64_t revision = 0;  // 0: new; for optimistic locking
};

// What one action of a person changes: all of it or nothing.
struct PeopleChange {
  std::vector<SelfReport> reports;
  std::vector<PoolEntry> entries;
  std::vector<PoolBatch> batches;
  std::vector<Conflict> conflicts;           // offered_report: 1-based place in `reports`, made an id when stored
  std::vector<AuditEntry> audit;             // beside the entries that every part writes of itself
  std::optional<std::uint64_t> last_report;  // the newest report that the change was made from
  bool empty() const {
    return reports.empty() && entries.empty() && batches.empty() && conflicts.empty() && audit.empty();
  }
};

class People {
 public:
  virtual ~People() = default;
  virtual Result<std::vector<SourceApproval>> source_approvals() = 0;  // latest state of each source
  virtual Status decide_source(const SourceApproval& approval) = 0;
  // The latest of each (record, name, firm; where no name was kept: slot), in the order they were made.
  // Those that were undone are among them.
  virtual Result<std::vector<IdentityDecision>> identity_decisions() = 0;
  virtual Status decide_identity(const IdentityDecision& decision) = 0;
  virtual Result<std::vector<std::pair<std::string, std::string>>> suppressions() = 0;  // code, reason
  virtual Status suppress(std::string_view code, std::string_view reason, std::string_view by, Instant at) = 0;
  virtual Status lift_suppression(std::string_view code, std::string_view reason, std::string_view by, Instant at) = 0;
  virtual Result<std::vector<Suppression>> suppression_history() = 0;  // in the order they were made

  virtual Result<std::vector<PoolEntry>> pool_entries() = 0;  // latest of each (firm, track), in that order
  virtual Result<std::vector<PoolEntry>> pool_history(std::string_view firm, std::string_view track) = 0;
  virtual Result<std::vector<PoolBatch>> pool_batches() = 0;            // latest of each
  virtual Result<std::vector<SelfReport>> self_reports() = 0;           // by id
  virtual Result<std::vector<Conflict>> conflicts(bool open_only) = 0;  // by id
  // Error kConflict, and nothing is changed, when a revision is not the stored one or a report came after last_report:
  // read again and decide anew. Gives the ids of the reports.
  virtual Result<std::vector<std::uint64_t>> apply(const PeopleChange& change) = 0;
  // Error kNotFound, or kConflict when the report stands so already.
  virtual Status withdraw(const ReportStep& step) = 0;
  // Error kNotFound, or kConflict when it is not open any more.
  virtual Status settle(std::uint64_t conflict, std::string_view taken, std::string_view by, std::string_view reason,
                        Instant at) = 0;
  virtual Result<std::vector<Correction>> corrections() = 0;  // latest of each (firm, field), withdrawn ones left out
  virtual Result<std::vector<Correction>> correction_history(std::string_view firm) = 0;
  virtual Status correct(const Correction& correction) = 0;
  virtual Result<std::vector<SavedSearch>> saved_searches() = 0;  // latest of each, by name; also those not kept
  virtual Result<std::vector<SavedSearch>> saved_search_history(std::string_view name) = 0;  // by revision
  // Gives its new revision. Error kConflict when `revision` is not the stored one.
  virtual Result<std::uint64_t> save_search(const SavedSearch& search) = 0;
  virtual Status audit(std::string_view by, std::string_view action, std::string_view subject,
                       std::string_view detail_json, Instant at) = 0;
  virtual Result<std::vector<AuditEntry>> audit_trail(std::uint64_t after, std::size_t limit) = 0;
  // Where the chain ends; number 0 before the first entry.
  virtual Result<AuditHead> audit_head() = 0;
  // What is wrong: a broken link of the chain, an end that is not the one it had (also `known`, an earlier end that was
  // kept elsewhere), a row that nobody wrote to the audit, an entry whose row is gone. At most a few of each.
  virtual Result<std::vector<std::string>> check(const AuditHead& known) = 0;
};

}  // namespace tanmiao::store
