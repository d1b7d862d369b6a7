// backtest: the ranking of a past day against what came after it.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/workplace.h"
#include "miner/backtest.h"

namespace tanmiao::app {
namespace {

struct BacktestOptions {
  std::string as_of, campaign, html;
  miner::BacktestConfig config;
};

std::string share_text(const miner::Measured& m) {
  return fmt::format("{:.1f}% ({:.1f}–{:.1f})", 100 * m.value, 100 * m.low, 100 * m.high);
}
std::string figure_text(const miner::Measured& m) {
  return fmt::format("{:.3f} ({:.3f}–{:.3f})", m.value, m.low, m.high);
}

void show(const miner::BacktestReport& report) {
  print(fmt::format("{} 的 {} 家线索中，至 {} 有 {} 家取得 {}\n", iso(report.as_of), report.firms, iso(report.until),
                    report.labelled, report.label));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(report.scorers.size());
  for (const auto& s : report.scorers)
    rows.push_back({s.label, share_text(s.precision_at_k), share_text(s.top1), share_text(s.top5), share_text(s.top10),
                    fmt::format("{:.1f}", s.lift5.value), figure_text(s.ap), figure_text(s.auc)});
  print(table({{"排序"},
               {fmt::format("前 {} 名命中", report.k), true},
               {"前 1% 所含", true},
               {"前 5% 所含", true},
               {"前 10% 所含", true},
               {"提升", true},
               {"AP", true},
               {"AUC", true}},
              rows));
  if (report.doubles > 0) print(fmt::format("同一家企业的另一行 {} 行，并作一家计\n", report.doubles));
  if (report.not_leads > 0) print(fmt::format("另有 {} 家取得而当日不是线索\n", report.not_leads));
  if (report.undated > 0) print(fmt::format("{} 条名单记录没有日期，未采用\n", report.undated));
  if (report.open_days > 0) print(fmt::format("期末有 {} 天在数据截止之后\n", report.open_days));
}

Result<int> run_backtest(const Common& common, const BacktestOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao backtest"));
  TANMIAO_ASSIGN(const auto rules, place.rules());
  ConsoleProgress progress;
  const When when{options.as_of, ""};
  TANMIAO_ASSIGN(const auto now, snapshot_of(place, {}, progress));
  TANMIAO_ASSIGN(const auto past, snapshot_of(place, when, progress));
  miner::BacktestConfig config = options.config;
  TANMIAO_ASSIGN(config.as_of, day_of(when));
  config.campaign = options.campaign.empty() ? place.config.campaigns.front() : options.campaign;
  TANMIAO_ASSIGN(const auto report, miner::backtest(*past, *now, *rules, *place.reference, config));
  if (!options.html.empty()) TANMIAO_TRY(store::write_file_durably(options.html, miner::backtest_html(report)));
  if (common.json)
    print(miner::backtest_json(report) + "\n");
  else
    show(report);
  return kDone;
}

}  // namespace

Action declare_backtest(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<BacktestOptions>();
  app.add_option("--as-of", options->as_of, "the day to go back to, YYYY-MM-DD")->required();
  app.add_option("--horizon", options->config.horizon_months, "months after it in which the label counts")
      ->check(CLI::Range(1, 240))
      ->capture_default_str();
  app.add_option("--label", options->config.label, "what was to be found: a programme such as tech_sme, hnte, srdi")
      ->capture_default_str();
  app.add_option("--campaign", options->campaign, "leads of which campaign (default: the first configured)");
  app.add_option("--top", options->config.k, "K of precision at K")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--resamples", options->config.resamples, "of the bootstrap")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  app.add_option("--threads", options->config.threads, "0: as many as there are cores")->capture_default_str();
  app.add_option("--html", options->html, "write the page with its plot into this file");
  return [options, &common] { return run_backtest(common, *options); };
}

}  // namespace tanmiao::app
