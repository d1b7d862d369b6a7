// What is wrong with campaign files (docs/campaigns.md): slips that would leave a list empty, or let in whom it should
// leave out, without a word.
#pragma once

#include <filesystem>
#include <vector>

#include "core/error.h"
#include "core/reference.h"

namespace tanmiao::miner {

struct Campaign;
struct Scorecard;

// Names and codes of a campaign that no table has: one error each, with file, line and column, and the nearest right
// word. A table that is empty (those of a reference may be) knows everything.
std::vector<Error> unknown_in(const Campaign& campaign, const Scorecard& scorecard, const Reference& reference);
// All of a folder of rules, file by file; of a file that cannot be read, or that breaks docs/campaigns.md, all that is
// known so far. Programmes are those of the reference and of the scorecard, as far as that can be read.
std::vector<Error> campaign_faults(const std::filesystem::path& rules, const Reference& reference);
// One error of several, a line each, as Settings::finish() tells them; ok when there are none.
Status as_status(const std::vector<Error>& faults);

}  // namespace tanmiao::miner
