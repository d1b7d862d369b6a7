// search: a query to a page of firms.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/searching.h"
#include "apps/tanmiao/workplace.h"
#include "core/settings.h"
#include "indexer/cursor.h"
#include "pool/firm_list.h"

namespace tanmiao::app {
namespace {

struct SearchOptions {
  std::string text, campaign, order = "relevance", cursor, output;
  std::vector<std::string> facets, filters;
  std::size_t limit = 20, offset = 0, most_time = 0;
  bool candidates = false, alive = false, explain = false, exactly = false;
  When when;
};

const std::map<std::string, indexer::Order> kOrders = {{"relevance", indexer::Order::kRelevance},
                                                       {"rank", indexer::Order::kRank},
                                                       {"name", indexer::Order::kName},
                                                       {"established", indexer::Order::kEstablished}};

Result<indexer::Query> query_of(const SearchOptions& options) {
  indexer::Query query;
  query.text = options.text;
  query.offset = options.offset;
  query.cursor = options.cursor;
  if (options.most_time > 0) query.most_time = std::chrono::milliseconds(options.most_time);
  query.limit = options.limit;
  query.facets = options.facets;
  query.only_candidates = options.candidates;
  query.with_dead = !options.alive;
  query.correcting = !options.exactly;
  query.order = kOrders.at(options.order);
  TANMIAO_ASSIGN(query.filters, filters_of(options.filters));
  return query;
}

struct Opened {
  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<const store::Run> run;
  std::shared_ptr<indexer::Searcher> searcher;
  std::string generation;
};

// The run that a cursor was cut from, if it is still kept.
std::shared_ptr<const store::Run> run_of(Workplace& place, const indexer::Cursor& cursor) {
  const auto runs = place.facts().runs();
  if (!runs) return nullptr;
  for (const store::RunEntry& entry : *runs)
    if (const auto run = store::Run::open(place.folder().run(entry.id)))
      if (indexer::generation_mark((*run)->digest()) == cursor.run) return *run;
  return nullptr;
}

// What a cursor goes on in where that is no longer live: the generation before is kept for it.
Result<Opened> go_on(Workplace& place, Opened live, const std::string& text) {
  TANMIAO_ASSIGN(const auto cursor, indexer::decode_cursor(text));
  if (live.searcher->goes_on(cursor)) return live;
  Opened opened = live;
  std::string generation = live.generation;
  TANMIAO_ASSIGN(const auto before, generation_before(place));
  if (cursor.index == indexer::generation_mark(before.index)) {
    auto snapshot = store::Snapshot::open(place.folder().columns(before.snapshot));
    if (!snapshot) return live;  // cleaned away: the search says that the place is gone
    opened.snapshot = *snapshot;
    generation = before.index;
  }
  if (cursor.run != 0)
    if (auto run = run_of(place, cursor)) opened.run = std::move(run);
  auto searcher = indexer::Searcher::open(place.folder(), generation, opened.snapshot, opened.run, place.reference);
  if (!searcher) return live;
  opened.searcher = std::move(*searcher);
  return opened;
}

Result<Opened> open_searcher(Workplace& place, const SearchOptions& options) {
  Opened opened;
  std::string generation;
  ConsoleProgress progress;
  if (options.when.given()) {
    TANMIAO_ASSIGN(opened.snapshot, snapshot_of(place, options.when, progress));
    TANMIAO_ASSIGN(const auto index,
                   indexer::build_index(place.folder(), *opened.snapshot, {}, *place.reference, progress));
    generation = index.generation;
  } else {
    TANMIAO_ASSIGN(const auto live, open_live(place));
    opened.snapshot = live.snapshot;
    generation = live.live.index;
    const bool wants_run = options.candidates || options.order == "rank" || !options.campaign.empty();
    if (wants_run || !live.live.runs.empty()) {
      auto run = load_run(place, "", options.campaign.empty() ? place.config.campaigns.front() : options.campaign);
      if (!run && wants_run) return run.error();
      if (run) opened.run = run->run;
    }
  }
  TANMIAO_ASSIGN(opened.searcher,
                 indexer::Searcher::open(place.folder(), generation, opened.snapshot, opened.run, place.reference));
  opened.generation = generation;
  if (options.cursor.empty() || options.when.given()) return opened;
  return go_on(place, std::move(opened), options.cursor);
}

Result<int> write_all(Workplace& place, const Common& common, const SearchOptions& options, const Opened& opened,
                      const indexer::Query& query) {
  const std::filesystem::path path = options.output;
  const std::string ending = path.extension().string();
  TANMIAO_ASSIGN(const auto format, pool::export_format(ending.empty() ? ending : ending.substr(1)));
  TANMIAO_ASSIGN(auto found, opened.searcher->all(query));
  pool::FirmList list(opened.snapshot, opened.run, place.reference, std::move(found.firms));
  std::string told = options.text;
  for (const std::string& filter : options.filters) told += (told.empty() ? "" : "；") + filter;
  TANMIAO_TRY(
      list.write(format, path.string(), {"企业名单", place.config.issuer, opened.snapshot->info().civil_date, told}));
  TANMIAO_TRY(note_done(place, "search.export", path.filename().string(), {{"rows", list.size()}, {"query", told}}));
  if (common.json) print_json(boost::json::object{{"type", "file"}, {"file", path.string()}, {"firms", list.size()}});
  for (const auto& c : found.corrections) say("nothing holds '" + c.typed + "', taken for '" + c.as + "'");
  say(std::to_string(list.size()) + " firms in " + path.string());
  return kDone;
}

std::string plain(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      at = std::min(html.find('>', at), html.size() - 1) + 1;
      continue;
    }
    constexpr std::pair<std::string_view, char> kEntities[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&amp;", '&'}};
    bool found = false;
    for (const auto& [entity, c] : kEntities)
      if (html.substr(at).starts_with(entity)) out += c, at += entity.size(), found = true;
    if (!found) out += html[at++];
  }
  return out;
}

void print_page_json(const Opened& opened, const indexer::Page& page) {
  boost::json::array facets;
  for (const auto& facet : page.facets) {
    boost::json::array values;
    for (const auto& v : facet.values) {
      boost::json::object value{{"value", v.value}, {"label", v.label}, {"count", v.count}};
      if (v.level > 0 || v.deeper) value["level"] = v.level, value["deeper"] = v.deeper;
      values.push_back(std::move(value));
    }
    facets.push_back(
        boost::json::object{{"facet", facet.facet}, {"label", facet.label}, {"values", std::move(values)}});
  }
  boost::json::array corrections;
  for (const auto& c : page.corrections) corrections.push_back(boost::json::object{{"typed", c.typed}, {"as", c.as}});
  boost::json::object head{{"type", "page"},
                           {"total", page.total},
                           {"before", page.before},
                           {"facets", std::move(facets)},
                           {"corrections", std::move(corrections)}};
  if (!page.next.empty()) head["next"] = page.next;
  print_json(head);
  for (const auto& hit : page.hits) {
    const auto& firms = opened.snapshot->firms;
    boost::json::object line{{"type", "firm"},
                             {"firm", hit.firm},
                             {"name", std::string_view(firms.name[hit.firm])},
                             {"code", std::string_view(firms.code[hit.firm])},
                             {"matched_in", hit.matched_in},
                             {"name_html", hit.name_html},
                             {"snippet_html", hit.snippet_html},
                             {"why", hit.why}};
    if (opened.run) {
      const auto row = opened.run->row_of(hit.firm);
      if (row < opened.run->size()) line["rank"] = opened.run->rank[row];
    }
    print_json(line);
  }
}

void print_page(const Opened& opened, const indexer::Page& page, bool explain) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& hit : page.hits) {
    const std::string_view code = opened.snapshot->firms.code[hit.firm];
    rows.push_back({plain(hit.name_html), code.empty() ? "#" + std::to_string(hit.firm) : std::string(code),
                    hit.matched_in, explain ? hit.why : plain(hit.snippet_html)});
  }
  for (const auto& c : page.corrections)
    print("没有企业含有“" + c.typed + "”，以下是含有“" + c.as + "”或与之相近的企业\n");
  print(table({{"企业名称", false, 44}, {"代码"}, {"匹配于"}, {explain ? "排序依据" : "摘录", false, 60}}, rows));
  for (const auto& facet : page.facets) {
    std::string line = facet.label + "：";
    const bool tree = std::any_of(facet.values.begin(), facet.values.end(), [](const auto& v) { return v.deeper; });
    for (const auto& v : facet.values)
      line += (tree ? "\n" + std::string(2 * v.level + 2, ' ') + v.value + " " : "") + v.label + " " +
              std::to_string(v.count) + "  ";
    print(line + "\n");
  }
  print("共 " + std::to_string(page.total) + " 家，显示 " + std::to_string(page.hits.size()) + " 家\n");
  if (!page.next.empty()) print("下一页：--cursor=" + page.next + "\n");
}

Result<int> search(const Common& common, const SearchOptions& options) {
  TANMIAO_ASSIGN(auto query, query_of(options));
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao search"));
  TANMIAO_ASSIGN(const auto opened, open_searcher(place, options));
  TANMIAO_ASSIGN(query.without, suppressed_of(place, *opened.snapshot));
  TANMIAO_TRY(join_stages(place, opened.snapshot, opened.run, query));
  if (!options.output.empty()) return write_all(place, common, options, opened, query);
  TANMIAO_ASSIGN(const auto page, opened.searcher->search(query));
  common.json ? print_page_json(opened, page) : print_page(opened, page, options.explain);
  return kDone;
}

}  // namespace

Action declare_search(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<SearchOptions>();
  app.add_option("QUERY", options->text,
                 "words, \"phrases\", part of a credit code, pinyin, -word, a | b, field:word; nothing: all");
  app.add_option("--facet", options->facets,
                 "counts by: unit, region, township, zone, industry, ipc, status, age, capital, patent_kind, "
                 "recognition, judgement, lead_kind, score_band, stage; industry:C32, ipc:C22: the codes one level "
                 "below; industry/, ipc/, region/: a tree, open where it is filtered");
  app.add_option("--filter", options->filters, "FACET=VALUE; several of one facet are alternatives");
  app.add_option("--campaign", options->campaign, "whose run gives ranks");
  std::vector<std::string> orders;
  orders.reserve(kOrders.size());
  for (const auto& [name, order] : kOrders) orders.push_back(name);
  app.add_option("--order", options->order, "relevance, rank, name, established")
      ->check(CLI::IsMember(orders))
      ->capture_default_str();
  app.add_option("--limit", options->limit, "firms on a page")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_option("--offset", options->offset, "firms before it")->capture_default_str();
  app.add_option("--cursor", options->cursor, "goes on behind a page, where its answer said so (next)");
  app.add_option("-o,--export", options->output, "writes all firms that match: FILE.csv, FILE.jsonl or FILE.xlsx");
  app.add_option("--most-time", options->most_time, "milliseconds that the query may take; 0: any")
      ->check(CLI::Range(0, 3600000))
      ->capture_default_str();
  app.add_flag("--candidates", options->candidates, "only firms of the run");
  app.add_flag("--explain", options->explain, "why each firm stands where it stands");
  app.add_flag("--exactly", options->exactly, "a word that nothing holds is not taken for one like it");
  app.add_flag("--alive", options->alive, "without firms known to be dead");
  add_when(app, options->when);
  return [options, &common] { return search(common, *options); };
}

}  // namespace tanmiao::app
