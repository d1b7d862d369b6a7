// What people keep of firms: self-reports, the pool with its batches, conflicts, corrections, suppressions.
#include <boost/json.hpp>

#include "store/audit_json.h"
#include "store/sqlite_people.h"

namespace tanmiao::store {

using sql::Query;
using sql::Transaction;

namespace {

constexpr std::string_view kEntryColumns =
    "firm, track, stage, stage_since, name, batch, cells, reason, by, at, revision FROM pool_revision ";
constexpr std::string_view kBatchColumns =
    "id, track, title, state, signed_on, reason, by, at, revision FROM pool_batch ";
constexpr std::string_view kCorrectionColumns = "firm, field, value, reason, by, at FROM correction ";

// Statements go by their text and outlive the call: what this gives must be kept.
std::string select(std::string_view columns, std::string_view rest) {
  return "SELECT " + std::string(columns) + std::string(rest);
}

std::string cells_json(const PoolEntry& entry) {
  boost::json::object cells;
  for (const auto& [word, value] : entry.cells) cells[word] = value;
  return boost::json::serialize(cells);
}

PoolEntry entry_of(const Query& row) {
  PoolEntry entry{row.text(0),
                  row.text(1),
                  row.text(2),
                  row.date(3),
                  row.text(4),
                  row.text(5),
                  {},
                  row.text(7),
                  row.text(8),
                  row.instant(9),
                  row.get<std::uint64_t>(10)};
  boost::system::error_code failed;
  const auto cells = boost::json::parse(row.view(6), failed);
  if (failed || !cells.is_object())
    sql::fail(Errc::kCorrupt, "people.db: cells of pool entry " + entry.firm + " are not a JSON object");
  for (const auto& [word, value] : cells.get_object())
    if (value.is_string()) entry.cells.emplace(word, value.get_string());
  return entry;
}

SelfReport report_of(const Query& row) {
  SelfReport report{row.get<std::uint64_t>(0),
                    row.text(1),
                    row.date(2),
                    row.text(3),
                    {},
                    row.text(5),
                    row.text(6),
                    row.text(7),
                    row.text(8),
                    row.instant(9)};
  auto answers = fields_from_json(row.view(4));
  if (!answers) sql::fail(Errc::kCorrupt, "people.db: self-report " + row.text(0) + ": " + answers.error().message);
  report.answers = std::move(*answers);
  return report;
}

std::string answers_json(const SelfReport& report) {
  Record record;
  record.kind = RecordKind::kSignal;
  record.fields = report.answers;
  canonicalise(record);
  return fields_json(record);
}

Conflict conflict_of(const Query& row) {
  return {row.get<std::uint64_t>(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          row.text(6),
          row.text(7),
          row.text(8),
          row.get<std::uint64_t>(9),
          row.get<std::uint64_t>(10),
          row.text(11),
          row.instant(12),
          row.text(13),
          row.text(14),
          row.text(15)};
}

Correction correction_of(const Query& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.instant(5)};
}

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
    Query rows(database_, "SELECT firm, out, reason, by, at FROM suppression_step ORDER BY id");
    return all(rows, [](const Query& row) {
      return Suppression{row.text(0), row.integer(1) != 0, row.text(2), row.text(3), row.instant(4)};
    });
  });
}

void SqlitePeople::put(const Suppression& step) {
  Query(database_, "INSERT INTO suppression_step(firm, out, reason, by, at) VALUES(?1, ?2, ?3, ?4, ?5)")
      .run_with(step.firm, step.out ? 1 : 0, step.reason, step.by, step.at);
  append({0,
          step.at,
          step.by,
          step.out ? "firm.suppress" : "firm.lift",
          step.firm,
          audit_json({{"reason", step.reason}}),
          {}});
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
    return all(rows, [](const Query& row) {
      return PoolBatch{row.text(0), row.text(1),    row.text(2),
                       row.text(3), row.date(4),    row.text(5),
                       row.text(6), row.instant(7), row.get<std::uint64_t>(8)};
    });
  });
}

Result<std::vector<SelfReport>> SqlitePeople::self_reports() {
  return guarded(database_, [&] {
    Query rows(database_,
               "SELECT id, firm, visited_on, visitor, answers, verdict, note, origin, by, at FROM self_report"
               " ORDER BY id");
    return all(rows, report_of);
  });
}

Result<std::vector<Conflict>> SqlitePeople::conflicts(bool open_only) {
  return guarded(database_, [&] {
    Query rows(database_,
               "SELECT c.id, c.firm, c.track, c.field, c.base, c.stored, c.stored_by, c.offered, c.offered_by,"
               " c.stored_report, c.offered_report, c.origin, c.at, coalesce(d.taken, ''), coalesce(d.by, ''),"
               " coalesce(d.reason, '') FROM conflict AS c LEFT JOIN conflict_choice AS d ON d.conflict = c.id"
               " WHERE ?1 = 0 OR d.conflict IS NULL ORDER BY c.id");
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
  append({0,
          r.at,
          r.by,
          "report.put",
          r.firm,
          audit_json({{"report", id},
                      {"visited_on", iso(r.visited_on)},
                      {"visitor", r.visitor},
                      {"answers", answers},
                      {"verdict", r.verdict},
                      {"note", r.note},
                      {"origin", r.origin}}),
          {}});
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
  append({0,
          e.at,
          e.by,
          "pool.put",
          e.firm + " " + e.track,
          audit_json({{"stage", e.stage},
                      {"stage_since", iso(e.stage_since)},
                      {"batch", e.batch},
                      {"cells", cells},
                      {"reason", e.reason},
                      {"revision", e.revision + 1}}),
          {}});
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
  append({0,
          b.at,
          b.by,
          "batch." + b.state,
          b.id,
          audit_json({{"track", b.track},
                      {"title", b.title},
                      {"signed_on", iso(b.signed_on)},
                      {"reason", b.reason},
                      {"revision", b.revision + 1}}),
          {}});
}

void SqlitePeople::put(const Conflict& c) {
  Query(database_,
        "INSERT INTO conflict(firm, track, field, base, stored, stored_by, offered, offered_by, stored_report,"
        " offered_report, origin, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
      .run_with(c.firm, c.track, c.field, c.base, c.stored, c.stored_by, c.offered, c.offered_by, c.stored_report,
                c.offered_report, c.origin, c.at);
  append({0,
          c.at,
          c.offered_by,
          "conflict.open",
          c.firm,
          audit_json({{"conflict", database_.last_row()},
                      {"track", c.track},
                      {"field", c.field},
                      {"stored", c.stored},
                      {"offered", c.offered},
                      {"origin", c.origin}}),
          {}});
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

Status SqlitePeople::settle(std::uint64_t conflict, std::string_view taken, std::string_view by,
                            std::string_view reason, Instant at) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query known(database_,
                "SELECT c.firm, d.taken FROM conflict AS c LEFT JOIN conflict_choice AS d ON d.conflict = c.id"
                " WHERE c.id = ?1");
    if (!known.with(conflict).step()) sql::fail(Errc::kNotFound, "no conflict " + std::to_string(conflict));
    if (!known.is_null(1))
      sql::fail(Errc::kConflict, "conflict " + std::to_string(conflict) + " was settled already: " + known.text(1));
    Query(database_, "INSERT INTO conflict_choice(conflict, taken, by, reason, at) VALUES(?1, ?2, ?3, ?4, ?5)")
        .run_with(conflict, taken, by, reason, at);
    append({0,
            at,
            std::string(by),
            "conflict.settle",
            known.text(0),
            audit_json({{"conflict", conflict}, {"taken", taken}, {"reason", reason}}),
            {}});
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
    append({0,
            c.at,
            c.by,
            c.value.empty() ? "value.withdraw" : "value.correct",
            c.firm,
            audit_json({{"field", c.field}, {"value", c.value}, {"reason", c.reason}}),
            {}});
    transaction.commit();
  });
}

}  // namespace tanmiao::store
