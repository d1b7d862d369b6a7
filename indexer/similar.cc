#include "indexer/similar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/near_items.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

enum Part : std::size_t { kClasses, kItems, kTrade, kParts };
// What each part weighs; parts that the firm itself lacks are left out, and the rest takes their place.
constexpr std::array<double, kParts> kWeights{0.5, 0.35, 0.15};
constexpr std::size_t kLookedAt = 600;                     // firms whose likeness is reckoned in full
constexpr std::size_t kReasons = 3;                        // of one kind
constexpr std::array<std::size_t, 4> kLevels{1, 3, 4, 5};  // lengths of codes of industries
// An item of more firms than one in so many says nothing of what a firm does: 货物进出口.
constexpr std::size_t kCommon = 100;

using Weighed = std::map<std::size_t, double>;  // feature -> weight

struct Profile {
  Weighed classes, items;
  std::string trade;  // code of the industry, its longest level
  double class_length = 0, item_length = 0;
};

double length_of(const Weighed& weighed) {
  double squares = 0;
  for (const auto& [feature, weight] : weighed) squares += weight * weight;
  return std::sqrt(squares);
}

double product_of(const Weighed& a, const Weighed& b) {
  double sum = 0;
  for (const auto& [feature, weight] : a)
    if (const auto same = b.find(feature); same != b.end()) sum += weight * same->second;
  return sum;
}

class Likeness {
 public:
  Likeness(const Shared& x, const IpcGroups& groups, const SimilarQuery& wanted, TimeBound& bound)
      : x_(x),
        s_(*x.snapshot),
        groups_(groups),
        specificity_(x.tables->scope),
        wanted_(wanted),
        bound_(bound),
        firms_(double(x.listed.size())) {
    for (const FacetColumn& facet : x.facets)
      if (facet.name == "industry") industry_ = &facet;
    if (industry_ != nullptr) {
      trade_firms_.resize(industry_->values.size());
      for (const std::uint32_t id : industry_->ids) ++trade_firms_[id];
    }
    own_ = profile(wanted.firm);
    for (auto item = own_.items.begin(); item != own_.items.end();) {
      const std::size_t row = item->first;
      const auto near = near_items(x.tables->scope, static_cast<std::uint32_t>(row));
      bound.check();
      // A template of the register is written in many ways, each of them rare: together they are as common as it is.
      std::uint64_t holders = item_firms(row);
      for (const NearItem& other : near) holders += item_firms(other.row);
      if (is_common(holders)) {
        item = own_.items.erase(item);
        continue;
      }
      near_[row].push_back({row, 1});
      for (const NearItem& other : near)
        if (!common(other.row)) near_[other.row].push_back({row, other.likeness});
      ++item;
    }
  }

  std::vector<SimilarFirm> run(const FirmSet& allowed) {
    std::vector<SimilarFirm> near;
    for (const store::FirmNo firm : candidates(allowed)) {
      bound_.check();
      SimilarFirm one = compare(firm);
      if (one.score > 0) near.push_back(std::move(one));
    }
    std::sort(near.begin(), near.end(), [](const SimilarFirm& a, const SimilarFirm& b) {
      return a.score != b.score ? a.score > b.score : a.firm < b.firm;
    });
    if (near.size() > wanted_.limit) near.resize(wanted_.limit);
    return near;
  }

 private:
  double rarity(std::uint64_t firms) const { return std::log((firms_ + 1) / (static_cast<double>(firms) + 0.5)); }
  std::uint32_t item_firms(std::size_t row) const {
    return x_.tables->scope.first_firm[row + 1] - x_.tables->scope.first_firm[row];
  }

  Profile profile(store::FirmNo firm) const {
    Profile out;
    double squares = 0;
    std::map<std::string, int, std::less<>> counts;
    const auto [begin, end] = s_.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i)
      each_piece(s_.patents.ipc[s_.ownerships.patent[i]], ' ', [&](std::string_view symbol) {
        constexpr std::size_t kSubclass = 4;
        if (symbol.size() >= kSubclass) ++counts[std::string(symbol.substr(0, kSubclass))];
        if (const std::size_t slash = symbol.find('/'); slash != std::string_view::npos)
          ++counts[std::string(symbol.substr(0, slash + 1))];
      });
    for (const auto& [name, count] : counts)
      if (const std::size_t group = groups_.find(name); group < groups_.all().size())
        out.classes[group] = (1 + std::log(count)) * rarity(groups_.all()[group].firms);
    each_piece(text::search_form(text::fold(s_.firms.scope[firm], x_.reference->simplified), text::Marks::kKept), '\n',
               [&](std::string_view item) {
                 const std::size_t row = row_of(item);
                 if (row >= x_.tables->scope.text.size() || common(row)) return;
                 const double rare = rarity(item_firms(row));
                 out.items[row] = rare * specificity_.of(static_cast<std::uint32_t>(row));
                 squares += rare * rare;  // templates make a profile longer and say little
               });
    if (industry_ != nullptr)
      for (const std::uint32_t id : industry_->of(firm))
        if (id != industry_->none && industry_->values[id].size() > out.trade.size()) out.trade = industry_->values[id];
    out.class_length = length_of(out.classes), out.item_length = std::sqrt(squares);
    return out;
  }

  bool is_common(std::uint64_t holders) const {
    constexpr double kFew = 50;  // of a small city nothing is common
    return static_cast<double>(holders) > std::max(kFew, firms_ / kCommon);
  }
  bool common(std::size_t row) const { return is_common(item_firms(row)); }

  std::size_t row_of(std::string_view item) const {
    const auto& texts = x_.tables->scope.text;
    std::size_t low = 0, high = texts.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      texts[middle] < item ? low = middle + 1 : high = middle;
    }
    return low < texts.size() && texts[low] == item ? low : texts.size();
  }

  // Firms that share the most, as the asked firm weighs it.
  std::vector<store::FirmNo> candidates(const FirmSet& allowed) {
    std::vector<float> shared(std::size_t{s_.last_firm()} + 1);
    const auto add = [&](const FirmSet& firms, double weight) {
      bound_.check();
      firms.each([&](store::FirmNo firm) { shared[firm] += static_cast<float>(weight); });
    };
    for (const auto& [group, weight] : own_.classes) {
      FirmSet firms(s_.last_firm());
      for (std::uint32_t row = groups_.all()[group].first; row < groups_.all()[group].last; ++row)
        x_.tables->ipc.add_firms({row}, firms);
      add(firms, kWeights[kClasses] * weight * weight / (own_.class_length * own_.class_length));
    }
    // Of several items that are near one another a firm counts the nearest of each once; what it counts for them all
    // is looked at in full later.
    for (const auto& [row, own] : near_) {
      double share = 0;
      for (const Near& near : own) {
        const double weight = own_.items.at(near.own);
        share += near.likeness * weight * weight / (own_.item_length * own_.item_length);
      }
      FirmSet firms(s_.last_firm());
      x_.tables->scope.add_firms({static_cast<std::uint32_t>(row)}, firms);
      add(firms, kWeights[kItems] * share);
    }
    if (!own_.trade.empty())
      add(firms_with(*industry_, {own_.trade}, x_.listed),
          kWeights[kTrade] * trade_rarity(own_.trade.size()) / rarity(0));
    std::vector<store::FirmNo> firms;
    allowed.each([&](store::FirmNo firm) {
      if (shared[firm] > 0 && !kin(firm)) firms.push_back(firm);
    });
    const auto nearer = [&](store::FirmNo a, store::FirmNo b) {
      return shared[a] != shared[b] ? shared[a] > shared[b] : a < b;
    };
    const std::size_t kept = std::min(firms.size(), std::max(kLookedAt, wanted_.limit));
    std::partial_sort(firms.begin(), firms.begin() + static_cast<std::ptrdiff_t>(kept), firms.end(), nearer);
    firms.resize(kept);
    return firms;
  }

  // The firm itself, its branches, what it went into.
  bool kin(store::FirmNo firm) const {
    const auto& f = s_.firms;
    const store::FirmNo own = wanted_.firm;
    return firm == own || f.parent[firm] == own || f.parent[own] == firm || f.heir[firm] == own ||
           f.heir[own] == firm || (f.parent[own] != store::kNoFirm && f.parent[firm] == f.parent[own]);
  }

  SimilarFirm compare(store::FirmNo firm) const {
    const Profile other = profile(firm);
    SimilarFirm out{firm, 0, {}};
    double told = 0;
    const auto add = [&](Part part, bool known, double likeness) {
      if (known) told += kWeights[part], out.score += kWeights[part] * likeness;
    };
    const auto cosine = [](const Weighed& a, const Weighed& b, double lengths) {
      return lengths > 0 ? product_of(a, b) / lengths : 0;
    };
    add(kClasses, !own_.classes.empty(), cosine(own_.classes, other.classes, own_.class_length * other.class_length));
    const SharedItems shared = items_in_common(other);
    add(kItems, !own_.items.empty(), shared.likeness);
    const std::size_t same = trade_in_common(other);
    add(kTrade, !own_.trade.empty(), same == 0 ? 0 : trade_rarity(same) / rarity(0));
    if (told > 0) out.score = std::min(out.score / told, 1.0);  // roots and squares leave a last bit over
    tell(other, shared, same, out);
    return out;
  }

  struct Pair {
    std::size_t own = 0, other = 0;  // rows of the dictionary
    double likeness = 0;
  };
  struct SharedItems {
    double likeness = 0;
    std::vector<Pair> pairs;  // of each own item that has one the nearest of the other firm
  };

  // A cosine in which an item fits the nearest one of the other firm as well as it is like it.
  SharedItems items_in_common(const Profile& other) const {
    SharedItems out;
    std::map<std::size_t, Pair> best;  // by own item
    double theirs = 0;
    for (const auto& [row, weight] : other.items) {
      const auto near = near_.find(row);
      if (near == near_.end()) continue;
      double nearest = 0;
      for (const Near& one : near->second) {
        nearest = std::max(nearest, one.likeness);
        Pair& pair = best[one.own];
        if (one.likeness > pair.likeness) pair = {one.own, row, one.likeness};
      }
      theirs += nearest * weight * weight;
    }
    double ours = 0;
    out.pairs.reserve(best.size());
    for (const auto& [row, pair] : best) {
      const double weight = own_.items.at(row);
      ours += pair.likeness * weight * weight;
      out.pairs.push_back(pair);
    }
    if (ours > 0 && theirs > 0) out.likeness = std::sqrt(ours * theirs) / (own_.item_length * other.item_length);
    return out;
  }

  // How much it says to have the first letters of the own code: a section nearly nothing, a class of few firms much.
  double trade_rarity(std::size_t letters) const {
    const auto at = std::find(industry_->values.begin(), industry_->values.end(), own_.trade.substr(0, letters));
    const auto id = static_cast<std::size_t>(at - industry_->values.begin());
    return rarity(id < trade_firms_.size() ? trade_firms_[id] : 0);
  }

  // Letters of the code that both have, by whole levels.
  std::size_t trade_in_common(const Profile& other) const {
    std::size_t same = 0;
    if (industry_ == nullptr) return same;
    for (const std::size_t level : kLevels)
      if (level <= own_.trade.size() && other.trade.size() >= level &&
          own_.trade.compare(0, level, other.trade, 0, level) == 0)
        same = level;
    return same > 1 ? same : 0;  // a section (制造业) is no likeness
  }

  template <class Text>
  static void tell_shared(const Weighed& own, const Weighed& other, const Text& text, SimilarFirm& out) {
    std::vector<std::pair<double, std::size_t>> shared;
    for (const auto& [feature, weight] : own)
      if (const auto same = other.find(feature); same != other.end())
        shared.emplace_back(-weight * same->second, feature);
    std::sort(shared.begin(), shared.end());
    for (std::size_t i = 0; i < std::min(shared.size(), kReasons); ++i) out.reasons.push_back(text(shared[i].second));
  }

  std::string item_text(std::size_t row) const {
    return std::string(text::without_blanks(std::string(x_.tables->scope.text[row])));
  }

  // The heaviest first; what is near but not the same is told with both.
  void tell_items(const SharedItems& shared, SimilarFirm& out) const {
    std::vector<Pair> pairs = shared.pairs;
    const auto worth = [&](const Pair& pair) { return pair.likeness * own_.items.at(pair.own); };
    std::sort(pairs.begin(), pairs.end(),
              [&](const Pair& a, const Pair& b) { return worth(a) != worth(b) ? worth(a) > worth(b) : a.own < b.own; });
    for (std::size_t i = 0; i < std::min(pairs.size(), kReasons); ++i)
      out.reasons.push_back(pairs[i].own == pairs[i].other
                                ? "经营范围均有：" + item_text(pairs[i].own)
                                : "经营范围相近：" + item_text(pairs[i].own) + "与" + item_text(pairs[i].other));
  }

  void tell(const Profile& other, const SharedItems& shared, std::size_t trade, SimilarFirm& out) const {
    tell_shared(
        own_.classes, other.classes, [&](std::size_t group) { return class_text(groups_.all()[group].name); }, out);
    tell_items(shared, out);
    if (trade > 0) {
      const std::string code = own_.trade.substr(0, trade);
      const std::size_t id = static_cast<std::size_t>(
          std::find(industry_->values.begin(), industry_->values.end(), code) - industry_->values.begin());
      out.reasons.push_back("同行业：" + code + " " + std::string(x_.reference->industry_2017.name(code)) + "（" +
                            std::to_string(trade_firms_[id]) + " 家）");
    }
  }

  std::string class_text(const std::string& name) const {
    constexpr std::size_t kSubclass = 4;
    std::string out = "专利同类：" + name.substr(0, name.find('/'));
    const auto title = x_.reference->ipc_titles.find(name.substr(0, kSubclass));
    return title == x_.reference->ipc_titles.end() ? out : out + " " + title->second;
  }

  const Shared& x_;
  const store::Snapshot& s_;
  const IpcGroups& groups_;
  mutable Specificity specificity_;  // remembers what it reckoned
  const SimilarQuery& wanted_;
  TimeBound& bound_;
  double firms_;
  const FacetColumn* industry_ = nullptr;
  std::vector<std::uint32_t> trade_firms_;  // by value of the facet: how many have it
  struct Near {
    std::size_t own;  // row of the own item
    double likeness;
  };
  std::unordered_map<std::size_t, std::vector<Near>> near_;  // items that are, or are near, own ones
  Profile own_;
};

}  // namespace

std::vector<SimilarFirm> similar_firms(const Shared& shared, const IpcGroups& groups, const SimilarQuery& wanted,
                                       const FirmSet& allowed, TimeBound& bound) {
  return Likeness(shared, groups, wanted, bound).run(allowed);
}

}  // namespace tanmiao::indexer
