// What people keep of firms: self-reports, the pool with its batches, conflicts, corrections, suppressions.
#include "store/people_audit.h"
#include "store/people_rows.h"
#include "store/sqlite_people.h"

namespace tanmiao::store {

using sql::Query;
using sql::Transaction;

namespace {

template <class Make>
auto all(Query& rows, const Make& make) {
  std::vector<decltype(make(rows))> found;
  while (rows.step()) found.push_back(make(rows));
  return found;
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> SqlitePeople::suppressions() {
  return guarded(database_, [&] {
    std::vector<std::pair<std::string, std::string>> found;
    Query rows(database_,
               "SELECT firm, reason FROM suppression_step WHERE out = 1 AND id IN"
               " (SELECT max(id) FROM suppression_step GROUP BY firm) ORDER BY firm");
    while (rows.step()) found.emplace_back(rows.text(0), rows.text(1));
    return found;
  });
}

Result<std::vector<Suppression>> SqlitePeople::suppression_history() {
  return guarded(database_, [&] {
    static const std::string text = select(kSuppressionColumns, "ORDER BY id");
    Query rows(database_, text);
    return all(rows, suppression_of);
  });
}

void SqlitePeople::put(const Suppression& step) {
  Query(database_, "INSERT INTO suppression_step(firm, out, reason, by, at) VALUES(?1, ?2, ?3, ?4, ?5)")
      .run_with(step.firm, step.out ? 1 : 0, step.reason, step.by, step.at);
  append(audit_of(step));
}

Status SqlitePeople::suppress(std::string_view code, std::string_view reason, std::string_view by, Instant at) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    put(Suppression{std::string(code), true, std::string(reason), std::string(by), at});
    transaction.commit();
  });
}

Status SqlitePeople::lift_suppression(std::string_view code, std::string_view reason, std::string_view by, Instant at) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query last(database_, "SELECT out FROM suppression_step WHERE firm = ?1 ORDER BY id DESC LIMIT 1");
    if (!last.with(code).step() || last.integer(0) == 0)
      sql::fail(Errc::kNotFound, "no suppression to lift: " + std::string(code));
    put(Suppression{std::string(code), false, std::string(reason), std::string(by), at});
    transaction.commit();
  });
}

Result<std::vector<PoolEntry>> SqlitePeople::pool_entries() {
  return guarded(database_, [&] {
    static const std::string text = select(kEntryColumns,
                                           "AS p WHERE revision = (SELECT max(revision) FROM pool_revision AS q"
                                           " WHERE q.firm = p.firm AND q.track = p.track) ORDER BY firm, track");
    Query rows(database_, text);
    return all(rows, entry_of);
  });
}

Result<std::vector<PoolEntry>> SqlitePeople::pool_history(std::string_view firm, std::string_view track) {
  return guarded(database_, [&] {
    static const std::string text = select(kEntryColumns, "WHERE firm = ?1 AND track = ?2 ORDER BY revision");
    Query rows(database_, text);
    rows.with(firm, track);
    return all(rows, entry_of);
  });
}

Result<std::vector<PoolBatch>> SqlitePeople::pool_batches() {
  return guarded(database_, [&] {
    static const std::string text =
        select(kBatchColumns,
               "AS p WHERE revision = (SELECT max(revision) FROM pool_batch AS q WHERE q.id = p.id)"
               " ORDER BY id");
    Query rows(database_, text);
    return all(rows, batch_of);
  });
}

Result<std::vector<SelfReport>> SqlitePeople::self_reports() {
  return guarded(database_, [&] {
    static const std::string text = select(kReportColumns, "ORDER BY r.id");
    Query rows(database_, text);
    return all(rows, report_of);
  });
}

Result<std::vector<Conflict>> SqlitePeople::conflicts(bool open_only) {
  return guarded(database_, [&] {
    static const std::string text =
        select(kConflictColumns, "WHERE ?1 = 0 OR (d.conflict IS NULL AND moot = 0) ORDER BY c.id");
    Query rows(database_, text);
    rows.with(open_only ? 1 : 0);
    return all(rows, conflict_of);
  });
}

std::uint64_t SqlitePeople::put(const SelfReport& r) {
  const std::string answers = answers_json(r);
  Query(database_,
        "INSERT INTO self_report(firm, visited_on, visitor, answers, verdict, note, origin, by, at)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
      .run_with(r.firm, r.visited_on, r.visitor, answers, r.verdict, r.note, r.origin, r.by, r.at);
  const auto id = static_cast<std::uint64_t>(database_.last_row());
  SelfReport kept = r;
  kept.id = id;
  append(audit_of(kept));
  return id;
}

void SqlitePeople::put(const PoolEntry& e) {
  Query stored(database_, "SELECT coalesce(max(revision), 0) FROM pool_revision WHERE firm = ?1 AND track = ?2");
  stored.with(e.firm, e.track).step();
  if (stored.get<std::uint64_t>(0) != e.revision)
    sql::fail(Errc::kConflict, "pool entry " + e.firm + " " + e.track + " is at revision " + stored.text(0) +
                                   ", the change was made to " + std::to_string(e.revision));
  const std::string cells = cells_json(e);
  Query(database_,
        "INSERT INTO pool_revision(firm, track, revision, stage, stage_since, name, batch, cells, reason, by, at)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
      .run_with(e.firm, e.track, e.revision + 1, e.stage, e.stage_since, e.name, e.batch, cells, e.reason, e.by, e.at);
  PoolEntry kept = e;
  ++kept.revision;
  append(audit_of(kept));
}

void SqlitePeople::put(const PoolBatch& b) {
  Query stored(database_, "SELECT coalesce(max(revision), 0) FROM pool_batch WHERE id = ?1");
  stored.with(b.id).step();
  if (stored.get<std::uint64_t>(0) != b.revision)
    sql::fail(Errc::kConflict, "batch " + b.id + " is at revision " + stored.text(0) + ", the change was made to " +
                                   std::to_string(b.revision));
  Query(database_,
        "INSERT INTO pool_batch(id, revision, track, title, state, signed_on, reason, by, at)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
      .run_with(b.id, b.revision + 1, b.track, b.title, b.state, b.signed_on, b.reason, b.by, b.at);
  PoolBatch kept = b;
  ++kept.revision;
  append(audit_of(kept));
}

void SqlitePeople::put(const Conflict& c) {
  Query stored(database_, "SELECT withdrawn FROM report_step WHERE report = ?1 ORDER BY id DESC LIMIT 1");
  if (c.stored_report > 0 && stored.with(c.stored_report).step() && stored.integer(0) != 0)
    sql::fail(Errc::kConflict, "self-report " + std::to_string(c.stored_report) + " was withdrawn meanwhile");
  Query(database_,
        "INSERT INTO conflict(firm, track, field, base, stored, stored_by, offered, offered_by, stored_report,"
        " offered_report, origin, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
      .run_with(c.firm, c.track, c.field, c.base, c.stored, c.stored_by, c.offered, c.offered_by, c.stored_report,
                c.offered_report, c.origin, c.at);
  Conflict kept = c;
  kept.id = static_cast<std::uint64_t>(database_.last_row());
  append(audit_of(kept));
}

Result<std::vector<std::uint64_t>> SqlitePeople::apply(const PeopleChange& change) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    const auto last = static_cast<std::uint64_t>(database_.number("SELECT coalesce(max(id), 0) FROM self_report"));
    if (change.last_report && *change.last_report != last)
      sql::fail(Errc::kConflict, "self-reports came in meanwhile: the newest is " + std::to_string(last) +
                                     ", the change was made to " + std::to_string(*change.last_report));
    std::vector<std::uint64_t> ids;
    ids.reserve(change.reports.size());
    for (const SelfReport& report : change.reports) ids.push_back(put(report));
    for (const PoolBatch& batch : change.batches) put(batch);
    for (const PoolEntry& entry : change.entries) put(entry);
    for (Conflict conflict : change.conflicts) {
      if (conflict.offered_report > 0) conflict.offered_report = ids.at(conflict.offered_report - 1);
      put(conflict);
    }
    for (const AuditEntry& entry : change.audit) append(entry);
    transaction.commit();
    return ids;
  });
}

Status SqlitePeople::withdraw(const ReportStep& step) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    const std::string name = "self-report " + std::to_string(step.report);
    Query known(database_, "SELECT firm FROM self_report WHERE id = ?1");
    if (!known.with(step.report).step()) sql::fail(Errc::kNotFound, "no " + name);
    Query last(database_, "SELECT withdrawn FROM report_step WHERE report = ?1 ORDER BY id DESC LIMIT 1");
    const bool is = last.with(step.report).step() && last.integer(0) != 0;
    if (is == step.withdrawn) sql::fail(Errc::kConflict, name + (is ? " was withdrawn already" : " counts already"));
    Query(database_, "INSERT INTO report_step(report, withdrawn, reason, by, at) VALUES(?1, ?2, ?3, ?4, ?5)")
        .run_with(step.report, step.withdrawn ? 1 : 0, step.reason, step.by, step.at);
    append(audit_of(known.text(0), step));
    transaction.commit();
  });
}

Status SqlitePeople::settle(std::uint64_t conflict, std::string_view taken, std::string_view by,
                            std::string_view reason, Instant at) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    static const std::string text = select(kConflictColumns, "WHERE c.id = ?1");
    Query row(database_, text);
    const std::string name = "conflict " + std::to_string(conflict);
    if (!row.with(conflict).step()) sql::fail(Errc::kNotFound, "no " + name);
    const Conflict known = conflict_of(row);
    if (!known.taken.empty()) sql::fail(Errc::kConflict, name + " was settled already: " + known.taken);
    if (known.moot) sql::fail(Errc::kConflict, name + ": one of the two reports was withdrawn");
    Query(database_, "INSERT INTO conflict_choice(conflict, taken, by, reason, at) VALUES(?1, ?2, ?3, ?4, ?5)")
        .run_with(conflict, taken, by, reason, at);
    append(audit_of_choice(known.firm, {conflict, std::string(taken), std::string(by), std::string(reason), at}));
    transaction.commit();
  });
}

Result<std::vector<Correction>> SqlitePeople::corrections() {
  return guarded(database_, [&] {
    static const std::string text = select(kCorrectionColumns,
                                           "WHERE id IN (SELECT max(id) FROM correction GROUP BY firm, field)"
                                           " AND value <> '' ORDER BY firm, field");
    Query rows(database_, text);
    return all(rows, correction_of);
  });
}

Result<std::vector<Correction>> SqlitePeople::correction_history(std::string_view firm) {
  return guarded(database_, [&] {
    static const std::string text = select(kCorrectionColumns, "WHERE firm = ?1 ORDER BY id");
    Query rows(database_, text);
    rows.with(firm);
    return all(rows, correction_of);
  });
}

Status SqlitePeople::correct(const Correction& c) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query(database_, "INSERT INTO correction(firm, field, value, reason, by, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
        .run_with(c.firm, c.field, c.value, c.reason, c.by, c.at);
    append(audit_of(c));
    transaction.commit();
  });
}

Result<std::vector<SavedSearch>> SqlitePeople::saved_searches() {
  return guarded(database_, [&] {
    static const std::string text =
        select(kSavedColumns,
               "AS s WHERE revision = (SELECT max(revision) FROM saved_search WHERE name = s.name) ORDER BY name");
    Query rows(database_, text);
    return all(rows, saved_of);
  });
}

Result<std::vector<SavedSearch>> SqlitePeople::saved_search_history(std::string_view name) {
  return guarded(database_, [&] {
    static const std::string text = select(kSavedColumns, "WHERE name = ?1 ORDER BY revision");
    Query rows(database_, text);
    rows.with(name);
    return all(rows, saved_of);
  });
}

Result<std::uint64_t> SqlitePeople::save_search(const SavedSearch& search) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query stored(database_, "SELECT coalesce(max(revision), 0) FROM saved_search WHERE name = ?1");
    stored.with(search.name);
    stored.step();
    if (stored.get<std::uint64_t>(0) != search.revision)
      sql::fail(Errc::kConflict, "saved search " + search.name + ": somebody changed it meanwhile");
    SavedSearch next = search;
    ++next.revision;
    Query(database_,
          "INSERT INTO saved_search(name, revision, query, kept, reason, by, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        .run_with(next.name, next.revision, next.query, next.kept ? 1 : 0, next.reason, next.by, next.at);
    append(audit_of(next));
    transaction.commit();
    return next.revision;
  });
}

}  // namespace tanmiao::store
