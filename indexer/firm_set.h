// A set of firm numbers as bits: and, or, not of a million firms cost some ten microseconds each, and counts are exact.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "store/types.h"

namespace tanmiao::indexer {

class FirmSet {
 public:
  explicit FirmSet(store::FirmNo last = 0) : words_((std::size_t{last} + 64) / 64) {}

  void add(store::FirmNo firm) { words_[firm / 64] |= std::uint64_t{1} << (firm % 64); }
  void remove(store::FirmNo firm) { words_[firm / 64] &= ~(std::uint64_t{1} << (firm % 64)); }
  bool has(store::FirmNo firm) const {
    return firm / 64 < words_.size() && (words_[firm / 64] >> (firm % 64) & 1) != 0;
  }

  // Sets of firms with the same last number.
  FirmSet& operator&=(const FirmSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  FirmSet& operator|=(const FirmSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  FirmSet& operator-=(const FirmSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }

  std::uint64_t size() const {
    std::uint64_t count = 0;
    for (const std::uint64_t word : words_) count += static_cast<std::uint64_t>(std::popcount(word));
    return count;
  }
  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
  }
  std::size_t bytes() const { return words_.size() * sizeof(std::uint64_t); }

  // Ascending.
  template <class F>
  void each(F&& f) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1)
        f(static_cast<store::FirmNo>(i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
  }
  // Keeps those for which `keep` says so.
  template <class F>
  void filter(F&& keep) {
    each([&](store::FirmNo firm) {
      if (!keep(firm)) remove(firm);
    });
  }
  std::vector<store::FirmNo> numbers() const {
    std::vector<store::FirmNo> out;
    out.reserve(size());
    each([&](store::FirmNo firm) { out.push_back(firm); });
    return out;
  }

 private:
  std::vector<std::uint64_t> words_;
};

}  // namespace tanmiao::indexer
