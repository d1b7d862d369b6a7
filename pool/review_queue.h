// What waits for a person, as pages, commands and spreadsheets show it: with what was said of it since the last link,
// and without firms that were taken out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pool/judge.h"

namespace tanmiao::pool {

enum class ItemStanding : std::uint8_t {
  kWaiting,      // nobody judged it
  kShelved,      // somebody looked and could not say
  kSettled,      // judged; the next link acts on it
  kLinked,       // probable enough that it was linked: nobody need look, anybody may object
  kNothingNear,  // no firm comes near: somebody may know one
};
inline constexpr std::size_t kStandings = 5;
std::string_view word(ItemStanding standing);   // "waiting"
std::string_view label(ItemStanding standing);  // 待判定
std::optional<ItemStanding> standing_from_word(std::string_view word);

// What speaks for a candidate, or against it.
struct QueueFactor {
  std::string field, label, text;  // "trade", 字号, 一致
  double bits = 0;
};
struct QueueCandidate {
  store::FirmNo firm = store::kNoFirm;
  double probability = -1, bits = 0;  // probability below 0: not known
  std::vector<QueueFactor> factors;
};
// The best first; where the item has no detail, in order of firm number. `item` as the queue has it.
std::vector<QueueCandidate> candidates_of(const store::ReviewItem& item);
// Of one of them; a firm that is none of them has no factors.
QueueCandidate candidate_of(const store::ReviewItem& item, store::FirmNo firm);

struct QueueItem {
  store::ReviewItem item;  // candidates that are there and were not taken out
  ItemStanding standing = ItemStanding::kWaiting;
  bool why_shown = true;  // false: what it says may name a firm that was taken out
  // Further records that wait for the same reason (same_case()): a ruling on the item is one on them too.
  std::vector<NamedIn> alike{};
  NamedIn at() const { return {item.source, item.key, item.kind, item.slot, item.name}; }
};

// One decision for both: the same name of one source, and a firm that did not exist on the days of the records, of each
// for the same reason (not yet, or no more).
bool same_case(const store::ReviewItem& a, const store::ReviewItem& b, const Reference& reference);

// Which part of the queue. Absent: all.
struct QueueFilter {
  std::string source;
  std::optional<RecordKind> kind{};
  std::optional<ItemStanding> standing{};
  bool operator==(const QueueFilter&) const = default;
};

class ReviewQueue {
 public:
  // In order of standing, then of value as they came. What several items say of one name is there once: one that knows
  // no candidate is left out beside one that does. Of those that wait for the same reason the first speaks.
  ReviewQueue(std::vector<store::ReviewItem> items, const Rulings& rulings, const FirmBook& book,
              const TakenOut& taken_out);
  // The same from the store.
  static Result<ReviewQueue> read(store::Facts& facts, const Rulings& rulings, const FirmBook& book,
                                  const TakenOut& taken_out);

  const std::vector<QueueItem>& items() const { return items_; }
  std::vector<const QueueItem*> select(const QueueFilter& filter) const;
  // By kind, source, key and slot, one that speaks for it too; null: nothing waits there (any more).
  const QueueItem* find(const NamedIn& at) const;
  std::size_t count(ItemStanding standing) const { return counts_.at(static_cast<std::size_t>(standing)); }
  std::vector<std::string> sources() const;  // sorted

 private:
  void put_together(const Reference& reference);
  std::vector<QueueItem> items_;
  std::array<std::size_t, kStandings> counts_{};
};

}  // namespace tanmiao::pool
