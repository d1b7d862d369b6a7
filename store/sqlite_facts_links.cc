// Firms and links: the register of numbers, and which record belongs to which firm.
#include "store/sqlite_facts.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace tanmiao::store {

using sql::Database;
using sql::Query;
using sql::Transaction;

namespace {

std::string join_numbers(const std::vector<FirmNo>& numbers) {
  std::string text;
  for (const FirmNo no : numbers) text += (text.empty() ? "" : " ") + std::to_string(no);
  return text;
}

std::vector<FirmNo> split_numbers(std::string_view text) {
  std::vector<FirmNo> numbers;
  FirmNo number = 0;
  for (const char c : text) {
    if (c != ' ') {
      number = number * 10 + static_cast<FirmNo>(c - '0');
      continue;
    }
    numbers.push_back(number);
    number = 0;
  }
  if (number != 0) numbers.push_back(number);
  return numbers;
}

void enter_firms(Database& database, const std::vector<FirmEntry>& fresh) {
  std::int64_t next = database.number("SELECT max(no) FROM firm") + 1;
  Query insert(database, "INSERT INTO firm(no, identity, successor) VALUES(?1, ?2, ?3)");
  for (const FirmEntry& firm : fresh) {
    if (firm.no != next)
      sql::fail(Errc::kConflict, "firm number " + std::to_string(firm.no) +
                                     " does not continue the register, expected " + std::to_string(next));
    insert.run_with(firm.no, firm.identity, firm.successor);
    ++next;
  }
}

void point_on(Database& database, const std::vector<FirmEntry>& merged) {
  Query merge(database, "UPDATE firm SET successor = ?2 WHERE no = ?1");
  for (const FirmEntry& firm : merged) merge.run_with(firm.no, firm.successor);
}

Link read_link(const Query& row) {
  return {row.get<RecordId>(0), row.get<FirmNo>(2), row.get<LinkReason>(3), row.get<std::uint16_t>(1)};
}

constexpr std::string_view kAllLinks = "SELECT record, slot, firm, reason FROM link ORDER BY record, slot";

std::vector<Link> all_links(Database& database) {
  std::vector<Link> found;
  Query rows(database, kAllLinks);
  while (rows.step()) found.push_back(read_link(rows));
  return found;
}

constexpr std::string_view kLinksOfFirm =
    "SELECT record, slot, firm, reason FROM link WHERE firm = ?1 ORDER BY record, slot";
constexpr std::string_view kLinksInRecord =
    "SELECT record, slot, firm, reason FROM link WHERE record = ?1 ORDER BY record, slot";

// `text` stays: a query gives its statement back under it.
std::vector<Link> links_where(Database& database, std::string_view text, std::uint64_t number) {
  std::vector<Link> found;
  Query rows(database, text);
  for (rows.with(number); rows.step();) found.push_back(read_link(rows));
  return found;
}

auto place(const Link& link) { return std::tuple(link.record, link.slot); }

// A merge of two sorted lists; rows are written only where they differ.
Facts::LinkDelta write_differences(Database& database, const std::vector<Link>& before, const std::vector<Link>& now) {
  Facts::LinkDelta delta{0, 0, 0};
  Query put(database, "INSERT OR REPLACE INTO link(record, slot, firm, reason) VALUES(?1, ?2, ?3, ?4)");
  Query remove(database, "DELETE FROM link WHERE record = ?1 AND slot = ?2");
  auto old = before.begin();
  auto fresh = now.begin();
  while (old != before.end() || fresh != now.end()) {
    if (fresh == now.end() || (old != before.end() && place(*old) < place(*fresh))) {
      remove.run_with(old->record, old->slot);
      ++delta.removed, ++old;
      continue;
    }
    const bool known = old != before.end() && place(*old) == place(*fresh);
    if (!known || *old != *fresh) put.run_with(fresh->record, fresh->slot, fresh->firm, fresh->reason);
    delta.added += !known;
    delta.moved += known && old->firm != fresh->firm;
    if (known) ++old;
    ++fresh;
  }
  return delta;
}

// The first links of all, in their order: their tree by firm is made of sorted rows at the end instead of one by one.
void write_first_links(Database& database, const std::vector<Link>& links) {
  database.one("DROP INDEX link_of_firm");
  Query put(database, "INSERT INTO link(record, slot, firm, reason) VALUES(?1, ?2, ?3, ?4)");
  for (const Link& link : links) put.run_with(link.record, link.slot, link.firm, link.reason);
  database.one("CREATE INDEX link_of_firm ON link(firm)");
}

Facts::LinkDelta write_links(Database& database, const std::vector<Link>& now) {
  const std::vector<Link> before = all_links(database);
  if (!before.empty()) return write_differences(database, before, now);
  write_first_links(database, now);
  return {now.size(), 0, 0};
}

void check_order(const std::vector<Link>& links) {
  for (std::size_t i = 1; i < links.size(); ++i)
    if (!(place(links[i - 1]) < place(links[i])))
      sql::fail(Errc::kUsage, "links are not sorted by record and slot at " + std::to_string(i));
}

void replace_reviews(Database& database, const std::vector<ReviewItem>& reviews) {
  Query(database, "DELETE FROM review").run();
  Query insert(database,
               "INSERT INTO review(source, key, slot, name, candidates, why, kind, value, detail, linked)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  for (const ReviewItem& r : reviews)
    insert.run_with(r.source, r.key, r.slot, r.name, join_numbers(r.candidates), r.why, r.kind, r.value, r.detail,
                    r.linked);
}

}  // namespace

Result<std::vector<FirmEntry>> SqliteFacts::firm_register() {
  return guarded(database_, [&] {
    std::vector<FirmEntry> found;
    Query rows(database_, "SELECT no, identity, successor FROM firm ORDER BY no");
    while (rows.step()) found.push_back({rows.get<FirmNo>(0), rows.text(1), rows.get<FirmNo>(2)});
    return found;
  });
}

Status SqliteFacts::add_firms(const std::vector<FirmEntry>& fresh) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    enter_firms(database_, fresh);
    transaction.commit();
  });
}

Result<Facts::LinkDelta> SqliteFacts::publish_links(BatchId id, const LinkUpdate& update) {
  return guarded(database_, [&] {
    check_order(update.links);
    Transaction transaction(database_, Transaction::Kind::kWrite);
    open_batch_row(id);
    enter_firms(database_, update.new_firms);
    point_on(database_, update.merged);
    const LinkDelta delta = write_links(database_, update.links);
    replace_reviews(database_, update.reviews);
    publish_batch(id, {});
    std::string generation = update.generation;
    if (update.finish_generation) {
      auto finished = update.finish_generation();
      if (!finished) throw sql::Failure{finished.error()};
      generation = std::move(*finished);
    }
    Query(database_, "UPDATE batch SET note = ?2 WHERE id = ?1").run_with(id, generation);
    transaction.commit();
    return delta;
  });
}

Result<std::vector<Link>> SqliteFacts::links() {
  return guarded(database_, [&] { return all_links(database_); });
}

Result<std::vector<Link>> SqliteFacts::links_of(FirmNo firm) {
  return guarded(database_, [&] { return links_where(database_, kLinksOfFirm, firm); });
}

Result<std::vector<Link>> SqliteFacts::links_in(RecordId record) {
  return guarded(database_, [&] { return links_where(database_, kLinksInRecord, record); });
}

Result<std::optional<NameModelEntry>> SqliteFacts::name_model() {
  return guarded(database_, [&]() -> std::optional<NameModelEntry> {
    Query rows(database_, "SELECT version, made, note, body FROM name_model ORDER BY id DESC LIMIT 1");
    if (!rows.step()) return std::nullopt;
    return NameModelEntry{rows.text(0), rows.instant(1), rows.text(2), rows.text(3)};
  });
}

Status SqliteFacts::keep_name_model(const NameModelEntry& model) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    Query(database_, "INSERT INTO name_model(version, made, note, body) VALUES(?1, ?2, ?3, ?4)")
        .run_with(model.version, model.made, model.note, model.body);
    transaction.commit();
  });
}

Result<std::vector<ReviewItem>> SqliteFacts::reviews(std::size_t offset, std::size_t limit) {
  return guarded(database_, [&] {
    std::vector<ReviewItem> found;
    Query rows(database_,
               "SELECT source, key, slot, name, candidates, why, kind, value, detail, linked FROM review"
               " ORDER BY id LIMIT ?2 OFFSET ?1");
    constexpr std::size_t kAll = std::numeric_limits<std::int64_t>::max();
    for (rows.with(std::min(offset, kAll), std::min(limit, kAll)); rows.step();)
      found.push_back({rows.text(0), rows.text(1), rows.get<std::uint16_t>(2), rows.text(3),
                       split_numbers(rows.view(4)), rows.text(5), rows.get<RecordKind>(6), rows.integer(7),
                       rows.text(8), rows.get<FirmNo>(9)});
    return found;
  });
}

Result<std::uint64_t> SqliteFacts::review_count() {
  return guarded(database_, [&] {
    return static_cast<std::uint64_t>(database_.number("SELECT count(*) FROM review WHERE linked = 0"));
  });
}

}  // namespace tanmiao::store
