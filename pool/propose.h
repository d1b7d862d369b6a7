// Keeps what a run proposes as leads.
#pragma once

#include <cstdint>

#include "core/error.h"
#include "store/store.h"

namespace tanmiao::pool {

struct ProposeReport {
  std::uint64_t proposed = 0;    // current leads of the campaign now
  std::uint64_t fresh = 0;       // proposed for the first time, or again after they were gone
  std::uint64_t gone = 0;        // were current, no longer proposed
  std::uint64_t moved = 0;       // rank changed
  std::uint64_t suppressed = 0;  // in the run, but a person had them taken out
};

// Reads the run's folder and snapshot; leads are kept through Facts::propose. The same run twice changes nothing.
Result<ProposeReport> propose(store::Store& store, const store::RunEntry& run);

}  // namespace tanmiao::pool
