#include "linkage/variants.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "linkage/correlation.h"
#include "linkage/parallel.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kOfOneFirm = 40;  // names that come near one firm and are compared with each other

// What one name is worth to the other, as if the other stood in the list. Only what both say alike counts as rare.
double bits_of(const Anatomy& a, const NameFacts& of_a, const Anatomy& b, const NameFacts& of_b, const NameModel& model,
               const Reference& reference) {
  const Comparison levels = compare(a, of_a, b, of_b, reference, &model.frequencies);
  if (levels.at(NameField::kTradeField) == Level::kTradeNone) return 0;
  const Frequencies& often = model.frequencies;
  const auto rarity = [&](std::uint32_t count) {
    return std::log2(static_cast<double>(std::max<std::size_t>(often.names(), 2)) / std::max(count, 1U));
  };
  TermBits terms;
  if (levels.at(NameField::kTradeField) == Level::kTradeEqual && !b.latin)
    terms.trade = rarity(often.trade(b.part(kTradePart)));
  if (levels.at(NameField::kIndustryField) == Level::kIndustryEqual && !b.latin)
    terms.industry = rarity(often.industry(b.part(kIndustryPart)));
  if (levels.at(NameField::kUnitField) == Level::kUnitEqual)
    terms.unit = std::log2(static_cast<double>(std::max(often.unit(b.unit), 1U)));
  const Writing writing = writing_of(a, b);
  const double list = std::log2(static_cast<double>(std::max<std::size_t>(often.rows(), 1)));
  return model.weights.of(writing).scale * (model.weights.score(writing, levels, terms) - list);
}

}  // namespace

std::vector<std::uint32_t> variants(const std::vector<NameQuestion>& questions, const std::vector<NameAnswer>& answers,
                                    const NameModel& model, const Reference& reference, int threads) {
  std::vector<std::uint32_t> out(questions.size());
  for (std::uint32_t q = 0; q < out.size(); ++q) out[q] = q;
  // Nodes: the questions that came near a firm, then the firms.
  std::vector<std::uint32_t> near;
  std::map<std::string_view, std::vector<std::pair<double, std::uint32_t>>> of_firm;  // -bits, node of the question
  for (std::uint32_t q = 0; q < answers.size(); ++q) {
    if (answers[q].firms.empty()) continue;
    for (const NearFirm& firm : answers[q].firms)
      of_firm[firm.identity].emplace_back(-firm.bits, static_cast<std::uint32_t>(near.size()));
    near.push_back(q);
  }
  std::vector<NodePair> pairs;
  CorrelationRules rules;
  rules.labels.resize(near.size());
  const Anatomist anatomist(reference);
  std::vector<std::uint8_t> shares(near.size());  // by node: a firm with another name
  std::vector<std::size_t> to_compare;            // of `pairs`
  std::set<std::pair<std::uint32_t, std::uint32_t>> compared;
  for (auto& [identity, names] : of_firm) {
    const auto firm = static_cast<std::uint32_t>(rules.labels.size());
    rules.labels.push_back(firm + 1);
    for (const auto& [bits, node] : names) pairs.push_back({node, firm, -bits});
    std::sort(names.begin(), names.end());
    if (names.size() > kOfOneFirm) names.resize(kOfOneFirm);
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const std::uint32_t a = std::min(names[i].second, names[j].second),
                            b = std::max(names[i].second, names[j].second);
        if (!compared.emplace(a, b).second) continue;
        shares[a] = shares[b] = 1;
        to_compare.push_back(pairs.size());
        pairs.push_back({a, b, 0});
      }
  }
  std::vector<Anatomy> apart(near.size());
  for_each_index(threads, near.size(), [&](std::size_t node) {
    if (shares[node] != 0) apart[node] = anatomist.take_apart(questions[near[node]].name);
  });
  for_each_index(threads, to_compare.size(), [&](std::size_t n) {
    NodePair& pair = pairs[to_compare[n]];
    const auto bits = [&](std::uint32_t one, std::uint32_t other) {
      return bits_of(apart[one], questions[near[one]].facts, apart[other], questions[near[other]].facts, model,
                     reference);
    };
    pair.bits = std::max(bits(pair.a, pair.b), bits(pair.b, pair.a));
  });
  std::erase_if(pairs, [&](const NodePair& pair) { return pair.b < near.size() && pair.bits == 0; });
  const Correlation found = correlate(static_cast<std::uint32_t>(rules.labels.size()), pairs, rules);
  for (std::size_t node = 0; node < near.size(); ++node) out[near[node]] = near[found.cluster[node]];
  return out;
}

}  // namespace tanmiao::linkage
