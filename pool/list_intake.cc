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

constexpr std::string_view kOfLists = "公告名单：";  // begins the reason of a decision that a list brought

std::string identity_of(const FirmCard& card) { return card.code.empty() ? card.key : "code:" + card.code; }

// What people said of one row, as decisions on its record. Made for the next link: it must not make a marked row one of
// the firms of its name, and may again once the code of a firm was given.
class RowDecisions {
 public:
  RowDecisions(const OfficialList& list, const OfficialRow& row, const IntakeTools& tools) {
    blank_.source = list.program.source;
    blank_.key = list.program.program + "|" + row.number;
    blank_.by = tools.actor.by;
    blank_.decided_at = tools.actor.at;
    blank_.kind = RecordKind::kRecognition;
    blank_.name = exact_name_key(row.name, tools.match.book.reference());
    blank_.reason = std::string(kOfLists) + list.title + (row.not_ours ? "，标为非本企业" : "，已填写代码");
  }
  // That were made on the record before, the latest of each firm.
  std::vector<store::IdentityDecision> earlier(const std::vector<store::IdentityDecision>& all) const {
    std::vector<store::IdentityDecision> out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), [&](const store::IdentityDecision& one) {
      return one.counts() && one.source == blank_.source && one.kind == blank_.kind && one.key == blank_.key;
    });
    return out;
  }
  void say(const std::string& firm, bool same) {
    blank_.firm_identity = firm;
    blank_.ruling = same ? store::Ruling::kSame : store::Ruling::kDifferent;
    if (std::none_of(made_.begin(), made_.end(),
                     [&](const auto& one) { return one.firm_identity == firm && one.name == blank_.name; }))
      made_.push_back(blank_);
  }
  // The contrary of an earlier one, under the name that it was made on.
  void contradict(const store::IdentityDecision& earlier) {
    store::IdentityDecision now = blank_;
    now.firm_identity = earlier.firm_identity;
    now.name = earlier.name;
    now.slot = earlier.slot;
    now.ruling = earlier.same() ? store::Ruling::kDifferent : store::Ruling::kSame;
    made_.push_back(std::move(now));
  }
  const std::vector<store::IdentityDecision>& made() const { return made_; }

 private:
  store::IdentityDecision blank_;
  std::vector<store::IdentityDecision> made_;
};

// Lists without numbers have no key that could be told here; their rows stay without a code.
Status decide_rows(const OfficialList& list, const std::set<std::string>& marked_before, const IntakeTools& tools) {
  if (list.program.number_heading.empty()) return {};
  TANMIAO_ASSIGN(const auto known, tools.people.identity_decisions());
  for (const OfficialRow& row : list.rows) {
    const bool before = marked_before.contains(row_key(list.program, row.name, row.number, row.year));
    if (row.pile == Pile::kUnreadable || !(row.not_ours ? !before : row.by_code)) continue;
    RowDecisions decisions(list, row, tools);
    const auto earlier = decisions.earlier(known);
    if (row.not_ours) {
      for (const auto& one : earlier)
        if (one.same()) decisions.contradict(one);
      for (const FirmCard& card : row.not_these) decisions.say(identity_of(card), false);
    } else {
      // What a review said is left alone: a code of a list is no word of a person but where there was a mark.
      const std::string firm = identity_of(row.firms.front());
      for (const auto& one : earlier)
        if (one.reason.starts_with(kOfLists) && one.same() != (one.firm_identity == firm)) decisions.contradict(one);
      if (before) decisions.say(firm, true);
    }
    for (const auto& decision : decisions.made()) TANMIAO_TRY(tools.people.decide_identity(decision));
  }
  return {};
}

// "核对_科技型中小企业_第1批.xlsx", with a number when it is there already: somebody may be mending it. Two lists of
// one programme do not ask at a time (InboxLock), those of two have two names.
Result<fs::path> workbook_path(const IntakeTools& tools, const OfficialList& list) {
  const bool is_file = tools.workbook.has_extension();
  const fs::path folder = is_file ? tools.workbook.parent_path() : tools.workbook;
  std::error_code failed;
  if (!folder.empty()) fs::create_directories(folder, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), folder.string()};
  if (is_file) return tools.workbook;
  const std::string name = safe_file_name("核对_" + list.program.label + "_" + list.title);
  fs::path path = folder / (name + ".xlsx");
  for (int n = 2; fs::exists(path, failed); ++n) path = folder / (name + "_" + std::to_string(n) + ".xlsx");
  return path;
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
  TANMIAO_ASSIGN(const InboxLock inbox, InboxLock::take(match.program, tools.base));
  // Another list may have brought marks while this one was read, which takes too long to keep all others waiting.
  TANMIAO_ASSIGN(auto marked, marked_rows(match.program, tools.base));
  if (marked != match.not_ours) {
    match.not_ours = std::move(marked);
    TANMIAO_ASSIGN(out.list, match_official(file, match));
  }
  TANMIAO_ASSIGN(auto entries, tools.people.pool_entries());
  TANMIAO_ASSIGN(const auto suppressions, tools.people.suppressions());
  const TakenOut gone = taken_out(match.book, suppressions);
  std::erase_if(entries, [&](const auto& entry) { return gone.has(match.book, entry.firm); });
  out.proposals = propose_achieved(out.list, entries, match.rules, match.book, tools.actor.today);
  TANMIAO_ASSIGN(const fs::path workbook, workbook_path(tools, out.list));
  out.workbook = workbook.string();
  TANMIAO_TRY(write_piles(out.list, out.proposals, match.rules, out.workbook, tools.issuer));
  TANMIAO_TRY(decide_rows(out.list, match.not_ours, tools));
  TANMIAO_ASSIGN(out.kept, keep_list(out.list, inbox));
  TANMIAO_TRY(
      tools.people.audit(tools.actor.by, "list.official", out.list.title, detail_of(out, tools.force), tools.actor.at));
  return out;
}

Result<std::vector<store::PoolEntry>> achieve(Office& office, std::span<const Achievement> proposals,
                                              const PoolRules& rules, const std::string& title) {
  std::vector<Moves> moves;
  moves.reserve(proposals.size());
  for (const Achievement& one : proposals) moves.push_back(moves_of(one, rules, title));
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
