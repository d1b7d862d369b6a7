// What an announcement list says of firms of the pool: who is found on it with a number that is valid has achieved its
// track, or has renewed it (续评). Proposed to a person, never done by itself.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pool/office.h"
#include "pool/official.h"

namespace tanmiao::pool {

inline constexpr std::string_view kProposalSheet = "建议列为已达成";

struct Achievement {
  std::string firm, name, code, unit;  // firm: key of the entry
  std::string track, stage;            // where it stands now
  std::uint64_t revision = 0;          // of the entry that the proposal was made from
  std::string number;                  // that the step needs
  Date until{}, on{};                  // end of its validity; day of the step
  std::vector<std::string> through;    // stages that lead to 已达成, itself last; none: it is there already
  bool renewal() const { return through.empty(); }
};

// Of rows in pile 已找到 that are valid on the day of the list: their firms on a track of the programme, where a step
// to ACHIEVED needs a number, directly or behind one step that needs nothing; or that are there already with another
// number that ends earlier. In the order of the list, each firm and track once, by the number that lasts longest. `on`:
// the day of issue where the list has it and it fits, else today.
std::vector<Achievement> propose_achieved(const OfficialList& list, const std::vector<store::PoolEntry>& entries,
                                          const PoolRules& rules, const FirmBook& book, Date today);

std::string_view label(const Achievement& proposal);  // 列为已达成, 更新编号（续评）
// What makes one proposal true, with its number; `title` of the list is the reason.
Moves moves_of(const Achievement& proposal, const PoolRules& rules, const std::string& title);

}  // namespace tanmiao::pool
