// The likelihoods of the explanation against the hidden truth of the demo city.
//
// Usage: belief_bench COLUMNS CONFIG TRUTH.csv AS_OF VISITED
// COLUMNS: the folder of a snapshot (DATA/columns/N) of a demo city; TRUTH.csv: the one that demo_city wrote; VISITED:
// of so many firms in a thousand the answers are known and the priors are learned from. All figures are of the others.
// Prints JSON: calibration, coverage, and how many firms are settled after so many questions, by order of asking.
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <queue>

#include "core/hash.h"
#include "miner/belief.h"
#include "tabular/reference_reader.h"

namespace {

using namespace tanmiao;
using namespace tanmiao::miner;
namespace json = boost::json;

struct Case {
  Evidence evidence;
  Interval interval;                                   // of the rubric, before anything is asked
  std::vector<std::pair<std::string, Interval>> rows;  // of its rows
  std::string county, age;
  int staff = 0, rd = 0, points = 0;
  bool passes = false, visited = false, bought = false;  // bought: all its rights are

  int true_points(std::string_view row) const {
    return row == "staff" ? staff : row == "rd" ? rd : points - staff - rd;
  }
};

std::uint64_t number_of_text(const std::string& text) { return std::stoull(hash_hex(text, 16), nullptr, 16); }

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      out.emplace_back();
    else if (c != '\r')
      out.back() += c;
  }
  return out;
}

// Whole years since it was registered, in bands.
std::string age_of(Day established, Date as_of) {
  const auto day = from_day(established);
  if (!day) return "unknown";
  const auto years = (as_of - *day).count() / 365;
  return years < 2 ? "under 2" : years < 5 ? "2 to 4" : years < 10 ? "5 to 9" : "10 and more";
}

std::vector<Case> cases_of(const Context& context, const Priors& priors, const char* truth, std::uint64_t visited) {
  std::map<std::string, store::FirmNo, std::less<>> by_code;
  for (store::FirmNo n = 1; n <= context.snapshot.last_firm(); ++n) {
    const std::string_view code = context.snapshot.firms.code[n];
    if (!code.empty()) by_code.emplace(code, n);
  }
  std::ifstream in(truth);
  std::string line;
  std::getline(in, line);
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  const auto header = cells(line);
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const std::size_t code = column("code"), staff = column("staff"), technical = column("technical_staff"),
                    rd = column("rd_share"), passes = column("would_pass"), points = column("points");
  std::vector<Case> out;
  while (std::getline(in, line)) {
    const auto row = cells(line);
    const auto found = by_code.find(row.at(code));
    if (found == by_code.end()) continue;
    const FirmFacts facts = gather(context, found->second);
    if (!why_left_out(context, facts).empty()) continue;
    const Assessment a = assess(context, facts);
    Case one;
    one.evidence = evidence_of(context, priors, facts, a);
    one.interval = a.total;
    for (const RubricRow& scored : a.rows) one.rows.emplace_back(scored.id, scored.points);
    one.bought = facts.own == 0 && facts.acquired > 0;
    const std::string_view county = context.snapshot.unit_name(found->second, context.reference.regions);
    one.county = county.empty() ? "unknown" : std::string(county);
    one.age = age_of(context.snapshot.firms.established[found->second], context.as_of);
    // The truth counts whole percents of staff.
    const int share = std::stoi(row[technical]) * 100 / std::max(1, std::stoi(row[staff]));
    one.staff = points_of(context.rubric.staff, share, 100);
    one.rd = points_of(context.rubric.rd_revenue, std::stod(row[rd]), 1);
    one.points = std::stoi(row[points]);
    one.passes = row[passes] == "1";
    one.visited = number_of_text(row[code]) % 1000 < visited;
    out.push_back(std::move(one));
  }
  return out;
}

Evidence told(const Case& one) {
  Evidence e = one.evidence;
  e.staff = one.staff, e.rd = one.rd, e.software = 0;  // the demo city has no software copyrights
  return e;
}

// Of firms that pass or not independently of each other with the chances that were said: how many were expected to,
// how many do, and how many standard deviations lie between.
struct Expected {
  double firms = 0, said = 0, came = 0, variance = 0;
  void add(double pass, bool passes) { firms += 1, said += pass, came += passes, variance += pass * (1 - pass); }
  json::object told() const {
    const double off = variance > 0 ? (came - said) / std::sqrt(variance) : 0;
    return {{"firms", firms}, {"expected", said}, {"came", came}, {"deviations", off}};
  }
};
json::object told(const std::map<std::string, Expected>& groups) {
  json::object out;
  for (const auto& [name, group] : groups) out[name] = group.told();
  return out;
}

json::object figures(const Rubric& rubric, const Priors& priors, const std::vector<Case>& cases) {
  constexpr int kBins = 10;
  std::array<double, kBins> n{}, said{}, came{};
  double all = 0, said_all = 0, came_all = 0, brier = 0, base = 0, within = 0, covered = 0, below = 0;
  std::map<std::string, Expected> counties, ages;
  std::map<std::string, double> misses;  // rows whose interval does not hold its points, and of how many firms
  for (const Case& one : cases) {
    if (one.visited) continue;
    const Belief belief = believe(rubric, priors, one.evidence);
    const auto bin = static_cast<std::size_t>(std::min(kBins - 1, static_cast<int>(belief.pass * kBins)));
    ++n.at(bin), said.at(bin) += belief.pass, came.at(bin) += one.passes;
    ++all, said_all += belief.pass, came_all += one.passes;
    brier += (belief.pass - one.passes) * (belief.pass - one.passes);
    within += belief.quantile(.1) <= one.points && one.points <= belief.quantile(.9);
    covered += one.interval.least <= one.points && one.points <= one.interval.most;
    below += one.points < one.interval.least;
    for (const auto& [row, points] : one.rows) {
      const int is = one.true_points(row);
      const char* const side = is < points.least ? " below" : is > points.most ? " above" : nullptr;
      if (side != nullptr) ++misses[row + side + (one.bought ? ", all rights bought" : "")];
    }
    counties[one.county].add(belief.pass, one.passes), ages[one.age].add(belief.pass, one.passes);
  }
  json::array bins;
  double off = 0;
  for (std::size_t i = 0; i < n.size(); ++i) {
    if (n.at(i) == 0) continue;
    off += std::abs(said.at(i) - came.at(i));
    bins.push_back(json::object{{"firms", n.at(i)}, {"said", said.at(i) / n.at(i)}, {"came", came.at(i) / n.at(i)}});
  }
  base = came_all / all;
  return {{"firms", all},
          {"said", said_all / all},
          {"came", base},
          {"calibration_error", off / all},
          {"brier", brier / all},
          {"brier_of_the_mean", base * (1 - base)},
          {"p10_p90_covers", within / all},
          {"interval_covers", covered / all},
          {"below_the_interval", below / all},
          {"misses", json::value_from(misses)},
          {"by_county", told(counties)},
          {"by_age", told(ages)},
          {"bins", std::move(bins)}};
}

// Which of the firm's open facts is asked: 0 the best by value, else by a hash.
std::string_view next_question(const Belief& belief, bool best, std::uint64_t dice) {
  if (belief.ask.empty()) return {};
  return best ? belief.ask.front().id : belief.ask.at(dice % belief.ask.size()).id;
}

void answered(const Case& one, std::string_view fact, Evidence& e) {
  if (fact == "staff") e.staff = one.staff;
  if (fact == "rd") e.rd = one.rd;
  if (fact == "software") e.software = 0;
  if (fact != "patents") return;
  // What the rights are worth is what is left of the true points.
  const int ip = one.points - one.staff - one.rd;
  e.open_one.clear(), e.open_two.clear();
  if (ip == 30) e.valid_one = std::max(e.valid_one, 1);
  if (ip < 30) e.valid_two = std::max(e.valid_two, ip / 6);
}

bool settled(const Belief& belief) { return belief.pass < 1e-6 || belief.pass > 1 - 1e-6; }

// Firms settled after each tenth of all the questions there are. `across`: the firm whose answer is worth most goes
// first; else firms in the order of a hash, each until it is settled.
json::array curve(const Rubric& rubric, const Priors& priors, const std::vector<Case>& cases, bool best, bool across) {
  struct Ahead {
    double value;
    std::uint64_t order;
    std::size_t at;
    bool operator<(const Ahead& o) const { return value != o.value ? value < o.value : order > o.order; }
  };
  std::vector<Evidence> known;
  std::priority_queue<Ahead> ahead;
  std::size_t done = 0, budget = 0, firms = 0;
  double open = 0, open_first = 0;  // sum of the variances of passing
  known.reserve(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    known.push_back(cases[i].evidence);
    if (cases[i].visited) continue;
    const Belief belief = believe(rubric, priors, known.back());
    ++firms;
    budget += 2;
    open += belief.pass * (1 - belief.pass);
    if (settled(belief))
      ++done;
    else
      ahead.push({across ? belief.ask.front().value * belief.pass * (1 - belief.pass) : 0,
                  number_of_text(std::to_string(i)), i});
  }
  open_first = open;
  json::array out{json::array{0, static_cast<double>(done) / static_cast<double>(firms), 1}};
  for (std::size_t asked = 1; asked <= budget && !ahead.empty(); ++asked) {
    const Ahead now = ahead.top();
    ahead.pop();
    Evidence& e = known[now.at];
    const auto fact = next_question(believe(rubric, priors, e), best, number_of_text("q" + std::to_string(asked)));
    const double before = chance_to_pass(rubric, priors, e);
    answered(cases[now.at], fact, e);
    const Belief belief = believe(rubric, priors, e);
    open += belief.pass * (1 - belief.pass) - before * (1 - before);
    if (settled(belief) || belief.ask.empty())
      done += settled(belief);
    else
      ahead.push({across ? belief.ask.front().value * belief.pass * (1 - belief.pass) : 1, now.order, now.at});
    if (asked % std::max<std::size_t>(1, budget / 40) == 0 || ahead.empty())
      out.push_back(json::array{static_cast<double>(asked) / static_cast<double>(firms),
                                static_cast<double>(done) / static_cast<double>(firms),
                                std::max(0.0, open / open_first)});
  }
  return out;
}

template <class T>
T need(Result<T> result) {
  if (!result) std::cerr << result.error().text() << "\n", std::exit(1);
  return std::move(*result);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: belief_bench COLUMNS CONFIG TRUTH.csv AS_OF VISITED\n";
    return 2;
  }
  const std::filesystem::path config = argv[2];
  const auto snapshot = need(store::Snapshot::open(argv[1]));
  const auto rules = need(Rules::load(config));
  const auto reference = need(tabular::load_reference(config / "reference"));
  const auto as_of = parse_iso_date(argv[4]);
  if (!as_of) return 2;
  const auto& loaded = dynamic_cast<const LoadedRules&>(*rules);
  const Context context = need(context_for(*snapshot, *rules, *reference, {"all", *as_of, 1, nullptr, {}, {}}));
  const Rubric& rubric = context.rubric;
  const auto cases = cases_of(context, *loaded.priors_, argv[3], std::stoull(argv[5]));
  std::vector<Evidence> visited;
  for (const Case& one : cases)
    if (one.visited) visited.push_back(told(one));
  const Priors after = learned(*loaded.priors_, visited);
  json::object out{{"visited", visited.size()}};
  out["shipped"] = figures(rubric, *loaded.priors_, cases);
  out["learned"] = figures(rubric, after, cases);
  out["best_question_of_best_firm"] = curve(rubric, after, cases, true, true);
  out["random_question_of_best_firm"] = curve(rubric, after, cases, false, true);
  out["best_question_firm_by_firm"] = curve(rubric, after, cases, true, false);
  out["random_question_firm_by_firm"] = curve(rubric, after, cases, false, false);
  std::cout << json::serialize(out) << "\n";
  return 0;
}
