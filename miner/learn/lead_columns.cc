#include "miner/learn/lead_columns.h"

#include <array>
#include <cmath>
#include <limits>

#include "core/text/normalize.h"
#include "miner/belief.h"

namespace tanmiao::miner::learn {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct More {
  std::string_view id, label;
  int monotone;
};
// Behind the items of the scorecard, in this order.
constexpr std::array<More, 14> kMore{{{kScoreColumn, "评分卡得分", 1},
                                      {"likelihood", "达标可能性", 1},
                                      {"points_least", "可确认得分", 1},
                                      {"points_most", "最高可能得分", 0},
                                      {"filings_one", "近一年申请", 1},
                                      {"filings_five", "近五年申请", 1},
                                      {"since_filing", "距最近申请的年数", 0},
                                      {"dead", "已失效专利", 0},
                                      {"recognitions", "全部资质", 0},
                                      {"industries", "所属重点产业数", 0},
                                      {"age", "成立年数", 0},
                                      {"capital", "注册资本（对数）", 0},
                                      {"insured", "参保人数（对数）", 0},
                                      {"scope_length", "经营范围长度（对数）", 0}}};

double years_since(const Context& context, Day day) {
  constexpr double kYear = 365.25;
  return day == kNoDay ? kUnknown : static_cast<double>(context.day - day) / kYear;
}

// An item of the scorecard, except that what nobody counted is not zero here.
double item_of(const FirmFacts& facts, const Contribution& item, std::string_view scope) {
  if (item.feature->feature == Feature::kScopeWords && scope.empty()) return kUnknown;
  if (item.feature->feature == Feature::kManyClaims && facts.profile.claims_known == 0) return kUnknown;
  if (item.feature->feature == Feature::kInventors && facts.inventors == 0) return kUnknown;
  if (item.feature->feature == Feature::kFocus && facts.profile.classed == 0) return kUnknown;
  return item.value;
}

}  // namespace

std::vector<LeadColumn> lead_columns(const Scorecard& card) {
  std::vector<LeadColumn> out;
  out.reserve(card.features.size() + std::size(kMore));
  for (const FeatureWeight& item : card.features)
    out.push_back({item.id, item.label, item.weight > 0 ? 1 : item.weight < 0 ? -1 : 0});
  for (const More& more : kMore) out.push_back({std::string(more.id), std::string(more.label), more.monotone});
  return out;
}

void add_lead_row(const Context& context, const Priors* priors, const FirmFacts& facts, const Assessment& a,
                  std::vector<float>& out) {
  const std::string_view scope = context.snapshot.firms.scope[facts.firm];
  for (const Contribution& item : a.contributions) out.push_back(static_cast<float>(item_of(facts, item, scope)));
  const double likelihood =
      priors == nullptr ? kUnknown : chance_to_pass(context.rubric, *priors, evidence_of(context, *priors, facts, a));
  const std::array<double, kMore.size()> more{
      a.score,
      likelihood,
      static_cast<double>(a.total.least),
      static_cast<double>(a.total.most),
      static_cast<double>(facts.filings.one()),
      static_cast<double>(facts.filings.five()),
      years_since(context, facts.last_filing),
      static_cast<double>(facts.dead),
      static_cast<double>(facts.recognitions.size()),
      static_cast<double>(facts.industries.size()),
      years_since(context, facts.established),
      facts.capital > 0 ? std::log10(static_cast<double>(facts.capital)) : kUnknown,
      facts.insured >= 0 ? std::log1p(static_cast<double>(facts.insured)) : kUnknown,
      scope.empty() ? kUnknown : std::log1p(static_cast<double>(text::length(scope)))};
  for (const double value : more) out.push_back(static_cast<float>(value));
}

}  // namespace tanmiao::miner::learn
