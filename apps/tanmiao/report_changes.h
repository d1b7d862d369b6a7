// What a run changed in the list of a campaign, and why: the run that was live before, against the one that follows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/tanmiao/workplace.h"
#include "store/columns/run_table.h"

namespace tanmiao::app {

enum class Turn : std::uint8_t { kNew, kGone, kMoved };

struct FirmChange {
  Turn turn = Turn::kNew;
  store::FirmNo firm = store::kNoFirm;
  std::string name, code, unit;
  std::uint32_t rank_before = 0, rank = 0;  // 0: not in that list
  bool start_up_before = false, start_up = false;
  bool of_itself = true;         // false: only pushed by others
  std::vector<std::string> why;  // Chinese, never empty
};

struct RunChanges {
  store::RunEntry before;
  std::vector<std::string> rules;  // what changed besides the data: 评价指标, 计分表, ...
  std::uint64_t fresh = 0, gone = 0, moved = 0;
  std::uint64_t moved_of_itself = 0;  // of the moved: something of the firm changed; the others were only pushed
  std::uint64_t taken_out = 0;        // of the gone: at someone's request; never named
  std::vector<std::pair<std::string, std::uint64_t>> fresh_by, gone_by;  // reason -> firms, most first
  std::vector<FirmChange> firms;  // new, gone, moved; at most `limit` of each, nearest to the top of the list first
};

// nullopt when the run before cannot be read any more. `snapshot` is that of `now`.
std::optional<RunChanges> compare_runs(Workplace& place, const miner::Rules& rules, const store::RunEntry& before,
                                       const store::RunEntry& now, const store::Snapshot& snapshot, std::size_t limit);

// What differs between two rows of a firm, in words: "有效发明 1→2". Empty: nothing that the table holds.
std::vector<std::string> differences(const store::Run& before, std::size_t was, const store::Run& now, std::size_t is);

}  // namespace tanmiao::app
