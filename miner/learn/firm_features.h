// The texts that are learnt from and the numbers beside them, of one firm. Internal to miner/learn.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "miner/learn/groups.h"
#include "miner/rules.h"

namespace tanmiao::miner::learn {

enum View : std::size_t { kNameView, kScopeView, kHeadView, kFirstView, kAddressView, kViews };
// The name's core, the scope, its first three items, its first item, the address: folded.
struct FirmTexts {
  std::array<std::string, kViews> of;
};

// Items of a scope in their order: parted by semicolons, commas, full stops and brackets.
std::vector<std::string_view> scope_items(std::string_view scope);

FirmTexts texts_of(const RankFirm& firm, const FirmKeys& keys, const Reference& reference);

enum Number : std::size_t {
  kCapital,      // log10 of ten thousands; unknown stays so
  kCompany,      // a company, by name and kind
  kBranch,       // a branch of another body
  kZone,         // words of zones in the address, at most 3
  kCardName,     // words of the scorecard in the name, at most 3 either way
  kCardScope,    // and in the scope, at most 4
  kScopeLength,  // log of its characters
  kScopeItems,   // log of their count
  kRarity,       // mean of -log(share of firms that have the item)
  kYear,         // of registration, with its fraction
  kNewCode,      // a code given since October 2015, in the place of an older registration number
  kTemplate,     // sentences that the registers of a day put behind a scope
  kNameLength,   // characters of the core
  kNumbers
};
struct NumberColumn {
  std::string_view id, label;
  int monotone;  // what the trees are held to
};
const std::array<NumberColumn, kNumbers>& number_columns();

// What the numbers need of all firms that are learnt from: how common an item of a scope is.
class ItemShares {
 public:
  static ItemShares learn(const std::vector<const std::string*>& scopes);
  double rarity(std::string_view scope) const;  // 0 for a scope without items

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> count_;
  double texts_ = 1;
};

struct WordSets {
  WordSet zone, templates, not_company;
};
WordSets word_sets(const RankSettings& settings);

std::array<double, kNumbers> numbers_of(const RankFirm& firm, const FirmKeys& keys, const FirmTexts& texts,
                                        const ItemShares& shares, const Scorecard& card, const WordSets& words);

// Rules are asked for their scorecard; they come from Rules::load.
const Scorecard& scorecard_of(const Rules& rules);

}  // namespace tanmiao::miner::learn
