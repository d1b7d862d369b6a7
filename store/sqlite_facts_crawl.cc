// What a crawl writes before it is published. Everything of a group is one transaction.
#include "store/sqlite_facts.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <map>
#include <thread>
#include <utility>

#include "core/stored_fields.h"

namespace tanmiao::store {

using sql::Query;
using sql::Transaction;

std::int64_t SqliteFacts::find_source(std::string_view name) {
  Query row(database_, "SELECT id FROM source WHERE name = ?1");
  return row.with(name).step() ? row.integer(0) : 0;
}

std::int64_t SqliteFacts::source_id(std::string_view name) {
  if (const std::int64_t known = find_source(name)) return known;
  Query(database_, "INSERT INTO source(name) VALUES(?1)").run_with(name);
  return database_.last_row();
}

std::int64_t SqliteFacts::part_id(std::int64_t source, std::string_view name) {
  Query row(database_, "SELECT id FROM part WHERE source = ?1 AND name = ?2");
  if (row.with(source, name).step()) return row.integer(0);
  Query(database_, "INSERT INTO part(source, name) VALUES(?1, ?2)").run_with(source, name);
  return database_.last_row();
}

std::vector<std::pair<std::string, std::int64_t>> SqliteFacts::sources_by_name() {
  std::vector<std::pair<std::string, std::int64_t>> found;
  Query rows(database_, "SELECT name, id FROM source ORDER BY name");
  while (rows.step()) found.emplace_back(rows.text(0), rows.integer(1));
  return found;
}

// A record as it is stored.
struct WrittenForm {
  std::string fields;  // JSON
  std::uint64_t hash = 0;
};

// Of all records of a group: made by other threads while this one writes, in pieces that each thread may take.
class FormsAhead {
 public:
  explicit FormsAhead(const std::vector<Record>& records)
      : records_(records), forms_(records.size()), pieces_((records.size() + kAtOnce - 1) / kAtOnce) {
    constexpr std::size_t kWorthAThread = 4;
    const std::size_t most = std::min<std::size_t>(std::thread::hardware_concurrency(), pieces_.size() / kWorthAThread);
    for (std::size_t n = 1; n < most; ++n) others_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
  const WrittenForm& operator[](std::size_t i) {
    const std::size_t piece = i / kAtOnce;
    if (!make(piece)) pieces_[piece].wait(kTaken, std::memory_order_acquire);
    return forms_[i];
  }

 private:
  static constexpr std::size_t kAtOnce = 128;
  enum Piece : int { kFree, kTaken, kMade };

  void work(const std::stop_token& stop) {
    for (std::size_t piece = 0; piece < pieces_.size() && !stop.stop_requested(); ++piece) (void)make(piece);
  }
  // False: another thread makes it, or has made it.
  bool make(std::size_t piece) {
    int state = kFree;
    if (!pieces_[piece].compare_exchange_strong(state, kTaken, std::memory_order_acquire)) return false;
    for (std::size_t i = piece * kAtOnce; i < std::min((piece + 1) * kAtOnce, records_.size()); ++i) {
      forms_[i].fields = fields_json(records_[i]);
      forms_[i].hash = content_hash(records_[i], forms_[i].fields);
    }
    pieces_[piece].store(kMade, std::memory_order_release);
    pieces_[piece].notify_all();
    return true;
  }

  const std::vector<Record>& records_;
  std::vector<WrittenForm> forms_;
  std::vector<std::atomic<int>> pieces_;
  std::vector<std::jthread> others_;  // the last: they end before what they work on
};

// Writes the records of one group as staged rows. A record equal to the live one costs a look-up and a mark; what
// differs gets its version row now, out of sight until the record's chain reaches it.
class GroupWriter {
 public:
  GroupWriter(SqliteFacts& facts, const Batch& batch)
      : facts_(facts),
        batch_(batch),
        counts_(facts.counts_of(batch.id)),
        source_(facts.source_id(batch.source)),
        night_(facts.civil_date_of(batch.night)),
        next_version_(facts.database_.number("SELECT max(id) FROM version") + 1) {}

  std::int64_t source() const { return source_; }
  Date night() const { return night_; }

  std::int64_t part(const std::string& name) {
    if (name == last_part_ && last_part_id_ != 0) return last_part_id_;
    last_part_ = name;
    return last_part_id_ = facts_.part_id(source_, name);
  }

  void add(const Record& record, const WrittenForm& form) {
    if (record.source != batch_.source)
      sql::fail(Errc::kUsage,
                "record " + record.key + " is of source " + record.source + ", the batch is of " + batch_.source);
    const std::int64_t from = part(record.origin.part), stated = stated_day(record);
    const Known known = find_or_register(record, form, from, stated);
    const Offer offer{known, form.hash, from, stated, record, form};
    // An earlier statement says nothing of where the record stands now.
    const std::int64_t place = offer.unchanged() && offer.stated < known.stated ? known.part : offer.part;
    insert_staged_.run_with(batch_.id, known.id, offer.stated, version_for(offer), offer.hash, place,
                            record.origin.line);
    if (facts_.database_.changes() == 0) return contest(offer);
    counts_.add(known.id, counted(offer, !offer.unchanged(), false));
    write_version(offer);
  }

  // A row was there but could not be read: what it said last stays, and is no tombstone.
  void keep(const Reject& reject) {
    if (!reject.kind || reject.key.empty() || !find_.with(source_, *reject.kind, reject.key).step()) return;
    if (find_.is_null(2)) return;
    const auto record = find_.get<RecordId>(0);
    insert_staged_
        .with(batch_.id, record, find_.integer(4), std::optional<std::int64_t>(), find_.hash(2), part(reject.part),
              reject.line)
        .run();
    if (facts_.database_.changes() != 0) counts_.add(record, {false, true, true, false});
  }

 private:
  struct Known {
    RecordId id;
    std::optional<std::int64_t> live_version, live_hash;
    std::int64_t part = 0, stated = 0;  // of the live version; stated: the latest day
    std::int64_t first_stated = 0;      // the earliest
  };
  struct Offer {
    Known known;
    std::uint64_t hash;
    std::int64_t part;
    std::int64_t stated;
    const Record& record;
    const WrittenForm& form;
    bool unchanged() const {
      return known.live_hash && static_cast<std::uint64_t>(*known.live_hash) == hash && stated >= known.first_stated;
    }
  };

  static StagedRow counted(const Offer& offer, bool version, bool contested) {
    return {version, offer.known.live_version.has_value(), offer.stated >= offer.known.stated, contested};
  }

  // Where the last record was new, as in a first delivery, the next is taken for new: one descent into the tree of keys
  // instead of two. A new row is as long as it will be once it is published: else each page of them would be split.
  Known find_or_register(const Record& record, const WrittenForm& form, std::int64_t part, std::int64_t stated) {
    const auto clock = batch_.clock.time_since_epoch().count();
    const int room = width(next_version_) + width(static_cast<std::int64_t>(form.hash)) + width(part) +
                     width(static_cast<std::int64_t>(batch_.id)) + 2 * width(clock) + width(stated);
    if (new_ones_) {
      insert_record_.run_with(source_, record.kind, record.key, room);
      if (facts_.database_.changes() != 0) return {static_cast<RecordId>(facts_.database_.last_row()), {}, {}};
      new_ones_ = false;
    }
    if (find_.with(source_, record.kind, record.key).step()) {
      Known known{find_.get<RecordId>(0), {}, {}, find_.integer(3), find_.integer(4), find_.integer(5)};
      if (!find_.is_null(1)) known.live_version = find_.integer(1);
      if (!find_.is_null(2)) known.live_hash = find_.integer(2);
      return known;
    }
    insert_record_.run_with(source_, record.kind, record.key, room);
    new_ones_ = true;
    return {static_cast<RecordId>(facts_.database_.last_row()), {}, {}};
  }

  // Bytes that a number takes in a row of SQLite.
  static int width(std::int64_t number) {
    if (number == 0 || number == 1) return 0;
    const int bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(number < 0 ? ~number : number))) + 1;
    return bits <= 32 ? (bits + 7) / 8 : bits <= 48 ? 6 : 8;
  }

  // No delivery speaks of a day after the night that read it.
  std::int64_t stated_day(const Record& record) const {
    return (record.stated ? std::min(*record.stated, night_) : night_).time_since_epoch().count();
  }

  std::optional<std::int64_t> version_for(const Offer& offer) const {
    return offer.unchanged() ? std::nullopt : std::optional(next_version_);
  }

  void write_version(const Offer& offer) {
    if (offer.unchanged()) return;
    const Record& r = offer.record;
    insert_version_.run_with(next_version_++, offer.known.id, batch_.id, offer.known.live_version, offer.hash,
                             r.event_date, std::min(r.public_date, night_), r.public_estimated, batch_.clock,
                             r.origin.capture, offer.part, r.origin.line, offer.form.fields, offer.stated);
  }

  // The key came before in this batch for the same day: the greater (part, line) is taken, in whatever order they
  // arrive.
  void contest(const Offer& offer) {
    Query held(facts_.database_,
               "SELECT s.version, s.hash, p.name, s.line, s.contested FROM staged s JOIN part p ON p.id = s.part"
               " WHERE s.batch = ?1 AND s.record = ?2 AND s.stated = ?3");
    if (!held.with(batch_.id, offer.known.id, offer.stated).step())
      sql::fail(Errc::kCorrupt, "a staged record is missing");
    const bool differs = held.hash(1) != offer.hash;
    const Origin& origin = offer.record.origin;
    const bool later = std::pair(std::string_view(origin.part), static_cast<std::int64_t>(origin.line)) >=
                       std::pair(held.view(2), held.integer(3));
    const bool had_version = !held.is_null(0), was_contested = held.integer(4) != 0;
    counts_.change(counted(offer, had_version, was_contested),
                   counted(offer, later ? !offer.unchanged() : had_version, was_contested || differs));
    if (!later) {
      if (differs)
        Query(facts_.database_, "UPDATE staged SET contested = 1 WHERE batch = ?1 AND record = ?2 AND stated = ?3")
            .run_with(batch_.id, offer.known.id, offer.stated);
      return;
    }
    if (had_version) Query(facts_.database_, "DELETE FROM version WHERE id = ?1").run_with(held.integer(0));
    Query(facts_.database_,
          "UPDATE staged SET version = ?4, hash = ?5, part = ?6, line = ?7, contested = max(contested, ?8)"
          " WHERE batch = ?1 AND record = ?2 AND stated = ?3")
        .run_with(batch_.id, offer.known.id, offer.stated, version_for(offer), offer.hash, offer.part, origin.line,
                  differs);
    write_version(offer);
  }

  SqliteFacts& facts_;
  const Batch& batch_;
  StagedCounts& counts_;
  std::int64_t source_;
  Date night_;
  std::int64_t next_version_;
  std::string last_part_;
  std::int64_t last_part_id_ = 0;
  bool new_ones_ = false;
  Query find_{facts_.database_,
              "SELECT r.id, r.live_version, r.live_hash, r.part, r.stated, v.stated FROM record r"
              " LEFT JOIN version v ON v.id = r.live_version WHERE r.source = ?1 AND r.kind = ?2 AND r.key = ?3"};
  Query insert_record_{facts_.database_,
                       "INSERT INTO record(source, kind, key, missed_on) VALUES(?1, ?2, ?3, zeroblob(?4))"
                       " ON CONFLICT DO NOTHING"};
  Query insert_staged_{facts_.database_,
                       "INSERT INTO staged(batch, record, stated, version, hash, part, line)"
                       " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING"};
  Query insert_version_{
      facts_.database_,
      "INSERT INTO version(id, record, batch, previous, hash, event_date, public_date, public_estimated, seen_at,"
      " capture, part, line, tombstone, fields, stated)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, ?14)"};
};

namespace {

void write_captures(sql::Database& database, std::int64_t source, const CrawlGroup& group) {
  Query insert(database,
               "INSERT INTO capture(id, source, url, segment, offset, fetched_at, status, bytes, bytes_hash, robots)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  for (const Capture& c : group.captures)
    insert.run_with(c.id, source, c.url, c.segment, c.offset, c.fetched_at, c.status, c.bytes, c.bytes_hash, c.robots);
  if (group.segment.empty()) return;
  Query(database,
        "INSERT INTO segment(source, name, length) VALUES(?1, ?2, ?3)"
        " ON CONFLICT DO UPDATE SET length = excluded.length")
      .run_with(source, group.segment, group.segment_length);
}

// A page found again does not become waiting once it is done, nor leased. An address that changed more than once in a
// group is written once, as it stands at its end.
void write_urls(sql::Database& database, BatchId batch, const std::vector<FrontierUrl>& urls) {
  Query upsert(database,
               "INSERT INTO frontier(id, batch, url, referrer, role, depth, state, attempts, note, priority)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT(id) DO UPDATE SET"
               " state = excluded.state, attempts = excluded.attempts, note = excluded.note"
               " WHERE NOT(state = 2 AND excluded.state IN (1, 5))");
  std::map<UrlId, const FrontierUrl*> last;
  for (const FrontierUrl& url : urls) {
    if (url.id == 0) sql::fail(Errc::kUsage, "an address has no id: " + url.url);
    const auto [known, fresh] = last.emplace(url.id, &url);
    const bool back = url.state == UrlState::kWaiting || url.state == UrlState::kLeased;
    if (!fresh && (!back || known->second->state != UrlState::kDone)) known->second = &url;
  }
  for (const auto& [id, url] : last)
    upsert.run_with(id, batch, url->url, url->referrer, url->role, url->depth, url->state, url->attempts, url->note,
                    url->priority);
}

// What earlier nights asked is of no use.
void write_asked(sql::Database& database, std::int64_t source, Date day, const Asked& asked) {
  if (asked.requests == 0 && asked.bytes == 0) return;
  Query(database,
        "INSERT INTO asked(source, day, requests, bytes) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET"
        " requests = requests + excluded.requests, bytes = bytes + excluded.bytes")
      .run_with(source, day, asked.requests, asked.bytes);
  Query(database, "DELETE FROM asked WHERE source = ?1 AND day < ?2").run_with(source, day);
}

void write_rejects(sql::Database& database, const Batch& batch, const std::vector<Reject>& rejects) {
  Query insert(database,
               "INSERT INTO reject(batch, source, part, line, field, value, expected, row)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  for (const Reject& r : rejects)
    insert.run_with(batch.id, batch.source, r.part, r.line, r.field, r.value, r.expected, r.row);
}

void write_parts(sql::Database& database, BatchId batch, GroupWriter& writer, const CrawlGroup& group) {
  Query read(database,
             "INSERT OR REPLACE INTO staged_part(batch, part, same, bytes_hash, reading_hash, etag, last_modified,"
             " stated, content_hash, capture) VALUES(?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  for (const Part& p : group.parts)
    read.run_with(batch, writer.part(p.name), p.bytes_hash, p.reading_hash, p.etag, p.last_modified, p.stated,
                  p.content_hash, p.capture);
  Query same(database,
             "INSERT INTO staged_part(batch, part, same, bytes_hash, reading_hash, etag, last_modified)"
             " VALUES(?1, ?2, 1, 0, 0, '', '') ON CONFLICT DO UPDATE SET same = 1 WHERE same = 2");
  for (const std::string& name : group.parts_same) same.run_with(batch, writer.part(name));
  Query unseen(database,
               "INSERT INTO staged_part(batch, part, same, bytes_hash, reading_hash, etag, last_modified)"
               " VALUES(?1, ?2, 2, 0, 0, '', '') ON CONFLICT DO NOTHING");
  for (const std::string& name : group.parts_unseen) unseen.run_with(batch, writer.part(name));
  Query due(database, "UPDATE staged_part SET checked = ?3, days = ?4 WHERE batch = ?1 AND part = ?2");
  // As if nobody had asked for it yet: whatever becomes of this batch.
  Query again(database, "UPDATE part SET checked = NULL WHERE source = ?1 AND name = ?2");
  Query again_staged(database,
                     "UPDATE staged_part SET checked = ?3 WHERE batch = ?2 AND part ="
                     " (SELECT id FROM part WHERE source = ?1 AND name = ?4)");
  for (const Revisit& r : group.revisits) {
    if (r.checked != Date()) {
      due.run_with(batch, writer.part(r.part), r.checked, r.interval);
      continue;
    }
    again.run_with(writer.source(), r.part);
    again_staged.run_with(writer.source(), batch, r.checked, r.part);
  }
}

}  // namespace

// Where another connection wrote meanwhile nothing is known any more.
void SqliteFacts::forget_counts_of_others() {
  const std::int64_t now = database_.number("PRAGMA data_version");
  if (now != counted_with_) counts_.clear();
  counted_with_ = now;
}

StagedCounts& SqliteFacts::counts_of(BatchId batch) {
  forget_counts_of_others();
  const auto known = counts_.find(batch);
  if (known != counts_.end()) return known->second;
  Query any(database_, "SELECT 1 FROM staged WHERE batch = ?1 LIMIT 1");
  return counts_.emplace(batch, StagedCounts(!any.with(batch).step())).first->second;
}

Status SqliteFacts::commit(BatchId id, const CrawlGroup& group) {
  Status done = guarded(database_, [&] {
    FormsAhead forms(group.records);
    Transaction transaction(database_, Transaction::Kind::kWrite);
    const Batch batch = open_batch_row(id);
    GroupWriter writer(*this, batch);
    write_captures(database_, writer.source(), group);
    write_urls(database_, id, group.urls);
    write_parts(database_, id, writer, group);
    write_rejects(database_, batch, group.rejects);
    write_tallies(id, group.tallies);
    write_asked(database_, writer.source(), group.asked_day == Date{} ? writer.night() : group.asked_day, group.asked);
    for (std::size_t i = 0; i < group.records.size(); ++i) writer.add(group.records[i], forms[i]);
    for (const Reject& reject : group.rejects) writer.keep(reject);
    Query(database_, "UPDATE batch SET read = read + ?2, rejected = rejected + ?3 WHERE id = ?1")
        .run_with(id, group.rows_read, group.rejects.size());
    transaction.commit();
  });
  if (!done) {
    const std::scoped_lock hold(database_.mutex());
    counts_.erase(id);
  }
  return done;
}

Status SqliteFacts::begin_whole() {
  return guarded(database_, [&] {
    if (whole_) sql::fail(Errc::kUsage, "another whole is not ended");
    whole_.emplace(database_, Transaction::Kind::kWrite);
  });
}

Status SqliteFacts::end_whole(bool keep) {
  return guarded(database_, [&] {
    if (!whole_) sql::fail(Errc::kUsage, "no whole was begun");
    try {
      if (keep) whole_->commit();
    } catch (const sql::Failure&) {
      whole_.reset(), counts_.clear();
      throw;
    }
    if (!keep) counts_.clear();
    whole_.reset();
  });
}

namespace {

// The columns of a known part, from `name` on.
#define TANMIAO_PART_COLUMNS \
  "name, bytes_hash, reading_hash, etag, last_modified, stated, checked, days, content_hash, capture, seen_at"

Part read_part(const Query& row) {
  Part part{row.text(0), row.hash(1), row.hash(2), row.text(3), row.text(4)};
  if (!row.is_null(5)) part.stated = row.date(5);
  if (!row.is_null(6)) part.checked = row.date(6);
  part.interval = row.get<std::uint16_t>(7);
  part.content_hash = row.hash(8);
  part.capture = row.get<CaptureId>(9);
  part.seen = row.instant(10);
  return part;
}

FrontierUrl read_url(const Query& row) {
  return {row.text(0),          row.text(1),
          row.text(2),          row.get<std::uint16_t>(3),
          row.get<UrlState>(4), row.get<std::uint16_t>(5),
          row.text(6),          row.get<std::int16_t>(7),
          row.get<UrlId>(8)};
}

}  // namespace

Result<std::map<std::string, Part>> SqliteFacts::parts(std::string_view source) {
  return guarded(database_, [&] {
    std::map<std::string, Part> found;
    Query rows(database_,
               "SELECT " TANMIAO_PART_COLUMNS " FROM part WHERE source = ?1 AND read_batch IS NOT NULL ORDER BY name");
    for (rows.with(find_source(source)); rows.step();) {
      Part part = read_part(rows);
      std::string name = part.name;
      found.emplace_hint(found.end(), std::move(name), std::move(part));
    }
    return found;
  });
}

Result<std::optional<Part>> SqliteFacts::part(std::string_view source, std::string_view name) {
  return guarded(database_, [&]() -> std::optional<Part> {
    Query row(database_,
              "SELECT " TANMIAO_PART_COLUMNS " FROM part WHERE source = ?1 AND name = ?2 AND read_batch IS NOT NULL");
    if (!row.with(find_source(source), name).step()) return std::nullopt;
    return read_part(row);
  });
}

Result<std::vector<std::string>> SqliteFacts::parts_within(std::string_view source, std::string_view prefix) {
  return guarded(database_, [&] {
    std::vector<std::string> found;
    Query rows(database_,
               "SELECT name FROM part WHERE source = ?1 AND name >= ?2 AND read_batch IS NOT NULL ORDER BY name");
    for (rows.with(find_source(source), prefix); rows.step() && rows.view(0).starts_with(prefix);)
      found.push_back(rows.text(0));
    return found;
  });
}

Result<bool> SqliteFacts::any_parts(std::string_view source) {
  return guarded(database_, [&] {
    Query row(database_, "SELECT 1 FROM part WHERE source = ?1 AND read_batch IS NOT NULL LIMIT 1");
    return row.with(find_source(source)).step();
  });
}

Result<std::set<std::string>> SqliteFacts::parts_met(BatchId batch, const std::vector<std::string>& names) {
  return guarded(database_, [&] {
    std::set<std::string> met;
    Query row(database_,
              "SELECT 1 FROM staged_part sp JOIN part p ON p.id = sp.part JOIN batch b ON b.id = sp.batch"
              " WHERE sp.batch = ?1 AND sp.same <> 2 AND p.name = ?2"
              " AND p.source = (SELECT id FROM source WHERE name = b.source)");
    for (const std::string& name : names)
      if (row.with(batch, name).step()) met.insert(name);
    return met;
  });
}

Status SqliteFacts::each_url(BatchId batch, const std::function<Status(FrontierUrl&&)>& visit) {
  Status said;
  TANMIAO_TRY(guarded(database_, [&] {
    Query rows(database_,
               "SELECT url, referrer, role, depth, state, attempts, note, priority, id FROM frontier WHERE batch = ?1"
               " ORDER BY id");
    for (rows.with(batch); said && rows.step();) said = visit(read_url(rows));
  }));
  return said;
}

Result<std::vector<FrontierUrl>> SqliteFacts::frontier(BatchId batch) {
  std::vector<FrontierUrl> found;
  TANMIAO_TRY(each_url(batch, [&](FrontierUrl&& url) -> Status {
    found.push_back(std::move(url));
    return {};
  }));
  return found;
}

Result<std::vector<FrontierUrl>> SqliteFacts::urls(const std::vector<UrlId>& ids) {
  return guarded(database_, [&] {
    std::vector<FrontierUrl> found;
    found.reserve(ids.size());
    Query row(database_,
              "SELECT url, referrer, role, depth, state, attempts, note, priority, id FROM frontier WHERE id = ?1");
    for (const UrlId id : ids) {
      if (!row.with(id).step()) sql::fail(Errc::kCorrupt, "address " + std::to_string(id) + " is missing");
      found.push_back(read_url(row));
    }
    return found;
  });
}

Result<UrlId> SqliteFacts::next_url_ids(std::size_t count) {
  if (next_url_ == 0)
    TANMIAO_TRY(guarded(database_, [&] {
      if (next_url_ == 0) next_url_ = static_cast<UrlId>(database_.number("SELECT max(id) FROM frontier")) + 1;
    }));
  return next_url_.fetch_add(count);
}

Result<Asked> SqliteFacts::asked(std::string_view source, Date day) {
  return guarded(database_, [&] {
    Query row(database_, "SELECT requests, bytes FROM asked WHERE source = ?1 AND day = ?2");
    if (!row.with(find_source(source), day).step()) return Asked();
    return Asked{row.get<std::uint64_t>(0), row.get<std::uint64_t>(1)};
  });
}

// Each call gives another number, so that sources crawled at the same time never share one.
Result<CaptureId> SqliteFacts::next_capture_id() {
  if (next_capture_ == 0)
    TANMIAO_TRY(guarded(database_, [&] {
      if (next_capture_ == 0)
        next_capture_ = static_cast<CaptureId>(database_.number("SELECT max(id) FROM capture")) + 1;
    }));
  return next_capture_.fetch_add(1);
}

Result<std::map<std::string, std::uint64_t>> SqliteFacts::segments(std::string_view source) {
  return guarded(database_, [&] {
    std::map<std::string, std::uint64_t> found;
    Query rows(database_, "SELECT name, length FROM segment WHERE source = ?1");
    for (rows.with(find_source(source)); rows.step();) found.emplace(rows.text(0), rows.get<std::uint64_t>(1));
    return found;
  });
}

Result<std::vector<Reject>> SqliteFacts::rejects(std::string_view source, std::optional<BatchId> batch) {
  return guarded(database_, [&] {
    std::vector<Reject> found;
    Query rows(database_,
               "SELECT source, part, line, field, value, expected, row FROM reject"
               " WHERE source = ?1 AND (?2 IS NULL OR batch = ?2) ORDER BY batch, part, line, field, id");
    for (rows.with(source, batch); rows.step();)
      found.push_back({rows.text(0), rows.text(1), rows.get<std::uint32_t>(2), rows.text(3), rows.text(4), rows.text(5),
                       rows.text(6)});
    return found;
  });
}

namespace {

constexpr std::string_view kCaptureById =
    "SELECT c.id, s.name, c.url, c.segment, c.offset, c.fetched_at, c.status, c.bytes, c.bytes_hash, c.robots"
    " FROM capture c JOIN source s ON s.id = c.source WHERE c.id = ?1";
constexpr std::string_view kCapturesOfSource =
    "SELECT c.id, s.name, c.url, c.segment, c.offset, c.fetched_at, c.status, c.bytes, c.bytes_hash, c.robots"
    " FROM capture c JOIN source s ON s.id = c.source WHERE s.name = ?1 AND (?2 IS NULL OR c.fetched_at >= ?2)"
    " ORDER BY c.id";

Capture read_capture(const Query& row) {
  return {row.get<CaptureId>(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.get<std::uint64_t>(4),
          row.instant(5),
          row.get<int>(6),
          row.get<std::uint64_t>(7),
          row.hash(8),
          row.text(9)};
}

}  // namespace

Result<std::optional<Capture>> SqliteFacts::capture(CaptureId id) {
  return guarded(database_, [&]() -> std::optional<Capture> {
    Query row(database_, kCaptureById);
    if (!row.with(id).step()) return std::nullopt;
    return read_capture(row);
  });
}

Result<std::vector<Capture>> SqliteFacts::captures(std::string_view source, std::optional<Instant> since) {
  return guarded(database_, [&] {
    std::vector<Capture> found;
    Query rows(database_, kCapturesOfSource);
    for (rows.with(source, since); rows.step();) found.push_back(read_capture(rows));
    return found;
  });
}

Status SqliteFacts::move_captures(std::string_view source, const std::vector<Capture>& moved,
                                  const std::map<std::string, std::uint64_t>& segments) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    const std::int64_t id = find_source(source);
    Query place(database_, "UPDATE capture SET segment = ?3, offset = ?4 WHERE id = ?2 AND source = ?1");
    for (const Capture& c : moved) place.run_with(id, c.id, c.segment, c.offset);
    Query(database_, "DELETE FROM segment WHERE source = ?1").run_with(id);
    Query insert(database_, "INSERT INTO segment(source, name, length) VALUES(?1, ?2, ?3)");
    for (const auto& [name, length] : segments) insert.run_with(id, name, length);
    transaction.commit();
  });
}

}  // namespace tanmiao::store
