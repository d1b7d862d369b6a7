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

// By a key whose lower half is the firm.
template <class KeyOf>
void take_sorted(const FirmSet& firms, PageRoom& page, const KeyOf& upper_half) {
  std::vector<std::uint64_t> keys;
  keys.reserve(firms.size());
  firms.each([&](store::FirmNo firm) { keys.push_back(std::uint64_t{upper_half(firm)} << 32 | firm); });
  if (page.skips(keys.size())) return;
  const auto end = keys.begin() + static_cast<std::ptrdiff_t>(std::min(page.wanted(), keys.size()));
  if (end != keys.end()) std::nth_element(keys.begin(), end, keys.end());
  std::sort(keys.begin(), end);
  for (auto key = keys.begin(); key != end; ++key) page.take(static_cast<store::FirmNo>(*key));
}

void by_relevance(const Shared& x, const FirmSet& found, const std::vector<Step>& steps, PageRoom& page) {
  constexpr std::uint32_t kDead = 1u << 31;
  FirmSet left = found;
  for (const Step& step : steps) {
    if (page.full()) return;
    FirmSet here = left;
    here &= step.firms;
    left -= here;
    take_sorted(here, page, [&](store::FirmNo firm) {
      const auto length = step.shorter_first ? static_cast<std::uint32_t>(x.tables->name[firm].size()) : 0U;
      return (known_dead(x, firm) ? kDead : 0) | std::min(length, kDead - 1);
    });
  }
}

void by_rank(const Shared& x, const FirmSet& found, PageRoom& page) {
  FirmSet left = found;
  for (std::size_t row = 0; row < x.run->size() && !page.full(); ++row) {
    const store::FirmNo firm = x.run->firm[row];
    if (!left.has(firm)) continue;
    left.remove(firm);
    page.take(firm);
  }
  if (!page.full()) left.each([&](store::FirmNo firm) { page.take(firm); });
}

void by_establishment(const Shared& x, const FirmSet& found, PageRoom& page) {
  take_sorted(found, page, [&](store::FirmNo firm) {
    const std::int64_t day = x.snapshot->firms.established[firm];  // kNoDay is the least of all
    return static_cast<std::uint32_t>(std::numeric_limits<Day>::max() - day);
  });
}

}  // namespace

std::vector<store::FirmNo> page_of(const Shared& x, const FirmSet& found, const std::vector<Step>& steps, Order order,
                                   std::size_t offset, std::size_t limit) {
  PageRoom page(offset, limit);
  switch (order) {
    case Order::kRelevance: by_relevance(x, found, steps, page); break;
    case Order::kRank: by_rank(x, found, page); break;
    case Order::kEstablished: by_establishment(x, found, page); break;
    case Order::kName:
      for (const store::FirmNo firm : x.tables->by_name.span())
        if (found.has(firm)) page.take(firm);
  }
  return page.done();
}

}  // namespace tanmiao::indexer
