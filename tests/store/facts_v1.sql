-- Schema 1 of facts.db, as it was: what bring_forward() must still lead from. Never edited.
CREATE TABLE night(
  id INTEGER PRIMARY KEY, civil_date INTEGER NOT NULL, clock INTEGER NOT NULL, finished INTEGER NOT NULL DEFAULT 0);

-- What becomes visible together. The counts of a crawl are final once it is published.
CREATE TABLE batch(
  id INTEGER PRIMARY KEY, night INTEGER NOT NULL REFERENCES night(id), stage INTEGER NOT NULL, source TEXT NOT NULL,
  state INTEGER NOT NULL DEFAULT 1, note TEXT NOT NULL DEFAULT '',
  read INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0, same INTEGER NOT NULL DEFAULT 0,
  parts INTEGER NOT NULL DEFAULT 0, parts_same INTEGER NOT NULL DEFAULT 0, contested INTEGER NOT NULL DEFAULT 0,
  published_as INTEGER NOT NULL DEFAULT 0);  -- counts up over all published batches
CREATE INDEX batch_of_source ON batch(source, stage);

CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- read_batch: the published batch that read the part last (NULL: none yet); seen_at: clock of the last published batch
-- that read it or found it unchanged. A record last seen in read_batch was therefore last seen at seen_at.
CREATE TABLE part(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source(id), name TEXT NOT NULL,
  bytes_hash INTEGER NOT NULL DEFAULT 0, reading_hash INTEGER NOT NULL DEFAULT 0, etag TEXT NOT NULL DEFAULT '',
  last_modified TEXT NOT NULL DEFAULT '', read_batch INTEGER, seen_at INTEGER NOT NULL DEFAULT 0,
  UNIQUE(source, name));
CREATE TABLE staged_part(
  batch INTEGER NOT NULL REFERENCES batch(id), part INTEGER NOT NULL REFERENCES part(id), same INTEGER NOT NULL,
  bytes_hash INTEGER NOT NULL, reading_hash INTEGER NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL,
  PRIMARY KEY(batch, part)) WITHOUT ROWID;

CREATE TABLE frontier(
  id INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch(id), url TEXT NOT NULL, referrer TEXT NOT NULL,
  role TEXT NOT NULL, depth INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL, note TEXT NOT NULL,
  UNIQUE(batch, url));
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
CREATE TABLE record(
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT NOT NULL,
  live_version INTEGER, live_hash INTEGER, part INTEGER, seen_batch INTEGER, seen_at INTEGER, first_seen INTEGER,
  UNIQUE(source, kind, key));
CREATE INDEX record_of_part ON record(part) WHERE live_hash IS NOT NULL;
-- Versions of a record form a chain from record.live_version through `previous`; what no chain reaches is not visible.
CREATE TABLE version(
  id INTEGER PRIMARY KEY, record INTEGER NOT NULL, batch INTEGER NOT NULL, previous INTEGER, hash INTEGER NOT NULL,
  event_date INTEGER, public_date INTEGER NOT NULL, public_estimated INTEGER NOT NULL, seen_at INTEGER NOT NULL,
  capture INTEGER NOT NULL, part INTEGER NOT NULL, line INTEGER NOT NULL, tombstone INTEGER NOT NULL,
  fields TEXT NOT NULL);
-- What an open batch saw. version NULL: equal to the live one. contested: the key came with differing contents.
CREATE TABLE staged(
  batch INTEGER NOT NULL, record INTEGER NOT NULL, version INTEGER, hash INTEGER NOT NULL, part INTEGER NOT NULL,
  line INTEGER NOT NULL, contested INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(batch, record)) WITHOUT ROWID;

CREATE TABLE firm(no INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, successor INTEGER NOT NULL DEFAULT 0);
CREATE TABLE link(
  record INTEGER NOT NULL, slot INTEGER NOT NULL, firm INTEGER NOT NULL, reason INTEGER NOT NULL,
  PRIMARY KEY(record, slot)) WITHOUT ROWID;
CREATE INDEX link_of_firm ON link(firm);
CREATE TABLE review(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, slot INTEGER NOT NULL, name TEXT NOT NULL,
  candidates TEXT NOT NULL, why TEXT NOT NULL, kind INTEGER NOT NULL);

CREATE TABLE run(
  id TEXT PRIMARY KEY, campaign TEXT NOT NULL, as_of INTEGER NOT NULL, snapshot TEXT NOT NULL, rubric TEXT NOT NULL,
  inputs TEXT NOT NULL, created INTEGER NOT NULL, candidates INTEGER NOT NULL);
CREATE TABLE lead(
  campaign TEXT NOT NULL, firm INTEGER NOT NULL, first_run TEXT NOT NULL, last_run TEXT NOT NULL,
  first_proposed INTEGER NOT NULL, last_proposed INTEGER NOT NULL, rank INTEGER NOT NULL, current INTEGER NOT NULL,
  PRIMARY KEY(campaign, firm)) WITHOUT ROWID;
-- One row: what is live. runs: "campaign<TAB>run" a line.
CREATE TABLE live(id INTEGER PRIMARY KEY CHECK(id = 1), snapshot TEXT NOT NULL, idx TEXT NOT NULL, runs TEXT NOT NULL);
CREATE TABLE note(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
