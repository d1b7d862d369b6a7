// Kind of lead, judgement, score: domain words_and_forms.md, first that holds.
#include "miner/assess.h"

#include <algorithm>
#include <cmath>

namespace tanmiao::miner {
namespace {

LeadKind kind_of(const Context& context, const FirmFacts& facts) {
  if (facts.direct) return LeadKind::kDirect;
  if (facts.past_tech_sme) return LeadKind::kRenewal;
  const auto established = from_day(facts.established);
  const bool young = established && add_months(*established, context.card.start_up_months) > context.as_of;
  return young ? LeadKind::kStartUp : LeadKind::kNew;
}

Judgement judgement_of(const Context& context, const FirmFacts& facts, const Assessment& a) {
  const int pass = context.rubric.pass;
  if (a.gate_fails) return Judgement::kNotYet;
  // Article 8: who has one of these needs the gates of article 6(1) to (4), and no score.
  if (facts.direct) return Judgement::kPromising;
  // A staff share below the lowest band is a condition of its own (article 6(5)).
  if (a.staff_zero || a.total.most < pass) return Judgement::kNotYet;
  const bool enough = a.total.least >= pass && a.rows[0].points.least > 0;
  const bool strong = facts.strong_signals > 0 || facts.strong_recognitions > 0;
  if (enough || facts.valid_one >= 1 || facts.valid_two >= 4 || strong) return Judgement::kPromising;
  const bool some = facts.valid_two > 0 || facts.unverified > 0 || facts.pending > 0 || facts.other_signals > 0 ||
                    facts.numbers.any() || !facts.recognitions.empty();
  return some ? Judgement::kNeedsData : Judgement::kLittle;
}

double words_value(const WordSet& set, const std::vector<Weighted>& words, std::string_view text) {
  double sum = 0;
  for (const int row : set.find(text)) sum += words[static_cast<std::size_t>(row)].weight;
  return sum;
}

}  // namespace

double value_of(const Context& context, const FirmFacts& f, const Assessment& a, Feature feature) {
  const auto& firms = context.snapshot.firms;
  switch (feature) {
    case Feature::kDirectPass: return f.direct;
    case Feature::kPastTechSme: return f.past_tech_sme;
    case Feature::kStrongRecognitions: return f.strong_recognitions;
    case Feature::kStrongSignals: return f.strong_signals;
    case Feature::kOtherSignals: return f.other_signals;
    case Feature::kValidInventions: return f.valid_one;
    case Feature::kValidClassTwo: return f.valid_two;
    case Feature::kUnverified: return f.unverified;
    case Feature::kPending: return f.pending;
    case Feature::kRecentFilings: return f.recent_filings;
    case Feature::kInventors: return f.inventors;
    case Feature::kAcquiredOnly: return f.acquired > 0 && f.own == 0;
    case Feature::kKeyIndustry: return !f.industries.empty();
    case Feature::kKnownFail: return a.judgement == Judgement::kNotYet;
    case Feature::kGateDoubt:
      return static_cast<double>(
          std::count_if(a.gates.begin(), a.gates.end(), [](const GateResult& gate) { return gate.against; }));
    case Feature::kAcademic: return f.profile.academic;
    case Feature::kFocus:
      return f.profile.classed >= context.card.focus_filings &&
             f.profile.most >= context.card.focus_share * f.profile.classed;
    case Feature::kManyClaims: return f.profile.many_claims;
    case Feature::kNameWords: return words_value(context.card.name_set, context.card.name_words, firms.name[f.firm]);
    case Feature::kScopeWords:
      return words_value(context.card.scope_set, context.card.scope_words, firms.scope[f.firm]);
    case Feature::kCount: break;
  }
  return 0;
}

double curved(const FeatureWeight& weight, double value) {
  switch (weight.curve) {
    case Curve::kFlag: return value > 0 ? 1 : 0;
    case Curve::kCount: return std::clamp(value, -weight.most, weight.most);
    case Curve::kLog: return std::min(std::log2(1 + std::max(value, 0.0)), weight.most);
  }
  return 0;
}

Assessment assess(const Context& context, const FirmFacts& facts) {
  Assessment a;
  assess_rubric(context, facts, a);
  a.kind = kind_of(context, facts);
  a.judgement = judgement_of(context, facts, a);
  for (const FeatureWeight& weight : context.card.features) {
    const double value = value_of(context, facts, a, weight.feature);
    const double points = weight.weight * curved(weight, value);
    a.contributions.push_back({&weight, value, points});
    a.score += points;
  }
  return a;
}

}  // namespace tanmiao::miner
