#include "miner/rubric.h"

#include <algorithm>
#include <boost/json.hpp>

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

std::string string_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Date date_of(const json::object& object, std::string_view key, Date fallback) {
  const auto parsed = parse_iso_date(string_of(object, key));
  return parsed ? *parsed : fallback;
}

std::string clause_of(const json::object& object) {
  std::string clause = string_of(object, "clause_zh");
  return clause.empty() ? string_of(object, "article") : clause;
}

Gate gate_of(const json::object& object, Date rubric_from) {
  Gate gate{string_of(object, "id"),
            clause_of(object),
            string_of(object, "zh"),
            string_of(object, "field"),
            0,
            date_of(object, "valid_from", rubric_from),
            {}};
  if (const auto* bound = object.if_contains("value")) gate.most = bound->to_number<double>();
  if (const auto* codes = object.if_contains("gbt4754_2017")) {
    for (const auto& code : codes->as_array()) gate.industries.emplace_back(code.as_string());
  }
  return gate;
}

std::vector<Band> bands_of(const json::value& list) {
  std::vector<Band> bands;
  for (const auto& item : list.as_array()) {
    const auto& object = item.as_object();
    bands.push_back({object.at("lo").to_number<double>(), object.at("points").to_number<int>()});
  }
  std::sort(bands.begin(), bands.end(), [](const Band& a, const Band& b) { return a.least > b.least; });
  return bands;
}

// "03-31"
std::optional<std::chrono::month_day> month_day_of(const json::object& object, std::string_view key) {
  const std::string text = string_of(object, key);
  if (text.empty()) return std::nullopt;
  const auto date = parse_iso_date("2001-" + text);  // not a leap year: each year has the day
  if (!date) throw std::runtime_error("expected a month and a day such as 03-31: " + text);
  const std::chrono::year_month_day day(*date);
  return std::chrono::month_day(day.month(), day.day());
}

void read_numbers(const json::object& number, Rubric& rubric) {
  for (const auto& item : number.at("expiry_rules").as_array()) {
    const auto& object = item.as_object();
    NumberRule rule;
    if (const auto* from = object.if_contains("registered_from")) rule.from = from->to_number<int>();
    if (const auto* to = object.if_contains("registered_to")) rule.to = to->to_number<int>();
    const auto ends = month_day_of(object, "ends");
    if (!ends) throw std::runtime_error("a rule of number.expiry_rules lacks ends");
    rule.ends = *ends;
    rule.renewal_until = month_day_of(object, "renewal_until");
    rubric.numbers.push_back(rule);
  }
}

void read_ip(const json::value& list, Rubric& rubric) {
  for (const auto& item : list.as_array()) {
    const std::string rule = string_of(item.as_object(), "rule");
    const int points = item.at("points").to_number<int>();
    if (rule == "none") rubric.class_two[0] = points;
    if (rule.starts_with("class_I >=")) rubric.class_one = points;
    if (rule.starts_with("class_II ")) {
      const int count = rule.back() - '0';
      if (count < 1 || count > 4) throw std::runtime_error("unknown rule of intellectual property: " + rule);
      rubric.class_two.at(static_cast<std::size_t>(count)) = points;
    }
  }
}

Rubric read(const json::object& root) {
  Rubric rubric;
  rubric.id = std::string(root.at("id").as_string());
  rubric.name = std::string(root.at("name_zh").as_string());
  rubric.doc = string_of(root, "doc");
  rubric.valid_from = date_of(root, "valid_from", Date{});
  if (const auto to = parse_iso_date(string_of(root, "valid_to")); to) rubric.valid_to = *to;
  for (const auto& gate : root.at("gates").as_array()) {
    rubric.gates.push_back(gate_of(gate.as_object(), rubric.valid_from));
  }
  const auto& score = root.at("score").as_object();
  rubric.pass = score.at("pass").to_number<int>();
  rubric.points_clause = clause_of(score);
  if (const auto* direct = root.if_contains("direct_pass")) rubric.direct_clause = clause_of(direct->as_object());
  if (const auto* number = root.if_contains("number")) read_numbers(number->as_object(), rubric);
  for (const auto& indicator : score.at("indicators").as_array()) {
    const std::string id = string_of(indicator.as_object(), "id");
    if (id == "staff") rubric.staff = bands_of(indicator.at("bands"));
    if (id == "ip") read_ip(indicator.at("bands"), rubric);
    if (id != "rd") continue;
    rubric.rd_revenue = bands_of(indicator.at("alternatives").as_array().at(0).at("bands"));
    rubric.rd_cost = bands_of(indicator.at("alternatives").as_array().at(1).at("bands"));
  }
  if (rubric.staff.empty() || rubric.rd_revenue.empty() || rubric.rd_cost.empty()) {
    throw std::runtime_error("expected the indicators staff, rd and ip with bands");
  }
  if (rubric.gates.size() > 16) throw std::runtime_error("more than 16 gates");  // two bits each in a run's column
  return rubric;
}

}  // namespace

Result<Rubric> parse_rubric(std::string_view text, const std::string& file) {
  try {
    const json::value parsed = json::parse(text);
    Rubric rubric = read(parsed.as_object());
    rubric.bytes = std::string(text);
    return rubric;
  } catch (const std::exception& error) {
    return Error{Errc::kConfig, std::string("not a rubric: ") + error.what(), file};
  }
}

const NumberRule* Rubric::number_rule(int year) const {
  for (const NumberRule& rule : numbers)
    if (rule.from <= year && year <= rule.to) return &rule;
  return nullptr;
}

int points_of(const std::vector<Band>& bands, double numerator, double denominator) {
  if (denominator <= 0) return 0;
  // The bound is scaled rather than the share computed, so that exactly 6 % is 6 % in binary too.
  constexpr double kSlack = 1e-9;
  for (const Band& band : bands) {
    if (numerator >= band.least * denominator * (1 - kSlack)) return band.points;
  }
  return 0;
}

int ip_points(const Rubric& rubric, std::int64_t class_one, std::int64_t class_two) {
  const int second = rubric.class_two.at(static_cast<std::size_t>(std::clamp<std::int64_t>(class_two, 0, 4)));
  return class_one > 0 ? std::max(rubric.class_one, second) : second;
}

std::optional<double> share_for(const std::vector<Band>& bands, int points) {
  std::optional<double> least;
  for (const Band& band : bands) {
    if (band.points >= points) least = band.least;
  }
  return least;
}

}  // namespace tanmiao::miner
