// Announcement lists without codes (公告名单): each row is matched by name and county and comes into one of four piles.
// Nothing is lost: every row stands on exactly one sheet of the result, can be corrected there and fed again, and the
// whole list goes into the inbox of its source, so that the next night knows it (pool/list_intake.h).
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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

// What stands in the column of codes when a person found that a row is none of the firms of its name.
inline constexpr std::string_view kNotOurs = "非本企业";
// Of a line above the header of a pile: "名单：…", so that it keeps the title of its list.
inline constexpr std::string_view kTitleMark = "名单：";
inline constexpr std::string_view kTitleEnd = "　　截至日期：";  // behind the title, which may have such blanks itself
inline constexpr std::string_view kRightCode = "统一社会信用代码";

struct OfficialRow {
  std::string where;                                               // file!sheet!row
  std::string name, code, county, number, issued, valid_to, year;  // code: as given, or of the firm that was found
  Pile pile = Pile::kUnknown;
  Held held = Held::kUnverified;
  bool by_code = false;             // its code was given, is in order, and is that of the firm found
  bool not_ours = false;            // a person said so, now or before, and nobody gave the code of a firm since
  std::vector<FirmCard> firms;      // the one found, or the namesakes
  std::vector<FirmCard> not_these;  // of a row that is none of them: who bears its name
  Day until = kNoDay;               // end of validity by its rule
  std::string state;                // 有效 待续评 已失效 待核
  std::string why;
};
// By which a row is known again: its number, else its name and year.
std::string row_key(const OfficialProgram& program, const std::string& name, const std::string& number,
                    const std::string& year);

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

// A file by its path, or what was uploaded under a name, or tables that somebody else opened (PDF).
struct ListFile {
  std::string name;
  std::optional<std::string> bytes{};
  std::shared_ptr<tabular::Book> tables{};
};
struct MatchTools {
  const PoolRules& rules;
  const OfficialProgram& program;
  const FirmBook& book;
  JudgeListed judge;
  Date as_of{};
  std::set<std::string> not_ours{};  // row_key() of rows that were marked before
  bool forced = false;               // a person says that it is of the programme though it does not look so
};

// Reads xlsx, ods, xls, html, csv, and tables of PDF that are given: see read_returned(). Errors, in Chinese: kFormat
// for a file without firm names or one of our own lists, kRefused for a list that looks like another programme's.
Result<OfficialList> match_official(const ListFile& file, const MatchTools& tools);

}  // namespace tanmiao::pool
