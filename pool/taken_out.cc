#include "pool/taken_out.h"

#include <algorithm>

namespace tanmiao::pool {

bool TakenOut::has(const FirmBook& book, std::string_view key) const {
  if (keys.contains(key)) return true;
  const store::FirmNo firm = book.number(key);
  return firm != store::kNoFirm && std::binary_search(firms.begin(), firms.end(), firm);
}

TakenOut taken_out(const FirmBook& book, const std::vector<std::pair<std::string, std::string>>& suppressions,
                   std::vector<store::FirmNo> firms) {
  TakenOut out;
  out.firms = std::move(firms);
  for (const auto& [key, reason] : suppressions) {
    out.keys.insert(key);
    if (const store::FirmNo firm = book.number(key); firm != store::kNoFirm) out.firms.push_back(firm);
  }
  std::sort(out.firms.begin(), out.firms.end());
  out.firms.erase(std::unique(out.firms.begin(), out.firms.end()), out.firms.end());
  return out;
}

}  // namespace tanmiao::pool
