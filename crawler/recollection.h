// What words of a column came to, for those that come again and again: dates, amounts, places, kinds of enterprise.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tanmiao::crawler {

// Holds a bounded number of short words; a word that hashes to the place of another takes it. Of documents of a few
// rows it keeps nothing: its place would cost more than it saves.
class Recollection {
 public:
  // The value of a word, or nullptr when it is not known (any more). `unit`: what else the value hangs on.
  const std::string* find(std::string_view word, std::string_view unit) const {
    if (!entries_ || word.size() > kLongest) return nullptr;
    const Entry& entry = (*entries_)[place_of(word)];
    return entry.known && entry.word == word && entry.unit == unit ? &entry.value : nullptr;
  }

  void keep(std::string_view word, std::string_view unit, std::string_view value) {
    if (word.size() > kLongest || value.size() > kLongest || ++offered_ < kFew) return;
    if (!entries_) entries_ = std::make_unique<Entries>();
    (*entries_)[place_of(word)] = {true, std::string(word), std::string(unit), std::string(value)};
  }

 private:
  static constexpr std::size_t kPlaces = 1024, kLongest = 64 /* bytes */, kFew = 32;
  struct Entry {
    bool known = false;
    std::string word, unit, value;
  };
  using Entries = std::array<Entry, kPlaces>;

  static std::size_t place_of(std::string_view word) { return std::hash<std::string_view>()(word) % kPlaces; }

  std::unique_ptr<Entries> entries_;
  std::size_t offered_ = 0;
};

}  // namespace tanmiao::crawler
