#include "pool/achieve.h"

#include <algorithm>

namespace tanmiao::pool {
namespace {

constexpr std::string_view kAchieved = "ACHIEVED";

// Stages from one to 已达成, without the first; empty: no such way.
std::vector<std::string> way_from(const PoolRules& rules, const std::string& stage) {
  const auto by_number = [&](const std::string& from) {
    const Transition* step = rules.transition(from, kAchieved);
    return step != nullptr && step->need == Need::kNumber;
  };
  if (by_number(stage)) return {std::string(kAchieved)};
  for (const Transition& step : rules.transitions)
    if (step.from == stage && step.need == Need::kNothing && by_number(step.to))
      return {step.to, std::string(kAchieved)};
  return {};
}

// Of an entry that has achieved: the number is not the one it has, and ends later.
bool renews(const PoolRules& rules, const store::PoolEntry& entry, const std::string& number, Date until) {
  if (entry.stage != kAchieved) return false;
  const auto cell = [&](std::string_view word) {
    const auto at = entry.cells.find(word);
    return at == entry.cells.end() ? std::string() : at->second;
  };
  for (const NumberWords& words : number_words(rules, entry.track)) {
    if (cell(words.number) == number) return false;
    if (const auto ends = parse_iso_date(cell(words.until)); ends && *ends >= until) return false;
  }
  return true;
}

Cells number_cells(const Achievement& proposal, const PoolRules& rules) {
  Cells cells;
  for (const NumberWords& words : number_words(rules, proposal.track))
    cells.insert({{std::string(words.number), proposal.number}, {std::string(words.until), iso(proposal.until)}});
  return cells;
}

}  // namespace

std::vector<Achievement> propose_achieved(const OfficialList& list, const std::vector<store::PoolEntry>& entries,
                                          const PoolRules& rules, const FirmBook& book, Date today) {
  std::vector<Achievement> out;
  for (const OfficialRow& row : list.rows) {
    const auto until = from_day(row.until);
    if (row.pile != Pile::kFound || row.held != Held::kValid || row.number.empty() || !until) continue;
    const FirmCard& card = row.firms.front();
    for (const store::PoolEntry& entry : entries) {
      if (book.number(entry.firm) != card.firm) continue;
      const auto track = std::find_if(rules.tracks.begin(), rules.tracks.end(), [&](const Track& one) {
        return one.id == entry.track && one.program == list.program.program;
      });
      if (track == rules.tracks.end()) continue;
      auto through = way_from(rules, entry.stage);
      if (through.empty() && !renews(rules, entry, row.number, *until)) continue;
      Date on = today;
      if (const auto issued = parse_iso_date(row.issued); issued && *issued >= entry.stage_since && *issued <= today)
        on = *issued;
      if (*until < on) continue;
      Achievement one{entry.firm,     card.name,  card.code, card.unit, entry.track,       entry.stage,
                      entry.revision, row.number, *until,    on,        std::move(through)};
      const auto known = std::find_if(out.begin(), out.end(), [&](const Achievement& before) {
        return before.firm == one.firm && before.track == one.track;
      });
      if (known == out.end())
        out.push_back(std::move(one));
      else if (known->until < one.until)
        *known = std::move(one);
    }
  }
  return out;
}

std::string_view label(const Achievement& proposal) { return proposal.renewal() ? "更新编号（续评）" : "列为已达成"; }

Moves moves_of(const Achievement& proposal, const PoolRules& rules, const std::string& title) {
  Moves moves{proposal.firm, proposal.track, proposal.revision, {}, {}, "公告名单：" + title};
  for (const std::string& stage : proposal.through) {
    Step step{stage, proposal.on, moves.reason};
    if (stage == kAchieved) step.cells = number_cells(proposal, rules);
    moves.steps.push_back(std::move(step));
  }
  if (proposal.renewal()) moves.cells = number_cells(proposal, rules);
  return moves;
}

}  // namespace tanmiao::pool
