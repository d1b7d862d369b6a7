// What the pages and the API share: the worlds and the questions that both ask.
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pool/office.h"
#include "server/desk.h"
#include "server/html.h"
#include "server/list_query.h"
#include "server/serve.h"
#include "server/world.h"

namespace tanmiao::server {

struct Typed;  // server/posts.h

inline constexpr std::chrono::seconds kMostSearchTime{10};  // of one search: pages of other people wait meanwhile

struct Site {
  Worlds& worlds;
  const ServeConfig& config;
  Desk& desk;

  const pool::PoolRules& pool_rules() const { return *config.pool_rules; }
  const FacetWords& words() const { return worlds.facet_words(pool_rules()); }
  Instant now() const;
  Date today() const { return civil_day(now()); }
  // In the audit: a file with firms went out.
  Status exported(std::string_view action, std::string_view file, std::size_t rows) const;
  // f(office), one caller at a time.
  template <class F>
  auto with_office(const World& world, const pool::Actor& actor, F&& f) const {
    return worlds.with_store([&](store::Store& store) {
      pool::Office office(store.people(), *world.book, pool_rules(), actor);
      return f(office);
    });
  }

  const std::string& campaign_of(const ListQuery& query) const {
    return query.campaign.empty() ? config.campaign : query.campaign;
  }
  // The world of a campaign that has a run. Error kNotFound otherwise.
  Result<std::shared_ptr<const World>> with_run(const ListQuery& query) const;
  // The rows of the run as they are shown, in the order given, numbered from `first_number`.
  Result<std::vector<pool::CandidateRow>> rows(const World& world, const std::vector<std::uint32_t>& run_rows,
                                               std::size_t first_number) const;
  // By code or number; merged numbers lead to their successor. Error kNotFound, also for what was taken out.
  Result<store::FirmNo> find_firm(const World& world, std::string_view code_or_number) const;
  // How many names wait for a person; nullopt: cannot be told now.
  std::optional<std::size_t> waiting() const;
  // Makes the lists anew after something that changes them; says what came of it in the notice.
  Status remine(Notice& notice) const;
};

// One firm in full: explain_json (docs/schema/explanation.json) and "registration", "changes", "origins".
Result<boost::json::object> firm_json(const Site& site, const World& world, store::FirmNo firm);

// The newest run report (docs/schema/run_report.json), or that of a night. kNotFound when there is none.
Result<std::string> report_text(const Site& site, std::string_view night);
// The night that a person opens in the morning: the last whole one. Empty: there is none, the newest report is meant.
std::string newest_night(const Site& site);
// Titles of the sources by id, as the newest report gives them; ids without one stand for themselves.
using SourceTitles = std::map<std::string, std::string, std::less<>>;
SourceTitles source_titles(const Site& site);
struct HeldSource {
  std::string id, title, why;
  bool failed = false;  // nothing could be fetched
  std::string kept;     // date of the data that stays in use; empty when there never was any
};
std::vector<HeldSource> held_sources(const Site& site, const boost::json::object& report);
// "本次未发布，沿用 … 数据" of the newest report; empty when nothing is held.
Html held_banner(const Site& site, bool in_full);

// The search that the page and the API ask for. It is asked in the world that its cursor goes on in, while that is
// kept; else in what is live.
Result<std::shared_ptr<const World>> search_world(const Site& site, const ListQuery& query);
Result<indexer::Query> search_query(const Site& site, const World& world, const ListQuery& query);
Result<indexer::Page> search_firms(const Site& site, const World& world, const ListQuery& query);

// Pages. Each gives an error instead of a page when it cannot be made.
// With `typed` the page of a form that was refused, and what was typed in it.
Result<Response> candidates_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> firm_page(const Site& site, const Request& request, std::string_view firm,
                           const Typed* typed = nullptr);
Result<Response> import_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> official_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> conflicts_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> pool_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> entry_page(const Site& site, const Request& request, std::string_view firm,
                            const Typed* typed = nullptr);
Result<Response> batches_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> batch_page(const Site& site, const Request& request, std::string_view id,
                            const Typed* typed = nullptr);
Result<Response> suppressed_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> review_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> review_item_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> rulings_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> visit_page(const Site& site, const Request& request, std::string_view firm);
Result<Response> search_page(const Site& site, const Request& request, const Typed* typed = nullptr);
Result<Response> saved_page(const Site& site, const Request& request);
Result<Response> saved_search_page(const Site& site, const Request& request, std::string_view name,
                                   const Typed* typed = nullptr);
Result<Response> firm_records_page(const Site& site, const Request& request, std::string_view firm);
Result<Response> similar_page(const Site& site, const Request& request, std::string_view firm);
Result<Response> search_file(const Site& site, const Request& request);
Result<Response> report_page(const Site& site, const Request& request, std::string_view night);
Result<Response> export_file(const Site& site, const Request& request);
Result<Response> pool_file(const Site& site, const Request& request);
Result<Response> targets_page(const Site& site, const Request& request);
Result<Response> targets_file(const Site& site, const Request& request);
Result<Response> piles_file(const Site& site, std::string_view name);
Result<Response> rejects_file(const Site& site, std::string_view name);
Response error_page(int status, std::string_view headline, std::string_view detail);

// "/api/v1/…" (docs/api.md); answers errors itself.
Response api(const Site& site, const Request& request);

int http_status(Errc code);

// Parts of lists that the pages share.
Html fold_begin(std::size_t chosen);  // of the filters; close it with </details>
// On paper: which rows of how many these are, and how to get all. Empty when they are all.
Html printed_part(std::size_t first, std::size_t shown, std::size_t total);
Html facet_rail(const ListQuery& query, std::string_view path, const std::vector<indexer::FacetCounts>& facets);
// `next`: cursor of the next page, where the list has such.
Html pager(const ListQuery& query, std::string_view path, std::uint64_t total, std::string_view next = {});
Html search_box(const ListQuery& query, std::string_view path, std::string_view hint);
// `facets`: as they are counted beside the list; what is not among them is told by `words`.
Html chosen_filters(const ListQuery& query, std::string_view path, const std::vector<indexer::FacetCounts>& facets,
                    const FacetWords& words);
Html interval_bar(std::int64_t known, std::int64_t most, std::int64_t pass);
Html judgement_badge(std::string_view label);
// 责任单位 where nothing beside it says what it is: "责任单位待核" instead of "待核" alone.
std::string_view unit_text(std::string_view unit);

}  // namespace tanmiao::server
