#include "apps/tanmiao/candidates.h"

#include <algorithm>

#include "apps/tanmiao/console.h"
#include "core/settings.h"
#include "store/suppression.h"

namespace tanmiao::app {
namespace {

Result<std::string> live_run(Workplace& place, const std::string& campaign) {
  TANMIAO_ASSIGN(const auto live, place.facts().live());
  std::vector<std::string_view> known;
  for (const auto& [name, run] : live.runs) {
    if (name == campaign) return run;
    known.push_back(name);
  }
  if (known.empty()) return Error{Errc::kNotFound, "no run yet: run tanmiao run first", place.data.string()};
  TANMIAO_ASSIGN(const auto rules, place.rules());
  const auto described = rules->campaigns();
  if (std::any_of(described.begin(), described.end(), [&](const auto& c) { return c.id == campaign; }))
    return Error{Errc::kNotFound, "no live run of this campaign", campaign};
  known.clear();
  for (const auto& one : described) known.push_back(one.id);
  return no_such("campaign", campaign, known);
}

// The newest registered run of the campaign, of a day before this one's, that looked at the live state: a list that was
// made anew when answers came in is not compared with that of the same morning.
std::shared_ptr<const store::Run> run_before(Workplace& place, const store::RunEntry& entry) {
  const auto runs = place.facts().runs();
  if (!runs) return nullptr;
  auto at = std::find_if(runs->begin(), runs->end(), [&](const auto& run) { return run.id == entry.id; });
  for (; at != runs->end(); ++at) {
    if (at->campaign != entry.campaign || at->snapshot.starts_with("asof-") || !(at->as_of < entry.as_of)) continue;
    if (auto run = store::Run::open(place.folder().run(at->id))) return *run;
    return nullptr;
  }
  return nullptr;
}

std::string points(const pool::CandidateRow& row) {
  if (row.known_points < 0 || row.most_points < 0) return "未知";
  return std::to_string(row.known_points) + "–" + std::to_string(row.most_points);
}

}  // namespace

Result<LoadedRun> load_run(Workplace& place, const std::string& id, const std::string& campaign) {
  LoadedRun loaded;
  std::string wanted = id;
  if (wanted.empty()) {
    TANMIAO_ASSIGN(wanted, live_run(place, campaign));
  }
  TANMIAO_ASSIGN(const auto entry, place.facts().run(wanted));
  if (!entry) return Error{Errc::kNotFound, "no such run", wanted};
  loaded.entry = *entry;
  TANMIAO_ASSIGN(loaded.snapshot, store::Snapshot::open(place.folder().columns(entry->snapshot)));
  TANMIAO_ASSIGN(loaded.run, store::Run::open(place.folder().run(entry->id)));
  loaded.previous = run_before(place, *entry);
  return loaded;
}

Result<std::vector<store::FirmNo>> suppressed_of(Workplace& place, const store::Snapshot& snapshot) {
  TANMIAO_ASSIGN(const auto suppressions, place.people().suppressions());
  return store::suppressed_firms(place.facts(), store::suppressed_names(suppressions), snapshot);
}

Result<std::vector<pool::CandidateRow>> candidate_rows_of(Workplace& place, const LoadedRun& run,
                                                          const pool::CandidateFilter& filter) {
  TANMIAO_ASSIGN(auto entries, place.people().pool_entries());
  TANMIAO_ASSIGN(auto suppressed, suppressed_of(place, *run.snapshot));
  TANMIAO_ASSIGN(const auto reports, place.people().self_reports());
  TANMIAO_ASSIGN(const auto firms, place.facts().firm_register());
  TANMIAO_ASSIGN(const auto rules, place.pool_rules());
  const pool::FirmBook book(run.snapshot, run.run, place.reference, firms);
  const pool::CandidateInputs inputs{book,
                                     *rules,
                                     *run.run,
                                     run.entry.as_of,
                                     run.previous.get(),
                                     std::move(entries),
                                     std::move(suppressed),
                                     reports.empty() ? 0 : reports.back().id};
  return pool::candidate_rows(inputs, filter);
}

std::map<std::string, std::string, std::less<>> source_titles(const Workplace& place) {
  std::map<std::string, std::string, std::less<>> titles;
  const auto sources = crawler::list_sources(place.config.crawl);
  if (!sources) return titles;
  for (const auto& source : *sources)
    if (!source.title.empty()) titles.emplace(source.id, source.title);
  return titles;
}

std::string candidate_table(const std::vector<pool::CandidateRow>& rows) {
  std::vector<std::vector<std::string>> cells;
  cells.reserve(rows.size());
  for (const auto& row : rows)
    cells.push_back({std::to_string(row.rank), row.name, row.unit, std::string(label(row.lead_kind)),
                     std::string(label(row.judgement)), points(row), row.basis.substr(0, row.basis.find('\n'))});
  return table({{"名次", true},
                {"企业名称", false, 34},
                {"责任单位", false, 14},
                {"线索类型"},
                {"研判"},
                {"得分区间", true},
                {"主要依据", false, 44}},
               cells);
}

}  // namespace tanmiao::app
