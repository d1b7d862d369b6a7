#include "miner/learn/groups.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "core/hash.h"
#include "core/text/normalize.h"
#include "miner/learn/sparse.h"

namespace tanmiao::miner::learn {
namespace {

class Union {
 public:
  explicit Union(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t a) {
    while (parent_[a] != a) a = parent_[a] = parent_[parent_[a]];
    return a;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a), b = find(b);
    if (a != b) parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

class Joiner {
 public:
  explicit Joiner(std::size_t count) : sets(count) {}
  void key(char kind, std::string_view text, std::size_t node) {
    if (text.empty()) return;
    const auto [at, fresh] = first_.emplace(mixed(hash64(text)) ^ static_cast<std::uint64_t>(kind), node);
    if (!fresh) sets.join(at->second, node);
  }
  Union sets;

 private:
  std::unordered_map<std::uint64_t, std::size_t> first_;
};

void join_names(Joiner& joiner, const FirmKeys& keys, std::size_t node) {
  joiner.key('n', keys.exact, node);
  joiner.key('n', keys.former, node);
  joiner.key('l', keys.loose, node);
}

// Texts that two firms do not share by chance.
std::string place_and_trade(const RankFirm& firm) {
  constexpr std::size_t kScope = 30, kAddress = 15;  // bytes
  if (firm.scope.size() < kScope || firm.address.size() < kAddress) return {};
  return firm.scope + '\n' + firm.address;
}

}  // namespace

FirmKeys keys_of_name(std::string_view name, const Reference& reference) {
  FirmKeys out;
  const FirmName parts = parse_firm_name(name, reference);
  out.exact = parts.exact_key;
  if (!parts.former_name.empty()) out.former = exact_name_key(parts.former_name, reference);
  constexpr std::size_t kLeast = 6;  // bytes of a trade name: two characters
  if (parts.trade_name.size() >= kLeast) out.loose = parts.loose_key;
  out.core = text::fold(parts.trade_name + parts.industry_word, reference.simplified);
  if (out.core.empty()) out.core = text::fold(name, reference.simplified);
  out.branch = parts.branch || parts.form_class == FormClass::kBranch;
  out.company = parts.form_class == FormClass::kCompany && !out.branch;
  return out;
}

Folds make_folds(const RankTask& task, const std::vector<FirmKeys>& firms, const std::vector<FirmKeys>& labels,
                 const std::vector<std::uint8_t>& listed, const std::vector<std::uint8_t>& label_found, int folds) {
  const std::size_t count = firms.size(), all = count + labels.size();
  Joiner joiner(all);
  for (std::size_t i = 0; i < count; ++i) {
    joiner.key('c', task.firms[i].code, i);
    join_names(joiner, firms[i], i);
    joiner.key('s', place_and_trade(task.firms[i]), i);
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    joiner.key('c', task.labels[i].code, count + i);
    join_names(joiner, labels[i], count + i);
  }
  struct Group {
    std::uint64_t hash = ~std::uint64_t{0};  // the least of its members': no order of rows is in it
    bool known = false, positive = false;
    std::size_t firms = 0;
    int fold = -1;
  };
  std::vector<Group> groups(all);
  for (std::size_t i = 0; i < all; ++i) {
    Group& group = groups[joiner.sets.find(i)];
    const bool firm = i < count;
    const std::string& exact = firm ? firms[i].exact : labels[i - count].exact;
    const std::string& code = firm ? task.firms[i].code : task.labels[i - count].code;
    std::string identity = code;
    identity += '\n';
    identity += exact;
    group.hash = std::min(group.hash, mixed(hash64(identity)));
    group.known = group.known || !firm || task.firms[i].train;
    group.positive = group.positive || (firm ? listed[i] != 0 : label_found[i - count] != 0);
    group.firms += firm ? 1U : 0U;
  }
  std::vector<Group*> positive;
  for (Group& group : groups) {
    if (group.known) group.fold = static_cast<int>(mixed(group.hash) % static_cast<std::uint64_t>(folds));
    if (group.known && group.positive) positive.push_back(&group);
  }
  std::sort(positive.begin(), positive.end(), [](const Group* a, const Group* b) { return a->hash < b->hash; });
  for (std::size_t i = 0; i < positive.size(); ++i) positive[i]->fold = static_cast<int>(i) % folds;
  Folds out;
  out.of_firm.resize(count), out.of_label.resize(labels.size());
  for (std::size_t i = 0; i < all; ++i) {
    const Group& group = groups[joiner.sets.find(i)];
    (i < count ? out.of_firm[i] : out.of_label[i - count]) = group.fold;
    if (i < count && group.firms > 1) ++out.joined;
  }
  return out;
}

}  // namespace tanmiao::miner::learn
