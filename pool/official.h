// Announcement lists without codes (公告名单): each row is matched by name and county and comes into one of four piles.
// Nothing is lost: every row stands on exactly one sheet of the result, can be corrected there and fed again, and the
// whole list goes into the inbox of its source, so that the next night knows it.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "core/standing.h"
#include "pool/firm_book.h"
#include "pool/pool_rules.h"
#include "pool/returned_sheet.h"

namespace tanmiao::pool {

enum class Pile : std::uint8_t { kFound = 1, kNamesakes, kUnknown, kLapsed, kUnreadable };
inline constexpr std::array<Pile, 5> kPiles = {Pile::kFound, Pile::kNamesakes, Pile::kUnknown, Pile::kLapsed,
                                               Pile::kUnreadable};
std::string_view word(Pile pile);   // "found", "namesakes", "unknown", "lapsed", "unreadable"
std::string_view label(Pile pile);  // 已找到 同名待核 未找到 已失效 退回

struct OfficialRow {
  std::string where;                                               // file!sheet!row
  std::string name, code, county, number, issued, valid_to, year;  // code: as given, or of the firm that was found
  Pile pile = Pile::kUnknown;
  std::vector<FirmCard> firms;  // the one found, or the namesakes
  Day until = kNoDay;           // end of validity by its rule
  std::string state;            // 有效 待续评 已失效 待核
  std::string why;
};

struct OfficialList {
  OfficialProgram program;
  std::string title;  // of the list, kept when a pile is fed again
  Date as_of{};
  std::vector<OfficialRow> rows;  // in the order of the list
  std::vector<std::string> remarks;
  std::size_t count(Pile pile) const;
};

// What the dated rules say of a recognition: its state on the day and its end.
struct ListedRecognition {
  std::string program;
  Day issued = kNoDay, valid_to = kNoDay;
  int year = 0;
};
using JudgeListed = std::function<Result<std::vector<std::pair<Held, Day>>>(const std::vector<ListedRecognition>&)>;

// Reads xlsx, ods, xls, html, csv: see read_returned().
Result<OfficialList> match_official(const std::filesystem::path& file, const OfficialProgram& program,
                                    const FirmBook& book, const JudgeListed& judge, Date as_of);
Result<OfficialList> match_official(std::string bytes, const std::string& name, const OfficialProgram& program,
                                    const FirmBook& book, const JudgeListed& judge, Date as_of);

// One sheet a pile, each with a column for the right credit code. Writes beside `path` and renames.
Status write_piles(const OfficialList& list, const std::string& path, const std::string& issuer);

// The list as its source reads it, with the codes that are known: a csv in the source's inbox folder below `base`,
// named after the title. Rows that it has already are replaced, by number or else by name and year, the others stay.
// Gives its path. Unreadable rows stay out; error kFormat when there are no others.
Result<std::string> keep_list(const OfficialList& list, const std::filesystem::path& base);

}  // namespace tanmiao::pool
