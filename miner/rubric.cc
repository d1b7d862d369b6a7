#include "miner/rubric.h"

#include <algorithm>

namespace tanmiao::miner {

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
