#include "indexer/lookup.h"

namespace tanmiao::indexer {

FirmSetPtr FoundSets::get(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return nullptr;
  used_.splice(used_.begin(), used_, entry->second);
  return entry->second->second;
}

FirmSetPtr FoundSets::put(const std::string& key, FirmSet set) {
  auto kept = std::make_shared<const FirmSet>(std::move(set));
  const std::scoped_lock lock(mutex_);
  if (const auto entry = entries_.find(key); entry != entries_.end()) return entry->second->second;
  used_.emplace_front(key, kept);
  entries_.emplace(key, used_.begin());
  bytes_ += kept->bytes() + key.size();
  while (bytes_ > most_bytes_ && used_.size() > 1) {
    bytes_ -= used_.back().second->bytes() + used_.back().first.size();
    entries_.erase(used_.back().first);
    used_.pop_back();
  }
  return kept;
}

const FirmSet* FoundWord::of(Field field) const {
  for (const auto& [known, firms] : by_field)
    if (known == field) return &firms;
  return nullptr;
}

}  // namespace tanmiao::indexer
