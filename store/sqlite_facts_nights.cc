#include "store/sqlite_facts.h"

#include "store/handed_on.h"
#include "store/schema.h"

namespace tanmiao::store {

using sql::Database;
using sql::Query;
using sql::Transaction;

namespace {

constexpr std::string_view kBatchColumns =
    "SELECT b.id, b.night, b.stage, b.source, b.state, b.note, b.read, b.rejected, b.fresh, b.changed, b.gone, b.same,"
    " b.parts, b.parts_same, b.contested, b.older, n.clock, b.breaches, b.accepted, b.missing FROM batch b JOIN night "
    "n ON n.id = "
    "b.night ";

std::string batch_sql(std::string_view where) { return std::string(kBatchColumns) + std::string(where); }

const std::string kBatchById = batch_sql("WHERE b.id = ?1");
const std::string kOfNight = batch_sql("WHERE b.night = ?1 ORDER BY b.id");
const std::string kOpen = batch_sql("WHERE b.night = ?1 AND b.stage = ?2 AND b.source = ?3 AND b.state = 1");
// Rows that a person mended are no delivery.
const std::string kFed = "(SELECT 1 FROM note f WHERE f.key = '" + std::string(kBatchNote) +
                         "' || p.id AND f.value = '" + std::string(kFedBatch) + "')";
const std::string kHeldSince = batch_sql(
    "WHERE b.stage = 1 AND b.source = ?1 AND b.state = 3 AND b.id > (SELECT coalesce(max(p.id), 0) FROM batch p"
    " WHERE p.stage = 1 AND p.source = ?1 AND p.state = 2 AND NOT EXISTS " +
    kFed + ") ORDER BY b.id");
const std::string kAcceptHeld =
    "UPDATE batch SET accepted = ?2 WHERE id = ?1 AND stage = 1 AND state = 3 AND breaches <> '' AND NOT EXISTS"
    " (SELECT 1 FROM batch p WHERE p.stage = 1 AND p.source = batch.source AND p.state = 2 AND p.id > batch.id"
    " AND NOT EXISTS " +
    kFed + ")";
const std::string kLastPublished =
    batch_sql("WHERE b.stage = ?1 AND b.source = ?2 AND b.state = 2 ORDER BY b.published_as DESC LIMIT 1");

// Of the batches that are over (their states: 2 published, 3 held, 4 given up): what waits or is leased (1, 5), what
// was read (2) and is gone with its batch, what failed or was refused (3, 4) and shall be tried again.
std::string hand_on_sql() {
  const auto handed = [](const std::string& note) {
    const auto word = [&](std::string_view one) {
      return note + " LIKE '" + std::string(one) + std::string(kSince) + "____-__-__" + std::string(kLastTried) +
             "____-__-__'";
    };
    return "(" + word(kTryAgain) + " OR " + word(kAskWhenAllowed) + ")";
  };
  const std::string end = "substr(note, -" + std::to_string(kHandedOnLength) + ")";
  return "UPDATE frontier SET note = CASE WHEN state IN (3, 4) THEN " + end + " WHEN state = 2 THEN ?5 WHEN " +
         handed("note") +
         " THEN note ELSE ?4 END, batch = ?3, state = 1, attempts = 0 WHERE ((state IN (1, 5) OR (state IN (3, 4) "
         "AND " +
         handed(end) +
         ")) AND batch IN (SELECT id FROM batch WHERE source = ?1 AND stage = ?2 AND state <> 1)) OR (state = 2 AND"
         " note <> 'same' AND"
         " batch IN (SELECT id FROM batch WHERE source = ?1 AND stage = ?2 AND state IN (3, 4)))";
}
const std::string kHandOn = hand_on_sql();

Batch read_batch(const Query& row) {
  Batch batch;
  batch.id = row.get<BatchId>(0);
  batch.night = row.get<NightId>(1);
  batch.stage = row.get<Stage>(2);
  batch.source = row.text(3);
  batch.state = row.get<BatchState>(4);
  batch.note = row.text(5);
  std::uint64_t* const counts[] = {&batch.counts.read,    &batch.counts.rejected,   &batch.counts.fresh,
                                   &batch.counts.changed, &batch.counts.gone,       &batch.counts.same,
                                   &batch.counts.parts,   &batch.counts.parts_same, &batch.counts.contested,
                                   &batch.counts.older};
  int column = 6;
  for (std::uint64_t* count : counts) *count = row.get<std::uint64_t>(column++);
  batch.clock = row.instant(column);
  batch.breaches = row.text(column + 1);
  batch.accepted = row.text(column + 2);
  batch.counts.missing = row.get<std::uint64_t>(column + 3);
  return batch;
}

std::optional<Night> newest_night(Database& database) {
  Query row(database, "SELECT id, civil_date, clock, finished FROM night ORDER BY id DESC LIMIT 1");
  if (!row.step()) return std::nullopt;
  return Night{row.get<NightId>(0), row.date(1), row.instant(2), row.integer(3) != 0, false, {}, {}};
}

}  // namespace

SqliteFacts::SqliteFacts(const std::filesystem::path& path, Database::Mode mode) : database_(path, mode) {
  sql::bring_forward(database_, sql::facts_schema(), mode != Database::Mode::kRead);
  if (mode != Database::Mode::kRead) checkpoints_.emplace(database_);
}

Result<Night> SqliteFacts::begin_night(Date civil_date, Instant clock) {
  return guarded(database_, [&] {
    if (auto last = newest_night(database_); last && !last->finished) {
      if (clock - last->clock <= std::chrono::hours(kResumeHours)) {
        last->resumed = true;
        last->run_clock = clock, last->run_day = civil_date;
        return *last;
      }
      Query(database_, "UPDATE night SET finished = 1 WHERE id = ?1").run_with(last->id);
    }
    Query(database_, "INSERT INTO night(civil_date, clock) VALUES(?1, ?2)").run_with(civil_date, clock);
    return Night{static_cast<NightId>(database_.last_row()), civil_date, clock, false, false, clock, civil_date};
  });
}

Status SqliteFacts::finish_night(NightId night) {
  return guarded(database_, [&] {
    Query(database_, "UPDATE night SET finished = 1 WHERE id = ?1").run_with(night);
    if (database_.changes() == 0) sql::fail(Errc::kNotFound, "night " + std::to_string(night) + " does not exist");
  });
}

Result<std::optional<Night>> SqliteFacts::last_night() {
  return guarded(database_, [&] { return newest_night(database_); });
}

// An open batch of an earlier night is given up here: its night ended without it, and only the newest may publish. What
// the last batch found and did not ask for is handed on, and what failed as far as its note says so; of one that was
// not published also what it read, for that is gone with it.
Result<Batch> SqliteFacts::open_batch(const Night& night, Stage stage, std::string_view source) {
  return guarded(database_, [&] {
    Query open(database_, kOpen);
    if (open.with(night.id, stage, source).step()) return read_batch(open);
    Transaction transaction(database_, Transaction::Kind::kWrite);
    std::vector<BatchId> earlier;
    Query before(database_, "SELECT id FROM batch WHERE source = ?1 AND stage = ?2 AND state = 1");
    for (before.with(source, stage); before.step();) earlier.push_back(before.get<BatchId>(0));
    for (const BatchId id : earlier) {
      drop_staged(id);
      Query(database_, "UPDATE batch SET state = 4, note = 'its night ended before it was published' WHERE id = ?1")
          .run_with(id);
    }
    Query(database_, "INSERT INTO batch(night, stage, source) VALUES(?1, ?2, ?3)").run_with(night.id, stage, source);
    Batch made = batch_row(static_cast<BatchId>(database_.last_row()));
    Query(database_, kHandOn).run_with(source, stage, made.id, kLeftOver, kAskedAgain);
    Query(database_,
          "DELETE FROM frontier WHERE batch IN (SELECT id FROM batch WHERE source = ?1 AND stage = ?2 AND state <> 1)")
        .run_with(source, stage);
    transaction.commit();
    return made;
  });
}

Batch SqliteFacts::batch_row(BatchId id) {
  Query row(database_, kBatchById);
  if (!row.with(id).step()) sql::fail(Errc::kNotFound, "batch " + std::to_string(id) + " does not exist");
  return read_batch(row);
}

Batch SqliteFacts::open_batch_row(BatchId id) {
  Batch batch = batch_row(id);
  if (batch.state != BatchState::kOpen)
    sql::fail(Errc::kConflict, "batch " + std::to_string(id) + " is not open any more");
  return batch;
}

Result<std::vector<Batch>> SqliteFacts::batches(NightId night) {
  return guarded(database_, [&] {
    std::vector<Batch> found;
    Query rows(database_, kOfNight);
    for (rows.with(night); rows.step();) found.push_back(read_batch(rows));
    return found;
  });
}

Result<std::optional<Batch>> SqliteFacts::last_published(Stage stage, std::string_view source) {
  return guarded(database_, [&]() -> std::optional<Batch> {
    Query row(database_, kLastPublished);
    if (!row.with(stage, source).step()) return std::nullopt;
    return read_batch(row);
  });
}

Status SqliteFacts::hold(BatchId id, std::string_view why, std::string_view breaches) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    open_batch_row(id);
    drop_staged(id);
    Query(database_, "UPDATE batch SET state = 3, note = ?2, breaches = ?3 WHERE id = ?1").run_with(id, why, breaches);
    transaction.commit();
  });
}

Result<std::vector<Batch>> SqliteFacts::held_batches(std::string_view source) {
  return guarded(database_, [&] {
    std::vector<Batch> found;
    Query rows(database_, kHeldSince);
    for (rows.with(source); rows.step();) found.push_back(read_batch(rows));
    return found;
  });
}

Status SqliteFacts::accept_held(BatchId id, std::string_view acceptance) {
  return guarded(database_, [&] {
    Query(database_, kAcceptHeld).run_with(id, acceptance);
    if (database_.changes() == 0)
      sql::fail(Errc::kConflict, "batch " + std::to_string(id) + " is not held for a breach of its contract");
  });
}

Date SqliteFacts::civil_date_of(NightId night) {
  Query row(database_, "SELECT civil_date FROM night WHERE id = ?1");
  if (!row.with(night).step()) sql::fail(Errc::kNotFound, "night " + std::to_string(night) + " does not exist");
  return row.date(0);
}

void SqliteFacts::publish_batch(BatchId id, const BatchCounts& c) {
  Query(database_,
        "UPDATE batch SET state = 2, published_as = (SELECT max(published_as) + 1 FROM batch), read = ?2,"
        " rejected = ?3, fresh = ?4, changed = ?5, gone = ?6, same = ?7, parts = ?8, parts_same = ?9, contested = ?10,"
        " older = ?11, missing = ?12 WHERE id = ?1")
      .run_with(id, c.read, c.rejected, c.fresh, c.changed, c.gone, c.same, c.parts, c.parts_same, c.contested, c.older,
                c.missing);
}

Result<std::uint64_t> SqliteFacts::records_generation() {
  return guarded(database_, [&] {
    return static_cast<std::uint64_t>(database_.number(
        "SELECT count(*) FROM batch WHERE stage = 1 AND state = 2 AND fresh + changed + gone + older > 0"));
  });
}

}  // namespace tanmiao::store
