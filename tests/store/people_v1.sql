-- The people file as schema 1 made it.
CREATE TABLE source_approval(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, state INTEGER NOT NULL, reviewer TEXT NOT NULL, reason TEXT NOT NULL,
  terms_hash TEXT NOT NULL, decided_at INTEGER NOT NULL);
CREATE INDEX approval_of_source ON source_approval(source);
CREATE TABLE identity_decision(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, slot INTEGER NOT NULL, firm TEXT NOT NULL,
  same INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, decided_at INTEGER NOT NULL, kind INTEGER NOT NULL,
  name TEXT NOT NULL);
CREATE INDEX decision_of ON identity_decision(source, kind, key, name, slot, firm);
CREATE TABLE suppression(
  code TEXT PRIMARY KEY, reason TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE pool_entry(
  code TEXT NOT NULL, track TEXT NOT NULL, revision INTEGER NOT NULL, stage TEXT NOT NULL, reason TEXT NOT NULL,
  by TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY(code, track, revision));
-- hash: BLAKE2b-256, hex, of the previous row's hash and this row's canonical text.
CREATE TABLE audit(
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  detail TEXT NOT NULL, hash TEXT NOT NULL);
PRAGMA user_version=1;
