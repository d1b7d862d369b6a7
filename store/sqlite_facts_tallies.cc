// Counters of a delivery: of the open batch while it is read, of the last good delivery once it is published.
#include "store/sqlite_facts.h"

namespace tanmiao::store {

using sql::Query;

namespace {

Tallies read_tallies(Query& rows) {
  Tallies found;
  while (rows.step()) found[rows.text(0)][rows.text(1)] = rows.integer(2);
  return found;
}

}  // namespace

void SqliteFacts::write_tallies(BatchId batch, const Tallies& tallies) {
  Query add(database_,
            "INSERT INTO tally(batch, scope, what, n) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET n ="
            " CASE WHEN substr(what, 1, 1) = '^' THEN max(n, excluded.n) ELSE n + excluded.n END");
  for (const auto& [scope, counts] : tallies)
    for (const auto& [what, n] : counts) add.run_with(batch, scope, what, n);
}

void SqliteFacts::keep_good(std::string_view source, const Tallies& good) {
  Query forget(database_, "DELETE FROM good_tally WHERE source = ?1 AND scope = ?2");
  Query add(database_, "INSERT INTO good_tally(source, scope, what, n) VALUES(?1, ?2, ?3, ?4)");
  const std::int64_t id = source_id(source);
  for (const auto& [scope, counts] : good) {
    forget.run_with(id, scope);
    for (const auto& [what, n] : counts) add.run_with(id, scope, what, n);
  }
}

Result<Tallies> SqliteFacts::tallies(BatchId batch) {
  return guarded(database_, [&] {
    Query rows(database_, "SELECT scope, what, n FROM tally WHERE batch = ?1");
    rows.with(batch);
    return read_tallies(rows);
  });
}

Result<Tallies> SqliteFacts::good_tallies(std::string_view source) {
  return guarded(database_, [&] {
    Query rows(database_, "SELECT scope, what, n FROM good_tally WHERE source = ?1");
    rows.with(find_source(source));
    return read_tallies(rows);
  });
}

Result<std::uint64_t> SqliteFacts::live_records(std::string_view source) {
  return guarded(database_, [&] {
    Query row(database_, "SELECT count(live_hash) FROM record WHERE source = ?1");
    return row.with(find_source(source)).step() ? row.get<std::uint64_t>(0) : 0;
  });
}

}  // namespace tanmiao::store
