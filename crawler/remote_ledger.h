// The ledger of a remote source: which dates were taken, which are open, which were missed. One note of facts.db a
// source; what of it was read is known by the parts. Pure functions of it, of listings and of the night's date.
//
// A date is open from the first listing that shows it; read when all its files are parts that were published; taken
// when a listing of `settle_days` later shows nothing new. Taken dates are not looked at again. A date that leaves the
// server unread is a gap, and so are the days of which nobody knows, since no listing was made for longer than the
// server keeps them. A gap is told every night until a person accepts it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crawler/accept.h"
#include "crawler/remote_rules.h"
#include "store/store.h"

namespace tanmiao::crawler {

struct RemoteFile {
  std::uint64_t size = 0;
  std::string stamp, host;  // as listed by this host when it was fetched, or last
  int unreadable = 0;       // nights in which it was here and could not be read
  bool again = false;       // to be fetched once more: it may have been damaged on its way
};

struct OpenDate {
  Date seen{};                              // first
  std::map<std::string, RemoteFile> files;  // by name in the inbox, whatever listing showed them
  bool listed = false;                      // there was a listing of the folder itself
  std::optional<Date> read;                 // the night in which all of them were known to be read
};

struct TakenDate {
  std::uint64_t files = 0, bytes = 0;
  Date on{};
  bool kept = true;  // its files still lie in the inbox
};

struct RemoteGap {
  Date from{}, to{};        // both are missed
  bool seen = false;        // the server had it; else nobody looked
  std::uint64_t files = 0;  // of a date that was seen
  Date found{};
  std::optional<Acceptance> accepted;
};

struct FolderLedger {
  std::optional<Date> listed;  // the last night that listed the dates
  std::optional<Date> newest;  // that was ever listed
  std::map<Date, OpenDate> open;
  std::map<Date, TakenDate> taken;
  std::vector<RemoteGap> gaps;
};

struct RemoteLedger {
  store::NightId night = 0;  // that the two figures are of
  std::uint64_t requests = 0, bytes = 0;
  std::map<std::string, FolderLedger> folders;  // by pattern
};

// Of a folder without dates.
inline constexpr Date kUndated{};

std::string ledger_key(const std::string& source);         // of the note
Result<RemoteLedger> parse_ledger(std::string_view json);  // empty: an empty one; kCorrupt
std::string ledger_json(const RemoteLedger& ledger);
Result<RemoteLedger> read_ledger(store::Facts& facts, const std::string& source);

// A listing of the dates was made. False, and nothing is changed, when it cannot be the truth: it shows nothing though
// dates that were seen should still be there.
bool note_dates(FolderLedger& ledger, const std::set<Date>& listed, const RemoteRules& rules, Date tonight);
// Which dates a night looks at, oldest first: they leave first.
std::vector<Date> dates_to_visit(const FolderLedger& ledger, const RemoteRules& rules, Date tonight);
// After the inbox was read. `parts`: that are published, by name. `here`: files of the inbox that would be known as
// parts if they could be read. `visited`: dates whose listing of tonight is done with. Whoever fetches a file of a date
// takes its `read` back.
void note_read(FolderLedger& ledger, const RemoteFolder& folder, const std::map<std::string, store::Part>& parts,
               const std::set<std::string>& here, const std::set<Date>& visited, const RemoteRules& rules,
               Date tonight);
// What is about to be missed, and what was. Chinese.
std::vector<std::string> ledger_alarms(const RemoteLedger& ledger, const RemoteRules& rules, Date tonight);
std::string gap_text(const std::string& folder, const RemoteGap& gap);
// Gaps that nobody has accepted are accepted, in the audit first. Gives their words; empty: there are none.
Result<std::vector<std::string>> accept_gaps(store::Store& store, const std::string& source,
                                             const Acceptance& acceptance);

}  // namespace tanmiao::crawler
