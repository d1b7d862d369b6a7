#include "server/pool_query.h"

#include <algorithm>
#include <charconv>

#include "core/settings.h"
#include "core/text/normalize.h"
#include "store/answers.h"

namespace tanmiao::server {

std::string PoolQuery::address() const {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += (out.empty() ? "?" : "&") + std::string(name) + "=" + url_encode(value);
  };
  if (filter.track != default_track) add("track", filter.track);
  add("unit", filter.unit);
  for (const std::string& stage : filter.stages) add("stage", stage);
  add("batch", filter.batch);
  add("q", filter.text);
  if (page > 1) add("page", std::to_string(page));
  return out;
}

Result<PoolQuery> parse_pool_query(const Site& site, const Request& request) {
  const pool::PoolRules& rules = site.pool_rules();
  PoolQuery query;
  query.default_track = query.filter.track = rules.tracks.front().id;
  if (request.parameters.size() > 40) return Error{Errc::kLimit, "筛选条件过多", ""};
  for (const auto& [name, value] : request.parameters) {
    if (value.empty() || name == "notice") continue;
    if (name == "track") {
      TANMIAO_ASSIGN(const pool::Track* track, rules.track(value));
      query.filter.track = track->id;
    } else if (name == "unit") {
      std::vector<std::string_view> known;
      for (const Unit& unit : site.worlds.reference().regions.units()) {
        known.push_back(unit.name);
        if (unit.id == value || unit.name == value) query.filter.unit = unit.name;
      }
      if (query.filter.unit.empty()) return no_such("责任单位", value, known);
    } else if (name == "stage") {
      TANMIAO_ASSIGN(const pool::StageWord* stage, rules.stage(value));
      query.filter.stages.push_back(stage->id);
    } else if (name == "batch") {
      query.filter.batch = value;
    } else if (name == "q") {
      query.filter.text = text::squeeze(value);
    } else if (name == "page") {
      const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), query.page);
      if (failed != std::errc() || end != value.data() + value.size() || query.page == 0 || query.page > 1'000'000)
        return Error{Errc::kUsage, "页码应为正整数：" + value, ""};
    } else {
      return no_such("参数", name, {"track", "unit", "stage", "batch", "q", "page"});
    }
  }
  return query;
}

Result<PoolState> pool_state(const Site& site) {
  PoolState state;
  TANMIAO_ASSIGN(state.world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(*state.world));
  const auto read = [&](store::Store& store) -> Status {
    TANMIAO_ASSIGN(state.entries, store.people().pool_entries());
    TANMIAO_ASSIGN(state.batches, store.people().pool_batches());
    TANMIAO_ASSIGN(state.conflicts, store.people().conflicts(false));
    TANMIAO_ASSIGN(state.reports, store.people().self_reports());
    TANMIAO_ASSIGN(const auto suppressions, store.people().suppressions());
    state.suppressed = pool::taken_out(*state.world->book, suppressions, *suppressed);
    return {};
  };
  TANMIAO_TRY(site.worlds.with_store(read));
  state.reports = store::settled_reports(std::move(state.reports), state.conflicts);
  state.as_of = state.world->run != nullptr ? state.world->entry.as_of : state.world->snapshot->info().civil_date;
  return state;
}

std::vector<pool::PoolRow> PoolState::rows(const Site& site, const pool::PoolFilter& filter) const {
  const pool::PoolInputs inputs{*world->book, site.pool_rules(), entries, batches, reports, suppressed, as_of};
  return pool::pool_rows(inputs, filter);
}

std::vector<const store::PoolEntry*> PoolState::members(std::string_view batch) const {
  std::vector<const store::PoolEntry*> out;
  for (const auto& entry : entries)
    if (entry.batch == batch && !suppressed.has(*world->book, entry.firm)) out.push_back(&entry);
  return out;
}

const store::PoolBatch* PoolState::batch(std::string_view id) const {
  const auto at = std::find_if(batches.begin(), batches.end(), [&](const auto& batch) { return batch.id == id; });
  return at == batches.end() ? nullptr : &*at;
}

std::string entry_path(std::string_view key, std::string_view track) {
  return "/pool/entry/" + url_encode(key) + "?track=" + url_encode(track);
}

std::string entry_path(const store::PoolEntry& entry) { return entry_path(entry.firm, entry.track); }

}  // namespace tanmiao::server
