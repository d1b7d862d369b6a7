// Numbers of terms while lists of them are made.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tanmiao::indexer {

inline constexpr std::size_t kKeyBytes = 8;

// The first eight bytes as a number that sorts as they do; zeros behind shorter terms, which hold none.
inline std::uint64_t term_key(std::string_view term) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < kKeyBytes; ++i)
    key = key << 8 | (i < term.size() ? static_cast<unsigned char>(term[i]) : 0U);
  return key;
}
// The other way round, for a term of eight bytes and less.
inline std::string term_of_key(std::uint64_t key) {
  std::string term;
  for (; key != 0; key <<= 8) term.push_back(static_cast<char>(key >> 56));
  return term;
}

// A Han character of three bytes, one behind another, and its key.
inline std::uint64_t key_of_three(std::string_view c) {
  const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(c[i])}; };
  return byte(0) << 56 | byte(1) << 48 | byte(2) << 40;
}
inline std::uint64_t key_of_six(std::uint64_t first, std::uint64_t second) { return first | second >> 24; }

// Terms in the order in which they came first. One of eight bytes and less (a pair of Han characters is six) is told
// from others by its key alone.
class TermNumbers {
 public:
  struct Entry {
    std::uint64_t key;
    std::uint32_t number;
    std::uint32_t seen;  // for whoever asks; 0 at first
  };

  TermNumbers() : slots_(std::size_t{1} << kFirstBits) {}

  // Entries stay where they are until the next term is asked for.
  Entry& of(std::string_view term) {
    if (term.size() <= kKeyBytes) return of_key(term_key(term));
    const auto known = long_.find(term);
    if (known != long_.end()) return known->second;
    const auto added = long_.emplace(term, Entry{term_key(term), next_number(term_key(term)), 0}).first;
    long_terms_.emplace_back(added->second.number, &added->first);
    return added->second;
  }
  // Of a term that is not empty, by its term_key().
  Entry& of_key(std::uint64_t key) {
    Entry* slot = &slot_of(key);
    if (slot->key == key) return *slot;
    if (++used_ * 2 > slots_.size()) {
      grow();
      slot = &slot_of(key);
    }
    *slot = {key, next_number(key), 0};
    return *slot;
  }
  std::size_t size() const { return keys_.size(); }
  std::uint64_t key(std::uint32_t number) const { return keys_[number]; }
  // nullptr: it is term_of_key(key(number)).
  const std::string* long_term(std::uint32_t number) const {
    const auto at = std::lower_bound(long_terms_.begin(), long_terms_.end(), number,
                                     [](const auto& term, std::uint32_t wanted) { return term.first < wanted; });
    return at != long_terms_.end() && at->first == number ? at->second : nullptr;
  }
  std::string operator[](std::uint32_t number) const {
    const std::string* const term = long_term(number);
    return term != nullptr ? *term : term_of_key(keys_[number]);
  }

 private:
  static constexpr int kFirstBits = 14;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view term) const { return std::hash<std::string_view>()(term); }
  };

  std::uint32_t next_number(std::uint64_t key) {
    keys_.push_back(key);
    return static_cast<std::uint32_t>(keys_.size() - 1);
  }
  Entry& slot_of(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    // The highest bits of a product are made of all bits of the key, the lower ones of the last characters alone.
    std::size_t at = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15) >> (64 - bits_));
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & mask;
    return slots_[at];
  }
  void grow() {
    std::vector<Entry> before(slots_.size() * 2);
    before.swap(slots_);
    ++bits_;
    for (const Entry& entry : before)
      if (entry.key != 0) slot_of(entry.key) = entry;
  }

  std::vector<Entry> slots_;  // key 0: free
  int bits_ = kFirstBits;
  std::size_t used_ = 0;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> long_;
  std::vector<std::pair<std::uint32_t, const std::string*>> long_terms_;  // by number
  std::vector<std::uint64_t> keys_;                                       // by number
};

}  // namespace tanmiao::indexer
