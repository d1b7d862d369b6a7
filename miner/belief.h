// How likely a firm reaches the pass mark when R&D and staff are not public: a distribution within the interval of the
// rubric, from signals. Never a number put in the place of an unknown one.
//
// The model (config/belief.toml): a firm is active in R&D or not; the log-odds of it add up from industry, size, age
// and signals. Given that, the points of staff, of R&D and the number of software copyrights are independent, with
// stated shares. Rights of unknown state are in force with a chance by class, grant and age; those of one firm share
// their fate in part. A fact that becomes known takes its place and moves the belief in the rest. Internal to miner/.
#pragma once

#include <array>
#include <map>

#include "miner/assess.h"

namespace tanmiao::miner {

using Shares = std::map<int, double>;  // by points (of software: by pieces, 4 and more last); sum 1
struct Priors {
  struct Weight {
    std::string label;
    double log_odds = 0, sd = 0;
    std::string prefix{};  // of an industry
    int least = 0;         // of a size: insured persons; of an age: full years
    bool known = true;     // false: the age of firms whose founding nobody knows
  };
  struct Signal {
    FeatureWeight feature;
    double sd = 0;
  };
  struct Kind {
    Shares staff, rd, software;
  };
  std::string id, bytes;
  double base = 0, base_sd = 0;
  double firms = 0;                     // how many visited firms the shares are worth
  struct Right {                        // how likely a right is in force of which nobody knows whether it is
    bool one = false, granted = false;  // class I or II; a grant is known
    int least = 0;                      // full years from the filing on, from which the chance is this one
    double chance = 1;
  };
  std::vector<Right> rights;  // of each class, granted or not, at least from 0 years on
  double together = 0;        // how likely all open rights of a firm have one fate (fees are paid for all or for none)
  double cost_staff = 1, cost_rd = 1, cost_two = 1, cost_one = 1;
  std::vector<Weight> industries, sizes, ages;
  std::vector<Signal> signals;
  Kind active, inactive;

  // Of each of which a firm is in one row at most, in the order in which their weights stand.
  std::array<const std::vector<Weight>*, 3> groups() const { return {&industries, &sizes, &ages}; }
  std::array<std::vector<Weight>*, 3> groups() { return {&industries, &sizes, &ages}; }
  std::size_t weights() const { return 1 + industries.size() + sizes.size() + ages.size() + signals.size(); }
  double right_chance(bool one, bool granted, std::optional<int> years) const;  // unknown age: the mean of its rows
};
// Errors kConfig with file, line and column.
Result<Priors> parse_priors(const std::string& toml, const std::string& file);
// Every number of points is one of the rubric's.
Status check_priors(const Priors& priors, const Rubric& rubric, const std::string& file);

// What is known of a firm, for the model.
struct Evidence {
  std::vector<double> x;                   // parallel to the weights: 1, industries, sizes, ages, signals
  std::optional<int> staff, rd;            // points, when they are known
  int rd_least = 0;                        // points that R&D has at least
  std::optional<int> software;             // pieces
  int valid_one = 0, valid_two = 0;        // rights in force; of class II without software
  std::vector<double> open_one, open_two;  // chances of those of which nobody knows whether they are in force
  bool impossible = false;                 // a gate is known to fail
  bool direct = false;                     // article 8: no score is asked of it
  bool operator==(const Evidence&) const = default;
};
Evidence evidence_of(const Context& context, const Priors& priors, const FirmFacts& facts, const Assessment& a);

struct Question {
  std::string_view id, label;
  double value = 0;  // share of the uncertainty (variance of passing) that the answer is expected to take away
  struct Outcome {
    int points;
    double chance, pass;
  };
  std::vector<Outcome> outcomes;  // by points of its indicator
};
struct Belief {
  double active = 0;         // the firm does R&D
  double pass = 0;           // the mark is reached and staff is not 0
  double low = 0, high = 0;  // 80 % of what the weights and the shares leave open
  std::array<double, 101> points{};
  Shares staff, rd, ip;
  std::vector<Question> ask;  // best first; only what is open
  double mean() const;
  int quantile(double share) const;
};
Belief believe(const Rubric& rubric, const Priors& priors, const Evidence& evidence);
// Belief::ask without what is not worth a question: whose answer is expected to take away less than half a percent.
std::vector<Question> worth_asking(const Belief& belief);
double chance_to_pass(const Rubric& rubric, const Priors& priors, const Evidence& evidence);  // Belief::pass alone

// A way to the mark: what would have to be true or done, with its cost.
struct Step {
  std::string_view fact;
  int points = 0;      // of its indicator, at least
  bool known = false;  // the fact is known: something has to be done; else it has to be found out
  double chance = 1, cost = 0;
  int rights = 0;  // of class II to be added; -1: one of class I
};
struct Path {
  std::vector<Step> steps;
  int points = 0;
  double cost = 0;
};
// The cheapest, at most three, none of which asks for all that another asks for and more. Empty: the mark is reached.
std::vector<Path> paths_to_pass(const Rubric& rubric, const Priors& priors, const Evidence& evidence);

// Priors learned from firms whose staff and R&D are known, with the given ones as what was believed before: weights by
// penalised maximum likelihood (prior sd), shares by counting, both by expectation maximisation.
Priors learned(const Priors& before, const std::vector<Evidence>& visited);

// JSON: docs/schema/explanation.json, "belief".
std::string belief_json(const Context& context, const Priors& priors, const FirmFacts& facts, const Assessment& a);

}  // namespace tanmiao::miner
