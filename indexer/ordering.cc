#include "indexer/ordering.h"

#include <algorithm>

namespace tanmiao::indexer {

bool known_dead(const Shared& shared, store::FirmNo firm) {
  return alive(static_cast<FirmStatus>(shared.snapshot->firms.status[firm])) == Alive::kNo;
}

namespace {

// Takes firms in order, those of [offset, offset + limit) are the page.
class PageRoom {
 public:
  PageRoom(std::size_t offset, std::size_t limit) : skip_(offset), room_(limit) {}
  bool full() const { return room_ == 0; }
  void take(store::FirmNo firm) {
    if (skip_ > 0) return void(--skip_);
    if (room_ > 0) firms_.push_back(firm), --room_;
  }
  std::size_t wanted() const { return skip_ + room_; }
  // Jumps over as many firms.
  bool skips(std::size_t firms) {
    if (firms > skip_) return false;
    skip_ -= firms;
    return true;
  }
  std::vector<store::FirmNo> done() { return std::move(firms_); }

 private:
  std::size_t skip_, room_;
  std::vector<store::FirmNo> firms_;
};

// By a key whose lower half is the firm; behind the firm `after` where one is named.
template <class KeyOf>
void take_sorted(const FirmSet& firms, PageRoom& page, store::FirmNo after, const KeyOf& upper_half) {
  const auto key_of = [&](store::FirmNo firm) { return std::uint64_t{upper_half(firm)} << 32 | firm; };
  const std::uint64_t begin = after == store::kNoFirm ? 0 : key_of(after) + 1;
  std::vector<std::uint64_t> keys;
  keys.reserve(firms.size());
  firms.each([&](store::FirmNo firm) {
    if (const std::uint64_t key = key_of(firm); key >= begin) keys.push_back(key);
  });
  if (page.skips(keys.size())) return;
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(page.wanted(), keys.size()));
  if (end != keys.end()) std::nth_element(keys.begin(), end, keys.end());
  std::sort(keys.begin(), end);
  for (auto key = keys.begin(); key != end; ++key) page.take(static_cast<store::FirmNo>(*key));
}

void by_relevance(const Shared& x, const FirmSet& found, const std::vector<Step>& steps, store::FirmNo after,
                  PageRoom& page) {
  constexpr std::uint32_t kDead = 1u << 31;
  FirmSet left = found;
  bool passed = after == store::kNoFirm;  // the step in which `after` stands
  for (const Step& step : steps) {
    if (page.full()) return;
    FirmSet here = left;
    here &= step.firms;
    left -= here;
    if (!passed && !step.firms.has(after)) continue;
    const store::FirmNo behind = passed ? store::kNoFirm : after;
    passed = true;
    take_sorted(here, page, behind, [&](store::FirmNo firm) {
      const auto length = step.shorter_first ? static_cast<std::uint32_t>(x.tables->name[firm].size()) : 0U;
      return (known_dead(x, firm) ? kDead : 0) | std::min(length, kDead - 1);
    });
  }
}

void by_rank(const Shared& x, const FirmSet& found, store::FirmNo after, PageRoom& page) {
  FirmSet left = found;
  const std::size_t rows = x.run->size(), row_after = after == store::kNoFirm ? rows : x.run->row_of(after);
  const bool beyond = after != store::kNoFirm && row_after == rows;  // it stands behind the firms of the run
  for (std::size_t row = 0; row < rows && !page.full(); ++row) {
    const store::FirmNo firm = x.run->firm[row];
    if (!left.has(firm)) continue;
    left.remove(firm);
    if (!beyond && (row_after == rows || row > row_after)) page.take(firm);
  }
  if (page.full()) return;
  left.each([&](store::FirmNo firm) {
    if (!beyond || firm > after) page.take(firm);
  });
}

void by_name(const Shared& x, const FirmSet& found, store::FirmNo after, PageRoom& page) {
  const auto order = x.tables->by_name.span();
  auto at = order.begin();
  if (after != store::kNoFirm) at = std::find(at, order.end(), after) + 1;
  for (; at != order.end() && !page.full(); ++at)
    if (found.has(*at)) page.take(*at);
}

void by_establishment(const Shared& x, const FirmSet& found, store::FirmNo after, PageRoom& page) {
  take_sorted(found, page, after, [&](store::FirmNo firm) {
    const std::int64_t day = x.snapshot->firms.established[firm];  // kNoDay is the least of all
    return static_cast<std::uint32_t>(std::numeric_limits<Day>::max() - day);
  });
}

}  // namespace

std::vector<store::FirmNo> page_of(const Shared& x, const FirmSet& found, const std::vector<Step>& steps, Order order,
                                   const Window& window) {
  PageRoom page(window.offset, window.limit);
  switch (order) {
    case Order::kRelevance: by_relevance(x, found, steps, window.after, page); break;
    case Order::kRank: by_rank(x, found, window.after, page); break;
    case Order::kEstablished: by_establishment(x, found, window.after, page); break;
    case Order::kName: by_name(x, found, window.after, page); break;
  }
  return page.done();
}

}  // namespace tanmiao::indexer
