#include "miner/learn/new_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tanmiao::miner::learn {
namespace {

constexpr double kDaysAYear = 365.25;
constexpr double kSome = 1e8;  // minor units: sales or costs of a firm that told of neither
constexpr double kSomeStaff = 100;

std::string percent(double share) { return fmt::format("{:g}%", 100 * share); }

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
    rights();
    records();
    answers();
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
  static void filed_today(FirmFacts& facts, Day day) {
    ++facts.own, ++facts.pending, ++facts.recent_filings;
    for (std::uint16_t& filed : facts.filings.filed) ++filed;
    facts.last_filing = day;
  }

  void rights() {
    FirmFacts& grant = add("grant", "再有一件自有的有效发明专利");
    ++grant.valid_one, ++grant.own;
    FirmFacts& two = add("class_two", "再有一件自有的有效Ⅱ类知识产权");
    ++two.valid_two, ++two.own;
    filed_today(add("filing", "新申请一件发明"), context_.day);
    FirmFacts& joint = add("joint_filing", "与高校院所共同新申请一件发明");
    filed_today(joint, context_.day);
    ++joint.profile.academic;
    out_.back().beyond = "filing";
    if (facts_.unverified_one + facts_.unverified_two > 0) verified();
  }

  void verified() {
    FirmFacts& shown =
        add("verified", fmt::format("{} 件效力待核的专利核实均有效", facts_.unverified_one + facts_.unverified_two));
    const auto& kinds = context_.snapshot.patents.kind;
    for (PatentFact& right : shown.patents)
      if (right.state == IpState::kUnverified && static_cast<PatentKind>(kinds[right.row]) != PatentKind::kUnknown)
        right.state = IpState::kValid;
    shown.valid_one += shown.unverified_one, shown.valid_two += shown.unverified_two;
    shown.unverified -= shown.unverified_one + shown.unverified_two;
    shown.unverified_one = shown.unverified_two = 0;
  }

  void records() {
    ++add("signal", "查到一项近期研发投入线索").strong_signals;
    ++add("other_signal", "查到一项其他科技活动线索").other_signals;
    FirmFacts& held = add("recognition", "取得一项与研发有关的资质");
    ++held.strong_recognitions;
    held.recognitions.push_back({});
  }

  // What a visit would bring, at its best.
  void answers() {
    const Numbers& n = facts_.numbers;
    const Rubric& rubric = context_.rubric;
    const double staff = share_for(rubric.staff, rubric.most_staff()).value_or(1);
    if (!n.staff() && !(n.staff_total && *n.staff_total <= 0) && !(n.tech_staff && *n.tech_staff <= 0)) {
      Numbers& told = add("staff", "核实科技人员占职工总数 " + percent(staff) + " 及以上").numbers;
      if (!told.staff_total)
        told.staff_total = told.tech_staff      ? std::max(1.0, std::floor(*told.tech_staff / staff))
                           : facts_.insured > 0 ? facts_.insured
                                                : kSomeStaff;
      if (!told.tech_staff) told.tech_staff = std::ceil(staff * *told.staff_total);
    }
    const double rd = share_for(rubric.rd_revenue, rubric.most_rd()).value_or(1);
    if (!a_.rows[1].points.exact() && !(n.revenue && *n.revenue <= 0)) {
      Numbers& told = add("rd", "核实研发费用占销售收入 " + percent(rd) + " 及以上").numbers;
      if (!told.revenue) told.revenue = told.rd_expense ? *told.rd_expense / rd : kSome;
      if (!told.rd_expense) told.rd_expense = rd * *told.revenue;
    }
    if (!n.software) add("software", "核实有软件著作权 4 件及以上").numbers.software = 4;
    const bool doubt = std::any_of(a_.gates.begin(), a_.gates.end(), [](const GateResult& g) { return g.against; });
    if (!doubt) return;
    add("gate", "核实主营业务收入主要不来自存疑的登记行业");
    out_.back().settles_doubt = true;
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

Assessment assess_with(const Context& context, const NewFact& fact) {
  Assessment a = assess(context, fact.facts);
  if (!fact.settles_doubt) return a;
  for (GateResult& gate : a.gates) gate.against = false;
  for (Contribution& item : a.contributions) {
    if (item.feature->feature != Feature::kGateDoubt) continue;
    a.score -= item.points;
    item.value = item.points = 0;
  }
  return a;
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
