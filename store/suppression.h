// Firms that people had taken out of every list. A suppression (People::suppressions) names a firm by its credit code
// or, while none is known, by its identity in the register of numbers ("name:<exact key>@<place>").
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/columns/snapshot.h"
#include "store/store.h"

namespace tanmiao::store {

constexpr bool names_identity(std::string_view suppression) { return suppression.starts_with("name:"); }

// The numbers that suppressed identities stand for, ascending: the firm itself while it is `present`; else the one its
// number points on to, so that it stays out when its credit code becomes known; else those that bear the name without
// a code elsewhere, since the place in an identity changes when a better address is found. Codes are passed over.
std::vector<FirmNo> firms_of_identities(const std::vector<FirmEntry>& firm_register,
                                        const std::set<std::string>& suppressed,
                                        const std::function<bool(FirmNo)>& present);

// All that is suppressed now, as numbers of a snapshot, ascending, whether the snapshot knows of it or not. Reads the
// register only when an identity is among them.
Result<std::vector<FirmNo>> suppressed_firms(Facts& facts, const std::set<std::string>& suppressed,
                                             const Snapshot& snapshot);
// The codes and identities alone.
std::set<std::string> suppressed_names(const std::vector<std::pair<std::string, std::string>>& suppressions);

}  // namespace tanmiao::store
