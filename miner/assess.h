// The judgement of one firm: rubric interval, gates, kind of lead, score, sentences. Internal to miner/.
#pragma once

#include <cmath>

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
// Points of the scorecard are whole thousandths, so that what the items give adds up to the score exactly, as it is
// told. The sum is kept in thousandths: added as binary fractions these would differ in the last bit.
inline double in_thousandths(double points) { return static_cast<double>(std::llround(points * 1000)) / 1000; }
class Score {
 public:
  Score& operator+=(double points) { return add(std::llround(points * 1000)); }
  Score& operator-=(double points) { return add(-std::llround(points * 1000)); }
  operator double() const { return static_cast<double>(thousandths_) / 1000; }  // the nearest to the decimal number
  std::int64_t thousandths() const { return thousandths_; }

 private:
  Score& add(std::int64_t thousandths) {
    thousandths_ += thousandths;
    return *this;
  }
  std::int64_t thousandths_ = 0;
};
struct Contribution {
  Contribution(const FeatureWeight* of, double counted, double unrounded)
      : feature(of), value(counted), points(in_thousandths(unrounded)) {}
  const FeatureWeight* feature;
  double value, points;
};

struct Assessment {
  std::vector<RubricRow> rows;  // staff, rd, ip
  std::vector<GateResult> gates;
  Interval total;
  bool gate_fails = false, staff_zero = false;
  std::string needed;  // what would have to be true for the pass mark
  LeadKind kind = LeadKind::kNew;
  Judgement judgement = Judgement::kLittle;
  Score score;
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
// Why the firm is judged 暂不满足, one sentence each; none when it is not.
std::vector<std::string> not_yet_because(const Context& context, const Assessment& a);
std::string hints(const Context& context, const FirmFacts& facts);
std::string recognitions_text(const Context& context, const FirmFacts& facts);
std::string signals_text(const Context& context, const FirmFacts& facts);
std::string report_text(const store::SelfReport& report);  // "职工总数 100，科技人员数 20；核实结论：有意申报"
std::string industries_text(const Context& context, const FirmFacts& facts);
std::string recognition_label(const Context& context, const RecognitionFact& fact);
std::string signal_label(const Context& context, const SignalFact& fact);

// Explanation as of docs/schema/explanation.json, without the parts that only explain_json adds. `ask_first`: as of
// Questions::line.
std::string explanation(const Context& context, const FirmFacts& facts, const Assessment& a,
                        std::string_view ask_first);

}  // namespace tanmiao::miner
