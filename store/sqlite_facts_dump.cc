// The canonical dump and the check for damage. Neither shows row ids, offsets or times of fetching.
#include "store/sqlite_facts.h"

#include <array>
#include <cstdio>

namespace tanmiao::store {

using sql::Query;
using sql::Transaction;

namespace {

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

// Fields are separated by tabs, so tabs and line ends inside one are written as escapes.
std::string joined(std::initializer_list<std::string_view> fields) {
  std::string line;
  for (const std::string_view field : fields) {
    if (!line.empty()) line += '\t';
    for (const char c : field) {
      if (c == '\t')
        line += "\\t";
      else if (c == '\n')
        line += "\\n";
      else if (c == '\\')
        line += "\\\\";
      else
        line += c;
    }
  }
  return line;
}

std::string version_text(const Query& row, int first) {
  const std::string hash = row.integer(first + 2) ? std::string("gone") : hex(row.hash(first + 1));
  return iso(row.instant(first)) + ' ' + iso(row.date(first + 4)) + ' ' + hash;
}

}  // namespace

// record <kind> <source> <key> <seen_at stated hash> ..., oldest version first.
void SqliteFacts::dump_records(const std::function<void(std::string_view)>& line) {
  Query older(database_, "SELECT seen_at, hash, tombstone, previous, stated FROM version WHERE id = ?1");
  for (unsigned kind = 1; kind <= static_cast<unsigned>(RecordKind::kSignal); ++kind) {
    for (const auto& [name, source] : sources_by_name()) {
      Query rows(database_,
                 "SELECT key, live_version FROM record WHERE source = ?1 AND kind = ?2 AND live_version IS NOT NULL"
                 " ORDER BY key");
      for (rows.with(source, kind); rows.step();) {
        std::string versions;
        for (std::int64_t id = rows.integer(1); id != 0; id = older.integer(3)) {
          if (!older.with(id).step()) sql::fail(Errc::kCorrupt, "a version in a record's history is missing");
          std::string before = version_text(older, 0);
          if (!versions.empty()) before.append("\t").append(versions);
          versions = std::move(before);
        }
        line(joined({"record", kind_name(static_cast<RecordKind>(kind)), name, rows.view(0)}) + '\t' + versions);
      }
    }
  }
}

// link <kind> <source> <key> <slot> <firm identity> <reason>; firm <identity> <identity of its successor>.
void SqliteFacts::dump_links(const std::function<void(std::string_view)>& line) {
  Query firms(database_,
              "SELECT f.identity, coalesce(g.identity, '') FROM firm f LEFT JOIN firm g ON g.no = f.successor"
              " ORDER BY f.identity");
  while (firms.step()) line(joined({"firm", firms.view(0), firms.view(1)}));
  Query links(database_,
              "SELECT r.kind, s.name, r.key, l.slot, coalesce(f.identity, ''), l.reason FROM link l"
              " JOIN record r ON r.id = l.record JOIN source s ON s.id = r.source LEFT JOIN firm f ON f.no = l.firm"
              " ORDER BY 1, 2, 3, 4");
  while (links.step())
    line(joined({"link", kind_name(links.get<RecordKind>(0)), links.view(1), links.view(2),
                 std::to_string(links.integer(3)), links.view(4), link_reason_name(links.get<LinkReason>(5))}));
}

void SqliteFacts::dump_leads(const std::function<void(std::string_view)>& line) {
  Query leads(database_,
              "SELECT l.campaign, coalesce(f.identity, ''), l.first_run, l.last_run, l.first_proposed, l.last_proposed,"
              " l.rank, l.current FROM lead l LEFT JOIN firm f ON f.no = l.firm ORDER BY 1, 2");
  while (leads.step())
    line(joined({"lead", leads.view(0), leads.view(1), leads.view(2), leads.view(3), iso(leads.date(4)),
                 iso(leads.date(5)), std::to_string(leads.integer(6)), leads.integer(7) ? "current" : "past"}));
}

Status SqliteFacts::dump(const std::function<void(std::string_view line)>& line) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kRead);
    dump_records(line);
    dump_links(line);
    dump_leads(line);
    transaction.commit();
  });
}

namespace {

struct Rule {
  std::string_view damage, find;  // `find` yields the keys of damaged rows
};
constexpr Rule kRules[] = {
    {"the live version of a record is missing",
     "SELECT r.key FROM record r LEFT JOIN version v ON v.id = r.live_version"
     " WHERE r.live_version IS NOT NULL AND (v.id IS NULL OR v.record <> r.id)"},
    {"the hash of a record differs from that of its live version",
     "SELECT r.key FROM record r JOIN version v ON v.id = r.live_version"
     " WHERE r.live_hash IS NOT CASE WHEN v.tombstone THEN NULL ELSE v.hash END"},
    {"an earlier version of a record is missing",
     "SELECT r.key FROM version v JOIN record r ON r.id = v.record LEFT JOIN version e ON e.id = v.previous"
     " WHERE v.previous IS NOT NULL AND (e.id IS NULL OR e.record <> v.record)"},
    {"the versions of a record stand out of order",
     "SELECT r.key FROM version v JOIN record r ON r.id = v.record JOIN version e ON e.id = v.previous"
     " WHERE e.stated > v.stated"},
    {"a record's source is missing",
     "SELECT r.key FROM record r LEFT JOIN source s ON s.id = r.source WHERE s.id IS NULL"},
    {"a link's record or firm is missing",
     "SELECT l.record FROM link l LEFT JOIN record r ON r.id = l.record LEFT JOIN firm f ON f.no = l.firm"
     " WHERE r.id IS NULL OR f.no IS NULL"},
    {"a firm's successor is missing",
     "SELECT f.identity FROM firm f LEFT JOIN firm g ON g.no = f.successor WHERE f.successor <> 0 AND g.no IS NULL"},
};

}  // namespace

void SqliteFacts::check_hashes(std::vector<std::string>& damage) {
  Query rows(database_,
             "SELECT v.id, r.kind, s.name, r.key, v.hash, v.event_date, v.public_date, v.fields FROM version v"
             " JOIN record r ON r.id = v.record JOIN source s ON s.id = r.source WHERE v.tombstone = 0 ORDER BY v.id");
  while (rows.step()) {
    Record record;
    record.kind = rows.get<RecordKind>(1);
    record.source = rows.text(2);
    record.key = rows.text(3);
    if (!rows.is_null(5)) record.event_date = rows.date(5);
    record.public_date = rows.date(6);
    auto fields = fields_from_json(rows.view(7));
    if (fields) record.fields = std::move(*fields);
    if (!fields || content_hash(record) != rows.hash(4))
      damage.push_back("facts.db: content of record " + record.source + " " + record.key + " does not match its hash");
  }
}

Result<std::vector<std::string>> SqliteFacts::check() {
  return guarded(database_, [&] {
    std::vector<std::string> damage;
    Query integrity(database_, "PRAGMA integrity_check(20)");
    while (integrity.step())
      if (integrity.view(0) != "ok") damage.push_back("facts.db: " + integrity.text(0));
    for (const Rule& rule : kRules) {
      Query rows(database_, rule.find);
      while (rows.step()) damage.push_back("facts.db: " + std::string(rule.damage) + ": " + rows.text(0));
    }
    check_hashes(damage);
    return damage;
  });
}

}  // namespace tanmiao::store
