// Official standards beside the tech-SME rule (高新技术企业, 专精特新 ...): conditions and points as dated data in
// config/rubrics/*.json, answered from inputs that may be unknown. The format is told in docs/standards.md.
//
// Unknown is never zero: an input is an interval, a condition holds, fails or is unknown, a row of points is an
// interval. Internal to miner/ and its tests.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/candidate.h"
#include "core/date.h"
#include "core/error.h"

namespace tanmiao::miner {

// A number as far as it is known; a yes or no is 1 or 0. Money in yuan, shares and growth as fractions of 1.
struct Estimate {
  double least = -std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::infinity();
  std::string evidence{}, date{}, source{};
  bool exact() const { return least == most; }
};
inline Estimate exactly(double value, std::string evidence = {}) { return {value, value, std::move(evidence), {}, {}}; }
using Inputs = std::map<std::string, Estimate, std::less<>>;

// Every input that a standard may name, with its Chinese label and whether it is a yes or no.
struct InputName {
  std::string_view id, label;
  bool flag = false;
};
const std::vector<InputName>& input_names();
const InputName* input_name(std::string_view id);  // null: there is none
std::vector<std::string_view> input_ids();
// What nobody has said of an input: a yes or no lies between 0 and 1, other numbers anywhere.
Estimate unknown_input(const InputName& name);

// What follows from the others, where it is not known itself: shares, growth over three years.
void derive(Inputs& inputs);
// Mean growth of two years as the guide to the HNTE rule reckons it: half of (y2/y1 + y3/y2) - 1; without y1 only the
// last year counts. nullopt: y2 is 0, which gives no points whatever the rest.
std::optional<double> two_year_growth(double y1, double y2, double y3);

struct Condition {
  enum class Kind : std::uint8_t { kCompare, kAll, kAny, kCases };
  enum class Op : std::uint8_t { kAtLeast, kAbove, kAtMost, kBelow };
  Kind kind = Kind::kAll;
  Op op = Op::kAtLeast;
  std::string input{};
  double bound = 0;
  std::vector<Condition> parts{};  // of kCases: when, then, when, then ...
};
GateAnswer answer_of(const Condition& condition, const Inputs& inputs);
void inputs_of(const Condition& condition, std::vector<std::string>& ids);  // each once, in order

struct PointBand {
  Condition when;
  int least = 0, most = 0;  // what experts may give
};
struct StandardRow {
  enum class Kind : std::uint8_t { kBands, kEach, kSteps, kJudged };
  Kind kind = Kind::kBands;
  std::string id, group, text, clause;
  int max = 0;
  std::vector<PointBand> bands;  // the first that holds; of kEach: all that hold
  std::string input;             // of kSteps: one point for each full `step` of it
  double step = 1;
};
struct StandardGroup {
  std::string id, text;
  int max = 0, minimum = 0;  // fewer points than the minimum do not pass
};
struct StandardCondition {
  std::string id, clause, text;
  Condition test;
};
struct Standard {
  std::string id, family, name, doc, note, bytes;
  Date valid_from{};
  std::optional<Date> valid_to;
  std::vector<StandardCondition> conditions, direct;  // any of direct stands for the score
  bool direct_for_all = false;                        // or for conditions and score together
  std::string score_clause, direct_clause;
  int pass = 0;
  bool above_pass = false;  // the score has to be above `pass`, not only reach it
  std::vector<StandardGroup> groups;
  std::vector<StandardRow> rows;  // empty: the standard has no points

  bool in_force(Date day) const { return valid_from <= day && (!valid_to || day <= *valid_to); }
};
// Errors kConfig: not JSON, a member missing, an input that does not exist (with the nearest right one).
Result<Standard> parse_standard(std::string_view json, const std::string& file);
// Whether the bytes describe a standard of this format and not the tech-SME rule.
bool is_standard(std::string_view json);

struct Points {
  int least = 0, most = 0;
};
struct StandardAnswer {
  const StandardCondition* condition = nullptr;
  GateAnswer answer = GateAnswer::kUnknown;
};
struct StandardResult {
  std::vector<StandardAnswer> conditions, direct;
  std::vector<Points> rows, groups;
  Points total;
  GateAnswer score = GateAnswer::kUnknown;  // points and minimums; holds when there are none
  GateAnswer any_direct = GateAnswer::kFails;
  GateAnswer all = GateAnswer::kUnknown;
  std::vector<std::string> missing;  // inputs of which more would have to be known, as the standard names them
};
StandardResult assess_standard(const Standard& standard, const Inputs& inputs);
// 较有希望, 需补充数据 or 暂不满足: a list of leads never says that somebody passes.
std::string_view standing_word(GateAnswer all);

}  // namespace tanmiao::miner
