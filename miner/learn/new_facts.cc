#include "miner/learn/new_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tanmiao::miner::learn {
namespace {

constexpr double kDaysAYear = 365.25;
int fold_of_firm(const FoldTrees& model, const Context& context, const FirmFacts& facts) {
  const auto& firms = context.snapshot.firms;
  return fold_of(firms.code[facts.firm], firms.name[facts.firm], static_cast<int>(model.folds.size()));
}

// Collects them; each begins from what is known of the firm.
class NewFacts {
 public:
  NewFacts(const FoldTrees& model, const Context& context, const Priors* priors, const FirmFacts& facts,
           const Assessment& a)
      : model_(model), context_(context), priors_(priors), facts_(facts), a_(a) {}

  std::vector<NewFact> all() {
    out_ = miner::new_facts(context_, facts_, a_);
    unread();
    register_numbers();
    const bool young = a_.kind == LeadKind::kStartUp;
    std::erase_if(
        out_, [&](const NewFact& fact) { return (assess(context_, fact.facts).kind == LeadKind::kStartUp) != young; });
    return std::move(out_);
  }

 private:
  FirmFacts& add(std::string_view id, std::string label) {
    out_.push_back({id, std::move(label), facts_});
    return out_.back().facts;
  }

  // What the firm's patents do not say because their records lack it.
  void unread() {
    if (facts_.own == 0) return;
    if (facts_.profile.claims_known == 0) {
      FirmFacts& read = add("claims", fmt::format("查明有一件专利的权利要求不少于 {} 项", context_.card.many_claims));
      read.profile.claims_known = read.profile.many_claims = 1;
    }
    if (facts_.profile.classed == 0) {
      FirmFacts& read = add("focus", "查明专利分类，且集中于一个技术领域");
      read.profile.classed = read.profile.most = std::max(facts_.own, context_.card.focus_filings);
    }
    if (facts_.inventors == 0)
      best(
          "inventors", [](double bound) { return std::max(1.0, std::ceil(bound)); },
          [](FirmFacts& facts, double value) { facts.inventors = static_cast<int>(value); },
          [](double value) { return fmt::format("查明近五年不同发明人（最有利的情形：{:.0f} 人）", value); });
  }

  void register_numbers() {
    constexpr double kWan = 1e6;  // 万元 in minor units
    if (facts_.insured < 0)
      best(
          "insured", [](double bound) { return std::ceil(std::expm1(bound)); },
          [](FirmFacts& facts, double value) { facts.insured = static_cast<std::int32_t>(value); },
          [](double value) { return fmt::format("查明参保人数（最有利的情形：约 {:.0f} 人）", value); });
    if (facts_.capital <= 0)
      best(
          "capital", [](double bound) { return std::ceil(std::pow(10, bound) / kWan); },
          [](FirmFacts& facts, double value) { facts.capital = static_cast<std::int64_t>(value * kWan); },
          [](double value) { return fmt::format("查明注册资本（最有利的情形：约 {:.0f} 万元）", value); });
    if (facts_.established == kNoDay)
      best(
          "age", [](double bound) { return std::ceil(bound * kDaysAYear); },
          [&](FirmFacts& facts, double value) { facts.established = context_.day - static_cast<Day>(value); },
          [](double value) {
            return fmt::format("查明成立日期（最有利的情形：已成立约 {:.1f} 年）", value / kDaysAYear);
          });
  }

  // An unknown number at the value by which the firm scores best: `value_of` gives the first at or above a bound of the
  // trees. The least value stands for all below the first bound. Values that no tree tells apart are not tried.
  template <class ValueOf, class Put, class Label>
  void best(std::string_view column, const ValueOf& value_of, const Put& put, const Label& label) {
    const auto at = std::find_if(model_.columns.begin(), model_.columns.end(),
                                 [&](const LeadColumn& one) { return one.id == column; });
    if (at == model_.columns.end()) return;
    const int fold = fold_of_firm(model_, context_, facts_);
    const auto& trees = model_.folds[static_cast<std::size_t>(fold)].trees;
    std::vector<double> values;
    for (const float bound : trees.bounds(static_cast<std::size_t>(at - model_.columns.begin())))
      values.push_back(value_of(bound));
    if (values.empty()) return;
    values.push_back(std::max(1.0, std::floor(values.front() / 2)));
    std::sort(values.begin(), values.end());
    const bool young = a_.kind == LeadKind::kStartUp;
    std::optional<std::pair<std::int64_t, double>> found;
    for (const double value : values) {
      FirmFacts facts = facts_;
      put(facts, value);
      const Assessment a = assess(context_, facts);
      if ((a.kind == LeadKind::kStartUp) != young) continue;
      const std::int64_t score = model_.score(context_, priors_, facts, a).score;
      if (!found || score > found->first) found = {score, value};
    }
    if (found) put(add(column, label(found->second)), found->second);
  }

  const FoldTrees& model_;
  const Context& context_;
  const Priors* priors_;
  const FirmFacts& facts_;
  const Assessment& a_;
  std::vector<NewFact> out_;
};

}  // namespace

std::vector<NewFact> new_facts(const FoldTrees& model, const Context& context, const Priors* priors,
                               const FirmFacts& facts, const Assessment& a) {
  return NewFacts(model, context, priors, facts, a).all();
}

bool stays(std::string_view column) {
  constexpr std::string_view kStays[] = {
      "direct_pass",  "past_tech_sme", "dead",          // what the firm has been, or a title of its own
      "key_industry", "industries",                     // follow from classes, codes and texts
      "name_words",   "scope_words",   "scope_length",  // texts
      "known_fail",   "points_most",                    // follow from what is known of the rule
  };
  return std::find(std::begin(kStays), std::end(kStays), column) != std::end(kStays);
}

std::vector<Lift> lifts(const FoldTrees& model, const Context& context, const Priors* priors, const FirmFacts& facts,
                        const Assessment& a) {
  const std::int64_t now = model.score(context, priors, facts, a).score;
  std::vector<Lift> out;
  for (const NewFact& fact : new_facts(model, context, priors, facts, a)) {
    const Assessment judged = assess_with(context, fact);
    Lift lift{fact.id, fact.label, model.score(context, priors, fact.facts, judged), judged.score};
    const bool adds_nothing = std::any_of(out.begin(), out.end(), [&](const Lift& one) {
      return one.id == fact.beyond && one.then.score >= lift.then.score;
    });
    if (lift.then.score > now && !adds_nothing) out.push_back(std::move(lift));
  }
  std::stable_sort(out.begin(), out.end(), [](const Lift& x, const Lift& y) { return x.then.score > y.then.score; });
  return out;
}

}  // namespace tanmiao::miner::learn
