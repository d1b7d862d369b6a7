// What of the pool waits for a person on a day: for the run report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pool/ledger.h"

namespace tanmiao::pool {

struct Waiting {
  std::size_t conflicts = 0;         // two people differ, nobody chose
  std::vector<std::string> expired;  // "名称（track）" of entries whose number ran out and that still stand as achieved
  std::vector<std::string> overdue;  // the same, of a 完成时限 that passed before the firm was achieved or left
  std::vector<std::string> sheets;   // names of workbooks with refused rows that were not imported again
};

// `folder`: where imports leave the refused rows.
Result<Waiting> waiting(store::People& people, const PoolRules& rules, const std::filesystem::path& folder,
                        const Actor& actor);

// Workbooks with refused rows in the folder that did not come back since, by name. What came back with rows that are
// still refused has left a new one.
Result<std::vector<std::string>> waiting_sheets(store::People& people, const std::filesystem::path& folder);

}  // namespace tanmiao::pool
