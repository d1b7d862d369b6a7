#include "indexer/near_items.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "core/text/search_form.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kMost = 40;           // near items of one
constexpr std::size_t kLookedAt = 200;      // items that are compared in full
constexpr std::size_t kMostHolders = 3000;  // pairs of more items than this lead to none: they are known of those found
constexpr double kLeast = 0.5;

class Nearness {
 public:
  explicit Nearness(const Dictionary& items) : items_(items), count_(double(items.text.size())) {}

  std::vector<NearItem> run(std::uint32_t own) {
    const Terms terms = terms_of(own);
    std::unordered_map<std::uint32_t, double> shared;
    for (const auto& [term, weight] : terms.weighed) {
      const auto rows = items_.holders(term);
      if (rows.size() > kMostHolders) continue;
      for (const std::uint64_t entry : rows)
        if (const auto row = static_cast<std::uint32_t>(entry); row != own) shared[row] += weight;
    }
    std::vector<std::pair<double, std::uint32_t>> most;
    most.reserve(shared.size());
    for (const auto& [row, weight] : shared) most.emplace_back(-weight, row);
    const std::size_t kept = std::min(most.size(), kLookedAt);
    std::partial_sort(most.begin(), most.begin() + static_cast<std::ptrdiff_t>(kept), most.end());
    std::vector<NearItem> near;
    for (std::size_t i = 0; i < kept; ++i)
      if (const double likeness = compare(terms, terms_of(most[i].second)); likeness >= kLeast)
        near.push_back({most[i].second, likeness});
    std::sort(near.begin(), near.end(), [](const NearItem& a, const NearItem& b) {
      return a.likeness != b.likeness ? a.likeness > b.likeness : a.row < b.row;
    });
    if (near.size() > kMost) near.resize(kMost);
    return near;
  }

 private:
  struct Terms {
    std::vector<std::pair<std::string_view, double>> weighed;  // by term, each once
    double sum = 0;
  };

  Terms terms_of(std::uint32_t row) {
    Terms out;
    std::vector<std::string_view> terms = text::needed_terms(items_.text[row]);
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    out.weighed.reserve(terms.size());
    for (const std::string_view term : terms) {
      if (text::is_one_character(term)) continue;
      out.weighed.emplace_back(term, weight_of(term));
      out.sum += out.weighed.back().second;
    }
    return out;
  }

  double weight_of(std::string_view term) {
    const auto [known, fresh] = weights_.try_emplace(term);
    if (fresh) known->second = std::log((count_ + 1) / (double(items_.holders(term).size()) + 0.5));
    return known->second;
  }

  static double compare(const Terms& a, const Terms& b) {
    double both = 0;
    for (auto i = a.weighed.begin(), k = b.weighed.begin(); i != a.weighed.end() && k != b.weighed.end();) {
      if (i->first == k->first)
        both += i->second, ++i, ++k;
      else
        i->first < k->first ? void(++i) : void(++k);
    }
    return a.sum + b.sum > 0 ? 2 * both / (a.sum + b.sum) : 0;
  }

  const Dictionary& items_;
  double count_;
  std::unordered_map<std::string_view, double> weights_;
};

}  // namespace

std::vector<NearItem> near_items(const Dictionary& items, std::uint32_t row) { return Nearness(items).run(row); }

double Specificity::of(std::uint32_t row) {
  const auto [known, fresh] = known_.try_emplace(row);
  if (!fresh) return known->second;
  constexpr double kNone = .35, kAll = .6, kLeastShare = .05;  // shares of the rarity of what one item has
  const double items = static_cast<double>(items_.text.size()), most = std::log(items + 1);
  double sum = 0;
  std::size_t count = 0;
  for (const std::string_view term : text::needed_terms(items_.text[row])) {
    if (text::is_one_character(term)) continue;
    const auto [rarity, unknown] = rarities_.try_emplace(term);
    if (unknown) rarity->second = std::log((items + 1) / (static_cast<double>(items_.holders(term).size()) + 0.5));
    sum += rarity->second, ++count;
  }
  const double mean = count > 0 && most > 0 ? sum / static_cast<double>(count) / most : 1;
  return known->second = std::clamp((mean - kNone) / (kAll - kNone), kLeastShare, 1.0);
}

}  // namespace tanmiao::indexer
