#include "miner/learn/firm_features.h"

#include <algorithm>
#include <cmath>

#include "core/hash.h"
#include "core/text/normalize.h"

namespace tanmiao::miner::learn {
namespace {

double card_value(const WordSet& set, const std::vector<Weighted>& words, std::string_view text, double most) {
  double sum = 0;
  for (const int row : set.find(text)) sum += words[static_cast<std::size_t>(row)].weight;
  return std::clamp(sum, -most, most);
}

double year_with_fraction(Day day) {
  const std::optional<Date> date = from_day(day);
  if (!date) return std::numeric_limits<double>::quiet_NaN();
  const int year = year_of(*date);
  return year + static_cast<double>((*date - make_date(year, 1, 1)).count()) / 366;
}

std::string joined(const std::vector<std::string_view>& items, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, items.size()); ++i) {
    if (i > 0) out += '\n';
    out += items[i];
  }
  return out;
}

}  // namespace

std::vector<std::string_view> scope_items(std::string_view scope) {
  std::vector<std::string_view> items;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (end > begin) items.push_back(scope.substr(begin, end - begin));
  };
  for (std::size_t i = 0; i < scope.size();) {
    std::size_t width = 0;
    if (std::string_view(";,()").find(scope[i]) != std::string_view::npos) width = 1;
    for (const std::string_view sign : {"、", "。", "；", "，"})
      if (scope.substr(i).starts_with(sign)) width = sign.size();
    if (width > 0) close(i), begin = i + width;
    i += std::max<std::size_t>(width, 1);
  }
  close(scope.size());
  return items;
}

FirmTexts texts_of(const RankFirm& firm, const FirmKeys& keys, const Reference& reference) {
  FirmTexts out;
  out.of[kNameView] = keys.core;
  std::string& scope = out.of[kScopeView];
  scope = text::without_blanks(text::fold(firm.scope, reference.simplified));
  const auto items = scope_items(scope);
  out.of[kHeadView] = joined(items, 3);
  out.of[kFirstView] = joined(items, 1);
  out.of[kAddressView] = text::without_blanks(text::fold(firm.address, reference.simplified));
  return out;
}

const std::array<NumberColumn, kNumbers>& number_columns() {
  static constexpr std::array<NumberColumn, kNumbers> kColumns{{{"capital", "注册资本（对数）", 0},
                                                                {"company", "公司", 0},
                                                                {"branch", "分支机构", -1},
                                                                {"zone", "地址中的园区用词", 0},
                                                                {"card_name", "评分卡：名称用词", 1},
                                                                {"card_scope", "评分卡：经营范围用词", 1},
                                                                {"scope_length", "经营范围长度（对数）", 0},
                                                                {"scope_items", "经营范围项数（对数）", 0},
                                                                {"rarity", "经营范围各项的稀有程度", 0},
                                                                {"year", "注册年份", 0},
                                                                {"new_code", "新号段代码", 0},
                                                                {"template", "经营范围的登记套语", 0},
                                                                {"name_length", "字号与行业词长度", 0}}};
  return kColumns;
}

ItemShares ItemShares::learn(const std::vector<const std::string*>& scopes) {
  ItemShares out;
  std::vector<std::uint64_t> seen;
  for (const std::string* scope : scopes) {
    seen.clear();
    for (const std::string_view item : scope_items(*scope)) seen.push_back(hash64(item));
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    for (const std::uint64_t item : seen) ++out.count_[item];
  }
  out.texts_ = static_cast<double>(std::max<std::size_t>(scopes.size(), 1));
  return out;
}

double ItemShares::rarity(std::string_view scope) const {
  double sum = 0;
  const auto items = scope_items(scope);
  for (const std::string_view item : items) {
    const auto known = count_.find(hash64(item));
    sum += std::log(texts_ / (known == count_.end() ? 1.0 : static_cast<double>(known->second)));
  }
  return items.empty() ? 0 : sum / static_cast<double>(items.size());
}

WordSets word_sets(const RankSettings& settings) {
  return {WordSet(settings.zone_words), WordSet(settings.template_words), WordSet(settings.not_company_words)};
}

std::array<double, kNumbers> numbers_of(const RankFirm& firm, const FirmKeys& keys, const FirmTexts& texts,
                                        const ItemShares& shares, const Scorecard& card, const WordSets& words) {
  const std::string& scope = texts.of[kScopeView];
  std::array<double, kNumbers> out{};
  out[kCapital] = firm.capital_wan > 0 ? std::log10(firm.capital_wan) : std::numeric_limits<double>::quiet_NaN();
  out[kCompany] = keys.company && words.not_company.find(firm.type).empty() ? 1 : 0;
  out[kBranch] = keys.branch ? 1 : 0;
  out[kZone] = std::min(3.0, static_cast<double>(words.zone.find(texts.of[kAddressView]).size()));
  out[kCardName] = card_value(card.name_set, card.name_words, firm.name, 3);
  out[kCardScope] = card_value(card.scope_set, card.scope_words, scope, 4);
  out[kScopeLength] = std::log1p(static_cast<double>(text::length(scope)));
  out[kScopeItems] = std::log1p(static_cast<double>(scope_items(scope).size()));
  out[kRarity] = shares.rarity(scope);
  out[kYear] = year_with_fraction(firm.registered);
  out[kNewCode] = firm.code.size() == 18 && firm.code.compare(8, 2, "MA") == 0 ? 1 : 0;
  out[kTemplate] = static_cast<double>(words.templates.find(scope).size());
  out[kNameLength] = static_cast<double>(text::length(texts.of[kNameView]));
  return out;
}

const Scorecard& scorecard_of(const Rules& rules) { return dynamic_cast<const LoadedRules&>(rules).scorecard_; }

}  // namespace tanmiao::miner::learn
