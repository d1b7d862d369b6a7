// The JSON API (docs/api.md): the same questions as the pages. Absent is unknown.
#include <algorithm>

#include "core/messages.h"
#include "server/api_pool.h"
#include "server/json_reading.h"
#include "server/saved_view.h"
#include "server/similar_view.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

namespace json = boost::json;

Response answer(const json::object& object, int status = 200) {
  Response response;
  response.status = status;
  response.type = "application/json; charset=utf-8";
  response.body = json::serialize(object) + "\n";
  return response;
}

Response failure(const Error& error) {
  json::object inner{{"code", errc_name(error.code)}, {"message", in_chinese(error.message)}};
  if (!error.where.empty()) inner["where"] = error.where;
  return answer({{"error", std::move(inner)}}, http_status(error.code));
}

json::array facets_json(const std::vector<indexer::FacetCounts>& facets) {
  json::array out;
  for (const auto& facet : facets) {
    json::array values;
    const bool tree = std::any_of(facet.values.begin(), facet.values.end(), [](const auto& v) { return v.deeper; });
    for (const auto& value : facet.values) {
      json::object item{{"value", value.value}, {"label", value.label}, {"count", value.count}};
      if (tree) item["level"] = value.level, item["deeper"] = value.deeper;
      values.push_back(std::move(item));
    }
    out.push_back(json::object{{"facet", facet.facet}, {"label", facet.label}, {"values", std::move(values)}});
  }
  return out;
}

// Unknown members are left out.
json::object row_json(const pool::CandidateRow& row) {
  json::object out{{"number", row.number},
                   {"rank", row.rank},
                   {"firm", row.firm},
                   {"name", row.name},
                   {"lead_kind", word(row.lead_kind)},
                   {"judgement", word(row.judgement)},
                   {"pool_state", row.pool_state}};
  const auto text = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  const auto count = [&](std::string_view name, std::int64_t value) {
    if (value >= 0) out[name] = value;
  };
  const auto day = [&](std::string_view name, Day value) {
    if (const auto date = from_day(value)) out[name] = iso(*date);
  };
  text("rank_change", row.rank_change), text("code", row.code), text("unit", row.unit);
  text("township", row.township), text("zone", row.zone), text("address", row.address), text("status", row.status);
  text("industries", row.industries), text("rd_signals", row.rd_signals), text("recognitions", row.recognitions);
  text("basis", row.basis), text("ask_first", row.ask_first), text("hints", row.hints);
  day("established", row.established), day("last_filing", row.last_filing), day("data_as_of", row.data_as_of);
  count("capital_minor", row.capital), count("known_points", row.known_points), count("most_points", row.most_points);
  if (row.capital >= 0) text("capital_currency", row.capital_currency);
  count("valid_inventions", row.valid_inventions), count("valid_class_two", row.valid_class_two);
  count("unverified_patents", row.unverified), count("pending_inventions", row.pending);
  return out;
}

json::object page_json(const World& world, const ListQuery& query, std::uint64_t total,
                       const std::vector<indexer::FacetCounts>& facets) {
  json::object out{{"campaign", world.campaign},
                   {"snapshot", world.live.snapshot},
                   {"total", total},
                   {"page", query.page},
                   {"pages", (total + kRowsOfPage - 1) / kRowsOfPage},
                   {"page_size", kRowsOfPage},
                   {"facets", facets_json(facets)}};
  if (world.run != nullptr) out["run"] = world.entry.id, out["as_of"] = iso(world.entry.as_of);
  return out;
}

Result<Response> candidates(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const ListQuery asked, parse_list_query(request, kCandidateWords));
  TANMIAO_ASSIGN(const auto world, site.with_run(asked));
  TANMIAO_ASSIGN(const ListQuery query, world->list->resolved(asked));
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(*world));
  auto selection = world->list->select(query, *suppressed);
  const std::size_t total = selection.rows.size();
  const std::size_t begin = std::min((query.page - 1) * kRowsOfPage, total);
  selection.rows.resize(std::min(begin + kRowsOfPage, total));
  selection.rows.erase(selection.rows.begin(), selection.rows.begin() + static_cast<std::ptrdiff_t>(begin));
  TANMIAO_ASSIGN(const auto rows, site.rows(*world, selection.rows, begin + 1));
  json::object out = page_json(*world, query, total, selection.facets);
  out["notice"] = "内部线索，不作为评价结论";
  json::array items;
  for (const auto& row : rows) items.push_back(row_json(row));
  out["candidates"] = std::move(items);
  return answer(out);
}

Result<Response> search(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const ListQuery query, parse_list_query(request, kSearchWords));
  TANMIAO_ASSIGN(const auto world, search_world(site, query));
  TANMIAO_ASSIGN(const auto found, search_firms(site, *world, query));
  json::object out = page_json(*world, query, found.total, found.facets);
  out["before"] = found.before;
  if (!found.next.empty()) out["next"] = found.next;
  json::array hits;
  const auto& firms = world->snapshot->firms;
  for (const auto& hit : found.hits) {
    json::object item{{"firm", hit.firm},
                      {"name", firms.name[hit.firm]},
                      {"matched_in", hit.matched_in},
                      {"name_html", hit.name_html},
                      {"snippet_html", hit.snippet_html}};
    if (!hit.why.empty()) item["why"] = hit.why;
    if (!firms.code[hit.firm].empty()) item["code"] = firms.code[hit.firm];
    if (world->run != nullptr)
      if (const std::size_t row = world->run->row_of(hit.firm); row < world->run->size())
        item["rank"] = world->run->rank[row];
    hits.push_back(std::move(item));
  }
  out["hits"] = std::move(hits);
  json::array corrections;
  for (const auto& correction : found.corrections)
    corrections.push_back(json::object{{"typed", correction.typed}, {"as", correction.as}});
  out["corrections"] = std::move(corrections);
  return answer(out);
}

Result<Response> firm(const Site& site, const Request& request, std::string_view code) {
  TANMIAO_ASSIGN(const ListQuery query, parse_list_query(request, ListWords{}));
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.campaign_of(query)));
  TANMIAO_ASSIGN(const store::FirmNo number, site.find_firm(*world, code));
  TANMIAO_ASSIGN(const json::object object, firm_json(site, *world, number));
  return answer(object);
}

Result<Response> campaigns(const Site& site) {
  json::array items;
  for (const auto& info : site.worlds.rules().campaigns())
    items.push_back(json::object{{"id", info.id}, {"title", info.title}, {"default", info.id == site.config.campaign}});
  return answer({{"campaigns", std::move(items)}});
}

Result<Response> report(const Site& site, std::string_view night) {
  TANMIAO_ASSIGN(const std::string text, report_text(site, night));
  boost::system::error_code failed;
  auto parsed = json::parse(text, failed);
  if (failed || !parsed.is_object()) return Error{Errc::kCorrupt, "运行报告不是有效的 JSON", ""};
  json::array held;
  for (const HeldSource& source : held_sources(site, parsed.get_object())) {
    json::object item{{"source", source.id}, {"title", source.title}, {"why", source.why}};
    if (night.empty() && !source.kept.empty()) item["data_of"] = source.kept;
    held.push_back(std::move(item));
  }
  return answer({{"report", std::move(parsed)}, {"held", std::move(held)}});
}

Result<Response> answered(const Result<json::object>& object) {
  if (!object) return object.error();
  return answer(*object);
}

Result<Response> api_route(const Site& site, const Request& request) {
  std::string_view path = request.path;
  path.remove_prefix(std::string_view("/api/v1").size());
  const auto below = [&](std::string_view prefix) { return path.starts_with(prefix) && path.size() > prefix.size(); };
  if (path == "/candidates") return candidates(site, request);
  if (path == "/search") return search(site, request);
  if (path == "/search/export") return search_file(site, request);
  if (path == "/export") return export_file(site, request);
  if (path == "/campaigns") return campaigns(site);
  if (path == "/report") return report(site, "");
  if (path == "/pool") return answered(pool_json(site, request));
  if (path == "/batches") return answered(batches_json(site));
  if (path == "/conflicts") return answered(conflicts_json(site));
  if (path == "/targets") return answered(targets_json(site, request));
  if (path == "/saved") return answered(saved_json(site));
  if (below("/saved/")) return answered(saved_json(site, path.substr(7)));
  if (path == "/review") return answered(review_json(site, request));
  if (below("/report/")) return report(site, path.substr(8));
  constexpr std::string_view kSimilar = "/similar";
  if (below("/firms/") && path.ends_with(kSimilar))
    return answered(similar_json(site, request, path.substr(7, path.size() - 7 - kSimilar.size())));
  if (below("/firms/")) return firm(site, request, path.substr(7));
  return Error{Errc::kNotFound, "没有这个接口：" + request.path, ""};
}

}  // namespace

Response api(const Site& site, const Request& request) {
  auto response = api_route(site, request);
  return response ? std::move(*response) : failure(response.error());
}

}  // namespace tanmiao::server
