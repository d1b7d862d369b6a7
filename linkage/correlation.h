// Correlation clustering with constraints: which of many things are one, when pairs of them say how likely they are the
// same, and some must or must not be.
//
// Sought is the partition with the greatest sum of bits within its clusters (Bansal, Blum and Chawla 2004), so that a
// chain of likely pairs does not join what a strong pair keeps apart, as plain transitive closure would. The problem is
// NP-hard; this is greedy additive edge contraction and then single moves (Keuper et al. 2015), component by component.
// The result depends on nodes, bits and constraints alone, not on the order in which pairs are given; a component's
// result does not depend on other components.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tanmiao::linkage {

struct NodePair {
  std::uint32_t a = 0, b = 0;
  double bits = 0;  // log2 of the odds that they are one; several of a pair add up
};

struct CorrelationRules {
  // By node, 0: none. Nodes of two different labels are never one: credit codes.
  std::vector<std::uint32_t> labels;
  std::vector<NodePair> together, apart;  // said by people; bits are not looked at. Apart wins where both are said.
};

struct Correlation {
  std::vector<std::uint32_t> cluster;  // by node: the smallest node of its cluster
  double agreement = 0;                // the sum that was sought, in bits
};

// `nodes`: numbers 0 .. nodes - 1; `rules.labels` has as many or none.
Correlation correlate(std::uint32_t nodes, std::span<const NodePair> pairs, const CorrelationRules& rules = {});

}  // namespace tanmiao::linkage
