// What a batch staged for several days, or for a day before the live version's, goes to its place in the record's
// history: versions stand in the order of the days they were stated for, then in that of reading.
#include <algorithm>
#include <string>

#include "store/sqlite_facts.h"

namespace tanmiao::store {

using sql::Query;

namespace {

// A statement about one record. Published versions stay whatever comes; a staged one that repeats what stands before it
// is dropped. `version` 0: the live content was stated again on that day, which is a version only where something else
// has come between.
struct Statement {
  std::int64_t stated = 0;
  VersionId version = 0;
  std::uint64_t content = 0;  // 0: a tombstone
  bool published = false;
  std::int64_t part = 0;
};

struct History {
  RecordId record = 0;
  std::vector<Statement> statements;
  VersionId live = 0;  // 0: none was published
};

class HistoryWriter {
 public:
  HistoryWriter(sql::Database& database, const Batch& batch) : database_(database), batch_(batch) {}

  void settle(RecordId record) {
    History history{record, {}, 0};
    read_published(history);
    read_staged(history);
    std::stable_sort(history.statements.begin(), history.statements.end(),
                     [](const Statement& a, const Statement& b) { return a.stated < b.stated; });
    keep_needed(history);
    write(history);
  }

 private:
  void read_published(History& history) {
    record_.with(history.record).step();
    history.live = record_.get<VersionId>(0);
    const Statement again{record_.integer(1), 0, record_.hash(2), true, record_.integer(3)};
    for (VersionId id = history.live; id != 0;) {
      version_.with(id);
      if (!version_.step()) sql::fail(Errc::kCorrupt, "a version in a record's history is missing");
      const bool gone = version_.integer(2) != 0;
      history.statements.push_back({version_.integer(1), id, gone ? 0 : version_.hash(3), true, version_.integer(4)});
      id = version_.get<VersionId>(0);
    }
    std::reverse(history.statements.begin(), history.statements.end());
    if (again.content != 0) history.statements.back().part = again.part;
    if (again.content != 0 && again.stated > history.statements.back().stated) history.statements.push_back(again);
  }

  void read_staged(History& history) {
    for (staged_.with(batch_.id, history.record); staged_.step();)
      history.statements.push_back(
          {staged_.integer(0), staged_.get<VersionId>(1), staged_.hash(2), false, staged_.integer(3)});
  }

  void keep_needed(History& history) {
    std::vector<Statement> kept;
    for (Statement& s : history.statements) {
      const bool repeats = !kept.empty() && kept.back().content == s.content;
      if (repeats && !s.published && s.version != 0) drop_.run_with(s.version);
      if (repeats && !(s.published && s.version != 0)) {
        // Stated again: the content holds until that day, there, under the version that stands already.
        last_stated_ = s.stated;
        kept.back().part = s.part;
        continue;
      }
      if (s.version == 0) s.version = state_again(history, s.stated);
      last_stated_ = s.stated;
      kept.push_back(s);
    }
    history.statements = std::move(kept);
  }

  VersionId state_again(const History& history, std::int64_t stated) {
    again_.run_with(history.live, batch_.id, stated, batch_.clock);
    return static_cast<VersionId>(database_.last_row());
  }

  void write(const History& history) {
    VersionId before = 0;
    for (const Statement& s : history.statements) {
      chain_.run_with(s.version, before);
      before = s.version;
    }
    const Statement& live = history.statements.back();
    show_.run_with(history.record, live.version, live.content, live.part, last_stated_, batch_.id, batch_.clock);
  }

  sql::Database& database_;
  const Batch& batch_;
  std::int64_t last_stated_ = 0;
  Query record_{database_, "SELECT live_version, stated, live_hash, part FROM record WHERE id = ?1"};
  Query version_{database_, "SELECT previous, stated, tombstone, hash, part FROM version WHERE id = ?1"};
  Query staged_{database_,
                "SELECT stated, version, hash, part FROM staged WHERE batch = ?1 AND record = ?2 ORDER BY stated"};
  Query drop_{database_, "DELETE FROM version WHERE id = ?1"};
  Query again_{
      database_,
      "INSERT INTO version(record, batch, previous, hash, event_date, public_date, public_estimated, seen_at,"
      " capture, part, line, tombstone, fields, stated)"
      " SELECT record, ?2, NULL, hash, event_date, max(public_date, ?3), public_estimated, ?4, capture, part, line, 0,"
      " fields, ?3 FROM version WHERE id = ?1"};
  Query chain_{database_, "UPDATE version SET previous = nullif(?2, 0) WHERE id = ?1"};
  Query show_{database_,
              "UPDATE record SET live_version = ?2, live_hash = nullif(?3, 0), part = ?4, stated = ?5, seen_batch = ?6,"
              " seen_at = ?7, first_seen = coalesce(first_seen, ?7), " TANMIAO_ROOM_TAKEN " WHERE id = ?1"};
};

}  // namespace

void SqliteFacts::settle_histories(const Batch& batch) {
  std::vector<RecordId> settled;
  Query rows(database_,
             "SELECT s.record FROM staged s JOIN record r ON r.id = s.record WHERE s.batch = ?1 GROUP BY s.record"
             " HAVING " TANMIAO_UNSETTLED " ORDER BY 1");
  for (rows.with(batch.id); rows.step();) settled.push_back(rows.get<RecordId>(0));
  HistoryWriter writer(database_, batch);
  for (const RecordId record : settled) writer.settle(record);
  Query done(database_, "DELETE FROM staged WHERE batch = ?1 AND record = ?2");
  for (const RecordId record : settled) done.run_with(batch.id, record);
}

}  // namespace tanmiao::store
