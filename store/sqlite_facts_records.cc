// Reading records: a chain of versions a record, the newest first; a view takes the first version it may know.
#include "store/sqlite_facts.h"

#include <algorithm>
#include <tuple>

namespace tanmiao::store {

using sql::Query;
using sql::Transaction;

namespace {

// Column order shared by all queries for versions; see read_version().
#define TANMIAO_VERSION_COLUMNS                                                                                       \
  "v.id, v.previous, v.hash, v.event_date, v.public_date, v.public_estimated, v.seen_at, v.capture, o.name, v.line, " \
  "v.tombstone, v.fields, v.stated"
#define TANMIAO_RECORD_COLUMNS                                                                \
  "r.id, r.kind, s.name, r.key, r.first_seen,"                                                \
  " CASE WHEN p.read_batch = r.seen_batch THEN max(r.seen_at, p.seen_at) ELSE r.seen_at END," \
  " CASE WHEN p.stated IS NULL THEN NULL ELSE r.stated END, " TANMIAO_VERSION_COLUMNS
#define TANMIAO_RECORD_TABLES                                                               \
  " FROM record r JOIN source s ON s.id = r.source JOIN version v ON v.id = r.live_version" \
  " LEFT JOIN part p ON p.id = r.part LEFT JOIN part o ON o.id = v.part "

constexpr std::string_view kOfKindAndSource =
    "SELECT " TANMIAO_RECORD_COLUMNS TANMIAO_RECORD_TABLES "WHERE r.source = ?1 AND r.kind = ?2 ORDER BY r.key";
// In the order of the rows, which is nearly that of their versions: each page of the file is read once.
constexpr std::string_view kAsTheyLie = "SELECT " TANMIAO_RECORD_COLUMNS
                                        " FROM record r NOT INDEXED CROSS JOIN version v ON v.id = r.live_version"
                                        " CROSS JOIN source s ON s.id = r.source"
                                        " LEFT JOIN part p ON p.id = r.part LEFT JOIN part o ON o.id = v.part"
                                        " WHERE r.id BETWEEN ?1 AND ?2";
constexpr std::string_view kRecordById = "SELECT " TANMIAO_RECORD_COLUMNS TANMIAO_RECORD_TABLES "WHERE r.id = ?1";
constexpr std::string_view kByKey =
    "SELECT " TANMIAO_RECORD_COLUMNS TANMIAO_RECORD_TABLES "WHERE r.source = ?1 AND r.kind = ?2 AND r.key = ?3";
constexpr std::string_view kVersion =
    "SELECT " TANMIAO_VERSION_COLUMNS " FROM version v LEFT JOIN part o ON o.id = v.part WHERE v.id = ?1";
constexpr int kFirstVersionColumn = 7;

struct VersionHead {
  VersionId id;
  VersionId previous;  // 0: the first
  Date public_date, stated;
  bool estimated;
  Instant seen_at;
};

VersionHead read_head(const Query& row, int first) {
  return {row.get<VersionId>(first), row.get<VersionId>(first + 1), row.date(first + 4),
          row.date(first + 12),      row.integer(first + 5) != 0,   row.instant(first + 6)};
}

// From when on a version could be known; `follows`: an earlier one of the record is there. See View.
Date known_from(const VersionHead& head, bool follows) {
  return follows && head.estimated ? std::max(head.public_date, head.stated) : head.public_date;
}

constexpr int kFieldsOfVersion = 11;

// All of a version but its fields.
void read_version_head(const Query& row, int first, StoredRecord& out) {
  out.version = row.get<VersionId>(first);
  out.hash = row.hash(first + 2);
  out.record.event_date.reset();
  if (!row.is_null(first + 3)) out.record.event_date = row.date(first + 3);
  out.first_stated = row.date(first + 12);
  out.record.stated = out.first_stated;
  out.record.public_estimated = row.integer(first + 5) != 0;
  out.seen_at = row.instant(first + 6);
  out.record.origin.capture = row.get<std::uint64_t>(first + 7);
  out.record.origin.part = row.view(first + 8);  // a text that was there keeps its room
  out.record.origin.line = row.get<std::uint32_t>(first + 9);
  out.tombstone = row.integer(first + 10) != 0;
}

void read_fields(std::string_view json, StoredRecord& out) {
  auto fields = fields_from_json(json);
  if (!fields) sql::fail(Errc::kCorrupt, "fields of record " + out.record.key + ": " + fields.error().message);
  out.record.fields = std::move(*fields);
}

void read_version(const Query& row, int first, StoredRecord& out) {
  read_version_head(row, first, out);
  read_fields(row.view(first + kFieldsOfVersion), out);
}

void read_identity(const Query& row, const View& view, StoredRecord& out) {
  out.id = row.get<RecordId>(0);
  out.record.kind = row.get<RecordKind>(1);
  out.record.source = row.view(2);
  out.record.key = row.view(3);
  out.first_seen = row.instant(4);
  out.last_seen = view.known_at ? std::min(row.instant(5), *view.known_at) : row.instant(5);
}

// The live version under `row`, without its fields. What a part without a stated day says is as fresh as the night that
// saw it last.
void read_live_head(const Query& row, const View& view, StoredRecord& out) {
  read_identity(row, view, out);
  read_version_head(row, kFirstVersionColumn, out);
  const VersionHead head = read_head(row, kFirstVersionColumn);
  out.record.public_date = known_from(head, head.previous != 0);
  if (out.tombstone) return;
  const Date seen = civil_day(out.last_seen);  // nobody stated a day: as far as it was seen again
  out.record.stated = row.is_null(6) ? std::max(out.record.stated.value_or(seen), seen) : row.date(6);
}

void read_live(const Query& row, const View& view, StoredRecord& out) {
  read_live_head(row, view, out);
  read_fields(row.view(kFirstVersionColumn + kFieldsOfVersion), out);
}

// Versions that the view may have seen, newest first.
std::vector<VersionHead> seen_versions(const Query& row, Query& older, const View& view) {
  std::vector<VersionHead> found;
  for (VersionHead head = read_head(row, kFirstVersionColumn);; head = read_head(older, 0)) {
    if (!view.known_at || head.seen_at <= *view.known_at) found.push_back(head);
    if (head.previous == 0) return found;
    if (!older.with(head.previous).step()) sql::fail(Errc::kCorrupt, "a version in a record's history is missing");
  }
}

// The index of the version that a view takes; that of the end when it takes none.
std::size_t taken(const std::vector<VersionHead>& seen, const View& view) {
  std::size_t at = 0;
  while (view.as_of && at < seen.size() && known_from(seen[at], at + 1 < seen.size()) > *view.as_of) ++at;
  return at;
}

// The record under `row` as the view sees it, and in `fields` what is not taken apart of it, until `row` or `older`
// goes on; false when the view does not see it.
bool read_head_of(const Query& row, Query& older, const View& view, StoredRecord& out, std::string_view& fields) {
  if (!view.as_of && !view.known_at) {
    read_live_head(row, view, out);
    fields = row.view(kFirstVersionColumn + kFieldsOfVersion);
    return !out.tombstone;
  }
  const std::vector<VersionHead> seen = seen_versions(row, older, view);
  const std::size_t at = taken(seen, view);
  if (at == seen.size()) return false;
  read_identity(row, view, out);
  if (!older.with(seen[at].id).step()) sql::fail(Errc::kCorrupt, "a version in a record's history is missing");
  read_version_head(older, 0, out);
  fields = older.view(kFieldsOfVersion);
  out.record.public_date = known_from(seen[at], at + 1 != seen.size());
  return !out.tombstone;
}

bool read_record(const Query& row, Query& older, const View& view, StoredRecord& out) {
  std::string_view fields;
  if (!read_head_of(row, older, view, out, fields)) return false;
  read_fields(fields, out);
  return true;
}

auto canonical_order(const StoredRecord& r) { return std::tie(r.record.kind, r.record.source, r.record.key); }

}  // namespace

Status SqliteFacts::each_record(const View& view, unsigned kinds, const RecordVisitor& visit) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kRead);
    StoredRecord record;
    Query older(database_, kVersion);
    const auto sources = sources_by_name();
    for (unsigned kind = 1; kind <= static_cast<unsigned>(RecordKind::kSignal); ++kind) {
      if (!(kinds & (1u << kind))) continue;
      for (const auto& [name, source] : sources) {
        Query rows(database_, kOfKindAndSource);
        for (rows.with(source, kind); rows.step();) {
          if (!read_record(rows, older, view, record)) continue;
          if (Status visited = visit(record); !visited) throw sql::Failure{visited.error()};
        }
      }
    }
    transaction.commit();
  });
}

// The first share is read by the connection that is there, any other by one of its own.
Status SqliteFacts::each_packed_record(const View& view, Share share, const PackedVisitor& visit) {
  std::optional<sql::Database> own;
  try {
    if (share.number > 0) own.emplace(database_.path(), sql::Database::Mode::kRead);
  } catch (const sql::Failure& failure) {
    return failure.error;
  }
  sql::Database& database = own ? *own : database_;
  return guarded(database, [&] {
    Transaction transaction(database, Transaction::Kind::kRead);
    Query rows(database, kAsTheyLie), older(database, kVersion);
    const std::int64_t last = database.number("SELECT max(id) FROM record");
    const auto end_of = [&](std::uint32_t number) {
      return last / share.of * number + last % share.of * number / share.of;
    };
    StoredRecord head;
    for (rows.with(end_of(share.number) + 1, end_of(share.number + 1)); rows.step();) {
      std::string_view fields;
      if (!read_head_of(rows, older, view, head, fields)) continue;
      const bool has_earlier = read_head(rows, kFirstVersionColumn).previous != 0;
      if (Status visited = visit(head, fields, has_earlier); !visited) throw sql::Failure{visited.error()};
    }
    transaction.commit();
  });
}

Status SqliteFacts::each_earlier(const View& view, const std::vector<RecordId>& records, const EarlierVisitor& visit) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kRead);
    StoredRecord record;
    Query row(database_, kRecordById), older(database_, kVersion);
    for (const RecordId id : records) {
      if (!row.with(id).step()) continue;
      const std::vector<VersionHead> seen = seen_versions(row, older, view);
      read_identity(row, view, record);
      const std::size_t visible = taken(seen, view);
      for (std::size_t at = visible; at < seen.size(); ++at) {
        if (view.as_of && known_from(seen[at], at + 1 != seen.size()) > *view.as_of) continue;  // not public yet
        if (!older.with(seen[at].id).step()) sql::fail(Errc::kCorrupt, "a version in a record's history is missing");
        read_version(older, 0, record);
        record.record.public_date = known_from(seen[at], at + 1 != seen.size());
        if (at == visible && record.tombstone) break;  // the view does not see the record
        if (at == visible || record.tombstone) continue;
        if (Status visited = visit(record, seen[at - 1].stated); !visited) throw sql::Failure{visited.error()};
      }
    }
    transaction.commit();
  });
}

std::optional<StoredRecord> SqliteFacts::record_row(RecordId id, const View& view) {
  Query row(database_, kRecordById), older(database_, kVersion);
  StoredRecord record;
  if (!row.with(id).step() || !read_record(row, older, view, record)) return std::nullopt;
  return record;
}

Result<std::vector<StoredRecord>> SqliteFacts::records_of(FirmNo firm, const View& view) {
  return guarded(database_, [&] {
    std::vector<StoredRecord> found;
    Query rows(database_, "SELECT DISTINCT record FROM link WHERE firm = ?1");
    for (rows.with(firm); rows.step();)
      if (auto record = record_row(rows.get<RecordId>(0), view)) found.push_back(std::move(*record));
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return canonical_order(a) < canonical_order(b); });
    return found;
  });
}

// Oldest first, tombstones among them.
Result<std::vector<StoredRecord>> SqliteFacts::history(std::string_view source, RecordKind kind, std::string_view key) {
  return guarded(database_, [&] {
    std::vector<StoredRecord> found;
    Query row(database_, kByKey);
    if (!row.with(find_source(source), kind, key).step()) return found;
    StoredRecord record;
    read_live(row, {}, record);
    found.push_back(record);
    Query older(database_, kVersion);
    for (VersionId next = read_head(row, kFirstVersionColumn).previous; next != 0;) {
      if (!older.with(next).step()) sql::fail(Errc::kCorrupt, "a version in a record's history is missing");
      const VersionHead head = read_head(older, 0);
      read_version(older, 0, record);
      record.record.public_date = known_from(head, head.previous != 0);
      found.push_back(record);
      next = head.previous;
    }
    std::reverse(found.begin(), found.end());
    return found;
  });
}

Result<std::vector<StoredRecord>> SqliteFacts::records_by_id(const std::vector<RecordId>& ids) {
  return guarded(database_, [&] {
    std::vector<StoredRecord> found;
    for (const RecordId id : ids)
      if (auto record = record_row(id, {})) found.push_back(std::move(*record));
    return found;
  });
}

Result<std::map<std::string, Facts::RecordTotals>> SqliteFacts::totals() {
  return guarded(database_, [&] {
    std::map<std::string, RecordTotals> found;
    Query rows(database_,
               "SELECT s.name, count(r.live_hash), count(*) FILTER (WHERE r.live_version IS NOT NULL"
               " AND r.live_hash IS NULL) FROM record r JOIN source s ON s.id = r.source GROUP BY s.name");
    while (rows.step()) found[rows.text(0)] = {rows.get<std::uint64_t>(1), 0, rows.get<std::uint64_t>(2)};
    Query versions(database_,
                   "SELECT s.name, count(*) FROM version v JOIN batch b ON b.id = v.batch AND b.state = 2"
                   " JOIN source s ON s.name = b.source GROUP BY s.name");
    while (versions.step()) found[versions.text(0)].versions = versions.get<std::uint64_t>(1);
    return found;
  });
}

}  // namespace tanmiao::store
