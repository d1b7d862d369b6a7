// The tech-SME rule from its JSON, strictly: a slip in an official figure or day would shift every lead without a word,
// so what does not fit is refused with its place in the file and what was expected there.
#include <algorithm>
#include <boost/json.hpp>
#include <limits>

#include "core/settings.h"
#include "miner/rubric.h"
#include "miner/rule_json.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

using namespace rule_json;

std::string clause_of(const json::object& object, const std::string& at) {
  std::string clause = text(object, "clause_zh", at);
  return clause.empty() ? text(object, "article", at) : clause;
}

// What the miner can answer, and how a gate of it is put.
struct GateField {
  std::string_view id, op;
};
constexpr GateField kGateFields[] = {{"registered_mainland", "is_true"},
                                     {"staff_total", "<="},
                                     {"revenue_yuan", "<="},
                                     {"assets_yuan", "<="},
                                     {"prohibited_product", "is_false"},
                                     {"negative_list_or_accident", "is_false"},
                                     {"tax_by_books", "is_true"},
                                     {"industry_without_super_deduction", "is_false"}};

const GateField& gate_field(const json::object& object, const std::string& at) {
  const std::string id = needed_text(object, "field", at);
  std::vector<std::string_view> known;
  for (const GateField& field : kGateFields) {
    if (field.id == id) return field;
    known.push_back(field.id);
  }
  refuse(at + ".field", "there is no field '" + id + "' of gates" + did_you_mean(id, known));
}

// "C16", "H", "R90"
bool is_industry(std::string_view code) {
  return !code.empty() && code.size() <= 5 && code.front() >= 'A' && code.front() <= 'T' &&
         std::all_of(code.begin() + 1, code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> texts(const json::object& object, std::string_view key, const std::string& at) {
  std::vector<std::string> out;
  const json::value* list = object.if_contains(key);
  if (list == nullptr) return out;
  const std::string place = at + "." + std::string(key);
  for (const json::value& item : array(*list, place)) {
    if (!item.is_string() || item.get_string().empty()) refuse(place, "expected texts");
    out.emplace_back(item.get_string());
  }
  return out;
}

Gate gate_of(const json::object& object, Date rubric_from, const std::string& at) {
  only_slips_refused(object,
                     {"id", "field", "op", "value", "valid_from", "gbt4754_2017", "code_decides", "not_org_types",
                      "open_org_types", "zh"},
                     at);
  Gate gate;
  gate.id = needed_text(object, "id", at);
  gate.article = clause_of(object, at);
  gate.text = text(object, "zh", at);
  const GateField& field = gate_field(object, at);
  gate.field = field.id;
  if (const std::string op = text(object, "op", at); !op.empty() && op != field.op)
    refuse(at + ".op", "expected " + std::string(field.op) + " of " + gate.field + ", found " + op);
  gate.valid_from = date(object, "valid_from", at).value_or(rubric_from);
  if (field.op == "<=") gate.most = number(needed(object, "value", at), at + ".value", 0, 1e15);
  gate.industries = texts(object, "gbt4754_2017", at);
  for (const std::string& code : gate.industries)
    if (!is_industry(code)) refuse(at + ".gbt4754_2017", "expected codes of GB/T 4754 such as C16: " + code);
  if (field.id == "industry_without_super_deduction" && gate.industries.empty())
    refuse(at + ".gbt4754_2017", "expected at least one code");
  if (const json::value* decides = object.if_contains("code_decides")) {
    if (!decides->is_bool()) refuse(at + ".code_decides", "expected true or false");
    gate.code_decides = decides->get_bool();
  }
  gate.not_org_types = texts(object, "not_org_types", at);
  gate.open_org_types = texts(object, "open_org_types", at);
  return gate;
}

struct ReadBand {
  Band band;
  double end = kNoEnd;  // share at which the next one begins
  static constexpr double kNoEnd = std::numeric_limits<double>::infinity();
};
std::string shown_end(double end) { return end == ReadBand::kNoEnd ? "null" : shown(end); }

// Every share from 0 up is in one band and only one, and more of it never gives fewer points. Highest first.
void check_bands(const std::vector<ReadBand>& bands, const std::string& at) {
  double next = ReadBand::kNoEnd;
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const Band& band = bands[i].band;
    const std::string from = shown(band.least);
    if (band.least == next) refuse(at, "two bands from " + from + " on");
    const std::string ends = "the band from " + from + " ends at " + shown_end(bands[i].end) + ": expected ";
    if (bands[i].end <= band.least) refuse(at, ends + "lo below hi");
    if (bands[i].end != next)
      refuse(at, ends + shown_end(next) + (i == 0 ? ", the last" : ", where the next one begins"));
    if (i > 0 && band.points >= bands[i - 1].band.points)
      refuse(at, "the band from " + from + " gives no fewer points than the next one");
    next = band.least;
  }
  if (bands.empty() || next != 0) refuse(at, "expected a band from 0 on");
}

std::vector<Band> bands_of(const json::object& owner, const std::string& owner_at) {
  const std::string at = owner_at + ".bands";
  std::vector<ReadBand> read;
  for (const json::value& item : array(needed(owner, "bands", owner_at), at)) {
    const std::string place = at + "[" + std::to_string(read.size()) + "]";
    const json::object& one = object(item, place);
    ReadBand band;
    band.band = {number(needed(one, "lo", place), place + ".lo", 0, 1),
                 whole(needed(one, "points", place), place + ".points", 0, 100)};
    if (const json::value& end = needed(one, "hi", place); !end.is_null()) band.end = number(end, place + ".hi", 0, 1);
    read.push_back(band);
  }
  std::stable_sort(read.begin(), read.end(),
                   [](const ReadBand& a, const ReadBand& b) { return a.band.least > b.band.least; });
  check_bands(read, at);
  std::vector<Band> bands;
  bands.reserve(read.size());
  for (const ReadBand& one : read) bands.push_back(one.band);
  return bands;
}

// "03-31"
std::optional<std::chrono::month_day> month_day_of(const json::object& object, std::string_view key,
                                                   const std::string& at) {
  const std::string found = text(object, key, at);
  if (found.empty()) return std::nullopt;
  const auto parsed = parse_iso_date("2001-" + found);  // not a leap year: each year has the day
  if (!parsed) refuse(at + "." + std::string(key), "expected a month and a day such as 03-31: " + found);
  const std::chrono::year_month_day day(*parsed);
  return std::chrono::month_day(day.month(), day.day());
}

void read_numbers(const json::object& numbers, Rubric& rubric) {
  const std::string at = "number.expiry_rules";
  for (const json::value& item : array(needed(numbers, "expiry_rules", "number"), at)) {
    const std::string place = at + "[" + std::to_string(rubric.numbers.size()) + "]";
    const json::object& one = object(item, place);
    NumberRule rule;
    if (const auto* from = one.if_contains("registered_from"))
      rule.from = whole(*from, place + ".registered_from", 1900, 9999);
    if (const auto* to = one.if_contains("registered_to")) rule.to = whole(*to, place + ".registered_to", 1900, 9999);
    if (rule.from > rule.to) refuse(place, "registered_from is after registered_to");
    for (const NumberRule& other : rubric.numbers)
      if (rule.from <= other.to && other.from <= rule.to) refuse(place, "its years are in another rule too");
    const auto ends = month_day_of(one, "ends", place);
    if (!ends) refuse(place + ".ends", "expected the last day such as 03-31");
    rule.ends = *ends;
    rule.renewal_until = month_day_of(one, "renewal_until", place);
    rubric.numbers.push_back(rule);
  }
}

// The row of Rubric::class_two that a rule is of; -1: class I.
int ip_row(const std::string& rule, const std::string& at) {
  constexpr std::string_view kRules[] = {"none", "class_II == 1", "class_II == 2", "class_II == 3", "class_II >= 4"};
  for (int row = 0; row < 5; ++row)
    if (rule == kRules[row]) return row;
  if (rule != "class_I >= 1")
    refuse(at, "unknown rule of intellectual property '" + rule +
                   "': expected none, class_I >= 1, class_II == 1, == 2, == 3 or >= 4");
  return -1;
}

void read_ip(const json::object& indicator, const std::string& owner_at, Rubric& rubric) {
  const std::string at = owner_at + ".bands";
  std::array<std::optional<int>, 5> second;
  std::optional<int> first;
  std::size_t n = 0;
  for (const json::value& item : array(needed(indicator, "bands", owner_at), at)) {
    const std::string place = at + "[" + std::to_string(n++) + "]";
    const json::object& one = object(item, place);
    const int row = ip_row(needed_text(one, "rule", place), place + ".rule");
    std::optional<int>& to = row < 0 ? first : second.at(static_cast<std::size_t>(row));
    if (to) refuse(place + ".rule", "the rule stands there twice");
    to = whole(needed(one, "points", place), place + ".points", 0, 100);
  }
  if (!first) refuse(at, "expected the rule class_I >= 1");
  rubric.class_one = *first;
  for (std::size_t row = 0; row < second.size(); ++row) {
    if (!second[row]) refuse(at, "expected a rule for " + std::to_string(row) + " rights of class II");
    rubric.class_two[row] = *second[row];
    if (row > 0 && rubric.class_two[row] < rubric.class_two[row - 1])
      refuse(at, "more rights of class II give fewer points");
  }
}

void read_indicator(const json::object& indicator, const std::string& at, Rubric& rubric) {
  const std::string id = needed_text(indicator, "id", at);
  if (id == "staff") {
    rubric.staff = bands_of(indicator, at);
  } else if (id == "ip") {
    read_ip(indicator, at, rubric);
  } else if (id == "rd") {
    const std::string place = at + ".alternatives";
    const json::array& ways = array(needed(indicator, "alternatives", at), place);
    if (ways.size() != 2) refuse(place, "expected two: of sales, of costs");
    rubric.rd_revenue = bands_of(object(ways[0], place + "[0]"), place + "[0]");
    rubric.rd_cost = bands_of(object(ways[1], place + "[1]"), place + "[1]");
    if (rubric.rd_cost.front().points != rubric.rd_revenue.front().points)
      refuse(place, "expected the same most points of both");
  } else {
    refuse(at + ".id", "there is no indicator '" + id + "'; known: staff, rd, ip");
  }
}

void read_score(const json::object& score, Rubric& rubric) {
  if (const std::string op = text(score, "pass_op", "score"); !op.empty() && op != ">=")
    refuse("score.pass_op", "expected >=, found " + op);
  rubric.points_clause = clause_of(score, "score");
  std::vector<std::string> seen;
  for (const json::value& item : array(needed(score, "indicators", "score"), "score.indicators")) {
    const std::string at = "score.indicators[" + std::to_string(seen.size()) + "]";
    const json::object& one = object(item, at);
    read_indicator(one, at, rubric);
    const std::string id = needed_text(one, "id", at);
    if (std::find(seen.begin(), seen.end(), id) != seen.end()) refuse(at + ".id", "a second indicator " + id);
    seen.push_back(id);
  }
  if (seen.size() != 3) refuse("score.indicators", "expected the indicators staff, rd and ip with bands");
  const int most = rubric.most_staff() + rubric.most_rd() + std::max(rubric.class_one, rubric.class_two.back());
  rubric.pass = whole(needed(score, "pass", "score"), "score.pass", 1, most);
}

void read_gates(const json::object& root, Rubric& rubric) {
  for (const json::value& item : array(needed(root, "gates", ""), "gates")) {
    const std::string at = "gates[" + std::to_string(rubric.gates.size()) + "]";
    Gate gate = gate_of(object(item, at), rubric.valid_from, at);
    for (const Gate& other : rubric.gates)
      if (other.id == gate.id) refuse(at + ".id", "a second gate " + gate.id);
    rubric.gates.push_back(std::move(gate));
  }
  if (rubric.gates.empty()) refuse("gates", "expected at least one");
  if (rubric.gates.size() > 16) refuse("gates", "more than 16 gates");  // two bits each in a run's column
}

Rubric read(const json::object& root) {
  only_slips_refused(root,
                     {"id", "name_zh", "doc", "valid_from", "valid_to", "gates", "score", "direct_pass", "number"}, "");
  Rubric rubric;
  rubric.id = needed_text(root, "id", "");
  rubric.name = needed_text(root, "name_zh", "");
  rubric.doc = text(root, "doc", "");
  read_days(root, rubric.valid_from, rubric.valid_to);
  read_gates(root, rubric);
  read_score(object(needed(root, "score", ""), "score"), rubric);
  if (const auto* direct = root.if_contains("direct_pass"))
    rubric.direct_clause = clause_of(object(*direct, "direct_pass"), "direct_pass");
  if (const auto* numbers = root.if_contains("number")) read_numbers(object(*numbers, "number"), rubric);
  return rubric;
}

}  // namespace

Result<Rubric> parse_rubric(std::string_view text, const std::string& file) {
  try {
    TANMIAO_ASSIGN(const json::value parsed, parse(text, file));
    Rubric rubric = read(object(parsed, ""));
    rubric.bytes = std::string(text);
    return rubric;
  } catch (const std::exception& error) {
    return Error{Errc::kConfig, std::string("not a rubric: ") + error.what(), file};
  }
}

}  // namespace tanmiao::miner
