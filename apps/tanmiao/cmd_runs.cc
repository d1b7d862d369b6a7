// runs: the mining runs that are kept, what differs between two of them, and lists drawn from one.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/change_words.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/learned_gate.h"
#include "apps/tanmiao/model_gate.h"
#include "apps/tanmiao/run_lists.h"
#include "apps/tanmiao/who_and_why.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct RunsOptions {
  std::string campaign, before, now, firm, by, reason;
  bool take = false, learned = false;
  std::size_t limit = 50;
  int threads = 0;
};

json::object run_json(const store::RunEntry& run) {
  return {{"run", run.id},        {"campaign", run.campaign},    {"as_of", iso(run.as_of)}, {"made", iso(run.created)},
          {"rubric", run.rubric}, {"candidates", run.candidates}};
}

Result<int> list_runs(const Common& common, const RunsOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao runs"));
  TANMIAO_ASSIGN(const auto runs, place.facts().runs());
  TANMIAO_ASSIGN(const auto live, place.facts().live());
  std::vector<std::vector<std::string>> rows;
  for (const store::RunEntry& run : runs) {
    if (!options.campaign.empty() && run.campaign != options.campaign) continue;
    const bool is_live =
        std::any_of(live.runs.begin(), live.runs.end(), [&](const auto& one) { return one.second == run.id; });
    const bool readable = std::filesystem::exists(place.folder().run(run.id)) &&
                          std::filesystem::exists(place.folder().columns(run.snapshot));
    if (common.json) {
      json::object line = run_json(run);
      line["live"] = is_live, line["readable"] = readable;
      print_json(line);
      continue;
    }
    rows.push_back({run.id, run.campaign, iso(run.as_of), iso(run.created), run.rubric, std::to_string(run.candidates),
                    is_live    ? "在用"
                    : readable ? ""
                               : "已清理"});
  }
  if (!common.json && !rows.empty())
    print(table({{"运行"}, {"检索"}, {"截至日"}, {"时间"}, {"指标"}, {"候选", true}, {""}}, rows));
  if (rows.empty() && !common.json) say("no run yet: run tanmiao run first");
  return kDone;
}

// The run before the other one, of its campaign and another day or other rules.
Result<store::RunEntry> run_to_compare(Workplace& place, const store::RunEntry& now) {
  TANMIAO_ASSIGN(const auto runs, place.facts().runs());
  auto at = std::find_if(runs.begin(), runs.end(), [&](const auto& run) { return run.id == now.id; });
  for (; at != runs.end(); ++at) {
    if (at->id == now.id || at->campaign != now.campaign || at->live != now.live) continue;
    if (std::filesystem::exists(place.folder().run(at->id))) return *at;
  }
  return Error{Errc::kNotFound, "no earlier run of this campaign is kept; see tanmiao runs list", now.campaign};
}

std::string standing(std::uint32_t rank, bool start_up) {
  return rank == 0 ? "—" : (start_up ? "初创 " : "") + std::to_string(rank);
}
std::string score_of(const std::optional<double>& score) { return score ? fmt::format("{:.3f}", *score) : "—"; }

void show_diff(const RunChanges& changes, const store::RunEntry& now) {
  print(fmt::format("{}：{}（{}）对比 {}（{}）：新增 {} 家，退出 {} 家，名次变动 {} 家，其中自身有变 {} 家\n",
                    now.campaign, iso(now.as_of), now.id, iso(changes.before.as_of), changes.before.id, changes.fresh,
                    changes.gone, changes.moved, changes.moved_of_itself));
  if (!changes.rules.empty())
    print(fmt::format("两次之间 {} 有变更：仅因此变动名次的 {} 家，不是企业自身变化\n", joined(changes.rules, "、"),
                      changes.moved_by_rules));
  if (changes.taken_out > 0) print(fmt::format("另有按要求撤下 {} 家，不列名\n", changes.taken_out));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(changes.firms.size());
  for (const FirmChange& c : changes.firms)
    rows.push_back({movement(c), c.name, c.unit, standing(c.rank_before, c.start_up_before),
                    standing(c.rank, c.start_up), score_of(c.score_before), score_of(c.score), joined(c.why, "；")});
  if (!rows.empty())
    print(table({{"变动"},
                 {"企业", false, 32},
                 {"责任单位"},
                 {"原名次", true},
                 {"现名次", true},
                 {"原排序分", true},
                 {"现排序分", true},
                 {"原因", false, 60, true}},
                rows));
}

Result<int> diff(const Common& common, const RunsOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao runs diff"));
  TANMIAO_ASSIGN(const auto rules, place.rules());
  const std::string campaign = options.campaign.empty() ? place.config.campaigns.front() : options.campaign;
  TANMIAO_ASSIGN(const auto now, load_run(place, options.now, campaign));
  store::RunEntry before;
  if (options.before.empty()) {
    TANMIAO_ASSIGN(before, run_to_compare(place, now.entry));
  } else {
    TANMIAO_ASSIGN(const auto known, place.facts().run(options.before));
    if (!known) return Error{Errc::kNotFound, "no such run; see tanmiao runs list", options.before};
    before = *known;
  }
  if (before.campaign != now.entry.campaign)
    return Error{Errc::kUsage, "the runs are of two campaigns", before.campaign + ", " + now.entry.campaign};
  CompareOptions compare{options.limit, store::kNoFirm, options.threads};
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(place, *now.snapshot));
  if (!options.firm.empty()) {
    TANMIAO_ASSIGN(compare.only, find_firm(*now.snapshot, *place.reference, options.firm));
    if (std::binary_search(suppressed.begin(), suppressed.end(), compare.only))
      return Error{Errc::kNotFound, "this firm was taken out (tanmiao pool list)", options.firm};
  }
  auto changes = compare_runs(place, *rules, before, now.entry, *now.snapshot, compare);
  if (!changes)
    return Error{Errc::kNotFound, "the earlier run can no longer be read: nights keep the newest", before.id};
  std::erase_if(changes->firms, [&](const FirmChange& change) {
    return std::binary_search(suppressed.begin(), suppressed.end(), change.firm);
  });
  if (!options.firm.empty() && changes->firms.empty())
    return Error{Errc::kNotFound, "the firm stands in neither of the two runs", options.firm};
  if (common.json) {
    json::object out{{"before", run_json(before)}, {"now", run_json(now.entry)}};
    out["changes"] = changes_json(*changes);
    print_json(out);
  } else {
    show_diff(*changes, now.entry);
  }
  return kDone;
}

// Which scorecard ranks; with --take that of the configuration from the next mining on.
Result<int> model(const Common& common, const RunsOptions& options) {
  if (options.take && (options.by.empty() || options.reason.empty()))
    return Error{Errc::kUsage, "--take needs --by and --reason", ""};
  if (options.learned && !options.take) return Error{Errc::kUsage, "--learned goes with --take", ""};
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao runs model"));
  if (!place.config.backtest.nightly)
    return Error{Errc::kUsage, "[backtest] nightly is off: whatever the configuration has ranks",
                 place.config.file.string()};
  if (options.take && options.learned)
    TANMIAO_TRY(take_learned(place, options.by, options.reason, civil_day(now())));
  else if (options.take)
    TANMIAO_TRY(take_model(place, options.by, options.reason, civil_day(now())));
  TANMIAO_ASSIGN(const auto in_use, model_in_use(place.folder()));
  if (!in_use) return Error{Errc::kNotFound, "no scorecard is in use yet: run tanmiao run first", ""};
  if (common.json)
    print_json(json::object{{"in_use", in_use->scorecard}, {"hash", in_use->hash}, {"since", iso(in_use->since)}});
  else
    print(fmt::format("在用计分表 {}（{}），自 {}\n", in_use->scorecard, in_use->hash, iso(in_use->since)));
  if (options.take) say("lists follow when they are mined: tanmiao mine");
  return kDone;
}

}  // namespace

Action declare_runs(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<RunsOptions>();
  CLI::App* listing = add_leaf(app, common, "list", "the runs, newest first", "tanmiao runs list --json");
  CLI::App* comparing = add_leaf(app, common, "diff", "what a run changed against another, firm by firm, and why",
                                 "tanmiao runs diff\n  tanmiao runs diff 0f3c… 9a41… --firm 91371600MA3XXXXX0X --json");
  for (CLI::App* leaf : {listing, comparing}) leaf->add_option("--campaign", options->campaign, "of which campaign");
  comparing->add_option("BEFORE", options->before, "a run (default: the one before NOW)");
  comparing->add_option("NOW", options->now, "a run (default: the live one of the campaign)");
  comparing->add_option("--firm", options->firm, "only this firm: credit code, number or name");
  comparing->add_option("--limit", options->limit, "at most so many that came, went and moved each")
      ->capture_default_str();
  comparing->add_option("--threads", options->threads, "0: as many as there are cores; the result is the same")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  CLI::App* shortlist =
      add_leaf(app, common, "shortlist", "the best of each unit and industry, with the campaign's quotas",
               "tanmiao runs shortlist --campaign all\n  tanmiao runs shortlist --per-unit 20 --per-address 1");
  CLI::App* renewal =
      add_leaf(app, common, "renewals", "who holds the registration or a certificate, or held it, by its end",
               "tanmiao runs renewals --until 2027-03-31");
  CLI::App* filing = add_leaf(app, common, "filings", "who filed most patents in the last three years, unit by unit",
                              "tanmiao runs filings --each 20");
  CLI::App* models = add_leaf(
      app, common, "model", "which scorecard ranks; --take: that of the configuration, whatever the night found",
      "tanmiao runs model\n  tanmiao runs model --take --by 'office' --reason 'new list of programmes'");
  models->add_flag("--take", options->take, "rank by the scorecard of the configuration from now on");
  models->add_flag("--learned", options->learned, "with --take: the learned model that is held, not the scorecard");
  models->add_option("--by", options->by, "with --take: an office or a role")->transform(who());
  models->add_option("--reason", options->reason, "with --take: why, for the audit")->transform(why());
  const Action short_action = declare_shortlist(*shortlist, common),
               renewal_action = declare_renewals(*renewal, common), filing_action = declare_filings(*filing, common);
  return [=, &common] {
    if (shortlist->parsed()) return short_action();
    if (renewal->parsed()) return renewal_action();
    if (filing->parsed()) return filing_action();
    if (models->parsed()) return model(common, *options);
    return listing->parsed() ? list_runs(common, *options) : diff(common, *options);
  };
}

}  // namespace tanmiao::app
