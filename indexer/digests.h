// What the index holds of each firm, as one number: what did not change from one night to the next is taken over.
#pragma once

#include <cstdint>
#include <vector>

#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

// By firm number: a hash of all texts that terms, columns and dictionaries are made of; 0: it is not listed. Parallel.
// What they are folded with (Reference) is not in it: other tables are another index. DamagedText (indexer/texts.h).
std::vector<std::uint64_t> firm_digests(const store::Snapshot& snapshot);

// Firms whose numbers differ, ascending; those beyond the end of the shorter list are 0 there.
template <class Before, class Now>
std::vector<store::FirmNo> changed_firms(const Before& before, const Now& now) {
  std::vector<store::FirmNo> out;
  const std::size_t size = before.size() > now.size() ? before.size() : now.size();
  for (std::size_t firm = 0; firm < size; ++firm)
    if ((firm < before.size() ? before[firm] : 0) != (firm < now.size() ? now[firm] : 0))
      out.push_back(static_cast<store::FirmNo>(firm));
  return out;
}

}  // namespace tanmiao::indexer
