// Numbers of terms while lists of them are made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/columns/column.h"

namespace tanmiao::indexer {

// The first eight bytes as a number that sorts as they do; zeros behind shorter terms, which hold none.
inline std::uint64_t term_key(std::string_view term) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 8; ++i) key = key << 8 | (i < term.size() ? static_cast<unsigned char>(term[i]) : 0U);
  return key;
}

// Terms in the order in which they came first. One of eight bytes and less (a pair of Han characters is six) is told
// from others by its key alone.
class TermNumbers {
 public:
  TermNumbers() : slots_(kFirstSlots), numbers_(kFirstSlots) {}

  std::uint32_t of(std::string_view term) {
    if (term.size() > 8) {
      const auto [known, fresh] = long_.try_emplace(std::string(term), static_cast<std::uint32_t>(terms_.size()));
      if (fresh) terms_.push_back(term);
      return known->second;
    }
    const std::uint64_t key = term_key(term);
    std::size_t at = slot_of(key);
    if (slots_[at] == key) return numbers_[at];
    if (++used_ * 2 > slots_.size()) {
      grow();
      at = slot_of(key);
    }
    slots_[at] = key, numbers_[at] = static_cast<std::uint32_t>(terms_.size());
    terms_.push_back(term);
    return numbers_[at];
  }
  std::size_t size() const { return terms_.size(); }
  std::string_view operator[](std::uint32_t number) const { return terms_[number]; }

 private:
  static constexpr std::size_t kFirstSlots = std::size_t{1} << 14;

  std::size_t slot_of(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    // The upper half of a product is made of all bits of the key, the lower of the last characters alone.
    std::size_t at = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15) >> 32) & mask;
    while (slots_[at] != 0 && slots_[at] != key) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<std::uint64_t> keys(slots_.size() * 2);
    std::vector<std::uint32_t> values(slots_.size() * 2);
    keys.swap(slots_), values.swap(numbers_);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == 0) continue;
      const std::size_t at = slot_of(keys[i]);
      slots_[at] = keys[i], numbers_[at] = values[i];
    }
  }

  std::vector<std::uint64_t> slots_;  // keys; 0: free
  std::vector<std::uint32_t> numbers_;
  std::size_t used_ = 0;
  std::unordered_map<std::string, std::uint32_t> long_;
  store::StringBuilder terms_;
};

}  // namespace tanmiao::indexer
