#include "store/people_rows.h"

#include <boost/json.hpp>

namespace tanmiao::store {

using sql::Query;

std::string select(std::string_view columns, std::string_view rest) {
  return "SELECT " + std::string(columns) + std::string(rest);
}

SourceApproval approval_of(const Query& row) {
  return {row.text(0), row.get<SourceState>(1), row.text(2), row.text(3), row.text(4), row.instant(5)};
}

IdentityDecision decision_of(const Query& row) {
  return {row.text(0), row.text(1),    row.get<std::uint16_t>(2), row.text(3), row.get<Ruling>(4), row.text(5),
          row.text(6), row.instant(7), row.get<RecordKind>(8),    row.text(9)};
}

PoolBatch batch_of(const Query& row) {
  return {row.text(0), row.text(1),    row.text(2),
          row.text(3), row.date(4),    row.text(5),
          row.text(6), row.instant(7), row.get<std::uint64_t>(8)};
}

Suppression suppression_of(const Query& row) {
  return {row.text(0), row.integer(1) != 0, row.text(2), row.text(3), row.instant(4)};
}

AuditEntry trail_entry(const Query& row) {
  return {row.get<std::uint64_t>(0), row.instant(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)};
}

PoolEntry entry_of(const Query& row) {
  PoolEntry entry{row.text(0),
                  row.text(1),
                  row.text(2),
                  row.date(3),
                  row.text(4),
                  row.text(5),
                  {},
                  row.text(7),
                  row.text(8),
                  row.instant(9),
                  row.get<std::uint64_t>(10)};
  boost::system::error_code failed;
  const auto cells = boost::json::parse(row.view(6), failed);
  if (failed || !cells.is_object())
    sql::fail(Errc::kCorrupt, "people.db: cells of pool entry " + entry.firm + " are not a JSON object");
  for (const auto& [word, value] : cells.get_object())
    if (value.is_string()) entry.cells.emplace(word, value.get_string());
  return entry;
}

SelfReport report_of(const Query& row) {
  SelfReport report{row.get<std::uint64_t>(0),
                    row.text(1),
                    row.date(2),
                    row.text(3),
                    {},
                    row.text(5),
                    row.text(6),
                    row.text(7),
                    row.text(8),
                    row.instant(9)};
  auto answers = fields_from_json(row.view(4));
  if (!answers) sql::fail(Errc::kCorrupt, "people.db: self-report " + row.text(0) + ": " + answers.error().message);
  report.answers = std::move(*answers);
  if (!row.is_null(12)) report.withdrawn = ReportStep{report.id, true, row.text(10), row.text(11), row.instant(12)};
  return report;
}

Conflict conflict_of(const Query& row) {
  return {row.get<std::uint64_t>(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          row.text(6),
          row.text(7),
          row.text(8),
          row.get<std::uint64_t>(9),
          row.get<std::uint64_t>(10),
          row.text(11),
          row.instant(12),
          row.text(13),
          row.text(14),
          row.text(15),
          row.integer(16) != 0};
}

SavedSearch saved_of(const Query& row) {
  return {row.text(0), row.text(2),    row.integer(3) != 0,      row.text(4),
          row.text(5), row.instant(6), row.get<std::uint64_t>(1)};
}

Correction correction_of(const Query& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.instant(5)};
}

}  // namespace tanmiao::store
