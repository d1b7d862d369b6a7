// Taking in an announcement list, for the command and the page: matched, its piles written as a workbook, kept in the
// inbox of its source, what was marked recorded, and all of it in the audit. Making the runs anew is the caller's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pool/achieve.h"
#include "pool/office.h"
#include "pool/official.h"

namespace tanmiao::pool {

struct IntakeTools {
  store::People& people;
  const MatchTools& match;  // not_ours and forced are set here
  Actor actor;
  std::filesystem::path base;  // of the inboxes
  std::filesystem::path
      workbook;  // file; or the folder, made when missing, that gets one of a new name, after the list
  std::string issuer;
  std::string force;  // why it is fed although it looks like another programme's; empty: it is not
};

struct ListIntake {
  OfficialList list;
  std::vector<Achievement> proposals;
  std::string workbook, kept;  // paths
};
// Nothing is kept of a file that is refused or of which no row can be read.
Result<ListIntake> take_in_list(const ListFile& file, const IntakeTools& tools);

// What came of reading a list that was kept.
enum class TakenUp : std::uint8_t { kRead = 1, kHeldBack, kNoSource };

// Makes the steps and renewals of the proposals, all of them or none. `title`: of the list.
Result<std::vector<store::PoolEntry>> achieve(Office& office, std::span<const Achievement> proposals,
                                              const PoolRules& rules, const std::string& title);

// Lists in the inbox of a programme, newest first.
struct KeptList {
  std::string program, title;
  Date stored{};                       // civil day of the file
  std::optional<std::uintmax_t> rows;  // absent: it cannot be read
};
std::vector<KeptList> kept_lists(const PoolRules& rules, const std::filesystem::path& base);

}  // namespace tanmiao::pool
