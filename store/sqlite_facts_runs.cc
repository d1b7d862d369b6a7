// Runs, leads, notes, and the one row that says what is live.
#include "store/sqlite_facts.h"

#include <map>
#include <optional>

namespace tanmiao::store {

using sql::Query;
using sql::Transaction;

namespace {

RunEntry read_run(const Query& row) {
  RunEntry run{row.text(0),  row.text(1),        row.date(2),    row.text(3),
               row.text(4),  row.text(5),        row.instant(6), row.get<std::uint64_t>(7),
               std::nullopt, row.integer(9) != 0};
  if (!row.is_null(8)) run.known_at = row.instant(8);
  return run;
}

std::string runs_text(const Live& live) {
  std::string text;
  for (const auto& [campaign, run] : live.runs) text.append(campaign).append("\t").append(run).append("\n");
  return text;
}

std::vector<std::pair<std::string, std::string>> read_runs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> runs;
  while (!text.empty()) {
    const auto tab = text.find('\t');
    const auto end = text.find('\n');
    if (tab == std::string_view::npos || end == std::string_view::npos || tab > end)
      sql::fail(Errc::kCorrupt, "the live row is damaged");
    runs.emplace_back(text.substr(0, tab), text.substr(tab + 1, end - tab - 1));
    text.remove_prefix(end + 1);
  }
  return runs;
}

}  // namespace

Status SqliteFacts::add_run(const RunEntry& r) {
  return guarded(database_, [&] {
    Query(database_,
          "INSERT INTO run(id, campaign, as_of, snapshot, rubric, inputs, created, candidates, known_at, live)"
          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING")
        .run_with(r.id, r.campaign, r.as_of, r.snapshot, r.rubric, r.inputs_json, r.created, r.candidates, r.known_at,
                  r.live);
  });
}

Result<std::vector<RunEntry>> SqliteFacts::runs() {
  return guarded(database_, [&] {
    std::vector<RunEntry> found;
    Query rows(database_,
               "SELECT id, campaign, as_of, snapshot, rubric, inputs, created, candidates, known_at, live FROM run"
               " ORDER BY created DESC, rowid DESC");
    while (rows.step()) found.push_back(read_run(rows));
    return found;
  });
}

Result<std::optional<RunEntry>> SqliteFacts::run(std::string_view id) {
  return guarded(database_, [&]() -> std::optional<RunEntry> {
    Query row(database_,
              "SELECT id, campaign, as_of, snapshot, rubric, inputs, created, candidates, known_at, live FROM run"
              " WHERE id = ?1");
    if (!row.with(id).step()) return std::nullopt;
    return read_run(row);
  });
}

Status SqliteFacts::propose(const RunEntry& run, const std::vector<std::pair<FirmNo, std::uint32_t>>& firm_and_rank) {
  return guarded(database_, [&] {
    Transaction transaction(database_, Transaction::Kind::kWrite);
    const Date day = civil_day(run.created);
    // What stands already is not written again: in a night without changes that is every lead.
    std::map<FirmNo, std::optional<std::uint32_t>> standing;  // rank; none: something else about it changes
    Query known(database_, "SELECT firm, rank, last_run, last_proposed FROM lead WHERE campaign = ?1 AND current");
    for (known.with(run.campaign); known.step();) {
      const bool same = known.view(2) == run.id && known.date(3) == day;
      standing[known.get<FirmNo>(0)] = same ? std::optional(known.get<std::uint32_t>(1)) : std::nullopt;
    }
    Query put(database_,
              "INSERT INTO lead(campaign, firm, first_run, last_run, first_proposed, last_proposed, rank, current)"
              " VALUES(?1, ?2, ?3, ?3, ?4, ?4, ?5, 1) ON CONFLICT DO UPDATE SET last_run = excluded.last_run,"
              " last_proposed = excluded.last_proposed, rank = excluded.rank, current = 1");
    for (const auto& [firm, rank] : firm_and_rank) {
      const auto stands = standing.find(firm);
      if (stands == standing.end() || stands->second != rank) put.run_with(run.campaign, firm, run.id, day, rank);
      if (stands != standing.end()) standing.erase(stands);
    }
    Query drop(database_, "UPDATE lead SET current = 0 WHERE campaign = ?1 AND firm = ?2");
    for (const auto& [firm, rank] : standing) drop.run_with(run.campaign, firm);
    transaction.commit();
  });
}

Result<std::vector<Lead>> SqliteFacts::leads(std::string_view campaign) {
  return guarded(database_, [&] {
    std::vector<Lead> found;
    Query rows(database_,
               "SELECT firm, campaign, first_run, last_run, first_proposed, last_proposed, rank, current FROM lead"
               " WHERE campaign = ?1 ORDER BY current DESC, rank, firm");
    for (rows.with(campaign); rows.step();)
      found.push_back({rows.get<FirmNo>(0), rows.text(1), rows.text(2), rows.text(3), rows.date(4), rows.date(5),
                       rows.get<std::uint32_t>(6), rows.integer(7) != 0});
    return found;
  });
}

Result<Live> SqliteFacts::live() {
  return guarded(database_, [&] {
    Query row(database_, "SELECT snapshot, idx, runs FROM live");
    return row.step() ? Live{row.text(0), row.text(1), read_runs(row.view(2))} : Live{};
  });
}

Status SqliteFacts::set_live(const Live& live) {
  return guarded(database_, [&] {
    Query(database_, "INSERT OR REPLACE INTO live(id, snapshot, idx, runs) VALUES(1, ?1, ?2, ?3)")
        .run_with(live.snapshot, live.index, runs_text(live));
  });
}

Result<std::string> SqliteFacts::note(std::string_view key) {
  return guarded(database_, [&] {
    Query row(database_, "SELECT value FROM note WHERE key = ?1");
    return row.with(key).step() ? row.text(0) : std::string();
  });
}

Status SqliteFacts::set_note(std::string_view key, std::string_view value) {
  return guarded(database_, [&] {
    Query(database_, "INSERT OR REPLACE INTO note(key, value) VALUES(?1, ?2)").run_with(key, value);
  });
}

}  // namespace tanmiao::store
