#include "server/saved_view.h"

#include <algorithm>
#include <boost/json.hpp>

#include "server/stage_facet.h"

namespace tanmiao::server {

std::string saved_path(std::string_view name) { return "/saved/" + url_encode(name); }

Result<store::SavedSearch> find_saved(const Site& site, std::string_view name) {
  TANMIAO_ASSIGN(auto searches,
                 site.worlds.with_store([](store::Store& store) { return store.people().saved_searches(); }));
  const auto at = std::find_if(searches.begin(), searches.end(),
                               [&](const store::SavedSearch& search) { return search.kept && search.name == name; });
  if (at == searches.end()) return Error{Errc::kNotFound, "没有这个已存查询：" + std::string(name), ""};
  return std::move(*at);
}

Result<SavedFound> saved_news(const Site& site, const store::SavedSearch& search) {
  TANMIAO_ASSIGN(const SavedQuery query, saved_query(search.query));
  TANMIAO_ASSIGN(const auto world, site.worlds.now(query.campaign.empty() ? site.config.campaign : query.campaign));
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(*world));
  indexer::Query wanted = index_query(query, *suppressed);
  wanted.most_time = kMostSearchTime;
  TANMIAO_ASSIGN(const auto entries,
                 site.worlds.with_store([](store::Store& store) { return store.people().pool_entries(); }));
  wanted.joined = {stage_facet(*world->book, site.pool_rules(), entries)};
  TANMIAO_ASSIGN(const auto matches, world->searcher->all(wanted));
  const auto& folder = site.worlds.folder();
  SavedFound found =
      compare_matches(folder, search, last_noted_night(folder, search.name), matches.firms, *world->book);
  found.query = saved_query_told(query, site.words());
  return found;
}

Result<boost::json::object> saved_json(const Site& site) {
  TANMIAO_ASSIGN(const auto searches,
                 site.worlds.with_store([](store::Store& store) { return store.people().saved_searches(); }));
  boost::json::array items;
  for (const store::SavedSearch& search : searches) {
    if (!search.kept) continue;
    const auto query = saved_query(search.query);
    items.push_back(boost::json::object{{"name", search.name},
                                        {"query", query ? saved_query_told(*query, site.words()) : search.query},
                                        {"revision", search.revision},
                                        {"reason", search.reason},
                                        {"by", search.by},
                                        {"at", iso(search.at)}});
  }
  return boost::json::object{{"searches", std::move(items)}};
}

Result<boost::json::object> saved_json(const Site& site, std::string_view name) {
  TANMIAO_ASSIGN(const store::SavedSearch search, find_saved(site, name));
  TANMIAO_ASSIGN(const SavedFound found, saved_news(site, search));
  return boost::json::parse(saved_found_json(found)).as_object();
}

}  // namespace tanmiao::server
