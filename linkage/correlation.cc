#include "linkage/correlation.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

namespace tanmiao::linkage {
namespace {

constexpr double kNothing = 1e-9;  // bits: less is rounding
constexpr int kRounds = 50;        // of single moves; each raises the sum, so that few are ever needed

class Partition {
 public:
  explicit Partition(std::uint32_t nodes, const CorrelationRules& rules)
      : parent_(nodes), label_(nodes), members_(nodes), bits_(nodes), apart_(nodes) {
    std::iota(parent_.begin(), parent_.end(), 0U);
    for (std::uint32_t n = 0; n < nodes; ++n) {
      members_[n] = {n};
      if (n < rules.labels.size()) label_[n] = rules.labels[n];
    }
  }

  std::uint32_t root(std::uint32_t node) const { return parent_[node]; }
  const std::vector<std::uint32_t>& members(std::uint32_t root) const { return members_[root]; }
  const std::map<std::uint32_t, double>& beside(std::uint32_t root) const { return bits_[root]; }

  void set_apart(std::uint32_t a, std::uint32_t b) {
    if (root(a) != root(b)) apart_[root(a)].insert(root(b)), apart_[root(b)].insert(root(a));
  }
  void add(std::uint32_t a, std::uint32_t b, double bits) {
    a = root(a), b = root(b);
    if (a != b) bits_[a][b] += bits, bits_[b][a] += bits;
  }
  bool may_join(std::uint32_t a, std::uint32_t b) const {
    if (label_[a] != 0 && label_[b] != 0 && label_[a] != label_[b]) return false;
    return !apart_[a].contains(b);
  }
  // Takes the cluster `from` into `to`; both are roots.
  void join(std::uint32_t to, std::uint32_t from) {
    for (const std::uint32_t node : members_[from]) parent_[node] = to;
    members_[to].insert(members_[to].end(), members_[from].begin(), members_[from].end());
    members_[from].clear();
    if (label_[to] == 0) label_[to] = label_[from];
    for (const auto& [other, bits] : bits_[from]) {
      bits_[other].erase(from);
      if (other == to) continue;
      bits_[to][other] += bits;
      bits_[other][to] += bits;
    }
    bits_[from].clear();
    for (const std::uint32_t other : apart_[from]) {
      apart_[other].erase(from);
      apart_[other].insert(to), apart_[to].insert(other);
    }
    apart_[from].clear();
  }

 private:
  std::vector<std::uint32_t> parent_, label_;
  std::vector<std::vector<std::uint32_t>> members_;
  std::vector<std::map<std::uint32_t, double>> bits_;  // of roots: to other roots, summed
  std::vector<std::set<std::uint32_t>> apart_;         // of roots
};

// Pairs as they count: each once, the smaller node first.
std::map<std::pair<std::uint32_t, std::uint32_t>, double> summed(std::span<const NodePair> pairs) {
  std::vector<NodePair> sorted;
  for (const NodePair& p : pairs)
    if (p.a != p.b) sorted.push_back({std::min(p.a, p.b), std::max(p.a, p.b), p.bits});
  std::sort(sorted.begin(), sorted.end(), [](const NodePair& x, const NodePair& y) {
    return std::tie(x.a, x.b, x.bits) < std::tie(y.a, y.b, y.bits);  // sums of one order
  });
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> out;
  for (const NodePair& p : sorted) out[{p.a, p.b}] += p.bits;
  return out;
}

struct Edge {
  double bits;
  std::uint32_t a, b;  // a < b
  // The greatest first, then the smallest nodes.
  bool operator<(const Edge& other) const {
    if (bits != other.bits) return bits < other.bits;
    return a != other.a ? a > other.a : b > other.b;
  }
};

// Joins the two clusters of the greatest sum of bits as long as there is one that is positive.
void contract(Partition& partition, std::uint32_t nodes) {
  std::priority_queue<Edge> queue;
  const auto offer = [&](std::uint32_t a, std::uint32_t b, double bits) {
    if (bits > kNothing && partition.may_join(a, b)) queue.push({bits, std::min(a, b), std::max(a, b)});
  };
  for (std::uint32_t n = 0; n < nodes; ++n)
    for (const auto& [other, bits] : partition.beside(n))
      if (n < other) offer(n, other, bits);
  while (!queue.empty()) {
    const Edge edge = queue.top();
    queue.pop();
    const auto found = partition.beside(edge.a).find(edge.b);
    if (found == partition.beside(edge.a).end() || found->second != edge.bits) continue;  // an older sum
    if (!partition.may_join(edge.a, edge.b)) continue;
    partition.join(edge.a, edge.b);
    for (const auto& [other, bits] : partition.beside(edge.a)) offer(edge.a, other, bits);
  }
}

// Single moves: a unit (what must be together) goes to the cluster beside it, or alone, where that raises the sum.
class Moves {
 public:
  Moves(const Partition& units, const Partition& greedy, std::uint32_t nodes, const CorrelationRules& rules)
      : units_(units), cluster_(nodes), label_(nodes) {
    for (std::uint32_t n = 0; n < nodes; ++n)
      if (units.root(n) == n) {
        all_.push_back(n);
        cluster_[n] = greedy.root(n);
        inside_[cluster_[n]].insert(n);
      }
    for (std::uint32_t n = 0; n < nodes; ++n)
      if (n < rules.labels.size() && rules.labels[n] != 0) label_[units.root(n)] = rules.labels[n];
  }

  void run() {
    for (int round = 0; round < kRounds; ++round) {
      bool moved = false;
      for (const std::uint32_t unit : all_) moved = move(unit) || moved;
      if (!moved) return;
    }
  }
  std::uint32_t cluster(std::uint32_t unit) const { return cluster_[unit]; }

 private:
  bool move(std::uint32_t unit) {
    const std::uint32_t now = cluster_[unit];
    std::map<std::uint32_t, double> gain;  // by cluster: bits to its members
    for (const auto& [other, bits] : units_.beside(unit)) gain[cluster_[other]] += bits;
    const double stay = gain.contains(now) ? gain.at(now) : 0;
    double best = inside_.at(now).size() > 1 ? 0 : stay;  // alone
    std::uint32_t to = kAlone;
    for (const auto& [cluster, bits] : gain)
      if (cluster != now && bits > best + kNothing && fits(unit, cluster)) best = bits, to = cluster;
    if (best <= stay + kNothing) return false;
    inside_.at(now).erase(unit);
    if (inside_.at(now).empty()) inside_.erase(now);
    if (to == kAlone) {
      to = unit;
      while (inside_.contains(to)) to = next_++;  // the name of a cluster is none of its nodes' then
    }
    cluster_[unit] = to;
    inside_[to].insert(unit);
    return true;
  }
  bool fits(std::uint32_t unit, std::uint32_t cluster) const {
    const auto& members = inside_.at(cluster);
    return std::all_of(members.begin(), members.end(), [&](std::uint32_t other) {
      return units_.may_join(unit, other) && (label_[unit] == 0 || label_[other] == 0 || label_[unit] == label_[other]);
    });
  }

  static constexpr std::uint32_t kAlone = ~std::uint32_t{0};
  const Partition& units_;
  std::vector<std::uint32_t> all_, cluster_, label_;
  std::map<std::uint32_t, std::set<std::uint32_t>> inside_;
  std::uint32_t next_ = 1U << 31;
};

}  // namespace

Correlation correlate(std::uint32_t nodes, std::span<const NodePair> pairs, const CorrelationRules& rules) {
  Partition units(nodes, rules);
  for (const NodePair& p : rules.apart) units.set_apart(p.a, p.b);
  std::vector<NodePair> together;
  together.reserve(rules.together.size());
  for (const NodePair& p : rules.together) together.push_back({std::min(p.a, p.b), std::max(p.a, p.b), 0});
  std::sort(together.begin(), together.end(),
            [](const NodePair& x, const NodePair& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
  const auto unite = [&](std::uint32_t a, std::uint32_t b) {
    a = units.root(a), b = units.root(b);
    if (a != b && units.may_join(a, b)) units.join(std::min(a, b), std::max(a, b));
  };
  std::map<std::uint32_t, std::uint32_t> first;  // node of a label
  for (std::uint32_t n = 0; n < rules.labels.size(); ++n)
    if (rules.labels[n] != 0) unite(first.emplace(rules.labels[n], n).first->second, n);
  for (const NodePair& p : together) unite(p.a, p.b);
  const auto all = summed(pairs);
  for (const auto& [pair, bits] : all) units.add(pair.first, pair.second, bits);

  Partition greedy = units;
  contract(greedy, nodes);
  Moves moves(units, greedy, nodes, rules);
  moves.run();

  Correlation out;
  out.cluster.resize(nodes);
  std::map<std::uint32_t, std::uint32_t> smallest;
  for (std::uint32_t n = 0; n < nodes; ++n)
    out.cluster[n] = smallest.emplace(moves.cluster(units.root(n)), n).first->second;
  for (const auto& [pair, bits] : all)
    if (out.cluster[pair.first] == out.cluster[pair.second]) out.agreement += bits;
  return out;
}

}  // namespace tanmiao::linkage
