#include "miner/backtest.h"

#include <algorithm>
#include <array>
#include <map>

#include "miner/backtest_figures.h"
#include "miner/backtest_leads.h"

namespace tanmiao::miner {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, kScorers> kNames = {
    {{"scorecard", "评分卡"},
     {"likelihood", "达标可能性"},
     {"patents", "专利数"},
     {"keywords", "名称与经营范围用词"},
     {"newest", "成立最晚"},
     {"random", "随机"}}};

std::vector<double> column_of(const std::vector<PastLead>& firms, std::size_t scorer) {
  std::vector<double> out;
  out.reserve(firms.size());
  for (const PastLead& firm : firms) out.push_back(firm.scores.at(scorer));
  return out;
}

void add_groups(const std::vector<PastLead>& firms, const std::vector<std::uint8_t>& labels, BacktestReport& report) {
  const std::vector<double> scores = column_of(firms, kScorecard);
  const std::vector<std::uint8_t> top = in_first(scores, .05);
  constexpr std::pair<std::string_view, std::string PastLead::*> kKinds[] = {
      {"县区", &PastLead::unit}, {"产业", &PastLead::industry}, {"成立年限", &PastLead::age}};
  for (const auto& [kind, member] : kKinds) {
    std::map<std::string, std::vector<std::size_t>> parts;
    for (std::size_t i = 0; i < firms.size(); ++i) parts[firms[i].*member].emplace_back(i);
    for (const auto& [name, rows] : parts) {
      GroupFigures group{std::string(kind), name, rows.size(), 0, 0, 0.5};
      std::vector<double> own;
      std::vector<std::uint8_t> came;
      own.reserve(rows.size()), came.reserve(rows.size());
      for (const std::size_t row : rows) {
        group.labelled += labels[row];
        group.in_top5 += static_cast<std::uint64_t>(labels[row] != 0 && top[row] != 0);
        own.push_back(scores[row]), came.push_back(labels[row]);
      }
      group.auc = area_under_roc(own, came);
      report.groups.push_back(std::move(group));
    }
  }
}

}  // namespace

Result<BacktestReport> backtest(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                                const Reference& reference, const BacktestConfig& config) {
  TANMIAO_ASSIGN(const LabelledLeads leads, labelled_leads(past, now, rules, reference, config));
  BacktestReport report;
  report.campaign = config.campaign, report.label = config.label, report.k = config.k;
  report.rubric = leads.rubric, report.scorecard = leads.scorecard;
  report.as_of = config.as_of;
  report.until = add_months(config.as_of, config.horizon_months);
  const Day last = to_day(now.info().civil_date), until = to_day(report.until);
  report.open_days = static_cast<std::uint64_t>(std::max(0, until - std::max(last, to_day(config.as_of))));
  report.firms = leads.firms.size();
  report.labelled = leads.labelled, report.undated = leads.undated, report.not_leads = leads.not_leads;
  report.doubles = leads.doubles;
  if (report.labelled == 0)
    return Error{Errc::kUsage, "none of the leads of that day got the label within the horizon", config.label};
  for (std::size_t scorer = 0; scorer < kScorers; ++scorer) {
    if (scorer == kLikelihood && !leads.likelihood) continue;
    ScorerFigures figures = scorer_figures(column_of(leads.firms, scorer), leads.labels, config.k, config.resamples);
    figures.id = kNames.at(scorer).first, figures.label = kNames.at(scorer).second;
    report.scorers.push_back(std::move(figures));
  }
  add_groups(leads.firms, leads.labels, report);
  return report;
}

}  // namespace tanmiao::miner
