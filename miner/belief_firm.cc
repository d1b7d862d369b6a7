// What the model is told of a firm, and what it says, as JSON.
#include <boost/json.hpp>
#include <cmath>

#include "core/industry.h"
#include "miner/questions.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

std::string percent_of(double share) {
  const long tenths = std::lround(share * 1000);
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + "%";
}

json::array shares_json(const Shares& shares) {
  json::array out;
  for (const auto& [points, share] : shares) out.push_back(json::object{{"points", points}, {"share", rounded(share)}});
  return out;
}

// Which of the weights say something, in log-odds.
json::array because(const Priors& priors, const Evidence& e) {
  json::array out;
  std::size_t j = 0;
  const auto add = [&](std::string_view label, double weight) {
    const double x = e.x.at(j++);
    if (x != 0) out.push_back(json::object{{"label", label}, {"value", x}, {"log_odds", rounded(weight * x)}});
  };
  add("没有任何线索时", priors.base);
  for (const auto* group : priors.groups())
    for (const auto& weight : *group) add(weight.label, weight.log_odds);
  for (const auto& signal : priors.signals) add(signal.feature.label, signal.feature.weight);
  return out;
}

json::array ask_json(const FirmFacts& facts, const std::vector<Question>& ask) {
  json::array out;
  for (const Question& question : ask) {
    json::array outcomes;
    for (const auto& o : question.outcomes)
      outcomes.push_back(json::object{{"points", o.points}, {"chance", rounded(o.chance)}, {"pass", rounded(o.pass)}});
    out.push_back(json::object{{"fact", question.id},
                               {"label", question_label(facts, question)},
                               {"value", rounded(question.value)},
                               {"outcomes", std::move(outcomes)}});
  }
  return out;
}

std::string step_text(const Rubric& rubric, const Step& step) {
  const std::string done = step.known ? "提高到" : "核实为";
  if (step.fact == "staff")
    return "科技人员占比" + done + " " + percent_of(share_for(rubric.staff, step.points).value_or(0)) + " 及以上";
  if (step.fact == "rd")
    return "研发费用占销售收入" + done + " " + percent_of(share_for(rubric.rd_revenue, step.points).value_or(0)) +
           " 及以上（或占成本费用总额 " + percent_of(share_for(rubric.rd_cost, step.points).value_or(0)) + " 及以上）";
  if (!step.known) return "已有知识产权核实后达 " + std::to_string(step.points) + " 分";
  return step.rights < 0 ? "取得 1 件Ⅰ类知识产权授权" : "再取得 " + std::to_string(step.rights) + " 件Ⅱ类知识产权";
}

json::array paths_json(const Rubric& rubric, const std::vector<Path>& paths) {
  json::array out;
  for (const Path& path : paths) {
    json::array steps;
    for (const Step& step : path.steps)
      steps.push_back(json::object{{"fact", step.fact},
                                   {"text", step_text(rubric, step)},
                                   {"points", step.points},
                                   {"to_do", step.known},
                                   {"chance", rounded(step.chance)},
                                   {"cost", rounded(step.cost)}});
    out.push_back(json::object{{"points", path.points}, {"cost", rounded(path.cost)}, {"steps", std::move(steps)}});
  }
  return out;
}

std::optional<int> full_years(Day from, Date to) {
  const auto date = from_day(from);
  if (!date) return std::nullopt;
  int years = year_of(to) - year_of(*date);
  if (years > 0 && add_months(*date, 12 * years) > to) --years;
  return std::max(years, 0);
}

std::string code_of(const Context& context, store::FirmNo firm) {
  const auto& firms = context.snapshot.firms;
  return industry_of(std::string(firms.industry_code[firm]), firms.industry_edition[firm], firms.industry_name[firm],
                     context.reference)
      .in_2017;
}

// The row of the most that does not exceed `value`; of unknown values the row for them. nullopt: no row is the firm's.
std::optional<std::size_t> row_of(const std::vector<Priors::Weight>& rows, std::optional<int> value) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].known != value.has_value() || (value && rows[i].least > *value)) continue;
    if (!best || rows[i].least > rows[*best].least) best = i;
  }
  return best;
}

}  // namespace

Evidence evidence_of(const Context& context, const Priors& priors, const FirmFacts& facts, const Assessment& a) {
  Evidence e;
  e.x.assign(priors.weights(), 0);
  e.x[0] = 1;
  std::size_t best = 0, best_length = 0;
  const std::string code = code_of(context, facts.firm);
  for (std::size_t i = 0; i < priors.industries.size(); ++i) {
    const std::string& prefix = priors.industries[i].prefix;
    if (code.starts_with(prefix) && prefix.size() > best_length) best = 1 + i, best_length = prefix.size();
  }
  if (best > 0) e.x[best] = 1;
  std::size_t j = 1 + priors.industries.size();
  const auto insured = facts.insured >= 0 ? std::optional<int>(facts.insured) : std::nullopt;
  if (const auto size = row_of(priors.sizes, insured)) e.x[j + *size] = 1;
  j += priors.sizes.size();
  if (const auto age = row_of(priors.ages, full_years(facts.established, context.as_of))) e.x[j + *age] = 1;
  j += priors.ages.size();
  for (const Priors::Signal& signal : priors.signals)
    e.x[j++] = curved(signal.feature, value_of(context, facts, a, signal.feature.feature));
  const Interval staff = a.rows[0].points, rd = a.rows[1].points;
  if (facts.numbers.staff_known()) e.staff = staff.least;
  if (rd.exact()) e.rd = rd.least;
  e.rd_least = rd.least;
  if (facts.numbers.software) e.software = static_cast<int>(std::min(*facts.numbers.software, 1e6));
  e.valid_one = facts.valid_one, e.valid_two = facts.valid_two;
  const auto& patents = context.snapshot.patents;
  for (const PatentFact& right : facts.patents) {
    if (right.state != IpState::kUnverified) continue;
    const auto kind = static_cast<PatentKind>(patents.kind[right.row]);
    const bool two = kind == PatentKind::kUtility || kind == PatentKind::kDesign;  // of unknown kind: as an invention
    (two ? e.open_two : e.open_one)
        .push_back(priors.right_chance(!two, was_granted(context, right.row),
                                       full_years(patents.filing[right.row], context.as_of)));
  }
  e.impossible = a.gate_fails, e.direct = facts.direct;
  return e;
}

std::string belief_json(const Context& context, const Priors& priors, const FirmFacts& facts, const Assessment& a) {
  const Rubric& rubric = context.rubric;
  const Evidence evidence = evidence_of(context, priors, facts, a);
  const Belief belief = believe(rubric, priors, evidence);
  json::object out{{"priors", priors.id},
                   {"rubric", rubric.id},
                   {"active", rounded(belief.active)},
                   {"pass", rounded(belief.pass)},
                   {"low", rounded(belief.low)},
                   {"high", rounded(belief.high)},
                   {"points", json::object{{"mean", rounded(belief.mean())},
                                           {"p10", belief.quantile(.1)},
                                           {"p50", belief.quantile(.5)},
                                           {"p90", belief.quantile(.9)}}},
                   {"staff", shares_json(belief.staff)},
                   {"rd", shares_json(belief.rd)},
                   {"ip", shares_json(belief.ip)},
                   {"because", because(priors, evidence)},
                   {"ask_first", ask_json(facts, worth_asking(belief))}};
  if (evidence.impossible) {
    std::string note;
    for (const std::string& reason : not_yet_because(context, a)) note += (note.empty() ? "" : "；") + reason;
    out["note"] = note;
  } else if (evidence.direct) {
    out["note"] = "有直接确认依据，不要求得分";
  } else {
    out["paths"] = paths_json(rubric, paths_to_pass(rubric, priors, evidence));
  }
  return json::serialize(out);
}

}  // namespace tanmiao::miner
