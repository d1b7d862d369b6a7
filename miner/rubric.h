// An official scoring rule as dated data (config/rubrics/*.json): gates and point bands with their articles.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/error.h"

namespace tanmiao::miner {

struct Gate {
  std::string id, article, text;
  std::string field;                    // which fact answers it
  double most = 0;                      // for "<=": the bound, persons or yuan
  Date valid_from{};                    // before this day the gate did not exist
  std::vector<std::string> industries;  // GB/T 4754-2017 prefixes that fail
  bool code_decides = true;             // false: a registered code among them speaks against the firm and proves nothing
  // Words of a kind of enterprise (企业类型): what holds one of the first fails, one of the second may be either.
  std::vector<std::string> not_org_types, open_org_types;
};

struct Band {
  double least = 0;  // share from which on the points are given (closed below)
  int points = 0;
};

// How long a registration number (入库登记编号) holds that was given in the years from..to.
struct NumberRule {
  int from = 0, to = 9999;
  std::chrono::month_day ends;  // of the year after: the last day on which it is valid
  // Of the year after: until then it counts as 待续评, apart from the lapsed.
  std::optional<std::chrono::month_day> renewal_until;
};

struct Rubric {
  std::string id, name, doc, bytes;
  Date valid_from{};
  std::optional<Date> valid_to;
  std::vector<Gate> gates;
  std::string points_clause;  // where the points stand: 《评价办法》第六条第（五）项、第七条
  std::string direct_clause;  // and the ways to pass without them
  std::vector<NumberRule> numbers;
  int pass = 60;
  std::vector<Band> staff, rd_revenue, rd_cost;  // highest first
  int class_one = 30;                            // points for at least one right of class I
  std::array<int, 5> class_two{};                // by number of rights of class II, 4 and more last

  bool in_force(Date day) const { return valid_from <= day && (!valid_to || day <= *valid_to); }
  const NumberRule* number_rule(int year) const;  // null: the document says nothing of that year
  int most_staff() const { return staff.front().points; }
  int most_rd() const { return rd_revenue.front().points; }
};

// Errors kConfig, with the place in the file: no JSON, a member missing, of another kind or out of its range, a field
// of gates that the miner does not answer, bands that leave a gap, overlap or fall, days that do not exist.
Result<Rubric> parse_rubric(std::string_view json, const std::string& file);

int points_of(const std::vector<Band>& bands, double numerator, double denominator);
int ip_points(const Rubric& rubric, std::int64_t class_one, std::int64_t class_two);
// The least share that gives `points` or more; nullopt when no band does.
std::optional<double> share_for(const std::vector<Band>& bands, int points);

}  // namespace tanmiao::miner
