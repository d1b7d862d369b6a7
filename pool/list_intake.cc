#include "pool/list_intake.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <system_error>

#include "core/firm_name.h"
#include "pool/export.h"
#include "pool/official_files.h"
#include "pool/taken_out.h"
#include "tabular/reader.h"

namespace tanmiao::pool {
namespace {

namespace fs = std::filesystem;

// The next link must not make a marked row one of these firms by its name: a decision on each, as a review has it; and
// the other way round once a code was filled in. Lists without numbers have no key that could be told here; their rows
// stay without a code.
Status decide_marked(const OfficialList& list, const std::set<std::string>& marked_before, const IntakeTools& tools) {
  if (list.program.number_heading.empty()) return {};
  for (const OfficialRow& row : list.rows) {
    if (row.pile == Pile::kUnreadable) continue;
    const bool before = marked_before.contains(row_key(list.program, row.name, row.number, row.year));
    if (row.not_ours == before) continue;
    const std::string reason = "公告名单：" + list.title + (row.not_ours ? "，标为非本企业" : "，已填写代码");
    for (const FirmCard& card : row.not_ours ? row.not_these : row.firms) {
      store::IdentityDecision decision;
      decision.source = list.program.source;
      decision.key = list.program.program + "|" + row.number;
      decision.firm_identity = card.code.empty() ? card.key : "code:" + card.code;
      decision.same = !row.not_ours;
      decision.by = tools.actor.by;
      decision.reason = reason;
      decision.decided_at = tools.actor.at;
      decision.kind = RecordKind::kRecognition;
      decision.name = exact_name_key(row.name, tools.match.book.reference());
      TANMIAO_TRY(tools.people.decide_identity(decision));
    }
  }
  return {};
}

Result<fs::path> workbook_path(const IntakeTools& tools, const std::string& title) {
  const bool is_file = tools.workbook.has_extension();
  const fs::path folder = is_file ? tools.workbook.parent_path() : tools.workbook;
  std::error_code failed;
  if (!folder.empty()) fs::create_directories(folder, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), folder.string()};
  return is_file ? tools.workbook : folder / (safe_file_name("核对_" + title) + ".xlsx");
}

std::string detail_of(const ListIntake& in, const std::string& force) {
  boost::json::object piles;
  for (const Pile pile : kPiles) piles[word(pile)] = in.list.count(pile);
  boost::json::object detail{{"program", in.list.program.program},
                             {"rows", in.list.rows.size()},
                             {"piles", std::move(piles)},
                             {"proposals", in.proposals.size()}};
  const auto marked =
      std::count_if(in.list.rows.begin(), in.list.rows.end(), [](const OfficialRow& row) { return row.not_ours; });
  if (marked > 0) detail["not_ours"] = marked;
  if (!force.empty()) detail["force"] = force;
  return boost::json::serialize(detail);
}

Date day_of_file(const fs::path& path) {
  std::error_code ignored;
  const auto written = fs::last_write_time(path, ignored);
  return civil_day(std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::file_clock::to_sys(written)));
}

std::optional<std::uintmax_t> rows_in(const fs::path& path) {
  const auto rows = tabular::open_rows(path);
  if (!rows) return std::nullopt;
  std::uintmax_t count = 0;
  for (tabular::Row row;; ++count) {
    const auto more = (*rows)->next(row);
    if (!more) return std::nullopt;
    if (!*more) break;
  }
  return count == 0 ? count : count - 1;  // the header
}

}  // namespace

Result<ListIntake> take_in_list(const ListFile& file, const IntakeTools& tools) {
  MatchTools match = tools.match;
  match.forced = !tools.force.empty();
  TANMIAO_ASSIGN(match.not_ours, marked_rows(match.program, tools.base));
  ListIntake out;
  TANMIAO_ASSIGN(out.list, match_official(file, match));
  if (out.list.rows.empty()) return Error{Errc::kFormat, "名单里没有企业，没有存入", file.name};
  if (out.list.count(Pile::kUnreadable) == out.list.rows.size())
    return Error{Errc::kFormat, "没有一行读得出来，没有存入。第一行：" + out.list.rows.front().why,
                 fs::path(file.name).filename().string()};
  TANMIAO_ASSIGN(auto entries, tools.people.pool_entries());
  TANMIAO_ASSIGN(const auto suppressions, tools.people.suppressions());
  const TakenOut gone = taken_out(match.book, suppressions);
  std::erase_if(entries, [&](const auto& entry) { return gone.has(match.book, entry.firm); });
  out.proposals = propose_achieved(out.list, entries, match.rules, match.book, tools.actor.today);
  TANMIAO_ASSIGN(const fs::path workbook, workbook_path(tools, out.list.title));
  out.workbook = workbook.string();
  TANMIAO_TRY(write_piles(out.list, out.proposals, match.rules, out.workbook, tools.issuer));
  TANMIAO_TRY(decide_marked(out.list, match.not_ours, tools));
  TANMIAO_ASSIGN(out.kept, keep_list(out.list, tools.base));
  TANMIAO_TRY(
      tools.people.audit(tools.actor.by, "list.official", out.list.title, detail_of(out, tools.force), tools.actor.at));
  return out;
}

Result<std::vector<store::PoolEntry>> achieve(Office& office, std::span<const Achievement> proposals,
                                              const PoolRules& rules, const std::string& title) {
  std::vector<Moves> moves;
  moves.reserve(proposals.size());
  for (const Achievement& one : proposals)
    moves.push_back({one.firm, one.track, one.revision, steps_of(one, rules, title)});
  return office.move_all(moves);
}

std::vector<KeptList> kept_lists(const PoolRules& rules, const fs::path& base) {
  std::vector<KeptList> lists;
  for (const OfficialProgram& program : rules.official_lists) {
    std::error_code failed;
    for (fs::directory_iterator at(base / program.inbox, failed), end; !failed && at != end; at.increment(failed)) {
      const std::string name = at->path().filename().string();
      if (name.starts_with(".") || name.find(program.file_word) == std::string::npos || !at->is_regular_file(failed))
        continue;
      lists.push_back({program.program, at->path().stem().string(), day_of_file(at->path()), rows_in(at->path())});
    }
  }
  std::sort(lists.begin(), lists.end(), [](const KeptList& a, const KeptList& b) {
    return std::tie(b.stored, a.program, a.title) < std::tie(a.stored, b.program, b.title);
  });
  return lists;
}

}  // namespace tanmiao::pool
