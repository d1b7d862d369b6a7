// The judgement of one firm: rubric interval, gates, kind of lead, score, sentences. Internal to miner/.
#pragma once

#include "miner/facts.h"

namespace tanmiao::miner {

struct Interval {
  int least = 0, most = 0;
  bool exact() const { return least == most; }
  friend bool operator==(const Interval&, const Interval&) = default;
};
struct RubricRow {
  std::string id, label, evidence, gap, remedy;
  int points_most = 0;  // of the indicator
  Interval points;
};
struct GateResult {
  const Gate* gate = nullptr;
  GateAnswer answer = GateAnswer::kUnknown;
  std::string why;
  bool against = false;  // not known, but what is known speaks against the firm
};
struct Contribution {
  const FeatureWeight* feature;
  double value = 0, points = 0;
};

struct Assessment {
  std::vector<RubricRow> rows;  // staff, rd, ip
  std::vector<GateResult> gates;
  Interval total;
  bool gate_fails = false, staff_zero = false;
  std::string needed;  // what would have to be true for the pass mark
  LeadKind kind = LeadKind::kNew;
  Judgement judgement = Judgement::kLittle;
  double score = 0;
  std::vector<Contribution> contributions;
};

// Points by the rubric. The firm's own numbers close what they answer.
void assess_rubric(const Context& context, const FirmFacts& facts, Assessment& out);
// "研发费用占销售收入 4 % 以上，或占成本费用总额 20 % 以上" for a firm with these points; empty when no share is
// enough.
std::string needed_rd(const Rubric& rubric, int staff_points, int ip_points);
Assessment assess(const Context& context, const FirmFacts& facts);
double value_of(const Context& context, const FirmFacts& facts, const Assessment& a, Feature feature);
double curved(const FeatureWeight& weight, double value);  // what a value counts, before the weight

std::vector<std::string> basis_sentences(const Context& context, const FirmFacts& facts, const Assessment& a);
std::string ask_first(const Context& context, const FirmFacts& facts, const Assessment& a);
std::string hints(const Context& context, const FirmFacts& facts);
std::string recognitions_text(const Context& context, const FirmFacts& facts);
std::string signals_text(const Context& context, const FirmFacts& facts);
std::string report_text(const store::SelfReport& report);  // "职工总数 100，科技人员数 20；核实结论：有意申报"
std::string industries_text(const Context& context, const FirmFacts& facts);
std::string recognition_label(const Context& context, const RecognitionFact& fact);
std::string signal_label(const Context& context, const SignalFact& fact);

// Explanation as of docs/schema/explanation.json, without the parts that only explain_json adds.
std::string explanation(const Context& context, const FirmFacts& facts, const Assessment& a);

}  // namespace tanmiao::miner
