// The distribution within the interval, and what each open question would tell.
#include "miner/belief.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tanmiao::miner {
namespace {

// Nodes and weights of the Gauss-Hermite rule for the mean over a standard normal, five points (Abramowitz and Stegun
// 25.4.46, scaled by sqrt 2 and 1/sqrt pi).
constexpr std::array<double, 5> kNodes = {-2.856970013872806, -1.355626179974266, 0, 1.355626179974266,
                                          2.856970013872806};
constexpr std::array<double, 5> kNodeWeights = {0.011257411327721, 0.222075922005613, 0.533333333333333,
                                                0.222075922005613, 0.011257411327721};
constexpr double kTenth = 1.2815515655446004;  // of a standard normal a tenth lies above

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// The shares that fit what is known, not made to sum to 1: their sum is how likely that was.
Shares fitting(const Shares& shares, const std::optional<int>& known, int least) {
  Shares out;
  for (const auto& [points, share] : shares) {
    if (known ? points == *known : points >= least) out[points] = share;
  }
  return out;
}

double sum_of(const Shares& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0, [](double sum, const auto& s) { return sum + s.second; });
}

// How likely no or any right of class I, and so many of class II, are in force; four of class II are as good as more.
using Rights = std::array<std::array<double, 5>, 2>;

std::size_t up_to_four(std::size_t count) { return std::min<std::size_t>(count, 4); }

// Each right for itself.
void add_apart(const Evidence& e, double weight, Rights& out) {
  double none = e.valid_one > 0 ? 0 : 1;
  for (const double chance : e.open_one) none *= 1 - chance;
  std::array<double, 5> two{};
  two.at(up_to_four(static_cast<std::size_t>(e.valid_two))) = 1;
  for (const double chance : e.open_two)
    for (std::size_t n = 4; n-- > 0;) {
      const double moved = two[n] * chance;
      two[n] -= moved, two[n + 1] += moved;
    }
  for (std::size_t n = 0; n < two.size(); ++n) {
    out[0][n] += weight * none * two[n];
    out[1][n] += weight * (1 - none) * two[n];
  }
}

// All by one throw: when a right is in force, so are all that are likelier to be.
void add_together(const Evidence& e, double weight, Rights& out) {
  std::vector<std::pair<double, bool>> open;  // chance, class I
  open.reserve(e.open_one.size() + e.open_two.size());
  for (const double chance : e.open_one) open.emplace_back(chance, true);
  for (const double chance : e.open_two) open.emplace_back(chance, false);
  std::sort(open.rbegin(), open.rend());
  std::size_t one = e.valid_one > 0 ? 1 : 0, two = up_to_four(static_cast<std::size_t>(e.valid_two));
  double above = 1;
  for (const auto& [chance, first] : open) {
    out[one][two] += weight * (above - chance);
    (first ? one : two) = first ? 1 : up_to_four(two + 1);
    above = chance;
  }
  out[one][two] += weight * above;
}

Rights rights_of(const Priors& priors, const Evidence& e) {
  Rights out{};
  add_apart(e, 1 - priors.together, out);
  if (priors.together > 0) add_together(e, priors.together, out);
  return out;
}

// Points of intellectual property; `software` is not yet made to sum to 1, so this is not either.
Shares ip_shares(const Rubric& rubric, const Rights& rights, const Shares& software) {
  Shares out;
  for (const auto& [pieces, share] : software)
    for (std::size_t one = 0; one < rights.size(); ++one)
      for (std::size_t n = 0; n < rights[one].size(); ++n)
        if (const double chance = rights[one][n]; chance > 0)
          out[ip_points(rubric, static_cast<std::int64_t>(one), static_cast<int>(n) + pieces)] += chance * share;
  return out;
}

// One kind of firm, active or not: what it makes of the facts.
struct Side {
  Shares staff, rd, ip, software;                     // each sums to 1
  double staff_fits = 1, rd_fits = 1, told_fits = 1;  // share of the priors that fits what is known
  double likelihood = 1;                              // of what is known
  double pass = 0;
};

double pass_of(const Rubric& rubric, const Shares& staff, const Shares& rd, const Shares& ip) {
  double pass = 0;
  for (const auto& [s, staff_share] : staff)
    for (const auto& [r, rd_share] : rd)
      for (const auto& [i, ip_share] : ip)
        if (s > 0 && s + r + i >= rubric.pass) pass += staff_share * rd_share * ip_share;
  return pass;
}

// What the shares leave open of the chance: each table is as sure as `firms` visited firms make it (a Dirichlet
// distribution), of which those speak of this firm that fit what is known of it.
double variance_of(const Rubric& rubric, const Side& side, const Rights& rights, double firms) {
  double variance = 0;
  const auto add = [&](const Shares& shares, double fits, const auto& pass_given) {
    double mean = 0, square = 0;
    for (const auto& [points, share] : shares) {
      const double pass = pass_given(Shares{{points, 1.0}});
      mean += share * pass, square += share * pass * pass;
    }
    variance += std::max(0.0, square - mean * mean) / (firms * fits + 1);
  };
  add(side.staff, side.staff_fits, [&](const Shares& one) { return pass_of(rubric, one, side.rd, side.ip); });
  add(side.rd, side.rd_fits, [&](const Shares& one) { return pass_of(rubric, side.staff, one, side.ip); });
  add(side.software, side.told_fits,
      [&](const Shares& one) { return pass_of(rubric, side.staff, side.rd, ip_shares(rubric, rights, one)); });
  return variance;
}

void normalise(Shares& shares, double sum) {
  for (auto& [points, share] : shares) share /= sum;
}

Side side_of(const Rubric& rubric, const Priors::Kind& kind, const Evidence& e, const Rights& rights) {
  constexpr double kNever = 1e-12;  // what the shares rule out and still was seen
  Side side;
  side.staff = fitting(kind.staff, e.staff, 0), side.rd = fitting(kind.rd, e.rd, e.rd_least);
  if (e.staff && side.staff.empty()) side.staff[*e.staff] = kNever;
  if (side.rd.empty()) side.rd[e.rd.value_or(e.rd_least)] = kNever;
  std::optional<int> software = e.software;
  if (software) *software = std::min(*software, 4);
  Shares pieces = fitting(kind.software, software, 0);
  if (pieces.empty()) pieces[software.value_or(0)] = kNever;
  const double staff = std::max(sum_of(side.staff), kNever), rd = std::max(sum_of(side.rd), kNever),
               told = std::max(sum_of(pieces), kNever);
  normalise(side.staff, staff), normalise(side.rd, rd), normalise(pieces, told);
  side.likelihood = staff * rd * told;
  side.staff_fits = staff, side.rd_fits = rd, side.told_fits = told;
  side.ip = ip_shares(rubric, rights, pieces);
  side.software = std::move(pieces);
  side.pass = pass_of(rubric, side.staff, side.rd, side.ip);
  return side;
}

struct Odds {
  double mean = 0, sd = 0;
};
Odds odds_of(const Priors& priors, const Evidence& e) {
  Odds odds;
  double variance = 0;
  std::size_t j = 0;
  const auto add = [&](double weight, double sd) {
    const double x = e.x.at(j++);
    odds.mean += weight * x;
    variance += x * x * sd * sd;
  };
  add(priors.base, priors.base_sd);
  for (const auto* group : priors.groups())
    for (const auto& weight : *group) add(weight.log_odds, weight.sd);
  for (const auto& signal : priors.signals) add(signal.feature.weight, signal.sd);
  odds.sd = std::sqrt(variance);
  return odds;
}

// Both sides and how they are mixed.
struct Mixture {
  Side active, inactive;
  Odds odds;
  double shift = 0;  // log-odds that the known facts add
  double active_share = 0;

  double at(double deviation) const { return logistic(odds.mean + deviation * odds.sd + shift); }
  double pass(double share) const { return share * active.pass + (1 - share) * inactive.pass; }
};
Mixture mixture_of(const Rubric& rubric, const Priors& priors, const Evidence& e) {
  const Rights rights = rights_of(priors, e);
  Mixture m{side_of(rubric, priors.active, e, rights), side_of(rubric, priors.inactive, e, rights), odds_of(priors, e),
            0, 0};
  m.shift = std::log(m.active.likelihood) - std::log(m.inactive.likelihood);
  // What is not known of the weights is averaged over as it was before the facts, and the facts weigh each value.
  double weight = 0;
  for (std::size_t i = 0; i < kNodes.size(); ++i) {
    const double before = logistic(m.odds.mean + kNodes[i] * m.odds.sd);
    const double seen = before * m.active.likelihood + (1 - before) * m.inactive.likelihood;
    weight += kNodeWeights[i] * seen;
    m.active_share += kNodeWeights[i] * before * m.active.likelihood;
  }
  m.active_share /= weight;
  return m;
}

Shares mixed(const Shares& a, const Shares& b, double share) {
  Shares out;
  for (const auto& [points, part] : a) out[points] += share * part;
  for (const auto& [points, part] : b) out[points] += (1 - share) * part;
  return out;
}

// What an answer would tell: `answers` are the evidence with the fact known, by points. The chance of each is how
// likely it makes the evidence beside the others.
Question asked(const Rubric& rubric, const Priors& priors, double pass, std::string_view id, std::string_view label,
               const std::vector<std::pair<int, Evidence>>& answers, const std::vector<double>& chances) {
  Question question{id, label, 0, {}};
  double variance = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (chances[i] <= 0) continue;
    const double then = chance_to_pass(rubric, priors, answers[i].second);
    variance += chances[i] * (then - pass) * (then - pass);
    auto& out = question.outcomes;
    const auto same = std::find_if(out.begin(), out.end(), [&](const auto& o) { return o.points == answers[i].first; });
    if (same == out.end()) {
      out.push_back({answers[i].first, chances[i], then});
    } else {
      same->pass = (same->pass * same->chance + then * chances[i]) / (same->chance + chances[i]);
      same->chance += chances[i];
    }
  }
  const double open = pass * (1 - pass);
  question.value = open > 1e-9 ? std::min(1.0, variance / open) : 0;
  return question;
}

void ask_points(const Rubric& rubric, const Priors& priors, const Evidence& e, double pass, const Shares& shares,
                std::optional<int> Evidence::*fact, std::string_view id, std::string_view label,
                std::vector<Question>& out) {
  std::vector<std::pair<int, Evidence>> answers;
  std::vector<double> chances;
  for (const auto& [points, share] : shares) {
    Evidence known = e;
    known.*fact = points;
    answers.emplace_back(points, std::move(known));
    chances.push_back(share);
  }
  out.push_back(asked(rubric, priors, pass, id, label, answers, chances));
}

void ask_patents(const Rubric& rubric, const Priors& priors, const Evidence& e, double pass,
                 std::vector<Question>& out) {
  std::vector<std::pair<int, Evidence>> answers;
  std::vector<double> chances;
  const Rights rights = rights_of(priors, e);
  for (std::size_t one = 0; one < rights.size(); ++one)
    for (std::size_t two = 0; two < rights[one].size(); ++two) {
      if (rights[one][two] <= 0) continue;
      Evidence known = e;
      known.open_one.clear(), known.open_two.clear();
      known.valid_one = static_cast<int>(one), known.valid_two = static_cast<int>(two);
      answers.emplace_back(ip_points(rubric, known.valid_one, known.valid_two + e.software.value_or(0)), known);
      chances.push_back(rights[one][two]);
    }
  out.push_back(asked(rubric, priors, pass, "patents", "效力待核专利的年费与权属", answers, chances));
}

std::vector<Question> questions(const Rubric& rubric, const Priors& priors, const Evidence& e, const Mixture& m,
                                const Belief& belief) {
  std::vector<Question> out;
  if (!e.rd) ask_points(rubric, priors, e, belief.pass, belief.rd, &Evidence::rd, "rd", "上年研发费用与销售收入", out);
  if (!e.staff)
    ask_points(rubric, priors, e, belief.pass, belief.staff, &Evidence::staff, "staff", "职工总数与科技人员数", out);
  if (!e.software && e.valid_one == 0 && e.valid_two < 4) {
    const Shares pieces = mixed(priors.active.software, priors.inactive.software, m.active_share);
    ask_points(rubric, priors, e, belief.pass, pieces, &Evidence::software, "software", "有无软件著作权", out);
  }
  const bool matters = e.valid_one == 0 && (!e.open_one.empty() || (!e.open_two.empty() && e.valid_two < 4));
  if (matters) ask_patents(rubric, priors, e, belief.pass, out);
  std::stable_sort(out.begin(), out.end(), [](const Question& a, const Question& b) { return a.value > b.value; });
  return out;
}

}  // namespace

double chance_to_pass(const Rubric& rubric, const Priors& priors, const Evidence& e) {
  if (e.impossible) return 0;
  const Mixture m = mixture_of(rubric, priors, e);
  return m.pass(m.active_share);
}

Belief believe(const Rubric& rubric, const Priors& priors, const Evidence& e) {
  const Mixture m = mixture_of(rubric, priors, e);
  Belief belief;
  belief.active = m.active_share;
  belief.staff = mixed(m.active.staff, m.inactive.staff, m.active_share);
  belief.rd = mixed(m.active.rd, m.inactive.rd, m.active_share);
  belief.ip = mixed(m.active.ip, m.inactive.ip, m.active_share);
  for (const auto& [side, share] : {std::pair(&m.active, m.active_share), std::pair(&m.inactive, 1 - m.active_share)})
    for (const auto& [s, staff] : side->staff)
      for (const auto& [r, rd] : side->rd)
        for (const auto& [i, ip] : side->ip)
          belief.points.at(static_cast<std::size_t>(std::min(s + r + i, 100))) += share * staff * rd * ip;
  if (e.impossible) return belief;
  belief.pass = m.pass(m.active_share);
  const double one = m.pass(m.at(-kTenth)), other = m.pass(m.at(kTenth)), a = m.active_share;
  const Rights rights = rights_of(priors, e);
  const double of_shares =
      kTenth * std::sqrt(a * a * variance_of(rubric, m.active, rights, priors.firms) +
                         (1 - a) * (1 - a) * variance_of(rubric, m.inactive, rights, priors.firms));
  belief.low = std::max(0.0, belief.pass - std::hypot(belief.pass - std::min({one, other, belief.pass}), of_shares));
  belief.high = std::min(1.0, belief.pass + std::hypot(std::max({one, other, belief.pass}) - belief.pass, of_shares));
  belief.ask = questions(rubric, priors, e, m, belief);
  return belief;
}

std::vector<Question> worth_asking(const Belief& belief) {
  constexpr double kLeastWorth = .005;
  std::vector<Question> out;
  std::copy_if(belief.ask.begin(), belief.ask.end(), std::back_inserter(out),
               [](const Question& question) { return question.value >= kLeastWorth; });
  return out;
}

double Belief::mean() const {
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) sum += static_cast<double>(i) * points[i];
  return sum;
}

int Belief::quantile(double share) const {
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    sum += points[i];
    if (sum >= share - 1e-12) return static_cast<int>(i);
  }
  return 100;
}

}  // namespace tanmiao::miner
