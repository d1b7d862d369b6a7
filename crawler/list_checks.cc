#include "crawler/list_checks.h"

#include <algorithm>

#include "core/hash.h"

namespace tanmiao::crawler {
namespace {

std::string name_of(const PageRule& rule, const ListPlace& place) { return rule.role + ' ' + place.list; }

}  // namespace

bool ListChecks::take(const PageRule& rule, const std::string& address, const PageReading& reading,
                      std::uint64_t content) {
  if (rule.paging.kind == PagingRule::Kind::kNone) return true;
  const ListPlace place = list_place(rule.paging, address);
  List& list = lists_[name_of(rule, place)];
  std::int64_t links = 0;
  std::string all = std::to_string(content);
  for (const FoundLink& link : reading.links) {
    if (link.continues || !link.fault.empty()) continue;
    ++links;
    all.append(" ").append(link.address);
  }
  // A page of rows that are all passed over says nothing of whether the list goes on.
  if (links > 0 || !reading.records.empty() || !reading.rejects.empty()) {
    const auto [first, fresh] = list.pages.try_emplace(hash64(all), place.page);
    if (!fresh && first->second != place.page) {
      if (repeated_.empty()) repeated_ = "列表翻页没有前进，与前页内容相同（" + address + "）";
      list.repeats = true;
      return false;
    }
  }
  if (const auto total = reading.total) {
    list.least = list.most < 0 ? *total : std::min(list.least, *total);
    list.most = std::max(list.most, *total);
  }
  if (rule.paging.counts == PagingRule::Counts::kRows) list.came += static_cast<std::int64_t>(reading.rows);
  if (rule.paging.counts == PagingRule::Counts::kLinks) list.came += links;
  if (rule.paging.counts == PagingRule::Counts::kOther) list.most = -1;
  return true;
}

bool ListChecks::repeats(const PageRule& rule, const std::string& address) const {
  if (rule.paging.kind == PagingRule::Kind::kNone || repeated_.empty()) return false;
  const auto found = lists_.find(name_of(rule, list_place(rule.paging, address)));
  return found != lists_.end() && found->second.repeats;
}

std::string ListChecks::wrong_total() const {
  if (!whole_) return {};
  for (const auto& [name, list] : lists_) {
    // It may have changed while its pages were asked for.
    if (list.most < 0 || (list.came >= list.least && list.came <= list.most)) continue;
    return "列表自称共 " + std::to_string(list.most) + " 条，实收 " + std::to_string(list.came) + " 条（" +
           name.substr(name.find(' ') + 1) + "）";
  }
  return {};
}

}  // namespace tanmiao::crawler
