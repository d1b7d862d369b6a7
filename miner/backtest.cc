#include "miner/backtest.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/hash.h"
#include "core/settings.h"
#include "miner/backtest_figures.h"
#include "miner/belief.h"

namespace tanmiao::miner {
namespace {

enum Baseline : std::size_t { kScorecard, kLikelihood, kPatents, kKeywords, kNewest, kRandom, kScorers };
constexpr std::array<std::pair<std::string_view, std::string_view>, kScorers> kNames = {
    {{"scorecard", "评分卡"},
     {"likelihood", "达标可能性"},
     {"patents", "专利数"},
     {"keywords", "名称与经营范围用词"},
     {"newest", "成立最晚"},
     {"random", "随机"}}};

struct Firm {
  store::FirmNo number = 0;
  bool lead = false;
  std::array<double, kScorers> scores{};
  std::string unit, industry, age;
};

// The day on which the label of a row came out, as far as a date is stated; a year alone counts from its last day on.
Day came_out(const store::Snapshot& s, std::uint32_t row) {
  const auto& r = s.recognitions;
  if (r.public_date[row] != kNoDay) return r.public_date[row];
  if (r.issued[row] != kNoDay) return r.issued[row];
  return r.year[row] > 0 ? to_day(make_date(r.year[row], 12, 31)) : kNoDay;
}

struct Labels {
  std::set<store::FirmNo> within;
  std::uint64_t undated = 0;
};
Labels labels_of(const store::Snapshot& now, const BacktestConfig& config, Day from, Day until) {
  Labels labels;
  for (store::FirmNo n = 1; n <= now.last_firm(); ++n) {
    const auto [first, last] = now.recognitions_of(n);
    for (std::uint32_t i = first; i < last; ++i) {
      if (now.recognitions.program[i] != config.label) continue;
      const Day day = came_out(now, i);
      labels.undated += day == kNoDay;
      if (day != kNoDay && day > from && day <= until) labels.within.insert(n);
    }
  }
  return labels;
}

bool holds_label(const Context& context, const FirmFacts& facts, const std::string& label) {
  return std::any_of(facts.recognitions.begin(), facts.recognitions.end(), [&](const RecognitionFact& fact) {
    return fact.held == Held::kValid && context.snapshot.recognitions.program[fact.row] == label;
  });
}

std::string age_of(const Context& context, store::FirmNo firm) {
  const auto established = from_day(context.snapshot.firms.established[firm]);
  if (!established) return "未知";
  if (add_months(*established, 36) > context.as_of) return "不满 3 年";
  return add_months(*established, 120) > context.as_of ? "3–10 年" : "10 年以上";
}

Firm judged(const Context& context, const Priors* priors, const BacktestConfig& config, store::FirmNo number) {
  const auto& firms = context.snapshot.firms;
  Firm firm;
  firm.number = number;
  const FirmFacts facts = gather(context, number);
  if (!in_campaign(context, facts) || !why_left_out(context, facts).empty()) return firm;
  if (holds_label(context, facts, config.label)) return firm;
  firm.lead = true;
  const Assessment a = assess(context, facts);
  firm.scores[kScorecard] = a.score;
  if (priors != nullptr)
    firm.scores[kLikelihood] = chance_to_pass(context.rubric, *priors, evidence_of(context, *priors, facts, a));
  firm.scores[kPatents] = static_cast<double>(facts.patents.size());
  firm.scores[kKeywords] =
      value_of(context, facts, a, Feature::kNameWords) + value_of(context, facts, a, Feature::kScopeWords);
  firm.scores[kNewest] = firms.established[number] == kNoDay ? -1e9 : firms.established[number];
  const std::string key = std::string(firms.code[number]) + "\n" + std::string(firms.name[number]);
  firm.scores[kRandom] = static_cast<double>(std::stoull(hash_hex(key, 16), nullptr, 16) >> 11U);
  firm.unit = context.snapshot.unit_name(number, context.reference.regions);
  firm.industry =
      facts.industries.empty() ? std::string("其他") : context.reference.key_industries[facts.industries.front()].name;
  firm.age = age_of(context, number);
  return firm;
}

std::vector<Firm> leads_of(const Context& context, const Priors* priors, const BacktestConfig& config) {
  std::vector<Firm> all(context.snapshot.last_firm());
  tbb::task_arena arena(config.threads > 0 ? config.threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, all.size(), 64), [&](const auto& range) {
      for (std::size_t i = range.begin(); i != range.end(); ++i)
        all[i] = judged(context, priors, config, static_cast<store::FirmNo>(i + 1));
    });
  });
  std::erase_if(all, [](const Firm& firm) { return !firm.lead; });
  return all;
}

std::vector<double> column_of(const std::vector<Firm>& firms, std::size_t scorer) {
  std::vector<double> out;
  out.reserve(firms.size());
  for (const Firm& firm : firms) out.push_back(firm.scores.at(scorer));
  return out;
}

void add_groups(const std::vector<Firm>& firms, const std::vector<std::uint8_t>& labels, BacktestReport& report) {
  const std::vector<double> scores = column_of(firms, kScorecard);
  const std::vector<std::uint8_t> top = in_first(scores, .05);
  constexpr std::pair<std::string_view, std::string Firm::*> kKinds[] = {
      {"县区", &Firm::unit}, {"产业", &Firm::industry}, {"成立年限", &Firm::age}};
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

Status check_label(const LoadedRules& rules, const std::string& label) {
  std::vector<std::string_view> known;
  known.reserve(rules.scorecard_.programs.size());
  for (const auto& [id, program] : rules.scorecard_.programs) known.push_back(id);
  if (std::find(known.begin(), known.end(), label) == known.end()) return no_such("label", label, known);
  return {};
}

}  // namespace

Result<BacktestReport> backtest(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                                const Reference& reference, const BacktestConfig& config) {
  MineConfig mine;
  mine.campaign = config.campaign;
  mine.as_of = config.as_of;
  TANMIAO_ASSIGN(Context context, context_for(past, rules, reference, mine));
  context.dated_only = true;
  const auto& loaded = dynamic_cast<const LoadedRules&>(rules);
  TANMIAO_TRY(check_label(loaded, config.label));
  BacktestReport report;
  report.campaign = config.campaign, report.label = config.label, report.k = config.k;
  report.rubric = context.rubric.id, report.scorecard = context.card.id;
  report.as_of = config.as_of;
  report.until = add_months(config.as_of, config.horizon_months);
  const Day last = to_day(now.info().civil_date), until = to_day(report.until);
  report.open_days = static_cast<std::uint64_t>(std::max(0, until - std::max(last, context.day)));
  const Labels came = labels_of(now, config, context.day, until);
  const std::vector<Firm> firms = leads_of(context, loaded.priors_.get(), config);
  std::vector<std::uint8_t> labels;
  labels.reserve(firms.size());
  for (const Firm& firm : firms) labels.push_back(came.within.contains(firm.number) ? 1 : 0);
  report.firms = firms.size();
  report.labelled = static_cast<std::uint64_t>(std::count(labels.begin(), labels.end(), 1));
  report.undated = came.undated;
  report.not_leads = came.within.size() - report.labelled;
  if (firms.empty()) return Error{Errc::kUsage, "no lead was known on that day", iso(config.as_of)};
  if (report.labelled == 0)
    return Error{Errc::kUsage, "none of the leads of that day got the label within the horizon", config.label};
  for (std::size_t scorer = 0; scorer < kScorers; ++scorer) {
    if (scorer == kLikelihood && loaded.priors_ == nullptr) continue;
    ScorerFigures figures = scorer_figures(column_of(firms, scorer), labels, config.k, config.resamples);
    figures.id = kNames.at(scorer).first, figures.label = kNames.at(scorer).second;
    report.scorers.push_back(std::move(figures));
  }
  add_groups(firms, labels, report);
  return report;
}

}  // namespace tanmiao::miner
