// What stands beside the rows of a run: counts and inputs. Internal to miner/.
#pragma once

#include "miner/mine.h"

namespace tanmiao::miner {

std::string run_manifest(const MineReport& report);
// The report of a run that is complete already; false when there is none or it cannot be read.
bool known_run(const std::filesystem::path& folder, MineReport& report);

}  // namespace tanmiao::miner
