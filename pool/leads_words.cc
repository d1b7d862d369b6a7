// The words of the candidate list: stages, currencies, filters.
#include <algorithm>
#include <array>

#include "core/money.h"
#include "pool/leads.h"

namespace tanmiao::pool {
namespace {

struct Word {
  std::string_view word, label;
};
constexpr std::array<Word, 13> kCurrencies = {{{"CNY", ""},
                                               {"USD", "美元"},
                                               {"HKD", "港元"},
                                               {"EUR", "欧元"},
                                               {"JPY", "日元"},
                                               {"GBP", "英镑"},
                                               {"KRW", "韩元"},
                                               {"TWD", "新台币"},
                                               {"AUD", "澳元"},
                                               {"CAD", "加元"},
                                               {"SGD", "新加坡元"},
                                               {"CHF", "瑞士法郎"},
                                               {"MOP", "澳门元"}}};

template <std::size_t N>
std::string_view label_of(const std::array<Word, N>& words, std::string_view word) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.word == word; });
  return found == words.end() ? word : found->label;
}

}  // namespace

std::string capital_in_wan(std::int64_t minor, std::string_view currency) {
  if (minor < 0) return {};
  const std::string text = in_wan(minor);
  if (currency.empty() || currency == "CNY") return text;
  return text + "万" + std::string(label_of(kCurrencies, currency));
}

std::vector<std::string> describe(const CandidateFilter& filter) {
  std::vector<std::string> out;
  const auto joined = [](const auto& values) {
    std::string text;
    for (const auto value : values) text += (text.empty() ? "" : "、") + std::string(label(value));
    return text;
  };
  if (!filter.unit.empty()) out.push_back("责任单位：" + filter.unit);
  if (!filter.judgements.empty()) out.push_back("研判：" + joined(filter.judgements));
  if (!filter.lead_kinds.empty()) out.push_back("线索类型：" + joined(filter.lead_kinds));
  if (!filter.industry.empty()) out.push_back("重点产业：" + filter.industry);
  if (!filter.text.empty()) out.push_back("名称或代码含：" + filter.text);
  if (filter.top != 0) out.push_back("前 " + std::to_string(filter.top) + " 家");
  return out;
}

}  // namespace tanmiao::pool
