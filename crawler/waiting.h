// What waits, in the order in which it is wanted.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

namespace tanmiao::crawler {

// The higher priority first; of equal ones what no process died over, then what was never seen, then what was not seen
// for longest.
struct Rank {
  std::int16_t priority = 0;
  bool died = false;      // processes ended while it was asked for: it is asked for alone
  std::int64_t seen = 0;  // seconds since 1970; 0: never
  friend bool operator==(const Rank&, const Rank&) = default;
  friend std::strong_ordering operator<=>(const Rank& a, const Rank& b) {
    if (a.priority != b.priority) return b.priority <=> a.priority;
    if (a.died != b.died) return a.died <=> b.died;
    return a.seen <=> b.seen;
  }
};

// First in, first out within a rank.
template <class T>
class Waiting {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const Rank& first() const { return items_.begin()->first; }  // not of an empty one, nor take()
  std::int16_t highest() const { return first().priority; }
  void put(Rank rank, T item) {
    items_[rank].push_back(std::move(item));
    ++size_;
  }
  std::pair<Rank, T> take() {
    const auto first = items_.begin();
    std::pair<Rank, T> out{first->first, std::move(first->second.front())};
    first->second.pop_front();
    if (first->second.empty()) items_.erase(first);
    --size_;
    return out;
  }
  void clear() { items_.clear(), size_ = 0; }

 private:
  std::map<Rank, std::deque<T>> items_;
  std::size_t size_ = 0;
};

}  // namespace tanmiao::crawler
