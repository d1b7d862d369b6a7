#include "miner/new_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tanmiao::miner {
namespace {

constexpr double kSome = 1e8;  // minor units: sales or costs of a firm that told of neither
constexpr double kSomeStaff = 100;

std::string whole_share(double share) { return fmt::format("{:g}%", 100 * share); }

// Collects them; each begins from what is known of the firm.
class OneMore {
 public:
  OneMore(const Context& context, const FirmFacts& facts, const Assessment& a)
      : context_(context), facts_(facts), a_(a) {}

  std::vector<NewFact> all() {
    rights();
    records();
    answers();
    return std::move(out_);
  }

 private:
  FirmFacts& add(std::string_view id, std::string label) {
    out_.push_back({id, std::move(label), facts_});
    return out_.back().facts;
  }
  // One more of its own, in the field of the others.
  static void filed(FirmFacts& facts) {
    ++facts.own;
    if (facts.profile.classed > 0) ++facts.profile.classed, ++facts.profile.most;
  }
  static void filed_today(FirmFacts& facts, Day day) {
    filed(facts);
    ++facts.pending, ++facts.recent_filings;
    for (std::uint16_t& in_window : facts.filings.filed) ++in_window;
    facts.last_filing = day;
  }

  void rights() {
    FirmFacts& grant = add("grant", "再有一件自有的有效发明专利");
    ++grant.valid_one, filed(grant);
    FirmFacts& two = add("class_two", "再有一件自有的有效Ⅱ类知识产权");
    ++two.valid_two, filed(two);
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
    FirmFacts& held = add("recognition", "取得一项与研发有关的资质（不属可直接确认的）");
    ++held.strong_recognitions;
    held.recognitions.push_back({});
  }

  // What a visit would bring, at its best.
  void answers() {
    const Numbers& n = facts_.numbers;
    const Rubric& rubric = context_.rubric;
    const double staff = share_for(rubric.staff, rubric.most_staff()).value_or(1);
    if (!n.staff() && !(n.staff_total && *n.staff_total <= 0) && !(n.tech_staff && *n.tech_staff <= 0)) {
      Numbers& told = add("staff", "核实科技人员占职工总数 " + whole_share(staff) + " 及以上").numbers;
      if (!told.staff_total)
        told.staff_total = told.tech_staff      ? std::max(1.0, std::floor(*told.tech_staff / staff))
                           : facts_.insured > 0 ? facts_.insured
                                                : kSomeStaff;
      if (!told.tech_staff) told.tech_staff = std::ceil(staff * *told.staff_total);
    }
    const double rd = share_for(rubric.rd_revenue, rubric.most_rd()).value_or(1);
    if (!a_.rows[1].points.exact() && !(n.revenue && *n.revenue <= 0)) {
      Numbers& told = add("rd", "核实研发费用占销售收入 " + whole_share(rd) + " 及以上").numbers;
      if (!told.revenue) told.revenue = told.rd_expense ? *told.rd_expense / rd : kSome;
      if (!told.rd_expense) told.rd_expense = rd * *told.revenue;
    }
    if (!n.software) add("software", "核实有软件著作权 4 件及以上").numbers.software = 4;
    const bool doubt = std::any_of(a_.gates.begin(), a_.gates.end(), [](const GateResult& g) { return g.against; });
    if (!doubt) return;
    add("gate", "核实主营业务收入主要不来自存疑的登记行业");
    out_.back().settles_doubt = true;
  }

  const Context& context_;
  const FirmFacts& facts_;
  const Assessment& a_;
  std::vector<NewFact> out_;
};

}  // namespace

std::vector<NewFact> new_facts(const Context& context, const FirmFacts& facts, const Assessment& a) {
  return OneMore(context, facts, a).all();
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

}  // namespace tanmiao::miner
