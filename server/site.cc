#include "server/site.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <unordered_map>

#include "core/messages.h"
#include "server/stage_facet.h"

namespace tanmiao::server {

Result<std::shared_ptr<const World>> Site::with_run(const ListQuery& query) const {
  TANMIAO_ASSIGN(auto world, worlds.now(campaign_of(query)));
  if (world->run == nullptr || world->list == nullptr)
    return Error{Errc::kNotFound, "该定向检索尚无运行结果：" + world->campaign, ""};
  return world;
}

Result<std::vector<pool::CandidateRow>> Site::rows(const World& world, const std::vector<std::uint32_t>& run_rows,
                                                   std::size_t first_number) const {
  pool::CandidateInputs inputs{*world.book, pool_rules(), *world.run, world.entry.as_of, world.previous.get(), {}, {}};
  TANMIAO_ASSIGN(inputs.pool, worlds.with_store([](store::Store& s) { return s.people().pool_entries(); }));
  // Goes out with an exported row, so that what comes back is set against what was known then.
  TANMIAO_ASSIGN(const auto reports, worlds.with_store([](store::Store& s) { return s.people().self_reports(); }));
  inputs.last_report = reports.empty() ? 0 : reports.back().id;
  TANMIAO_ASSIGN(const FirmNumbers suppressed, worlds.suppressed(world));
  inputs.suppressed = *suppressed;
  std::vector<bool> wanted(world.run->size(), false);
  std::unordered_map<std::uint32_t, std::size_t> place;
  for (std::size_t i = 0; i < run_rows.size(); ++i) wanted[run_rows[i]] = true, place[run_rows[i]] = i;
  pool::CandidateFilter filter;
  filter.rows = &wanted;
  auto rows = pool::candidate_rows(inputs, filter);
  std::sort(rows.begin(), rows.end(),
            [&](const auto& a, const auto& b) { return place[a.run_row] < place[b.run_row]; });
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].number = static_cast<std::uint32_t>(first_number + i);
  return rows;
}

Result<store::FirmNo> Site::find_firm(const World& world, std::string_view text) const {
  const Error none{Errc::kNotFound, "没有这家企业：" + std::string(text), ""};
  const store::Snapshot& s = *world.snapshot;
  store::FirmNo firm = s.find_code(text);
  if (firm == store::kNoFirm && text.size() < 10) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), firm);
    if (failed != std::errc() || end != text.data() + text.size()) return none;
  }
  // A chain of mergers ends; a damaged one must not run for ever.
  for (int step = 0; step < 64 && firm != store::kNoFirm && firm <= s.last_firm(); ++step) {
    if ((s.firms.flags[firm] & store::kFirmMerged) == 0) break;
    firm = s.firms.successor[firm];
  }
  if (firm == store::kNoFirm || firm > s.last_firm()) return none;
  if ((s.firms.flags[firm] & (store::kFirmSuppressed | store::kFirmMerged)) != 0) return none;
  TANMIAO_ASSIGN(const FirmNumbers suppressed, worlds.suppressed(world));
  if (std::binary_search(suppressed->begin(), suppressed->end(), firm)) return none;
  return firm;
}

Instant Site::now() const {
  return config.clock ? config.clock() : std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Status Site::remine(Notice& notice) const {
  if (!config.remine) return {};
  const std::lock_guard guard(desk.remaking());
  Status done = config.remine();
  if (done) return done;
  notice.doubtful = true;
  notice.text += done.error().code == Errc::kLocked
                     ? "夜间任务正在运行，名单随后更新；企业页已按新填报显示。"
                     : "名单尚未更新：" + in_chinese(done.error()) + "；企业页已按新填报显示，下一次夜间任务会再更新。";
  return done;
}

Status Site::exported(std::string_view action, std::string_view file, std::size_t rows) const {
  return worlds.with_store([&](store::Store& store) {
    return store.people().audit(config.issuer.empty() ? "-" : config.issuer, action, file,
                                boost::json::serialize(boost::json::object{{"rows", rows}, {"page", true}}), now());
  });
}

Result<std::shared_ptr<const World>> search_world(const Site& site, const ListQuery& query) {
  if (query.cursor.empty()) return site.worlds.now(site.campaign_of(query));
  TANMIAO_ASSIGN(const indexer::Cursor cursor, indexer::decode_cursor(query.cursor));
  return site.worlds.of(site.campaign_of(query), cursor);
}

Result<indexer::Query> search_query(const Site& site, const World& world, const ListQuery& query) {
  indexer::Query wanted;
  wanted.text = query.text;
  for (const auto& [facet, values] : query.filters) wanted.filters.push_back({facet, values});
  using indexer::Order;
  wanted.order = query.sort == "rank"          ? Order::kRank
                 : query.sort == "name"        ? Order::kName
                 : query.sort == "established" ? Order::kEstablished
                                               : Order::kRelevance;
  wanted.offset = (query.page - 1) * kRowsOfPage;
  wanted.limit = kRowsOfPage;
  wanted.cursor = query.cursor;
  wanted.most_time = kMostSearchTime;
  for (const std::string_view facet : kSearchWords.facets) {
    if (world.run == nullptr && indexer::is_run_facet(facet)) continue;
    // The tree of regions has the townships; by themselves they are told to who filters by them.
    if (facet == "township" && !query.filters.contains(facet)) continue;
    const auto& trees = kSearchWords.trees;
    const bool tree = std::find(trees.begin(), trees.end(), facet) != trees.end();
    wanted.facets.push_back(std::string(facet) + (tree ? "/" : ""));
  }
  for (const auto& [facet, values] : query.open) wanted.open.push_back({facet, values});
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(world));
  wanted.without = *suppressed;
  TANMIAO_ASSIGN(const auto entries,
                 site.worlds.with_store([](store::Store& store) { return store.people().pool_entries(); }));
  wanted.joined = {stage_facet(*world.book, site.pool_rules(), entries)};
  return wanted;
}

Result<indexer::Page> search_firms(const Site& site, const World& world, const ListQuery& query) {
  TANMIAO_ASSIGN(const indexer::Query wanted, search_query(site, world, query));
  return world.searcher->search(wanted);
}

int http_status(Errc code) {
  switch (code) {
    case Errc::kUsage:
    case Errc::kConfig:
    case Errc::kFormat: return 400;
    case Errc::kLimit: return 413;
    case Errc::kNotFound: return 404;
    case Errc::kRefused: return 403;
    case Errc::kConflict: return 409;
    case Errc::kLocked:
    case Errc::kCancelled: return 503;
    case Errc::kNetwork: return 502;
    case Errc::kDiskFull: return 507;
    case Errc::kIo:
    case Errc::kCorrupt: return 500;
  }
  return 500;
}

Response error_page(int status, std::string_view headline, std::string_view detail) {
  Frame frame;
  frame.title = headline;
  Html body;
  body << "<section class=\"sheet error\"><h1>" << headline << "</h1>";
  if (!detail.empty()) body << "<p>" << detail << "</p>";
  body << "<p><a class=\"button\" href=\"/\">返回候选名单</a> <a href=\"/search\">企业查询</a></p><p><small>错误代码 "
       << status << "</small></p></section>";
  return page(frame, body, status);
}

}  // namespace tanmiao::server
