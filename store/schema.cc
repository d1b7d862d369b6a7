#include "store/schema.h"

#include <array>
#include <string>

namespace tanmiao::store::sql {

namespace {

// Instants are seconds since 1970 UTC, dates days since 1970, hashes 64-bit integers. Large tables carry no REFERENCES
// (a look-up a row); `tanmiao check` reads them for dangling rows instead.
constexpr std::string_view kFacts = R"sql(
CREATE TABLE night(
  id INTEGER PRIMARY KEY, civil_date INTEGER NOT NULL, clock INTEGER NOT NULL, finished INTEGER NOT NULL DEFAULT 0);

-- What becomes visible together. The counts of a crawl are final once it is published.
CREATE TABLE batch(
  id INTEGER PRIMARY KEY, night INTEGER NOT NULL REFERENCES night(id), stage INTEGER NOT NULL, source TEXT NOT NULL,
  state INTEGER NOT NULL DEFAULT 1, note TEXT NOT NULL DEFAULT '',
  read INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0, same INTEGER NOT NULL DEFAULT 0,
  parts INTEGER NOT NULL DEFAULT 0, parts_same INTEGER NOT NULL DEFAULT 0, contested INTEGER NOT NULL DEFAULT 0,
  older INTEGER NOT NULL DEFAULT 0,
  breaches TEXT NOT NULL DEFAULT '', accepted TEXT NOT NULL DEFAULT '',
  missing INTEGER NOT NULL DEFAULT 0,
  published_as INTEGER NOT NULL DEFAULT 0);  -- counts up over all published batches
CREATE INDEX batch_of_source ON batch(source, stage);

CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- read_batch: the published batch that read the part last (NULL: none yet); seen_at: clock of the last published batch
-- that read it or found it unchanged. A record last seen in read_batch was therefore last seen at seen_at. stated: the
-- day its content is stated for, NULL when it names none. capture: that it was last read from, 0: not known. checked, days: of pages that are not asked for each night, the
-- civil day of the last answer (NULL: each night) and how many days later they are due. content_hash: of its records,
-- 0: not known.
CREATE TABLE part(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source(id), name TEXT NOT NULL,
  bytes_hash INTEGER NOT NULL DEFAULT 0, reading_hash INTEGER NOT NULL DEFAULT 0, etag TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '', read_batch INTEGER, seen_at INTEGER NOT NULL DEFAULT 0, stated INTEGER,
  checked INTEGER, days INTEGER NOT NULL DEFAULT 0, content_hash INTEGER NOT NULL DEFAULT 0,
  capture INTEGER NOT NULL DEFAULT 0, UNIQUE(source, name));
-- same: 0 read, 1 unchanged, 2 not looked at.
CREATE TABLE staged_part(
  batch INTEGER NOT NULL REFERENCES batch(id), part INTEGER NOT NULL REFERENCES part(id), same INTEGER NOT NULL,
  bytes_hash INTEGER NOT NULL, reading_hash INTEGER NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL,
  stated INTEGER, checked INTEGER, days INTEGER NOT NULL DEFAULT 0, content_hash INTEGER NOT NULL DEFAULT 0,
  capture INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(batch, part)) WITHOUT ROWID;

-- Counters of what a crawl reads, by scope: of the open batch, and of the last good delivery.
CREATE TABLE tally(
  batch INTEGER NOT NULL, scope TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY(batch, scope, what)) WITHOUT ROWID;
CREATE TABLE good_tally(
  source INTEGER NOT NULL, scope TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY(source, scope, what)) WITHOUT ROWID;

-- An address is in a batch once: whoever crawls it knows all of them.
CREATE TABLE frontier(
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch(id), url TEXT NOT NULL, referrer TEXT NOT NULL,
  role TEXT NOT NULL, depth INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL, note TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0);
CREATE INDEX frontier_of_batch ON frontier(batch);
-- Of a source's bounds for one civil day, what is used.
CREATE TABLE asked(
  source INTEGER NOT NULL, day INTEGER NOT NULL, requests INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY(source, day)) WITHOUT ROWID;
CREATE TABLE capture(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source(id), url TEXT NOT NULL, segment TEXT NOT NULL,
  offset INTEGER NOT NULL, fetched_at INTEGER NOT NULL, status INTEGER NOT NULL, bytes INTEGER NOT NULL,
  bytes_hash INTEGER NOT NULL, robots TEXT NOT NULL);
CREATE INDEX capture_of_source ON capture(source, fetched_at);
-- Acknowledged lengths: recovery cuts a WARC file back to them.
CREATE TABLE segment(
  source INTEGER NOT NULL REFERENCES source(id), name TEXT NOT NULL, length INTEGER NOT NULL,
  PRIMARY KEY(source, name)) WITHOUT ROWID;
CREATE TABLE reject(
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch(id), source TEXT NOT NULL, part TEXT NOT NULL,
  line INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, expected TEXT NOT NULL, row TEXT NOT NULL);
CREATE INDEX reject_of_batch ON reject(batch);

-- The register. live_version: the newest published version (a tombstone too), NULL while none is published.
-- live_hash: its content, NULL when there is nothing to see. part, seen_batch: where and when it was last seen.
-- stated: the latest day for which the live version was stated. missed: civil days in a row whose delivery lacked it,
-- missed_on: the last of them; of a record that was never published a blob, as long as what publication adds to the row.
CREATE TABLE record(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT NOT NULL,
  live_version INTEGER, live_hash INTEGER, part INTEGER, seen_batch INTEGER, seen_at INTEGER, first_seen INTEGER,
  stated INTEGER NOT NULL DEFAULT 0, missed INTEGER NOT NULL DEFAULT 0, missed_on INTEGER, UNIQUE(source, kind, key));
CREATE INDEX record_of_part ON record(part) WHERE live_hash IS NOT NULL;
CREATE INDEX record_missed ON record(source) WHERE missed > 0;
-- Versions of a record form a chain from record.live_version through `previous`, in the order of `stated` and of
-- reading; what no chain reaches is not visible.
CREATE TABLE version(
  id INTEGER PRIMARY KEY, record INTEGER NOT NULL, batch INTEGER NOT NULL, previous INTEGER, hash INTEGER NOT NULL,
  event_date INTEGER, public_date INTEGER NOT NULL, public_estimated INTEGER NOT NULL, seen_at INTEGER NOT NULL,
  capture INTEGER NOT NULL, part INTEGER NOT NULL, line INTEGER NOT NULL, tombstone INTEGER NOT NULL,
  fields TEXT NOT NULL, stated INTEGER NOT NULL);
-- What an open batch saw, once for each day it was stated for. version NULL: equal to the live one. contested: the key
-- came with differing contents for one day.
CREATE TABLE staged(
  batch INTEGER NOT NULL, record INTEGER NOT NULL, stated INTEGER NOT NULL, version INTEGER, hash INTEGER NOT NULL,
  part INTEGER NOT NULL, line INTEGER NOT NULL, contested INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(batch, record, stated)) WITHOUT ROWID;

CREATE TABLE firm(no INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, successor INTEGER NOT NULL DEFAULT 0);
CREATE TABLE link(
  record INTEGER NOT NULL, slot INTEGER NOT NULL, firm INTEGER NOT NULL, reason INTEGER NOT NULL,
  PRIMARY KEY(record, slot)) WITHOUT ROWID;
CREATE INDEX link_of_firm ON link(firm);
CREATE TABLE review(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, slot INTEGER NOT NULL, name TEXT NOT NULL,
  candidates TEXT NOT NULL, why TEXT NOT NULL, kind INTEGER NOT NULL, value INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '', linked INTEGER NOT NULL DEFAULT 0);
-- By what names that are not equal are compared: the newest row counts.
CREATE TABLE name_model(
  id INTEGER PRIMARY KEY, version TEXT NOT NULL, made INTEGER NOT NULL, note TEXT NOT NULL, body TEXT NOT NULL);

CREATE TABLE run(
  id TEXT PRIMARY KEY, campaign TEXT NOT NULL, as_of INTEGER NOT NULL, snapshot TEXT NOT NULL, rubric TEXT NOT NULL,
  inputs TEXT NOT NULL, created INTEGER NOT NULL, candidates INTEGER NOT NULL, known_at INTEGER,
  live INTEGER NOT NULL DEFAULT 1);
CREATE TABLE lead(
  campaign TEXT NOT NULL, firm INTEGER NOT NULL, first_run TEXT NOT NULL, last_run TEXT NOT NULL,
  first_proposed INTEGER NOT NULL, last_proposed INTEGER NOT NULL, rank INTEGER NOT NULL, current INTEGER NOT NULL,
  PRIMARY KEY(campaign, firm)) WITHOUT ROWID;
-- One row: what is live. runs: "campaign<TAB>run" a line.
CREATE TABLE live(id INTEGER PRIMARY KEY CHECK(id = 1), snapshot TEXT NOT NULL, idx TEXT NOT NULL, runs TEXT NOT NULL);
CREATE TABLE note(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

// 1 -> 2: records are stated for a day. What was read before speaks of the night that read it.
constexpr std::string_view kFactsStated = R"sql(
ALTER TABLE batch ADD COLUMN older INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN stated INTEGER;
ALTER TABLE staged_part ADD COLUMN stated INTEGER;
ALTER TABLE record ADD COLUMN stated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE version ADD COLUMN stated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN known_at INTEGER;
ALTER TABLE run ADD COLUMN live INTEGER NOT NULL DEFAULT 1;
UPDATE version SET stated = n.civil_date FROM batch b JOIN night n ON n.id = b.night WHERE b.id = version.batch;
UPDATE record SET stated = n.civil_date FROM batch b JOIN night n ON n.id = b.night WHERE b.id = record.seen_batch;
CREATE TABLE staged_of_days(
  batch INTEGER NOT NULL, record INTEGER NOT NULL, stated INTEGER NOT NULL, version INTEGER, hash INTEGER NOT NULL,
  part INTEGER NOT NULL, line INTEGER NOT NULL, contested INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(batch, record, stated)) WITHOUT ROWID;
INSERT INTO staged_of_days SELECT s.batch, s.record, n.civil_date, s.version, s.hash, s.part, s.line, s.contested
  FROM staged s JOIN batch b ON b.id = s.batch JOIN night n ON n.id = b.night;
DROP TABLE staged;
ALTER TABLE staged_of_days RENAME TO staged;
)sql";

// 2 -> 3: what a delivery is measured by, and what people accepted of it.
constexpr std::string_view kFactsContracts = R"sql(
ALTER TABLE batch ADD COLUMN breaches TEXT NOT NULL DEFAULT '';
ALTER TABLE batch ADD COLUMN accepted TEXT NOT NULL DEFAULT '';
CREATE TABLE tally(
  batch INTEGER NOT NULL, scope TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY(batch, scope, what)) WITHOUT ROWID;
CREATE TABLE good_tally(
  source INTEGER NOT NULL, scope TEXT NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY(source, scope, what)) WITHOUT ROWID;
)sql";

// 3 -> 4: absences are counted, pages are asked for when they are due, addresses have a priority.
constexpr std::string_view kFactsRevisits = R"sql(
ALTER TABLE batch ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN checked INTEGER;
ALTER TABLE part ADD COLUMN days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE part ADD COLUMN content_hash INTEGER NOT NULL DEFAULT 0;
ALTER TABLE staged_part ADD COLUMN checked INTEGER;
ALTER TABLE staged_part ADD COLUMN days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE staged_part ADD COLUMN content_hash INTEGER NOT NULL DEFAULT 0;
ALTER TABLE frontier ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN missed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX record_missed ON record(source) WHERE missed > 0;
)sql";

// 4 -> 5: addresses by number; what is asked on a day, where a part was read from, on which day a record was missed.
constexpr std::string_view kFactsNumbers = R"sql(
ALTER TABLE part ADD COLUMN capture INTEGER NOT NULL DEFAULT 0;
ALTER TABLE staged_part ADD COLUMN capture INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN missed_on INTEGER;
CREATE TABLE asked(
  source INTEGER NOT NULL, day INTEGER NOT NULL, requests INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY(source, day)) WITHOUT ROWID;
CREATE TABLE frontier_by_number(
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch(id), url TEXT NOT NULL, referrer TEXT NOT NULL,
  role TEXT NOT NULL, depth INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL, note TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0);
INSERT INTO frontier_by_number SELECT id, batch, url, referrer, role, depth, state, attempts, note, priority FROM frontier;
DROP TABLE frontier;
ALTER TABLE frontier_by_number RENAME TO frontier;
CREATE INDEX frontier_of_batch ON frontier(batch);
CREATE INDEX capture_of_page ON capture(source, url);
UPDATE part SET capture = coalesce((SELECT max(c.id) FROM capture c WHERE c.source = part.source AND c.url = part.name
  AND c.bytes_hash = part.bytes_hash AND c.segment <> '' AND c.status = 200), 0);
DROP INDEX capture_of_page;
)sql";

// 5 -> 6: what waits says what it is worth and why; the model of names is kept.
constexpr std::string_view kFactsNames = R"sql(
ALTER TABLE review ADD COLUMN value INTEGER NOT NULL DEFAULT 0;
ALTER TABLE review ADD COLUMN detail TEXT NOT NULL DEFAULT '';
CREATE TABLE name_model(
  id INTEGER PRIMARY KEY, version TEXT NOT NULL, made INTEGER NOT NULL, note TEXT NOT NULL, body TEXT NOT NULL);
)sql";

// 6 -> 7: what was linked by probability is listed beside what waits.
constexpr std::string_view kFactsLinked = R"sql(
ALTER TABLE review ADD COLUMN linked INTEGER NOT NULL DEFAULT 0;
)sql";

// Nothing here is ever changed or removed: tables of decisions only grow, the latest row of a subject counts.
constexpr std::string_view kPeopleTables = R"sql(
-- cells, answers: JSON objects.
CREATE TABLE pool_revision(
  firm TEXT NOT NULL, track TEXT NOT NULL, revision INTEGER NOT NULL, stage TEXT NOT NULL, stage_since INTEGER NOT NULL,
  name TEXT NOT NULL, batch TEXT NOT NULL, cells TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY(firm, track, revision));
CREATE TABLE pool_batch(
  id TEXT NOT NULL, revision INTEGER NOT NULL, track TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL,
  signed_on INTEGER NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(id, revision));
CREATE TABLE self_report(
  id INTEGER PRIMARY KEY, firm TEXT NOT NULL, visited_on INTEGER NOT NULL, visitor TEXT NOT NULL, answers TEXT NOT NULL,
  verdict TEXT NOT NULL, note TEXT NOT NULL, origin TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX report_of ON self_report(firm);
-- What stood first counts until a row of conflict_choice takes the other.
CREATE TABLE conflict(
  id INTEGER PRIMARY KEY, firm TEXT NOT NULL, track TEXT NOT NULL, field TEXT NOT NULL, base TEXT NOT NULL,
  stored TEXT NOT NULL, stored_by TEXT NOT NULL, offered TEXT NOT NULL, offered_by TEXT NOT NULL,
  stored_report INTEGER NOT NULL, offered_report INTEGER NOT NULL, origin TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE conflict_choice(
  conflict INTEGER PRIMARY KEY, taken TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE correction(
  id INTEGER PRIMARY KEY, firm TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL,
  by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX correction_of ON correction(firm, field);
CREATE TABLE suppression_step(  -- out = 0: lifted
  id INTEGER PRIMARY KEY, firm TEXT NOT NULL, out INTEGER NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
  at INTEGER NOT NULL);
CREATE INDEX suppression_of ON suppression_step(firm);
)sql";
// audit_head: the end of the chain, written with each entry.
constexpr std::string_view kPeopleHead = R"sql(
CREATE TABLE report_step(  -- withdrawn = 0: it counts again
  id INTEGER PRIMARY KEY, report INTEGER NOT NULL, withdrawn INTEGER NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,
  at INTEGER NOT NULL);
CREATE INDEX step_of_report ON report_step(report);
CREATE TABLE audit_head(id INTEGER PRIMARY KEY CHECK(id = 1), number INTEGER NOT NULL, hash TEXT NOT NULL);
INSERT INTO audit_head(id, number, hash)
  SELECT 1, coalesce(max(number), 0), coalesce((SELECT hash FROM audit ORDER BY number DESC LIMIT 1), '') FROM audit;
)sql";
// 3 -> 4: queries that are run each night. query: JSON. kept = 0: it is not run any more.
constexpr std::string_view kPeopleSaved = R"sql(
CREATE TABLE saved_search(
  name TEXT NOT NULL, revision INTEGER NOT NULL, query TEXT NOT NULL, kept INTEGER NOT NULL, reason TEXT NOT NULL,
  by TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(name, revision));
)sql";
constexpr std::string_view kPeople = R"sql(
CREATE TABLE source_approval(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, state INTEGER NOT NULL, reviewer TEXT NOT NULL, reason TEXT NOT NULL,
  terms_hash TEXT NOT NULL, decided_at INTEGER NOT NULL);
CREATE INDEX approval_of_source ON source_approval(source);
CREATE TABLE identity_decision(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, slot INTEGER NOT NULL, firm TEXT NOT NULL,
  same INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, decided_at INTEGER NOT NULL, kind INTEGER NOT NULL,
  name TEXT NOT NULL);
CREATE INDEX decision_of ON identity_decision(source, kind, key, name, slot, firm);
-- hash: BLAKE2b-256, hex, of the previous row's hash and this row's canonical text.
CREATE TABLE audit(
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  detail TEXT NOT NULL, hash TEXT NOT NULL);
)sql";

// 1 -> 2: batches, self-reports, conflicts, corrections; a suppression can be lifted. What the first version knew of a
// firm on a track was stage and reason.
constexpr std::string_view kPeoplePool = R"sql(
INSERT INTO pool_revision(firm, track, revision, stage, stage_since, name, batch, cells, reason, by, at)
  SELECT code, track, revision, stage, (since + 28800) / 86400, '', '', '{}', reason, by, since FROM pool_entry;
DROP TABLE pool_entry;
INSERT INTO suppression_step(firm, out, reason, by, at) SELECT code, 1, reason, by, at FROM suppression ORDER BY at, code;
DROP TABLE suppression;
)sql";

}  // namespace

const Schema& facts_schema() {
  static constexpr std::array steps = {kFactsStated,  kFactsContracts, kFactsRevisits,
                                       kFactsNumbers, kFactsNames,     kFactsLinked};
  static constexpr Schema schema{"facts", 7, kFacts, steps};
  return schema;
}

const Schema& people_schema() {
  static const std::string text =
      std::string(kPeople) + std::string(kPeopleTables) + std::string(kPeopleHead) + std::string(kPeopleSaved);
  static const std::string step = std::string(kPeopleTables) + std::string(kPeoplePool);
  static const std::array<std::string_view, 3> steps = {step, kPeopleHead, kPeopleSaved};
  static const Schema schema{"people", 4, text, steps};
  return schema;
}

void bring_forward(Database& database, const Schema& schema, bool may_write) {
  const auto found = static_cast<int>(database.number("PRAGMA user_version"));
  if (found == schema.version) return;
  const std::string where = std::string(schema.name) + ".db has schema " + std::to_string(found);
  if (found > schema.version)
    fail(Errc::kConfig, where + ", this program knows up to " + std::to_string(schema.version) + ": use a newer one");
  if (!may_write)
    fail(Errc::kConfig, where + ", expected " + std::to_string(schema.version) +
                            ": run a writing command (tanmiao run) once to bring it forward");
  Transaction transaction(database, Transaction::Kind::kWrite);
  const auto now = static_cast<int>(database.number("PRAGMA user_version"));  // another process may have been first
  if (now == 0) database.script(schema.text);
  for (int version = now; now != 0 && version < schema.version; ++version)
    database.script(schema.migrations[static_cast<std::size_t>(version - 1)]);
  database.script("PRAGMA user_version=" + std::to_string(schema.version));
  transaction.commit();
}

}  // namespace tanmiao::store::sql
