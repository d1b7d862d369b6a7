// Firms that people had taken out of every list (不再列示), as what people did with firms is asked for: by key. One
// that the register lost since is known by its key alone.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pool/firm_book.h"

namespace tanmiao::pool {

struct TakenOut {
  std::vector<store::FirmNo> firms;  // ascending
  std::set<std::string, std::less<>> keys;
  bool has(const FirmBook& book, std::string_view key) const;
};

// `suppressions`: People::suppressions(). `firms`: what store::suppressed_firms() makes of them, where it was asked: it
// also follows names whose place or code became known later.
TakenOut taken_out(const FirmBook& book, const std::vector<std::pair<std::string, std::string>>& suppressions,
                   std::vector<store::FirmNo> firms = {});

}  // namespace tanmiao::pool
