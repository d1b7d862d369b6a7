// A standard from its JSON.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "core/settings.h"
#include "miner/rule_json.h"
#include "miner/standard.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string known_input(std::string_view id) {
  if (input_name(id) == nullptr)
    throw std::runtime_error("unknown input '" + std::string(id) + "'" + did_you_mean(id, input_ids()));
  return std::string(id);
}

// ">=0.05", "<0.7" of an input.
Condition comparison(std::string_view input, std::string_view text) {
  Condition condition;
  condition.kind = Condition::Kind::kCompare;
  condition.input = known_input(input);
  using Op = Condition::Op;
  constexpr std::pair<std::string_view, Op> kOps[] = {
      {">=", Op::kAtLeast}, {"<=", Op::kAtMost}, {">", Op::kAbove}, {"<", Op::kBelow}};
  for (const auto& [sign, op] : kOps) {
    if (!text.starts_with(sign)) continue;
    const std::string_view number = text.substr(sign.size());
    const auto read = std::from_chars(number.data(), number.data() + number.size(), condition.bound);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size()) break;
    condition.op = op;
    return condition;
  }
  throw std::runtime_error("expected a comparison such as \">=0.05\" of " + std::string(input) + ": " +
                           std::string(text));
}

Condition condition_of(const json::value& value);

Condition of_list(Condition::Kind kind, const json::value& list) {
  Condition condition;
  condition.kind = kind;
  for (const json::value& item : list.as_array()) condition.parts.push_back(condition_of(item));
  return condition;
}

Condition cases_of(const json::value& list) {
  Condition condition;
  condition.kind = Condition::Kind::kCases;
  for (const json::value& item : list.as_array()) {
    condition.parts.push_back(condition_of(item.at("when")));
    condition.parts.push_back(condition_of(item.at("then")));
  }
  return condition;
}

// {"all": [...]}, {"any": [...]}, {"cases": [...]} or {"input": ">=1", "other": true}, which have to hold together.
Condition condition_of(const json::value& value) {
  Condition all;
  for (const auto& [key, member] : value.as_object()) {
    if (key == "all") {
      all.parts.push_back(of_list(Condition::Kind::kAll, member));
    } else if (key == "any") {
      all.parts.push_back(of_list(Condition::Kind::kAny, member));
    } else if (key == "cases") {
      all.parts.push_back(cases_of(member));
    } else if (member.is_bool()) {
      all.parts.push_back(comparison(key, member.as_bool() ? ">=1" : "<1"));
    } else {
      all.parts.push_back(comparison(key, member.as_string()));
    }
  }
  if (all.parts.size() != 1) return all;
  Condition only = std::move(all.parts.front());
  return only;
}

std::vector<StandardCondition> conditions_of(const json::object& root, std::string_view key) {
  std::vector<StandardCondition> out;
  const json::value* list = root.if_contains(key);
  if (list == nullptr) return out;
  for (const json::value& item : list->as_array()) {
    const json::object& object = item.as_object();
    out.push_back(
        {text_at(object, "id"), text_at(object, "clause_zh"), text_at(object, "zh"), condition_of(object.at("test"))});
  }
  return out;
}

// [">=0.05", 20] of the row's input, or [{"input": ">=1", ...}, [7, 8]].
PointBand band_of(const json::value& pair, const std::string& input) {
  const json::value &when = pair.at(0), &points = pair.at(1);
  PointBand band;
  band.when = when.is_string() ? comparison(input, when.as_string()) : condition_of(when);
  band.least = points.is_array() ? points.at(0).to_number<int>() : points.to_number<int>();
  band.most = points.is_array() ? points.at(1).to_number<int>() : band.least;
  return band;
}

StandardRow row_of(const json::object& object) {
  StandardRow row;
  row.id = text_at(object, "id");
  row.group = text_at(object, "group");
  row.text = text_at(object, "zh");
  row.clause = text_at(object, "clause_zh");
  row.max = object.at("max").to_number<int>();
  row.input = text_at(object, "input");
  if (!row.input.empty()) row.input = known_input(row.input);
  if (const json::value* step = object.if_contains("step")) {
    row.kind = StandardRow::Kind::kSteps;
    row.step = step->to_number<double>();
    if (!(row.step > 0)) throw std::runtime_error("the step of a row is not above 0: " + row.id);
    known_input(row.input);
    return row;
  }
  const json::value* bands = object.if_contains("bands");
  const json::value* each = object.if_contains("each");
  row.kind = bands ? StandardRow::Kind::kBands : each ? StandardRow::Kind::kEach : StandardRow::Kind::kJudged;
  if (bands != nullptr || each != nullptr)
    for (const json::value& pair : (bands != nullptr ? bands : each)->as_array())
      row.bands.push_back(band_of(pair, row.input));
  for (const PointBand& band : row.bands)
    if (band.most > row.max || band.least > band.most)
      throw std::runtime_error("points beyond the most of a row: " + row.id);
  return row;
}

void read_score(const json::object& score, Standard& standard) {
  standard.pass = score.at("pass").to_number<int>();
  standard.above_pass = text_at(score, "pass_op") == ">";
  standard.score_clause = text_at(score, "clause_zh");
  for (const json::value& item : score.at("groups").as_array()) {
    const json::object& object = item.as_object();
    const json::value* minimum = object.if_contains("minimum");
    standard.groups.push_back({text_at(object, "id"), text_at(object, "zh"), object.at("max").to_number<int>(),
                               minimum ? minimum->to_number<int>() : 0});
  }
  for (const json::value& item : score.at("rows").as_array()) {
    standard.rows.push_back(row_of(item.as_object()));
    StandardRow& row = standard.rows.back();
    const bool grouped = std::any_of(standard.groups.begin(), standard.groups.end(),
                                     [&](const StandardGroup& g) { return g.id == row.group; });
    if (!grouped) throw std::runtime_error("a row of no group: " + row.id);
    if (row.clause.empty()) row.clause = standard.score_clause;
  }
  int most = 0;
  for (const StandardGroup& group : standard.groups) most += group.max;
  if (standard.pass < 1 || standard.pass > most)
    rule_json::refuse("score.pass", "expected a whole number from 1 to " + std::to_string(most) + ", found " +
                                        std::to_string(standard.pass));
}

Standard read_standard(const json::object& root) {
  rule_json::only_slips_refused(root,
                                {"id", "family", "name_zh", "doc", "note_zh", "valid_from", "valid_to", "conditions",
                                 "direct", "direct_for", "direct_clause_zh", "score"},
                                "");
  Standard standard;
  standard.id = std::string(root.at("id").as_string());
  standard.family = std::string(root.at("family").as_string());
  standard.name = std::string(root.at("name_zh").as_string());
  standard.doc = text_at(root, "doc");
  standard.note = text_at(root, "note_zh");
  rule_json::read_days(root, standard.valid_from, standard.valid_to);
  standard.conditions = conditions_of(root, "conditions");
  standard.direct = conditions_of(root, "direct");
  standard.direct_for_all = text_at(root, "direct_for") == "all";
  standard.direct_clause = text_at(root, "direct_clause_zh");
  if (const json::value* score = root.if_contains("score")) read_score(score->as_object(), standard);
  if (standard.conditions.empty()) throw std::runtime_error("expected at least one condition");
  return standard;
}

}  // namespace

bool is_standard(std::string_view text) {
  boost::system::error_code failed;
  const json::value parsed = json::parse(text, failed);
  return !failed && parsed.is_object() && parsed.get_object().contains("conditions");
}

Result<Standard> parse_standard(std::string_view text, const std::string& file) {
  try {
    TANMIAO_ASSIGN(const json::value parsed, rule_json::parse(text, file));
    Standard standard = read_standard(parsed.as_object());
    standard.bytes = std::string(text);
    return standard;
  } catch (const std::exception& error) {
    return Error{Errc::kConfig, std::string("not a standard: ") + error.what(), file};
  }
}

}  // namespace tanmiao::miner
