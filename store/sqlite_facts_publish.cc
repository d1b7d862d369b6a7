// Publication of a crawl: what was staged becomes visible, what vanished gets a tombstone, in one transaction. Almost
// all records were staged once, for a day not before their live version's: whole statements show them. The others go
// one by one to their place in the record's history (sqlite_facts_order.cc).
#include <algorithm>
#include <set>

#include "store/sqlite_facts.h"

namespace tanmiao::store {

using sql::Query;
using sql::Transaction;

namespace {

std::uint64_t count(sql::Database& database, std::string_view text, BatchId batch) {
  Query row(database, text);
  return row.with(batch).step() ? row.get<std::uint64_t>(0) : 0;
}

// An unchanged part lacks what it lacked when it was read: what was missed since then because the part itself was not
// met is there again.
#define TANMIAO_STILL_LACKING                                                                                    \
  "(sp.same = 1 AND r.missed > 0 AND r.seen_batch < (SELECT coalesce(p.read_batch, 0) FROM part p WHERE p.id = " \
  "r.part))"

// Records of parts that were read again, not seen in this batch, and of unchanged ones that lack them.
constexpr std::string_view kVanishedByPart =
    "SELECT r.id, r.missed + (r.missed_on IS NULL OR r.missed_on <> ?3) FROM staged_part sp JOIN record r ON r.part = "
    "sp.part"
    " WHERE sp.batch = ?1 AND (sp.same = 0 OR " TANMIAO_STILL_LACKING
    ") AND r.live_hash IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.batch = ?1 AND s.record = r.id) ORDER BY r.id";
// Records of the source, neither seen in this batch nor of a part that is known to be unchanged or was not looked at.
constexpr std::string_view kVanishedFromSource =
    "SELECT r.id, r.missed + (r.missed_on IS NULL OR r.missed_on <> ?3) FROM record r"
    " LEFT JOIN staged_part sp ON sp.batch = ?1 AND sp.part = r.part WHERE r.source = ?2 AND r.live_hash IS NOT NULL"
    " AND (sp.same IS NULL OR sp.same = 0 OR " TANMIAO_STILL_LACKING
    ")"
    " AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.batch = ?1 AND s.record = r.id) ORDER BY r.id";

// An absence is stated for the day of the delivery that lacks the record: its part's, or for a whole source the latest.
void add_tombstones(sql::Database& database, const Batch& batch, Completeness completeness,
                    const std::vector<RecordId>& gone) {
  if (gone.empty()) return;
  std::optional<std::int64_t> latest;
  Query parts(database,
              "SELECT max(coalesce(s.stated, p.stated)) FROM staged_part s JOIN part p ON p.id = s.part"
              " WHERE s.batch = ?1");
  if (completeness == Completeness::kComplete && parts.with(batch.id).step() && !parts.is_null(0))
    latest = parts.integer(0);
  Query write(database,
              "INSERT INTO version(record, batch, previous, hash, event_date, public_date, public_estimated, seen_at,"
              " capture, part, line, tombstone, fields, stated)"
              " SELECT r.id, b.id, r.live_version, 0, NULL, max(r.stated, coalesce(?3, p.stated, n.civil_date)), 0,"
              " n.clock, 0, r.part, 0, 1, '{}', max(r.stated, coalesce(?3, p.stated, n.civil_date))"
              " FROM record r, batch b JOIN night n ON n.id = b.night"
              " LEFT JOIN staged_part p ON p.batch = b.id AND p.part = r.part WHERE r.id = ?1 AND b.id = ?2");
  Query point(database,
              "UPDATE record SET live_version = v.id, live_hash = NULL, stated = v.stated FROM version v"
              " WHERE record.id = ?1 AND v.id = ?2");
  for (const RecordId id : gone) {
    write.run_with(id, batch.id, latest);
    point.run_with(id, database.last_row());
  }
}

// A part that took its records along is read anew when it comes back, though its bytes be the same: as an unchanged one
// it would give nothing. So is the archive that it lies in.
void forget_readings(sql::Database& database, const Batch& batch, std::int64_t source,
                     const std::vector<RecordId>& gone) {
  Query part_of(database,
                "SELECT p.name FROM record r JOIN part p ON p.id = r.part WHERE r.id = ?1 AND NOT EXISTS"
                " (SELECT 1 FROM staged_part sp WHERE sp.batch = ?2 AND sp.part = p.id)");
  std::set<std::string> names;
  for (const RecordId id : gone) {
    if (!part_of.with(id, batch.id).step()) continue;
    const std::string name = part_of.text(0);
    for (std::size_t end = name.find('!'); end != std::string::npos; end = name.find('!', end + 1))
      names.insert(name.substr(0, end));
    names.insert(name);
  }
  Query forget(database, "UPDATE part SET reading_hash = 0 WHERE source = ?1 AND name = ?2");
  for (const std::string& name : names) forget.run_with(source, name);
}

// What was missing before and came back is missed no more; nor is what has its tombstone. A civil day counts once,
// however often it is crawled. Of a part that was not looked at nothing is known.
void count_misses(sql::Database& database, const Batch& batch, std::int64_t source, Date night,
                  const Vanished& vanished) {
  std::vector<RecordId> settled;
  Query before(database,
               "SELECT r.id FROM record r WHERE r.source = ?1 AND r.missed > 0 AND NOT EXISTS"
               " (SELECT 1 FROM staged_part sp WHERE sp.batch = ?2 AND sp.part = r.part AND sp.same = 2)");
  for (before.with(source, batch.id); before.step();)
    if (const auto id = before.get<RecordId>(0);
        !std::binary_search(vanished.missing.begin(), vanished.missing.end(), id))
      settled.push_back(id);
  Query clear(database, "UPDATE record SET missed = 0, missed_on = NULL WHERE id = ?1");
  for (const RecordId id : settled) clear.run_with(id);
  Query add(database,
            "UPDATE record SET missed = missed + (missed_on IS NULL OR missed_on <> ?2), missed_on = ?2 WHERE id = ?1");
  for (const RecordId id : vanished.missing) add.run_with(id, night);
}

// Row by row: one statement over all of them would first put them aside, and keep what each page was. Unchanged records
// keep their row in the index of parts, so they are updated apart: it is four times as fast.
void show_staged(sql::Database& database, const Batch& batch) {
  Query rows(database, "SELECT record, version, hash, part, stated FROM staged WHERE batch = ?1");
  Query show(database,
             "UPDATE record SET live_version = coalesce(?2, live_version), live_hash = ?3, part = ?4, seen_batch = ?5,"
             " seen_at = ?6, first_seen = coalesce(first_seen, ?6), stated = ?7, " TANMIAO_ROOM_TAKEN " WHERE id = ?1");
  Query see(database,
            "UPDATE record SET seen_batch = ?2, seen_at = ?3, stated = max(stated, ?4) WHERE id = ?1 AND part = ?5");
  for (rows.with(batch.id); rows.step();) {
    const std::int64_t record = rows.integer(0), part = rows.integer(3), stated = rows.integer(4);
    const auto version = rows.is_null(1) ? std::nullopt : std::optional(rows.integer(1));
    if (!version) {
      see.run_with(record, batch.id, batch.clock, stated, part);
      if (database.changes() != 0) continue;
    }
    show.run_with(record, version, rows.integer(2), part, batch.id, batch.clock, stated);
  }
}

void show_parts(sql::Database& database, const Batch& batch) {
  Query(database,
        "UPDATE part SET bytes_hash = sp.bytes_hash, reading_hash = sp.reading_hash, etag = sp.etag,"
        " last_modified = sp.last_modified, stated = sp.stated, content_hash = sp.content_hash,"
        " capture = sp.capture, read_batch = ?1, seen_at = ?2 FROM staged_part sp"
        " WHERE sp.batch = ?1 AND sp.part = part.id AND sp.same = 0")
      .run_with(batch.id, batch.clock);
  Query(database,
        "UPDATE part SET seen_at = ?2 FROM staged_part sp WHERE sp.batch = ?1 AND sp.part = part.id AND sp.same = 1")
      .run_with(batch.id, batch.clock);
  Query(database,
        "UPDATE part SET checked = sp.checked, days = sp.days FROM staged_part sp"
        " WHERE sp.batch = ?1 AND sp.part = part.id AND sp.checked IS NOT NULL")
      .run_with(batch.id);
}

void forget_staging(sql::Database& database, BatchId batch) {
  // Without a condition SQLite drops the whole table at once.
  const bool alone = database.number("SELECT min(batch) IS max(batch) FROM staged") != 0;
  if (alone && database.number("SELECT min(batch) FROM staged") == static_cast<std::int64_t>(batch))
    Query(database, "DELETE FROM staged").run();
  else
    Query(database, "DELETE FROM staged WHERE batch = ?1").run_with(batch);
  Query(database, "DELETE FROM staged_part WHERE batch = ?1").run_with(batch);
  Query(database, "DELETE FROM tally WHERE batch = ?1").run_with(batch);
}

}  // namespace

void SqliteFacts::drop_staged(BatchId batch) {
  counts_.erase(batch);
  Query(database_, "DELETE FROM version WHERE id IN (SELECT version FROM staged WHERE batch = ?1)").run_with(batch);
  forget_staging(database_, batch);
}

// In ascending order.
Vanished SqliteFacts::vanished(const Batch& batch, Absence absence) {
  Vanished found;
  if (absence.completeness == Completeness::kAppendOnly) return found;
  const bool whole = absence.completeness == Completeness::kComplete;
  Query rows(database_, whole ? kVanishedFromSource : kVanishedByPart);
  rows.with(batch.id, find_source(batch.source), civil_date_of(batch.night));
  while (rows.step())
    (rows.get<std::uint32_t>(1) < absence.misses ? found.missing : found.gone).push_back(rows.get<RecordId>(0));
  return found;
}

namespace {

// In the order of the rows: records are told apart without sorting them.
StagedSums counted_sums(sql::Database& database, BatchId batch) {
  Query staged(
      database,
      "SELECT count(*), sum(fresh), sum(changed), sum(versions), sum(contested), sum(unsettled) FROM ("
      "SELECT max(s.version IS NOT NULL AND r.live_version IS NULL) AS fresh,"
      " max(s.version IS NOT NULL AND r.live_version IS NOT NULL AND s.stated >= r.stated) AS changed,"
      " sum(s.version IS NOT NULL) AS versions, sum(s.contested) AS contested, " TANMIAO_UNSETTLED
      " AS unsettled FROM staged s CROSS JOIN record r ON r.id = s.record WHERE s.batch = ?1 GROUP BY s.record)");
  staged.with(batch).step();
  return {staged.integer(0), staged.integer(1), staged.integer(2),
          staged.integer(3), staged.integer(4), staged.integer(5)};
}

}  // namespace

std::optional<StagedSums> SqliteFacts::kept_sums(BatchId batch) {
  forget_counts_of_others();
  const auto kept = counts_.find(batch);
  const StagedSums* const sums = kept == counts_.end() ? nullptr : kept->second.sums();
  return sums == nullptr ? std::nullopt : std::optional(*sums);
}

BatchCounts SqliteFacts::count_crawl(const Batch& batch, const Vanished& vanished, bool& unsettled) {
  BatchCounts counts;
  counts.read = batch.counts.read;
  counts.rejected = batch.counts.rejected;
  const auto kept = kept_sums(batch.id);
  const StagedSums sums = kept ? *kept : counted_sums(database_, batch.id);
  unsettled = sums.unsettled != 0;
  counts.fresh = static_cast<std::uint64_t>(sums.fresh);
  counts.changed = static_cast<std::uint64_t>(sums.changed);
  counts.same = static_cast<std::uint64_t>(sums.records - sums.fresh - sums.changed);
  counts.older = static_cast<std::uint64_t>(sums.versions - sums.fresh - sums.changed);
  counts.contested = static_cast<std::uint64_t>(sums.contested);
  counts.same += count(database_,
                       "SELECT count(*) FROM staged_part sp JOIN record r ON r.part = sp.part WHERE sp.batch = ?1"
                       " AND sp.same = 1 AND r.live_hash IS NOT NULL AND NOT " TANMIAO_STILL_LACKING
                       " AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.batch = ?1 AND s.record = r.id)",
                       batch.id);
  counts.parts = count(database_, "SELECT count(*) FROM staged_part WHERE batch = ?1", batch.id);
  counts.parts_same = count(database_, "SELECT count(*) FROM staged_part WHERE batch = ?1 AND same = 1", batch.id);
  counts.gone = vanished.gone.size();
  counts.missing = vanished.missing.size();
  return counts;
}

// A preview holds until something is written: neither this connection nor another one.
Survey SqliteFacts::survey(const Batch& batch, Absence absence) {
  const std::int64_t written = database_.written(), elsewhere = database_.number("PRAGMA data_version");
  if (survey_ && survey_->batch == batch.id && survey_->written == written && survey_->elsewhere == elsewhere &&
      survey_->absence.completeness == absence.completeness && survey_->absence.misses == absence.misses)
    return *survey_;
  Survey made{batch.id, absence, written, elsewhere, vanished(batch, absence), {}};
  made.counts = count_crawl(batch, made.vanished, made.unsettled);
  return made;
}

Result<BatchCounts> SqliteFacts::preview_crawl(BatchId id, Absence absence) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kRead);
    const Batch batch = open_batch_row(id);
    survey_ = survey(batch, absence);
    transaction.commit();
    return survey_->counts;
  });
}

Result<BatchCounts> SqliteFacts::publish_crawl(BatchId id, Absence absence, const Tallies& good) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    const Batch batch = open_batch_row(id);
    const Survey found = survey(batch, absence);
    const Vanished& missed = found.vanished;
    const BatchCounts& counts = found.counts;
    survey_.reset();
    add_tombstones(database_, batch, absence.completeness, missed.gone);
    forget_readings(database_, batch, find_source(batch.source), missed.gone);
    count_misses(database_, batch, find_source(batch.source), civil_date_of(batch.night), missed);
    if (found.unsettled) settle_histories(batch);
    show_staged(database_, batch);
    show_parts(database_, batch);
    forget_staging(database_, id);
    keep_good(batch.source, good);
    publish_batch(id, counts);
    counts_.erase(id);
    transaction.commit();
    return counts;
  });
}

}  // namespace tanmiao::store
