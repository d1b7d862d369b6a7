// Finds which of many Chinese phrases begin at a place of a text: buckets by the first six bytes (two Han characters),
// longest phrase first. Phrases shorter than six bytes are not taken.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tanmiao {

class PhraseTable {
 public:
  struct Entry {
    std::string text;
    std::uint32_t value;
  };

  void add(std::string_view text, std::uint32_t value) {
    if (text.size() >= kKey) buckets_[key(text)].push_back({std::string(text), value});
  }

  // Call after the last add().
  void finish() {
    for (auto& [unused, entries] : buckets_) {
      std::stable_sort(entries.begin(), entries.end(),
                       [](const Entry& a, const Entry& b) { return a.text.size() > b.text.size(); });
    }
  }

  // Calls on_match(entry) for the phrases `text` begins with, longest first, until it returns true.
  template <class OnMatch>
  bool match(std::string_view text, const OnMatch& on_match) const {
    if (text.size() < kKey) return false;
    const auto bucket = buckets_.find(key(text));
    if (bucket == buckets_.end()) return false;
    for (const Entry& entry : bucket->second) {
      if (text.starts_with(entry.text) && on_match(entry)) return true;
    }
    return false;
  }

  std::size_t longest(std::string_view text) const {
    std::size_t length = 0;
    match(text, [&](const Entry& entry) { return length = entry.text.size(), true; });
    return length;
  }

 private:
  static constexpr std::size_t kKey = 6;
  static std::uint64_t key(std::string_view text) {
    std::uint64_t k = 0;
    std::memcpy(&k, text.data(), kKey);
    return k;
  }
  std::unordered_map<std::uint64_t, std::vector<Entry>> buckets_;
};

}  // namespace tanmiao
