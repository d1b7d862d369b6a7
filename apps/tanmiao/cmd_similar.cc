// similar: firms of the same technology as one.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/searching.h"

namespace tanmiao::app {
namespace {

struct SimilarOptions {
  std::string firm;
  std::vector<std::string> filters;
  bool inside = false, outside = false, dead = false;
  std::size_t limit = 20;
};

void print_similar_json(const store::Snapshot& snapshot, const indexer::SimilarFirm& firm) {
  boost::json::array reasons;
  for (const std::string& reason : firm.reasons) reasons.emplace_back(reason);
  print_json(boost::json::object{{"firm", firm.firm},
                                 {"name", std::string_view(snapshot.firms.name[firm.firm])},
                                 {"code", std::string_view(snapshot.firms.code[firm.firm])},
                                 {"score", firm.score},
                                 {"reasons", std::move(reasons)}});
}

Result<int> similar(const Common& common, const SimilarOptions& options) {
  indexer::SimilarQuery query;
  TANMIAO_ASSIGN(query.filters, filters_of(options.filters));
  using Where = indexer::SimilarQuery::Where;
  query.where = options.inside ? Where::kInside : options.outside ? Where::kOutside : Where::kAnywhere;
  query.limit = options.limit;
  query.with_dead = options.dead;
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao similar"));
  TANMIAO_ASSIGN(const auto live, open_live(place));
  TANMIAO_ASSIGN(query.firm, find_firm(*live.snapshot, *place.reference, options.firm));
  TANMIAO_ASSIGN(query.without, suppressed_of(place, *live.snapshot));
  TANMIAO_ASSIGN(const auto searcher,
                 indexer::Searcher::open(place.folder(), live.live.index, live.snapshot, nullptr, place.reference));
  TANMIAO_ASSIGN(const auto near, searcher->similar(query));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(near.size());
  for (const indexer::SimilarFirm& firm : near) {
    if (common.json) {
      print_similar_json(*live.snapshot, firm);
      continue;
    }
    std::string reasons;
    for (const std::string& reason : firm.reasons) reasons += (reasons.empty() ? "" : "；") + reason;
    const std::string_view code = live.snapshot->firms.code[firm.firm];
    rows.push_back({fmt::format("{:.2f}", firm.score), std::string(live.snapshot->firms.name[firm.firm]),
                    code.empty() ? "#" + std::to_string(firm.firm) : std::string(code), reasons});
  }
  if (!common.json)
    print(table({{"相似度", true}, {"企业名称", false, 40}, {"代码"}, {"依据", false, 90, true}}, rows));
  if (near.empty()) say("nothing is known of the firm by which another could be like it, or none is");
  return kDone;
}

}  // namespace

Action declare_similar(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<SimilarOptions>();
  app.add_option("FIRM", options->firm, "credit code, number or name")->required();
  auto* inside = app.add_flag("--inside", options->inside, "only firms of its prefecture");
  app.add_flag("--outside", options->outside, "only firms of other prefectures")->excludes(inside);
  app.add_option("--filter", options->filters, "FACET=VALUE, as of search");
  app.add_option("--limit", options->limit, "firms")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_flag("--dead", options->dead, "firms known to be dead too");
  return [options, &common] { return similar(common, *options); };
}

}  // namespace tanmiao::app
