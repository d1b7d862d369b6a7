#include "miner/learn/trees.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>

namespace tanmiao::miner::learn {
namespace json = boost::json;
namespace {

constexpr std::size_t kDeepest = 10;  // levels of a tree, as config/learned.toml bounds them

std::int32_t next_of(const TreeNode& node, const float* row) {
  const float value = row[node.column];
  if (std::isnan(value)) return node.unknown_left ? node.left : node.right;
  return value < node.bound ? node.left : node.right;
}

// Shapley values of a tree in one walk (Lundberg, Erion, Lee: Consistent Individualized Feature Attribution for Tree
// Ensembles, 2018, algorithm 2): on the way down it is kept which share of all subsets of the columns on the path leads
// here, with a column known (`one`) and without (`zero`).
struct Step {
  std::int32_t column = -1;
  double zero = 1, one = 1, share = 1;
};
using Path = std::array<Step, kDeepest + 2>;

void extend(Path& path, std::size_t depth, double zero, double one, std::int32_t column) {
  path[depth] = {column, zero, one, depth == 0 ? 1.0 : 0.0};
  const auto all = static_cast<double>(depth + 1);
  for (std::size_t i = depth; i-- > 0;) {
    path[i + 1].share += one * path[i].share * static_cast<double>(i + 1) / all;
    path[i].share = zero * path[i].share * static_cast<double>(depth - i) / all;
  }
}

void unwind(Path& path, std::size_t depth, std::size_t at) {
  const double one = path[at].one, zero = path[at].zero, all = static_cast<double>(depth + 1);
  double next = path[depth].share;
  for (std::size_t i = depth; i-- > 0;) {
    const auto before = static_cast<double>(i + 1), behind = static_cast<double>(depth - i);
    if (one != 0) {
      const double was = path[i].share;
      path[i].share = next * all / (before * one);
      next = was - path[i].share * zero * behind / all;
    } else {
      path[i].share = path[i].share * all / (zero * behind);
    }
  }
  for (std::size_t i = at; i < depth; ++i)
    path[i].column = path[i + 1].column, path[i].zero = path[i + 1].zero, path[i].one = path[i + 1].one;
}

double sum_without(const Path& path, std::size_t depth, std::size_t at) {
  const double one = path[at].one, zero = path[at].zero, all = static_cast<double>(depth + 1);
  double next = path[depth].share, sum = 0;
  for (std::size_t i = depth; i-- > 0;) {
    const auto before = static_cast<double>(i + 1), behind = static_cast<double>(depth - i);
    if (one != 0) {
      const double share = next * all / (before * one);
      sum += share;
      next = path[i].share - share * zero * behind / all;
    } else if (zero != 0) {
      sum += path[i].share * all / (zero * behind);
    }
  }
  return sum;
}

// A step on the way down: the path before it, and what was taken to come here.
struct Descent {
  const Tree& tree;
  const float* row;
  std::vector<double>& out;

  void go(std::int32_t at, Path path, std::size_t depth, double zero, double one, std::int32_t column) const {
    extend(path, depth, zero, one, column);
    const TreeNode& node = tree[static_cast<std::size_t>(at)];
    if (node.left < 0) {
      for (std::size_t i = 1; i <= depth; ++i)
        out[static_cast<std::size_t>(path[i].column)] +=
            sum_without(path, depth, i) * (path[i].one - path[i].zero) * node.value;
      return;
    }
    const std::int32_t hot = next_of(node, row), cold = hot == node.left ? node.right : node.left;
    const auto split = static_cast<std::int32_t>(node.column);
    double zero_before = 1, one_before = 1;
    for (std::size_t i = 1; i <= depth; ++i) {
      if (path[i].column != split) continue;
      zero_before = path[i].zero, one_before = path[i].one;
      unwind(path, depth, i);
      --depth;
      break;
    }
    const auto share = [&](std::int32_t child) { return tree[static_cast<std::size_t>(child)].weight / node.weight; };
    go(hot, path, depth + 1, zero_before * share(hot), one_before, split);
    go(cold, path, depth + 1, zero_before * share(cold), 0, split);
  }
};

double mean_of(const Tree& tree, std::size_t at = 0) {
  const TreeNode& node = tree[at];
  if (node.left < 0) return node.value;
  const auto left = static_cast<std::size_t>(node.left), right = static_cast<std::size_t>(node.right);
  return (tree[left].weight * mean_of(tree, left) + tree[right].weight * mean_of(tree, right)) / node.weight;
}

// Children lie behind their parent, so that every walk ends; no deeper than what a path holds.
bool sound(const Tree& tree, std::size_t columns) {
  std::vector<std::size_t> level(tree.size(), 0);
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const TreeNode& node = tree[i];
    if (!std::isfinite(node.value) || !(node.weight > 0)) return false;
    if ((node.left < 0) != (node.right < 0)) return false;
    if (node.left < 0) continue;
    for (const std::int32_t child : {node.left, node.right}) {
      if (static_cast<std::size_t>(child) <= i || static_cast<std::size_t>(child) >= tree.size()) return false;
      level[static_cast<std::size_t>(child)] = level[i] + 1;
    }
    if (level[i] >= kDeepest || node.column >= columns || std::isnan(node.bound)) return false;
  }
  return !tree.empty();
}

std::int32_t whole(const json::value& v) { return v.to_number<std::int32_t>(); }

Tree tree_of(const json::object& from, double share) {
  const json::array &left = from.at("left_children").as_array(), &right = from.at("right_children").as_array(),
                    &column = from.at("split_indices").as_array(), &bound = from.at("split_conditions").as_array(),
                    &unknown = from.at("default_left").as_array(), &weight = from.at("sum_hessian").as_array();
  Tree tree(left.size());
  for (std::size_t i = 0; i < tree.size(); ++i) {
    TreeNode& node = tree[i];
    node.left = whole(left.at(i)), node.right = whole(right.at(i));
    node.weight = weight.at(i).to_number<double>();
    const auto number = bound.at(i).to_number<double>();
    if (node.left < 0) {
      node.right = -1, node.value = static_cast<double>(static_cast<float>(number)) * share;
      continue;
    }
    node.column = static_cast<std::uint32_t>(whole(column.at(i))), node.bound = static_cast<float>(number);
    node.unknown_left = unknown.at(i).is_bool() ? unknown.at(i).as_bool() : whole(unknown.at(i)) != 0;
  }
  return tree;
}

}  // namespace

Result<Trees> Trees::from_xgboost(std::string_view text, double share) {
  try {
    const json::value root = json::parse(text);
    const json::object& learner = root.at("learner").as_object();
    Trees out;
    for (const json::value& tree : learner.at("gradient_booster").at("model").at("trees").as_array())
      out.trees_.push_back(tree_of(tree.as_object(), share));
    for (const Tree& tree : out.trees_)
      if (!sound(tree, SIZE_MAX)) return Error{Errc::kFormat, "XGBoost: a tree is not one", ""};
    out.settle();
    return out;
  } catch (const std::exception& failed) {
    return Error{Errc::kFormat, std::string("XGBoost: the model is of another form: ") + failed.what(), ""};
  }
}

Result<Trees> Trees::from_json(std::string_view text, std::size_t columns) {
  try {
    Trees out;
    const json::value kept = json::parse(text);
    for (const json::value& nodes : kept.as_array()) {
      Tree& tree = out.trees_.emplace_back();
      for (const json::value& item : nodes.as_array()) {
        const json::array& n = item.as_array();
        TreeNode& node = tree.emplace_back();
        node.weight = n.at(0).to_number<double>(), node.value = n.at(1).to_number<double>();
        if (n.size() == 2) continue;
        node.left = whole(n.at(2)), node.right = whole(n.at(3));
        node.column = n.at(4).to_number<std::uint32_t>();
        node.bound = static_cast<float>(n.at(1).to_number<double>()), node.value = 0;
        node.unknown_left = whole(n.at(5)) != 0;
      }
      if (!sound(tree, columns)) return Error{Errc::kCorrupt, "a tree of the kept model is damaged", ""};
    }
    out.settle();
    return out;
  } catch (const std::exception& failed) {
    return Error{Errc::kCorrupt, std::string("the kept model cannot be read: ") + failed.what(), ""};
  }
}

// A leaf: [weight, value]; a split: [weight, bound, left, right, column, unknown to the left].
std::string Trees::to_json() const {
  json::array out;
  for (const Tree& tree : trees_) {
    json::array nodes;
    for (const TreeNode& node : tree) {
      json::array one{node.weight, node.left < 0 ? node.value : static_cast<double>(node.bound)};
      if (node.left >= 0) {
        one.emplace_back(node.left), one.emplace_back(node.right);
        one.emplace_back(node.column), one.emplace_back(node.unknown_left ? 1 : 0);
      }
      nodes.emplace_back(std::move(one));
    }
    out.emplace_back(std::move(nodes));
  }
  return json::serialize(out);
}

double Trees::margin(const float* row) const {
  double sum = 0;
  for (const Tree& tree : trees_) {
    const TreeNode* node = tree.data();
    while (node->left >= 0) node = &tree[static_cast<std::size_t>(next_of(*node, row))];
    sum += node->value;
  }
  return sum;
}

void Trees::contributions(const float* row, std::vector<double>& out) const {
  for (const Tree& tree : trees_) Descent{tree, row, out}.go(0, {}, 0, 1, 1, -1);
}

std::vector<float> Trees::bounds(std::size_t column) const {
  std::vector<float> out;
  for (const Tree& tree : trees_)
    for (const TreeNode& node : tree)
      if (node.left >= 0 && node.column == column) out.push_back(node.bound);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void Trees::settle() {
  mean_ = 0;
  for (const Tree& tree : trees_) mean_ += mean_of(tree);
}

}  // namespace tanmiao::miner::learn
