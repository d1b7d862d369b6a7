// How a standard is answered from inputs.
#include "miner/standard.h"

#include <algorithm>
#include <cmath>

namespace tanmiao::miner {
namespace {

GateAnswer all_hold(const std::vector<GateAnswer>& answers) {
  const auto any = [&](GateAnswer a) { return std::find(answers.begin(), answers.end(), a) != answers.end(); };
  return any(GateAnswer::kFails)     ? GateAnswer::kFails
         : any(GateAnswer::kUnknown) ? GateAnswer::kUnknown
                                     : GateAnswer::kHolds;
}

GateAnswer any_holds(const std::vector<GateAnswer>& answers) {
  const auto any = [&](GateAnswer a) { return std::find(answers.begin(), answers.end(), a) != answers.end(); };
  return any(GateAnswer::kHolds)     ? GateAnswer::kHolds
         : any(GateAnswer::kUnknown) ? GateAnswer::kUnknown
                                     : GateAnswer::kFails;
}

bool satisfied(Condition::Op op, double value, double bound) {
  const double slack = 1e-9 * std::abs(bound);  // so that exactly 6 % is 6 % in binary too
  switch (op) {
    case Condition::Op::kAtLeast: return value >= bound - slack;
    case Condition::Op::kAbove: return value > bound + slack;
    case Condition::Op::kAtMost: return value <= bound + slack;
    case Condition::Op::kBelow: return value < bound - slack;
  }
  return false;
}

GateAnswer compare(const Condition& condition, const Inputs& inputs) {
  const auto found = inputs.find(condition.input);
  if (found == inputs.end()) return GateAnswer::kUnknown;
  // The comparison is monotone: what holds at both ends holds between them.
  const bool low = satisfied(condition.op, found->second.least, condition.bound);
  const bool high = satisfied(condition.op, found->second.most, condition.bound);
  if (low != high) return GateAnswer::kUnknown;
  return low ? GateAnswer::kHolds : GateAnswer::kFails;
}

// Which case applies may be open; when all that may apply say the same, that is the answer.
GateAnswer cases(const Condition& condition, const Inputs& inputs) {
  std::vector<GateAnswer> possible;
  for (std::size_t i = 0; i + 1 < condition.parts.size(); i += 2) {
    const GateAnswer applies = answer_of(condition.parts[i], inputs);
    if (applies == GateAnswer::kFails) continue;
    possible.push_back(answer_of(condition.parts[i + 1], inputs));
    if (applies == GateAnswer::kHolds) break;
  }
  if (possible.empty()) return GateAnswer::kFails;
  const bool same = std::all_of(possible.begin(), possible.end(), [&](GateAnswer a) { return a == possible.front(); });
  return same ? possible.front() : GateAnswer::kUnknown;
}

Points first_band(const StandardRow& row, const Inputs& inputs) {
  Points points;
  bool any = false;
  const auto take = [&](int least, int most) {
    points = any ? Points{std::min(points.least, least), std::max(points.most, most)} : Points{least, most};
    any = true;
  };
  for (const PointBand& band : row.bands) {
    const GateAnswer applies = answer_of(band.when, inputs);
    if (applies == GateAnswer::kFails) continue;
    take(band.least, band.most);
    if (applies == GateAnswer::kHolds) return points;
  }
  take(0, 0);
  return points;
}

Points each_band(const StandardRow& row, const Inputs& inputs) {
  Points points;
  for (const PointBand& band : row.bands) {
    const GateAnswer applies = answer_of(band.when, inputs);
    if (applies == GateAnswer::kFails) continue;
    points.most += band.most;
    if (applies == GateAnswer::kHolds) points.least += band.least;
  }
  return {std::min(points.least, row.max), std::min(points.most, row.max)};
}

Points steps(const StandardRow& row, const Inputs& inputs) {
  const auto found = inputs.find(row.input);
  const auto at = [&](double value) {
    return static_cast<int>(std::clamp(std::floor(value / row.step + 1e-9), 0.0, static_cast<double>(row.max)));
  };
  return found == inputs.end() ? Points{0, row.max} : Points{at(found->second.least), at(found->second.most)};
}

Points points_of_row(const StandardRow& row, const Inputs& inputs) {
  switch (row.kind) {
    case StandardRow::Kind::kBands: return first_band(row, inputs);
    case StandardRow::Kind::kEach: return each_band(row, inputs);
    case StandardRow::Kind::kSteps: return steps(row, inputs);
    case StandardRow::Kind::kJudged: break;
  }
  return {0, row.max};
}

GateAnswer reaches(Points points, int bound, bool above) {
  const auto passes = [&](int value) { return above ? value > bound : value >= bound; };
  return passes(points.least) ? GateAnswer::kHolds : passes(points.most) ? GateAnswer::kUnknown : GateAnswer::kFails;
}

// Rows into groups, groups into the total; a group never gives more than its most.
void add_up(const Standard& standard, StandardResult& out) {
  out.groups.resize(standard.groups.size());
  for (std::size_t i = 0; i < standard.rows.size(); ++i) {
    const auto at = std::find_if(standard.groups.begin(), standard.groups.end(),
                                 [&](const StandardGroup& g) { return g.id == standard.rows[i].group; });
    Points& group = out.groups[static_cast<std::size_t>(at - standard.groups.begin())];
    group.least += out.rows[i].least, group.most += out.rows[i].most;
  }
  std::vector<GateAnswer> needed;
  for (std::size_t i = 0; i < standard.groups.size(); ++i) {
    const StandardGroup& group = standard.groups[i];
    Points& points = out.groups[i];
    points = {std::min(points.least, group.max), std::min(points.most, group.max)};
    out.total.least += points.least, out.total.most += points.most;
    if (group.minimum > 0) needed.push_back(reaches(points, group.minimum, false));
  }
  needed.push_back(standard.rows.empty() ? GateAnswer::kHolds : reaches(out.total, standard.pass, standard.above_pass));
  out.score = all_hold(needed);
}

void note_missing(const Condition& condition, const Inputs& inputs, std::vector<std::string>& missing) {
  std::vector<std::string> ids;
  inputs_of(condition, ids);
  for (const std::string& id : ids) {
    const auto found = inputs.find(id);
    const bool open = found == inputs.end() || !found->second.exact();
    if (open && std::find(missing.begin(), missing.end(), id) == missing.end()) missing.push_back(id);
  }
}

}  // namespace

GateAnswer answer_of(const Condition& condition, const Inputs& inputs) {
  if (condition.kind == Condition::Kind::kCompare) return compare(condition, inputs);
  if (condition.kind == Condition::Kind::kCases) return cases(condition, inputs);
  std::vector<GateAnswer> answers;
  answers.reserve(condition.parts.size());
  for (const Condition& part : condition.parts) answers.push_back(answer_of(part, inputs));
  return condition.kind == Condition::Kind::kAll ? all_hold(answers) : any_holds(answers);
}

void inputs_of(const Condition& condition, std::vector<std::string>& ids) {
  const bool named = condition.kind == Condition::Kind::kCompare;
  if (named && std::find(ids.begin(), ids.end(), condition.input) == ids.end()) ids.push_back(condition.input);
  for (const Condition& part : condition.parts) inputs_of(part, ids);
}

StandardResult assess_standard(const Standard& standard, const Inputs& inputs) {
  StandardResult out;
  std::vector<GateAnswer> needed, ways;
  for (const StandardCondition& condition : standard.conditions) {
    out.conditions.push_back({&condition, answer_of(condition.test, inputs)});
    needed.push_back(out.conditions.back().answer);
    if (needed.back() == GateAnswer::kUnknown) note_missing(condition.test, inputs, out.missing);
  }
  for (const StandardCondition& condition : standard.direct) {
    out.direct.push_back({&condition, answer_of(condition.test, inputs)});
    ways.push_back(out.direct.back().answer);
  }
  out.any_direct = any_holds(ways);
  out.rows.reserve(standard.rows.size());
  for (const StandardRow& row : standard.rows) {
    out.rows.push_back(points_of_row(row, inputs));
    if (out.rows.back().least == out.rows.back().most) continue;
    for (const PointBand& band : row.bands) note_missing(band.when, inputs, out.missing);
    if (row.kind == StandardRow::Kind::kSteps) {
      const bool noted = std::find(out.missing.begin(), out.missing.end(), row.input) != out.missing.end();
      if (!noted) out.missing.push_back(row.input);
    }
  }
  add_up(standard, out);
  needed.push_back(standard.direct_for_all ? out.score : any_holds({out.score, out.any_direct}));
  out.all = all_hold(needed);
  if (standard.direct_for_all) out.all = any_holds({out.all, out.any_direct});
  return out;
}

std::string_view standing_word(GateAnswer all) {
  return all == GateAnswer::kHolds ? "较有希望" : all == GateAnswer::kFails ? "暂不满足" : "需补充数据";
}

}  // namespace tanmiao::miner
