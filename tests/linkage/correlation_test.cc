// Correlation clustering: constraints first, near the best partition, and independent of order.
#include "linkage/correlation.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/core/generators.h"

namespace tanmiao::linkage::correlation_test {
namespace {

using tanmiao::testing::within;
using ::testing::ElementsAre;

struct Problem {
  std::uint32_t nodes = 0;
  std::vector<NodePair> pairs;
  CorrelationRules rules;
};

Problem some_problem(std::uint32_t most) {
  Problem out;
  out.nodes = within<std::uint32_t>(1, most + 1);
  for (std::uint32_t n = 0; n < out.nodes; ++n)
    out.rules.labels.push_back(within<std::uint32_t>(0, 9) < 6 ? 0 : within<std::uint32_t>(1, 4));
  for (std::uint32_t a = 0; a < out.nodes; ++a)
    for (std::uint32_t b = a + 1; b < out.nodes; ++b) {
      const int kind = within(0, 20);
      if (kind < 10) out.pairs.push_back({a, b, static_cast<double>(within(-80, 80)) / 8});
      if (kind == 10) out.rules.together.push_back({a, b, 0});
      if (kind == 11) out.rules.apart.push_back({a, b, 0});
    }
  return out;
}

bool allowed(const Problem& p, const std::vector<std::uint32_t>& cluster) {
  std::map<std::uint32_t, std::uint32_t> label;
  for (std::uint32_t n = 0; n < p.nodes; ++n)
    if (p.rules.labels[n] != 0 && label.emplace(cluster[n], p.rules.labels[n]).first->second != p.rules.labels[n])
      return false;
  return std::all_of(p.rules.apart.begin(), p.rules.apart.end(),
                     [&](const NodePair& q) { return cluster[q.a] != cluster[q.b]; });
}

double agreement(const Problem& p, const std::vector<std::uint32_t>& cluster) {
  double sum = 0;
  for (const NodePair& q : p.pairs)
    if (cluster[q.a] == cluster[q.b]) sum += q.bits;
  return sum;
}

// All partitions, as growth strings.
void each_partition(std::vector<std::uint32_t>& cluster, std::size_t n, std::uint32_t used, const auto& f) {
  if (n == cluster.size()) return f();
  for (std::uint32_t c = 0; c <= used; ++c) {
    cluster[n] = c;
    each_partition(cluster, n + 1, std::max(used, c + 1), f);
  }
}

TEST(Correlation, AStrongNoOutweighsAChainOfWeakYes) {
  const std::vector<NodePair> pairs{{0, 1, 3}, {1, 2, 2}, {0, 2, -10}};
  EXPECT_THAT(correlate(3, pairs).cluster, ElementsAre(0, 0, 2));
}

TEST(Correlation, TwoCodesAreNeverOneHoweverManyPairsSayso) {
  const std::vector<NodePair> pairs{{0, 1, 30}, {1, 2, 30}, {0, 2, 30}};
  const auto found = correlate(3, pairs, {{7, 0, 8}, {}, {}});
  EXPECT_NE(found.cluster[0], found.cluster[2]);
}

TEST(Correlation, WhatPeopleSaidStandsAboveTheBits) {
  const std::vector<NodePair> pairs{{0, 1, -30}, {1, 2, 30}};
  EXPECT_THAT(correlate(3, pairs, {{}, {{0, 1, 0}}, {{1, 2, 0}}}).cluster, ElementsAre(0, 0, 2));
}

TEST(Correlation, ApartWinsWhereBothAreSaid) {
  EXPECT_THAT(correlate(2, {}, {{}, {{0, 1, 0}}, {{1, 0, 0}}}).cluster, ElementsAre(0, 1));
}

TEST(Correlation, NoNodesNoClusters) { EXPECT_TRUE(correlate(0, {}).cluster.empty()); }

RC_GTEST_PROP(CorrelationProperty, NoClusterHasTwoCodesNorWhatIsApart, ()) {
  const Problem p = some_problem(14);
  const auto found = correlate(p.nodes, p.pairs, p.rules);
  RC_ASSERT(allowed(p, found.cluster));
  RC_ASSERT(std::abs(agreement(p, found.cluster) - found.agreement) < 1e-6);
}

RC_GTEST_PROP(CorrelationProperty, TheOrderOfPairsDoesNotShow, ()) {
  Problem p = some_problem(14);
  const auto found = correlate(p.nodes, p.pairs, p.rules);
  std::mt19937 dice(within<unsigned>(0, 1000));
  for (auto* list : {&p.pairs, &p.rules.together, &p.rules.apart}) {
    std::shuffle(list->begin(), list->end(), dice);
    for (NodePair& q : *list)
      if (dice() % 2 == 0) std::swap(q.a, q.b);
  }
  RC_ASSERT(correlate(p.nodes, p.pairs, p.rules).cluster == found.cluster);
}

// What one component is cut into does not depend on another: a night may look at the changed ones alone.
RC_GTEST_PROP(CorrelationProperty, ComponentsAreIndependent, ()) {
  const Problem one = some_problem(8), other = some_problem(8);
  Problem both = one;
  both.nodes = one.nodes + other.nodes;
  for (const std::uint32_t label : other.rules.labels) both.rules.labels.push_back(label == 0 ? 0 : label + 100);
  const auto moved = [&](const std::vector<NodePair>& from, std::vector<NodePair>& to) {
    for (const NodePair& q : from) to.push_back({q.a + one.nodes, q.b + one.nodes, q.bits});
  };
  moved(other.pairs, both.pairs), moved(other.rules.together, both.rules.together),
      moved(other.rules.apart, both.rules.apart);
  auto expected = correlate(one.nodes, one.pairs, one.rules).cluster;
  for (const std::uint32_t c : correlate(other.nodes, other.pairs, other.rules).cluster)
    expected.push_back(c + one.nodes);
  RC_ASSERT(correlate(both.nodes, both.pairs, both.rules).cluster == expected);
}

// Beside the best of all partitions of small problems.
TEST(Correlation, ComesNearTheBestPartition) {
  std::mt19937 dice(7);
  double found = 0, best = 0;
  int equal = 0;
  constexpr int kProblems = 300;
  for (int n = 0; n < kProblems; ++n) {
    Problem p;
    p.nodes = 7;
    p.rules.labels.resize(p.nodes);
    for (std::uint32_t& label : p.rules.labels)
      label = dice() % 4 == 0 ? 1 + static_cast<std::uint32_t>(dice() % 3) : 0;
    std::map<std::uint32_t, std::uint32_t> first;  // equal codes must be together: then they are one node
    for (std::uint32_t& label : p.rules.labels)
      if (label != 0 && !first.emplace(label, 0).second) label = 0;
    for (std::uint32_t a = 0; a < p.nodes; ++a)
      for (std::uint32_t b = a + 1; b < p.nodes; ++b)
        if (dice() % 3 != 0) p.pairs.push_back({a, b, static_cast<double>(static_cast<int>(dice() % 200) - 100) / 10});
    double most = 0;
    std::vector<std::uint32_t> cluster(p.nodes);
    each_partition(cluster, 0, 0, [&] {
      if (allowed(p, cluster)) most = std::max(most, agreement(p, cluster));
    });
    const double ours = correlate(p.nodes, p.pairs, p.rules).agreement;
    ASSERT_LE(ours, most + 1e-9);
    found += ours, best += most, equal += ours > most - 1e-9;
  }
  std::cout << "bits within clusters: " << found / best * 100 << " % of the best, " << equal << " of " << kProblems
            << " equal it\n";
  EXPECT_GT(found / best, 0.95);
  EXPECT_GT(equal, kProblems / 2);
}

}  // namespace
}  // namespace tanmiao::linkage::correlation_test
