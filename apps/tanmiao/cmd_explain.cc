// explain: one firm in full, for people or as JSON (docs/schema/explanation.json).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/explain_text.h"
#include "apps/tanmiao/workplace.h"
#include "miner/comparison.h"
#include "miner/learned.h"
#include "server/nearest_listed.h"

namespace tanmiao::app {
namespace {

struct ExplainOptions {
  std::string firm, campaign, rubric;
  std::vector<std::string> suppose;
  When when;
};

// The nearest of the firms that bear the title, by the live index. Where there is none of this snapshot, nothing is
// said.
void add_nearest(Workplace& place, const std::shared_ptr<const store::Snapshot>& snapshot, store::FirmNo firm,
                 const std::vector<store::FirmNo>& listed, const std::vector<store::FirmNo>& without,
                 boost::json::object& explained) {
  const auto live = place.facts().live();
  if (!live || live->index.empty() || live->snapshot != snapshot->info().generation) return;
  const auto searcher = indexer::Searcher::open(place.folder(), live->index, snapshot, nullptr, place.reference);
  if (searcher)
    explained["listed"].as_object()["nearest"] =
        boost::json::parse(server::nearest_listed_json(**searcher, *snapshot, firm, listed, without));
}

Result<int> explain(const Common& common, const ExplainOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao explain"));
  TANMIAO_ASSIGN(const auto rules, place.rules());
  ConsoleProgress progress;
  TANMIAO_ASSIGN(const auto snapshot, snapshot_of(place, options.when, progress));
  TANMIAO_ASSIGN(const auto firm, find_firm(*snapshot, *place.reference, options.firm));
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(place, *snapshot));
  if (std::binary_search(suppressed.begin(), suppressed.end(), firm))
    return Error{Errc::kNotFound, "this firm was taken out (tanmiao pool list)", options.firm};
  TANMIAO_ASSIGN(const Date day, day_of(options.when));
  const std::string campaign = options.campaign.empty() ? place.config.campaigns.front() : options.campaign;
  miner::MineConfig config{campaign, day, 0, nullptr, options.rubric, options.suppose};
  if (options.rubric.empty() && !options.suppose.empty()) return Error{Errc::kUsage, "--suppose needs --rubric", ""};
  std::shared_ptr<const store::Run> run;
  if (!options.when.given()) {
    // The live run, with its own date: what is said here is then what its list says.
    const auto loaded = load_run(place, "", campaign);
    if (!loaded && !options.campaign.empty()) return loaded.error();
    if (loaded && loaded->entry.snapshot == snapshot->info().generation) {
      run = loaded->run;
      config.as_of = loaded->entry.as_of;
      config.learned = miner::model_of_run(place.folder(), loaded->entry);
    }
  }
  store::View seen = snapshot->info().view;
  if (options.when.given()) seen.as_of = day;
  TANMIAO_ASSIGN(auto visits, store::firm_answers(place.facts(), place.people(), *snapshot, seen));
  if (!options.when.given()) config.as_of = store::day_with_answers(visits, firm, config.as_of);
  config.answers = std::make_shared<const store::FirmAnswers>(std::move(visits));
  const auto origin = [&](RecordKind kind, std::string_view source, std::string_view key) {
    return store::origin_of(place.facts(), snapshot->info().view, kind, source, key);
  };
  TANMIAO_ASSIGN(const auto listed, miner::title_holders(*snapshot, *rules, *place.reference, config));
  TANMIAO_ASSIGN(const auto text, miner::explain_json(*snapshot, *rules, *place.reference, config, firm, run.get(),
                                                      origin, listed.get()));
  auto explained = boost::json::parse(text).as_object();
  if (!options.when.given()) add_nearest(place, snapshot, firm, listed->firms, suppressed, explained);
  if (common.json)
    print_json(explained);
  else
    print(explain_text(*snapshot, firm, explained, source_titles(place)));
  return kDone;
}

}  // namespace

Action declare_explain(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<ExplainOptions>();
  app.add_option("FIRM", options->firm, "credit code, number or a name that one firm has")->required();
  app.add_option("--campaign", options->campaign, "in the run of which campaign (default: the first configured)");
  app.add_option("--rubric", options->rubric, "standing under an official standard: hnte, srdi, little_giant_2022 ...");
  app.add_option("--suppose", options->suppose, "with --rubric: NAME=VALUE as if it were known (docs/standards.md)");
  add_when(app, options->when);
  return [options, &common] { return explain(common, *options); };
}

}  // namespace tanmiao::app
