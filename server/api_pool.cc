// The JSON of the pool, its batches, conflicts and targets: read only. Absent is unknown.
#include <boost/json.hpp>

#include "server/api_pool.h"
#include "server/pool_query.h"
#include "server/targets_view.h"

namespace tanmiao::server {
namespace {

namespace json = boost::json;

json::object row_object(const pool::PoolRow& row) {
  json::object out{
      {"firm", row.entry.firm},        {"name", row.name()},       {"unit", row.unit()},
      {"stage", row.entry.stage},      {"stage_label", row.stage}, {"stage_since", iso(row.entry.stage_since)},
      {"revision", row.entry.revision}};
  const auto text = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  text("code", row.code()), text("township", row.card.township), text("zone", row.card.zone);
  text("industries", row.card.industries), text("batch", row.entry.batch), text("verdict", row.verdict);
  text("reason", row.entry.reason);
  if (row.card.known_points >= 0) out["known_points"] = row.card.known_points;
  if (row.card.most_points >= 0) out["most_points"] = row.card.most_points;
  if (const auto day = from_day(row.last_visit)) out["last_visit"] = iso(*day);
  json::object cells;
  for (const auto& [word, value] : row.entry.cells) cells[word] = value;
  if (!cells.empty()) out["cells"] = std::move(cells);
  return out;
}

json::object sum_object(const pool::PoolSum& sum, const pool::PoolRules& rules) {
  json::object stages;
  for (std::size_t i = 0; i < rules.stages.size(); ++i) stages[rules.stages[i].id] = sum.stages[i];
  return {{"unit", sum.unit}, {"stages", std::move(stages)}, {"in_pool", sum.in_pool}, {"total", sum.total}};
}

json::value count_or_null(const std::optional<std::uint32_t>& count) {
  return count ? json::value(*count) : json::value();
}

json::object counter_object(const pool::Counter& counter) {
  json::array units, months;
  for (const pool::CountLine& line : counter.lines) {
    json::object one{{"unit", line.unit},
                     {"valid", count_or_null(line.valid)},
                     {"renew_due", count_or_null(line.renew_due)},
                     {"unverified", count_or_null(line.unverified)},
                     {"pipeline", line.pipeline}};
    if (line.target) one["target"] = *line.target;
    if (line.gap) one["gap"] = *line.gap;
    units.push_back(std::move(one));
  }
  for (const pool::MonthCount& month : counter.months)
    months.push_back(json::object{{"day", iso(month.day)}, {"valid", count_or_null(month.valid)}});
  json::object out{{"program", counter.program},
                   {"label", counter.label},
                   {"units", std::move(units)},
                   {"months", std::move(months)},
                   {"forecast", nullptr}};
  if (const auto& f = counter.forecast)
    out["forecast"] = json::object{{"day", iso(f->day)},    {"low", f->low},           {"high", f->high},
                                   {"carried", f->carried}, {"renewals", f->renewals}, {"pipeline", f->pipeline}};
  if (counter.target)
    out["target"] = json::object{
        {"year", counter.target->year}, {"firms", counter.target->firms}, {"at_least", counter.target->at_least}};
  return out;
}

}  // namespace

Result<json::object> pool_json(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const PoolQuery query, parse_pool_query(site, request));
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  const auto rows = state.rows(site, query.filter);
  json::array entries, sums;
  for (const pool::PoolRow& row : rows) entries.push_back(row_object(row));
  for (const auto& sum : pool::pool_sums(rows, site.pool_rules(), site.worlds.reference()))
    sums.push_back(sum_object(sum, site.pool_rules()));
  return json::object{{"track", query.filter.track}, {"as_of", iso(state.as_of)},
                      {"total", rows.size()},        {"entries", std::move(entries)},
                      {"sums", std::move(sums)},     {"notice", "内部工作台账，不作为评价结论"}};
}

Result<json::object> batches_json(const Site& site) {
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  json::array batches;
  for (const store::PoolBatch& batch : state.batches) {
    json::array members;
    for (const store::PoolEntry* entry : state.members(batch.id)) members.emplace_back(entry->firm);
    json::object one{{"id", batch.id},
                     {"track", batch.track},
                     {"title", batch.title},
                     {"state", batch.state},
                     {"state_label", site.pool_rules().batch_label(batch.state)},
                     {"by", batch.by},
                     {"at", iso(batch.at)},
                     {"members", std::move(members)}};
    if (batch.signed_on != Date{}) one["signed_on"] = iso(batch.signed_on);
    batches.push_back(std::move(one));
  }
  return json::object{{"batches", std::move(batches)}};
}

Result<json::object> conflicts_json(const Site& site) {
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  json::array conflicts;
  for (const store::Conflict& one : state.conflicts) {
    if (!one.open() || state.suppressed.has(*state.world->book, one.firm)) continue;
    json::object item{
        {"id", one.id},           {"firm", one.firm},           {"field", one.field},           {"stored", one.stored},
        {"offered", one.offered}, {"stored_by", one.stored_by}, {"offered_by", one.offered_by}, {"origin", one.origin},
        {"at", iso(one.at)}};
    if (one.field == "stage") {
      const pool::Step step = pool::offered_step(one.offered);
      item["offered"] = step.to;
      if (step.on) item["offered_on"] = iso(*step.on);
      if (!step.reason.empty()) item["offered_reason"] = step.reason;
    }
    if (!one.track.empty()) item["track"] = one.track;
    if (one.base != "?") item["base"] = one.base;
    conflicts.push_back(std::move(item));
  }
  return json::object{{"conflicts", std::move(conflicts)}};
}

Result<json::object> targets_json(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const Targets targets, targets_of(site, request));
  json::array programs;
  for (const pool::Counter& counter : targets.counters) programs.push_back(counter_object(counter));
  return json::object{{"as_of", iso(targets.as_of)}, {"programs", std::move(programs)}};
}

}  // namespace tanmiao::server
