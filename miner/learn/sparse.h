// Sparse rows of features, and numbers that look random but follow from a seed alone. Internal to miner/learn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tanmiao::miner::learn {

struct Entry {
  std::uint32_t column;
  float value;
};

// Rows one after another; columns ascend within a row.
class SparseRows {
 public:
  std::size_t rows() const { return begin_.size() - 1; }
  std::span<const Entry> row(std::size_t i) const { return {entries_.data() + begin_[i], begin_[i + 1] - begin_[i]}; }
  void add(std::span<const Entry> row) {
    entries_.insert(entries_.end(), row.begin(), row.end());
    begin_.push_back(entries_.size());
  }
  std::size_t entries() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
  std::vector<std::size_t> begin_{0};
};

// A good mixer of 64 bits (splitmix64).
constexpr std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

// The same order on every platform, which std::shuffle does not promise.
template <class T>
void shuffle_by(std::vector<T>& items, std::uint64_t seed) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[mixed(seed + i) % i]);
}

}  // namespace tanmiao::miner::learn
