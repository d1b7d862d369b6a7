// The gap card: what would have to be true or done for the pass mark, cheapest first.
#include <algorithm>
#include <cmath>

#include "miner/belief.h"

namespace tanmiao::miner {
namespace {

double at_least(const Shares& shares, int points) {
  double sum = 0;
  for (const auto& [have, share] : shares)
    if (have >= points) sum += share;
  return sum;
}

// How surprising it would be, in bits; what cannot be is endless.
double surprise(double chance) { return chance > 1e-9 ? -std::log2(std::min(chance, 1.0)) : 1e9; }

// The ways one indicator may end, each with its cost; the first is how it stands.
std::vector<Step> band_steps(std::string_view fact, const std::vector<Band>& bands, const std::optional<int>& known,
                             int least, const Shares& shares, double cost) {
  std::vector<Step> out;
  int steps = 0;
  for (auto band = bands.rbegin(); band != bands.rend(); ++band) {
    if (band->points < known.value_or(least)) continue;
    Step step{fact, band->points, known.has_value(), 1, 0, 0};
    if (known) {
      step.cost = cost * steps++;
    } else {
      step.chance = at_least(shares, band->points);
      step.cost = surprise(step.chance);
    }
    out.push_back(step);
  }
  return out;
}

std::vector<Step> ip_steps(const Rubric& rubric, const Priors& priors, const Evidence& e, const Shares& shares) {
  const int two = e.valid_two + e.software.value_or(0);
  const int now = ip_points(rubric, e.valid_one, two);
  std::vector<Step> out = {{"ip", now, true, 1, 0, 0}};
  // What is there already and only has to be shown: software, rights of unknown state.
  for (const auto& [points, share] : shares) {
    const double chance = at_least(shares, points);
    if (points > now && share > 0) out.push_back({"ip", points, false, chance, surprise(chance), 0});
  }
  for (int more = 1; two + more <= 4; ++more) {
    const int points = ip_points(rubric, 0, two + more);
    if (points > now) out.push_back({"ip", points, true, 1, priors.cost_two * more, more});
  }
  if (now < rubric.class_one) out.push_back({"ip", rubric.class_one, true, 1, priors.cost_one, -1});
  return out;
}

// `one` asks for nothing that `other` does not ask for.
bool within(const Path& one, const Path& other) {
  return std::all_of(one.steps.begin(), one.steps.end(), [&](const Step& step) {
    return std::any_of(other.steps.begin(), other.steps.end(), [&](const Step& more) {
      return more.fact == step.fact && more.known == step.known && more.points >= step.points;
    });
  });
}

}  // namespace

std::vector<Path> paths_to_pass(const Rubric& rubric, const Priors& priors, const Evidence& e) {
  const Belief belief = believe(rubric, priors, e);
  const auto staff = band_steps("staff", rubric.staff, e.staff, 0, belief.staff, priors.cost_staff);
  const auto rd = band_steps("rd", rubric.rd_revenue, e.rd, e.rd_least, belief.rd, priors.cost_rd);
  const auto ip = ip_steps(rubric, priors, e, belief.ip);
  std::vector<Path> all;
  for (const Step& s : staff)
    for (const Step& r : rd)
      for (const Step& i : ip) {
        const int points = s.points + r.points + i.points;
        if (points < rubric.pass || s.points == 0) continue;
        Path path{{}, points, s.cost + r.cost + i.cost};
        for (const Step* step : {&s, &r, &i})
          if (step->cost > 0) path.steps.push_back(*step);
        if (path.steps.empty()) return {};
        if (path.cost < 1e8) all.push_back(std::move(path));
      }
  std::stable_sort(all.begin(), all.end(), [](const Path& a, const Path& b) { return a.cost < b.cost; });
  std::vector<Path> best;
  for (const Path& path : all) {
    constexpr std::size_t kMost = 3;
    if (best.size() == kMost) break;
    const bool more = std::any_of(best.begin(), best.end(), [&](const Path& other) { return within(other, path); });
    if (!more) best.push_back(path);
  }
  return best;
}

}  // namespace tanmiao::miner
