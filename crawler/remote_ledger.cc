#include "crawler/remote_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "core/json_reading.h"

namespace tanmiao::crawler {
namespace {

namespace json = boost::json;

// How many nights a file that cannot be read is fetched once more: one that was damaged on its way comes whole then.
constexpr int kFetchedAgain = 1;

int days_between(Date from, Date to) { return static_cast<int>((to - from).count()); }

std::optional<Date> date_at(const json::object& from, std::string_view name) {
  const auto date = parse_iso_date(text_of(from, name));
  return date ? std::optional(*date) : std::nullopt;
}

json::value date_json(const std::optional<Date>& date) { return date ? json::value(iso(*date)) : json::value(); }

std::uint64_t count_of(const json::object& from, std::string_view name) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(number_of(from, name, 0), 0));
}

json::object open_json(const OpenDate& open) {
  json::object files;
  for (const auto& [name, file] : open.files)
    files[name] = json::object{{"size", file.size},
                               {"stamp", file.stamp},
                               {"host", file.host},
                               {"unreadable", file.unreadable},
                               {"again", file.again}};
  return {{"seen", iso(open.seen)}, {"listed", open.listed}, {"read", date_json(open.read)}, {"files", files}};
}

OpenDate open_from(const json::object& from) {
  OpenDate open;
  open.seen = date_at(from, "seen").value_or(Date{});
  open.listed = flag_of(from, "listed");
  open.read = date_at(from, "read");
  for (const auto& [name, value] : object_of(from, "files")) {
    if (!value.is_object()) continue;
    const json::object& file = value.get_object();
    open.files[std::string(name)] = {count_of(file, "size"), std::string(text_of(file, "stamp")),
                                     std::string(text_of(file, "host")), static_cast<int>(count_of(file, "unreadable")),
                                     flag_of(file, "again")};
  }
  return open;
}

json::object gap_json(const RemoteGap& gap) {
  json::object out{{"from", iso(gap.from)},
                   {"to", iso(gap.to)},
                   {"seen", gap.seen},
                   {"files", gap.files},
                   {"found", iso(gap.found)}};
  if (gap.accepted) out["accepted"] = acceptance_json(*gap.accepted);
  return out;
}

RemoteGap gap_from(const json::object& from) {
  RemoteGap gap;
  gap.from = date_at(from, "from").value_or(Date{});
  gap.to = date_at(from, "to").value_or(Date{});
  gap.seen = flag_of(from, "seen");
  gap.files = count_of(from, "files");
  gap.found = date_at(from, "found").value_or(Date{});
  if (from.contains("accepted")) gap.accepted = acceptance_from_json(text_of(from, "accepted"));
  return gap;
}

json::object folder_json(const FolderLedger& folder) {
  json::object open, taken;
  json::array gaps;
  for (const auto& [date, one] : folder.open) open[iso(date)] = open_json(one);
  for (const auto& [date, one] : folder.taken)
    taken[iso(date)] =
        json::object{{"files", one.files}, {"bytes", one.bytes}, {"on", iso(one.on)}, {"kept", one.kept}};
  for (const RemoteGap& gap : folder.gaps) gaps.push_back(gap_json(gap));
  return {{"listed", date_json(folder.listed)},
          {"newest", date_json(folder.newest)},
          {"open", std::move(open)},
          {"taken", std::move(taken)},
          {"gaps", std::move(gaps)}};
}

FolderLedger folder_from(const json::object& from) {
  FolderLedger folder;
  folder.listed = date_at(from, "listed");
  folder.newest = date_at(from, "newest");
  for (const auto& [name, value] : object_of(from, "open")) {
    const auto date = parse_iso_date(name);
    if (date && value.is_object()) folder.open[*date] = open_from(value.get_object());
  }
  for (const auto& [name, value] : object_of(from, "taken")) {
    const auto date = parse_iso_date(name);
    if (!date || !value.is_object()) continue;
    const json::object& one = value.get_object();
    folder.taken[*date] = {count_of(one, "files"), count_of(one, "bytes"), date_at(one, "on").value_or(Date{}),
                           flag_of(one, "kept")};
  }
  each_of(from, "gaps", [&](const json::object& gap) { folder.gaps.push_back(gap_from(gap)); });
  return folder;
}

// A folder without files may be one that is still to be filled: it is believed when it is about to leave.
bool believed(Date date, const OpenDate& open, const RemoteRules& rules, Date tonight) {
  constexpr int kDaysToFill = 30;
  const int keeps = rules.keeps_days == 0 ? kDaysToFill : rules.keeps_days;
  return open.listed && (!open.files.empty() || days_between(date, tonight) >= keeps - rules.alarm_days);
}

void take(FolderLedger& ledger, Date date, const OpenDate& open, Date tonight) {
  TakenDate taken;
  taken.files = open.files.size();
  for (const auto& [name, file] : open.files) taken.bytes += file.size;
  taken.on = tonight;
  ledger.taken[date] = taken;
}

void tell_open(const std::string& folder, Date date, const OpenDate& open, int left, std::vector<std::string>& out) {
  const std::string what = open.listed ? fmt::format("{} 个文件尚未取全或读完", open.files.size()) : "尚未列出文件";
  out.push_back(fmt::format("{} 的 {} 期{}，再过 {} 天服务器将移除", folder, iso(date), what, std::max(left, 0)));
}

}  // namespace

std::string ledger_key(const std::string& source) { return "remote " + source; }

Result<RemoteLedger> parse_ledger(std::string_view text) {
  RemoteLedger ledger;
  if (text.empty()) return ledger;
  boost::system::error_code failed;
  const json::value read = json::parse(text, failed);
  const json::object* const root = failed ? nullptr : read.if_object();
  if (root == nullptr) return Error{Errc::kCorrupt, "the ledger of a remote source cannot be read", ""};
  ledger.night = count_of(*root, "night");
  ledger.requests = count_of(*root, "requests");
  ledger.bytes = count_of(*root, "bytes");
  for (const auto& [name, value] : object_of(*root, "folders"))
    if (value.is_object()) ledger.folders[std::string(name)] = folder_from(value.get_object());
  return ledger;
}

std::string ledger_json(const RemoteLedger& ledger) {
  json::object folders;
  for (const auto& [name, folder] : ledger.folders) folders[name] = folder_json(folder);
  return json::serialize(json::object{{"night", ledger.night},
                                      {"requests", ledger.requests},
                                      {"bytes", ledger.bytes},
                                      {"folders", std::move(folders)}});
}

bool note_dates(FolderLedger& ledger, const std::set<Date>& listed, const RemoteRules& rules, Date tonight) {
  const auto should_be_there = [&](Date date) {
    return rules.keeps_days == 0 || date + std::chrono::days(rules.keeps_days) > tonight;
  };
  const bool expected = std::any_of(ledger.open.begin(), ledger.open.end(),
                                    [&](const auto& one) { return should_be_there(one.first); }) ||
                        std::any_of(ledger.taken.begin(), ledger.taken.end(),
                                    [&](const auto& one) { return should_be_there(one.first); });
  if (listed.empty() && expected) return false;
  // No listing for longer than the server keeps a date, and the dates it shows now do not reach back to those known.
  if (ledger.listed && rules.keeps_days > 0 && days_between(*ledger.listed, tonight) >= rules.keeps_days) {
    RemoteGap gap;
    gap.from = ledger.newest.value_or(*ledger.listed) + std::chrono::days(1);
    gap.to = (listed.empty() ? tonight : *listed.begin()) - std::chrono::days(1);
    gap.found = tonight;
    if (gap.from <= gap.to) ledger.gaps.push_back(gap);
  }
  for (auto at = ledger.open.begin(); at != ledger.open.end();) {
    const auto& [date, open] = *at;
    if (listed.contains(date) || should_be_there(date)) {
      ++at;
      continue;
    }
    if (open.read) {
      take(ledger, date, open, tonight);
    } else {
      RemoteGap gap;
      gap.from = gap.to = date;
      gap.seen = true;
      gap.files = open.files.size();
      gap.found = tonight;
      ledger.gaps.push_back(gap);
    }
    at = ledger.open.erase(at);
  }
  for (const Date date : listed)
    if (!ledger.taken.contains(date)) {
      OpenDate& open = ledger.open[date];
      if (open.seen == Date{}) open.seen = tonight;
    }
  ledger.listed = tonight;
  if (!listed.empty()) ledger.newest = std::max(ledger.newest.value_or(*listed.rbegin()), *listed.rbegin());
  return true;
}

std::vector<Date> dates_to_visit(const FolderLedger& ledger, const RemoteRules& rules, Date tonight) {
  std::vector<Date> out;
  for (const auto& [date, open] : ledger.open)
    if (!open.read || *open.read + std::chrono::days(rules.settle_days) <= tonight) out.push_back(date);
  return out;
}

void note_read(FolderLedger& ledger, const RemoteFolder& folder, const std::map<std::string, store::Part>& parts,
               const std::set<std::string>& here, const std::set<Date>& visited, const RemoteRules& rules,
               Date tonight) {
  for (auto at = ledger.open.begin(); at != ledger.open.end();) {
    auto& [date, open] = *at;
    bool whole = believed(date, open, rules, tonight);
    const std::string path = folder.path(date).substr(1) + "/";
    for (auto& [name, file] : open.files) {
      const bool known = parts.contains(path + name) && !file.again;
      whole = whole && known;
      if (known || !here.contains(path + name)) continue;
      if (++file.unreadable <= kFetchedAgain) file.again = true;
    }
    if (!whole) open.read.reset();
    // What was read on an earlier night and showed nothing new tonight.
    const bool settled = open.read && *open.read + std::chrono::days(rules.settle_days) <= tonight;
    if (whole && folder.dated && visited.contains(date) && (settled || rules.settle_days == 0)) {
      take(ledger, date, open, tonight);
      at = ledger.open.erase(at);
      continue;
    }
    if (whole && !open.read) open.read = tonight;
    ++at;
  }
}

std::vector<std::string> ledger_alarms(const RemoteLedger& ledger, const RemoteRules& rules, Date tonight) {
  std::vector<std::string> out;
  for (const auto& [name, folder] : ledger.folders) {
    for (const RemoteGap& gap : folder.gaps)
      if (!gap.accepted) out.push_back(gap_text(name, gap));
    if (rules.keeps_days == 0 || folder.open.contains(kUndated)) continue;
    const std::chrono::days keeps(rules.keeps_days);
    for (const auto& [date, open] : folder.open)
      if (const int left = days_between(tonight, date + keeps); !open.read && left <= rules.alarm_days)
        tell_open(name, date, open, left, out);
    if (!folder.listed) continue;
    const int since = days_between(*folder.listed, tonight);
    if (since > 0 && since >= rules.keeps_days - rules.alarm_days)
      out.push_back(
          fmt::format("{} 已 {} 天没有列成目录，服务器只保留 {} 天，再拖将漏取", name, since, rules.keeps_days));
  }
  return out;
}

std::string gap_text(const std::string& folder, const RemoteGap& gap) {
  if (gap.seen)
    return fmt::format("{} 的 {} 期没有取全就已从服务器移除（见过 {} 个文件）：数据有缺口", folder, iso(gap.from),
                       gap.files);
  return fmt::format("{} 在 {} 至 {} 之间的各期没有看过，服务器上已没有：数据可能有缺口", folder, iso(gap.from),
                     iso(gap.to));
}

Result<RemoteLedger> read_ledger(store::Facts& facts, const std::string& source) {
  TANMIAO_ASSIGN(const std::string text, facts.note(ledger_key(source)));
  auto ledger = parse_ledger(text);
  if (!ledger) return Error{ledger.error().code, ledger.error().message, ledger_key(source)};
  return ledger;
}

Result<std::vector<std::string>> accept_gaps(store::Store& store, const std::string& source,
                                             const Acceptance& acceptance) {
  TANMIAO_ASSIGN(RemoteLedger ledger, read_ledger(store.facts(), source));
  std::vector<std::string> words;
  json::array told;
  for (auto& [name, folder] : ledger.folders)
    for (RemoteGap& gap : folder.gaps) {
      if (gap.accepted) continue;
      words.push_back(gap_text(name, gap));
      told.emplace_back(words.back());
      gap.accepted = acceptance;
    }
  if (words.empty()) return words;
  const json::object detail{{"reason", acceptance.reason}, {"gaps", std::move(told)}};
  TANMIAO_TRY(store.people().audit(acceptance.by, "crawl.accept", source, json::serialize(detail), acceptance.at));
  TANMIAO_TRY(store.facts().set_note(ledger_key(source), ledger_json(ledger)));
  return words;
}

}  // namespace tanmiao::crawler
