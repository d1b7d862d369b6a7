// saved: queries that are kept under a name and run each night for what is new.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/saved_searches.h"
#include "apps/tanmiao/searching.h"
#include "apps/tanmiao/who_and_why.h"
#include "core/text/normalize.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct SavedOptions {
  std::string name, text, campaign, reason, by;
  std::vector<std::string> filters;
  bool alive = false, candidates = false;
};

Result<store::SavedSearch> find_saved(Workplace& place, const std::string& name) {
  TANMIAO_ASSIGN(const auto all, place.people().saved_searches());
  for (const store::SavedSearch& search : all)
    if (search.name == name && search.kept) return search;
  return Error{Errc::kNotFound, "no saved search has this name: see tanmiao saved list", name};
}

// A query that cannot be run is not kept: it is asked once.
Status ask_once(Workplace& place, const SavedQuery& query) {
  auto live = open_live(place);
  if (!live && live.error().code == Errc::kNotFound) return {};  // before the first night nothing can be asked
  if (!live) return live.error();
  std::shared_ptr<const store::Run> run;
  for (const auto& [campaign, id] : live->live.runs)
    if (campaign == (query.campaign.empty() ? place.config.campaigns.front() : query.campaign)) {
      TANMIAO_ASSIGN(run, store::Run::open(place.folder().run(id)));
    }
  TANMIAO_ASSIGN(const auto searcher,
                 indexer::Searcher::open(place.folder(), live->live.index, live->snapshot, run, place.reference));
  TANMIAO_ASSIGN(auto suppressed, suppressed_of(place, *live->snapshot));
  indexer::Query asked = server::index_query(query, std::move(suppressed));
  asked.limit = 1, asked.guessing = true;
  TANMIAO_TRY(join_stages(place, live->snapshot, run, asked));
  TANMIAO_ASSIGN(const auto page, searcher->search(asked));
  if (!page.corrections.empty())
    return Error{Errc::kUsage,
                 "nothing holds '" + page.corrections[0].typed + "', and nights guess nothing: did you mean '" +
                     page.corrections[0].as + "'?",
                 query.text};
  say(std::to_string(page.total) + " firms match now");
  return {};
}

Result<int> put_saved(const Common& common, const SavedOptions& options) {
  if (text::squeeze(options.name).empty()) return Error{Errc::kUsage, "a saved search needs a name", "NAME"};
  SavedQuery query{options.text, {}, options.alive, options.candidates, options.campaign};
  TANMIAO_ASSIGN(query.filters, filters_of(options.filters));
  TANMIAO_ASSIGN(auto place, open_workplace(common, people_access(common), "tanmiao saved put"));
  TANMIAO_TRY(ask_once(place, query));
  store::SavedSearch search;
  search.name = options.name, search.query = server::saved_query_json(query);
  search.reason = options.reason, search.by = options.by.empty() ? place.config.issuer : options.by;
  search.at = now();
  TANMIAO_ASSIGN(const auto history, place.people().saved_search_history(options.name));
  if (!history.empty()) search.revision = history.back().revision;
  TANMIAO_ASSIGN(const std::uint64_t revision, place.people().save_search(search));
  if (common.json)
    print_json(json::object{
        {"name", search.name}, {"revision", revision}, {"query", server::saved_query_told(query, words_of(place))}});
  say("kept as " + search.name + ", revision " + std::to_string(revision));
  return kDone;
}

Result<int> drop_saved(const Common& common, const SavedOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, people_access(common), "tanmiao saved drop"));
  TANMIAO_ASSIGN(store::SavedSearch search, find_saved(place, options.name));
  search.kept = false, search.reason = options.reason, search.at = now();
  search.by = options.by.empty() ? place.config.issuer : options.by;
  TANMIAO_ASSIGN(const std::uint64_t revision, place.people().save_search(search));
  if (common.json) print_json(json::object{{"name", search.name}, {"revision", revision}, {"kept", false}});
  say(search.name + " is not run any more");
  return kDone;
}

std::string told_of(const store::SavedSearch& search, const server::FacetWords& words) {
  const auto query = server::saved_query(search.query);
  return query ? server::saved_query_told(*query, words) : search.query;
}

void show_revisions(const Common& common, const Workplace& place, const std::vector<store::SavedSearch>& searches) {
  const server::FacetWords words = words_of(place);
  std::vector<std::vector<std::string>> rows;
  rows.reserve(searches.size());
  for (const store::SavedSearch& search : searches) {
    const std::string query = told_of(search, words);
    if (common.json)
      print_json(json::object{{"name", search.name},
                              {"revision", search.revision},
                              {"kept", search.kept},
                              {"query", query},
                              {"reason", search.reason},
                              {"by", search.by},
                              {"at", iso(search.at)}});
    rows.push_back({search.name, std::to_string(search.revision), search.kept ? query : "（不再运行）" + query,
                    search.reason, search.by, iso(search.at)});
  }
  if (!common.json)
    print(table({{"名称", false, 24}, {"版本", true}, {"查询", false, 48}, {"理由", false, 24}, {"经办"}, {"时间"}},
                rows));
}

Result<int> list_saved(const Common& common) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao saved list"));
  TANMIAO_ASSIGN(auto all, place.people().saved_searches());
  std::erase_if(all, [](const auto& search) { return !search.kept; });
  show_revisions(common, place, all);
  return kDone;
}

Result<int> history_of_saved(const Common& common, const SavedOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao saved history"));
  TANMIAO_ASSIGN(const auto all, place.people().saved_search_history(options.name));
  if (all.empty()) return Error{Errc::kNotFound, "no saved search has this name: see tanmiao saved list", options.name};
  show_revisions(common, place, all);
  return kDone;
}

void print_found(const SavedFound& found) {
  if (found.error) return print(found.name + "：未能运行：" + found.error->text() + "\n");
  std::string line = found.name + "（" + found.query + "）：共 " + std::to_string(found.total) + " 家";
  line += found.since.empty() ? "，尚无可比的上一夜"
                              : "，较 " + found.since + " 新增 " + std::to_string(found.fresh) + " 家，减少 " +
                                    std::to_string(found.gone) + " 家";
  print(line + "\n");
  for (const SavedFound::Firm& firm : found.firms)
    print("  " + firm.name + " " + (firm.code.empty() ? "#" + std::to_string(firm.firm) : firm.code) + "\n");
  if (found.fresh > found.firms.size()) print("  另有 " + std::to_string(found.fresh - found.firms.size()) + " 家\n");
}

// Against the last night that is over: what was written down for today counts, when a night of today wrote it.
Result<int> news_of_saved(const Common& common, const SavedOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao saved run"));
  if (!options.name.empty()) {
    TANMIAO_ASSIGN(const auto known, find_saved(place, options.name));
    (void)known;
  }
  TANMIAO_ASSIGN(const auto all, run_saved_searches(place, civil_day(now()), options.name, false));
  for (const SavedFound& found : all)
    common.json ? print_json(json::parse(server::saved_found_json(found)).as_object()) : print_found(found);
  return kDone;
}

void add_who_and_why(CLI::App& app, SavedOptions& options) {
  app.add_option("--reason", options.reason, "why")->required()->transform(why());
  app.add_option("--by", options.by, "who decides: an office or a role")->transform(who());
}

}  // namespace

Action declare_saved(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<SavedOptions>();
  CLI::App* listing = add_leaf(app, common, "list", "what is kept", "tanmiao saved list --json");
  CLI::App* putting = add_leaf(app, common, "put", "keeps a query under a name, or changes it",
                               "tanmiao saved put 铝箔 '铝箔 -贸易' --filter unit=博兴县 --reason '招引名单'");
  CLI::App* dropping = add_leaf(app, common, "drop", "runs it no more; its revisions stay",
                                "tanmiao saved drop 铝箔 --reason '名单已办结'");
  CLI::App* past = add_leaf(app, common, "history", "all revisions of one", "tanmiao saved history 铝箔");
  CLI::App* running = add_leaf(app, common, "run", "what is new since the last night; writes nothing down",
                               "tanmiao saved run\n  tanmiao saved run 铝箔 --json");
  for (CLI::App* leaf : {putting, dropping, past}) leaf->add_option("NAME", options->name, "of the search")->required();
  running->add_option("NAME", options->name, "only this one");
  putting->add_option("QUERY", options->text, "as of search; nothing: all");
  putting->add_option("--filter", options->filters, "FACET=VALUE; several of one facet are alternatives");
  putting->add_flag("--alive", options->alive, "without firms known to be dead");
  putting->add_flag("--candidates", options->candidates, "only firms of the run");
  putting->add_option("--campaign", options->campaign, "whose run is meant");
  for (CLI::App* leaf : {putting, dropping}) add_who_and_why(*leaf, *options);
  return [=, &common] {
    if (listing->parsed()) return list_saved(common);
    if (putting->parsed()) return put_saved(common, *options);
    if (dropping->parsed()) return drop_saved(common, *options);
    return past->parsed() ? history_of_saved(common, *options) : news_of_saved(common, *options);
  };
}

}  // namespace tanmiao::app
