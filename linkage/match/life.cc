#include "linkage/match/life.h"

#include <algorithm>

namespace tanmiao::linkage {
namespace {

std::string day_written(Day day) { return iso(from_day(day).value_or(Date{})); }

Level life_of(const MatchCandidate& c) { return c.levels.at(NameField::kLifeField); }

bool was_compared(const MatchCandidate& c) {
  return c.levels.levels[1] != Level{};
}  // one found by its code alone is not

bool of_whole_name(const MatchCandidate& c) { return c.levels.at(NameField::kWholeField) == Level::kWholeEqual; }

// How many days the day lies outside of what is known; 0: within, or nothing is known.
Day days_off(const FirmLife& firm, const NameSpan& name, Day day) {
  Day off = 0;
  if (firm.founded != kNoDay) off = std::max(off, firm.founded - day);
  if (firm.dissolved != kNoDay) off = std::max(off, day - firm.dissolved);
  if (name.former && name.until != kNoDay) off = std::max(off, day - name.until);
  return off;
}

}  // namespace

Level life_level(const FirmLife& firm, const NameSpan& name, Day day, bool as_former) {
  bool gone = firm.gone || firm.dissolved != kNoDay, former = name.former && !as_former;
  if (day != kNoDay) {
    if (const Day off = days_off(firm, name, day); off > 0)
      return off <= kNearDay ? Level::kLifeNearDay : Level::kLifeOtherDay;
    // Within what is known, so that what came later says nothing.
    gone = gone && firm.dissolved == kNoDay;
    former = former && name.until == kNoDay;
  }
  if (gone) return former ? Level::kLifeGoneFormer : Level::kLifeGone;
  return former ? Level::kLifeFormer : Level::kLifeUnknown;
}

namespace {

// Whether somebody who bears the name today is as near, or would be but for `bits`.
bool borne_by_another(const MatchCandidate& c, double bits, const std::vector<MatchCandidate>& candidates,
                      const Lives& lives) {
  return std::any_of(candidates.begin(), candidates.end(), [&](const MatchCandidate& other) {
    return other.row != c.row && was_compared(other) && !lives.names[other.entry].former &&
           other.weight >= c.weight + bits;
  });
}

}  // namespace

void weigh_lives(std::vector<MatchCandidate>& candidates, const Lives& lives, Day day, bool as_former,
                 const MatchModel& model) {
  std::vector<double> bits(candidates.size(), 0);
  for (std::size_t n = 0; n < candidates.size(); ++n) {
    MatchCandidate& c = candidates[n];
    if (!was_compared(c)) continue;
    Level level = life_level(lives.firms[c.row], lives.names[c.entry], day, as_former);
    bits[n] = model.of(c.writing).level[static_cast<std::size_t>(level)];
    // A former name leads to its firm as well as today's where nobody else bears it.
    if (level == Level::kLifeFormer && !borne_by_another(c, bits[n], candidates, lives))
      level = Level::kLifeUnknown, bits[n] = 0;
    c.levels.set(level);
  }
  for (std::size_t n = 0; n < candidates.size(); ++n) candidates[n].weight += bits[n];
}

void tell_lives(const std::vector<MatchCandidate>& candidates, const Lives& lives, Day day,
                std::vector<MatchFactor>& factors) {
  if (candidates.empty()) return;
  const MatchCandidate& best = candidates.front();
  const FirmLife& firm = lives.firms[best.row];
  const bool dated = firm.dissolved != kNoDay;
  if (!was_compared(best) && (firm.gone || dated))  // found by its code alone
    factors.push_back(
        {"life", "gone", 0, "存续：已注销或吊销" + (dated ? "（" + day_written(firm.dissolved) + "）" : "")});
  if (was_compared(best) && life_of(best) == Level::kLifeUnknown && lives.names[best.entry].former)
    factors.push_back({"life", "former", 0, "存续：" + std::string(level_label(Level::kLifeFormer))});
  for (MatchFactor& factor : factors) {
    if (factor.field != "life" || !was_compared(best)) continue;
    if (dated && (day == kNoDay || day > firm.dissolved)) factor.text += "（" + day_written(firm.dissolved) + "）";
    if (day != kNoDay && firm.founded != kNoDay && day < firm.founded)
      factor.text += "（" + day_written(firm.founded) + " 成立）";
  }
  if (!was_compared(best) || !of_whole_name(best)) return;
  std::size_t passed_over = 0;
  std::string_view why;
  for (const MatchCandidate& c : candidates) {
    if (&c == &best || !was_compared(c) || !of_whole_name(c)) continue;
    if (life_of(c) == Level::kLifeUnknown || life_of(c) == life_of(best)) continue;
    if (++passed_over == 1) why = level_label(life_of(c));
  }
  if (passed_over > 0)
    factors.push_back(
        {"life", "chosen", 0, "另有 " + std::to_string(passed_over) + " 家用过同一名称：" + std::string(why)});
}

}  // namespace tanmiao::linkage
