#include "miner/cause_rights.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/patent.h"

namespace tanmiao::miner {
namespace {

constexpr std::pair<PatentEvent, std::string_view> kEnds[] = {
    {PatentEvent::kRefused, "被驳回"},           {PatentEvent::kDeemedWithdrawn, "视为撤回"},
    {PatentEvent::kDeemedAbandoned, "视为放弃"}, {PatentEvent::kLapsedFee, "因未缴年费终止"},
    {PatentEvent::kLapsedOther, "终止"},         {PatentEvent::kExpired, "保护期届满"},
    {PatentEvent::kInvalidated, "被宣告无效"},   {PatentEvent::kDead, "失效"}};

struct Told {
  Day date = kNoDay, published = kNoDay;
  std::string_view words;
};

// The last event that ended the right, of those that were public by the day.
Told end_of(const Context& context, std::uint32_t patent) {
  Told told;
  const auto& e = context.snapshot.events;
  const auto [first, last] = context.snapshot.events_of(patent);
  for (std::uint32_t i = first; i < last; ++i) {
    if (!context.known(e.public_date[i], e.date[i], 0) || e.date[i] > context.day) continue;
    for (const auto& [event, words] : kEnds)
      if (static_cast<PatentEvent>(e.event[i]) == event) told = {e.date[i], e.public_date[i], words};
  }
  return told;
}

// The last event of any kind: what shows that a right is in force.
Day last_event(const Context& context, std::uint32_t patent) {
  Day day = kNoDay;
  const auto& e = context.snapshot.events;
  const auto [first, last] = context.snapshot.events_of(patent);
  for (std::uint32_t i = first; i < last; ++i)
    if (context.known(e.public_date[i], e.date[i], 0) && e.date[i] <= context.day) day = std::max(day, e.date[i]);
  return day;
}

// The day on which it was granted, as published or by an event.
Day granted_day(const Context& context, std::uint32_t patent) {
  if (context.snapshot.patents.granted[patent] != kNoDay) return context.snapshot.patents.granted[patent];
  const auto& e = context.snapshot.events;
  const auto [first, last] = context.snapshot.events_of(patent);
  for (std::uint32_t i = first; i < last; ++i)
    if (static_cast<PatentEvent>(e.event[i]) == PatentEvent::kGrant && context.known(e.public_date[i], e.date[i], 0))
      return e.date[i];
  return kNoDay;
}

class Rights {
 public:
  Rights(const Context& then, const FirmFacts& before, const Context& now, const FirmFacts& facts)
      : then_(then), before_(before), now_(now), facts_(facts) {}

  std::vector<Cause> causes() {
    std::map<std::string, const PatentFact*> left;
    for (const PatentFact& fact : before_.patents) left[id(then_, fact)] = &fact;
    for (const PatentFact& fact : facts_.patents) {
      const auto found = left.find(id(now_, fact));
      if (found == left.end()) {
        came(fact);
        continue;
      }
      const PatentFact* was = found->second;
      left.erase(found);
      if (was->state != fact.state)
        turned(*was, fact);
      else
        grew_old(fact);
    }
    for (const auto& [no, fact] : left) went(*fact);
    return in_order();
  }

 private:
  struct Line {
    bool invention;
    CauseKind kind;
    std::string no;
    Cause cause;
  };

  static std::string id(const Context& context, const PatentFact& fact) {
    const auto& p = context.snapshot.patents;
    const std::string no(p.application_no[fact.row]);
    return no.empty() ? std::string(p.source[fact.row]) + "\n" + std::string(p.key[fact.row]) : no;
  }
  static bool invention(const Context& context, std::uint32_t row) {
    return static_cast<PatentKind>(context.snapshot.patents.kind[row]) == PatentKind::kInvention;
  }
  // 发明专利 CN…（一种阀）
  static std::string named(const Context& context, std::uint32_t row) {
    const auto& p = context.snapshot.patents;
    const auto kind = static_cast<PatentKind>(p.kind[row]);
    const std::string_view word = kind == PatentKind::kInvention ? "发明专利"
                                  : kind == PatentKind::kUtility ? "实用新型"
                                  : kind == PatentKind::kDesign  ? "外观设计"
                                                                 : "专利";
    return std::string(word) + " " + std::string(p.application_no[row]) + "（" + std::string(p.title[row]) + "）";
  }
  void add(const Context& context, std::uint32_t row, CauseKind kind, const std::string& what, Day date) {
    const auto& p = context.snapshot.patents;
    lines_.push_back({invention(context, row),
                      kind,
                      std::string(p.application_no[row]),
                      {kind, named(context, row) + what, date, std::string(p.source[row]), std::string(p.key[row])}});
  }
  bool after_then(Day day) const { return day != kNoDay && day > then_.day; }

  void came(const PatentFact& fact) {
    const auto& p = now_.snapshot.patents;
    const Day granted = granted_day(now_, fact.row), published = p.public_date[fact.row];
    if (fact.acquired) {
      const Day from = owned(now_, facts_.firm, fact.row).first;
      return add(now_, fact.row, after_then(from) ? CauseKind::kFact : CauseKind::kLate,
                 from == kNoDay ? "受让取得" : "受让取得，自 " + day_text(from), from);
    }
    if (after_then(published) && after_then(granted))
      return add(now_, fact.row, CauseKind::kFact, "授权于 " + day_text(granted), granted);
    if (after_then(published)) return add(now_, fact.row, CauseKind::kFact, "公开于 " + day_text(published), published);
    // Its application was there to be known; that it was granted may be news.
    const Day filed = p.filing[fact.row];
    std::string told = "此前未收录";
    if (filed != kNoDay) told += "，申请于 " + day_text(filed);
    if (granted != kNoDay) told += "，授权于 " + day_text(granted);
    if (after_then(granted)) return add(now_, fact.row, CauseKind::kFact, told, granted);
    add(now_, fact.row, CauseKind::kLate, told, filed);
  }

  void went(const PatentFact& fact) {
    const Day until = ended_ownership(fact);
    if (until == kNoDay) return add(then_, fact.row, CauseKind::kLate, "不再归于本企业，或来源数据中已没有", kNoDay);
    add(then_, fact.row, after_then(until) ? CauseKind::kFact : CauseKind::kLate, "已转出，于 " + day_text(until),
        until);
  }

  void turned(const PatentFact& was, const PatentFact& is) {
    const std::uint32_t row = is.row;
    if (is.state == IpState::kDead) return died(row);
    const Day granted = granted_day(now_, row);
    if (was.state == IpState::kPending && granted != kNoDay)
      return add(now_, row, after_then(granted) ? CauseKind::kFact : CauseKind::kLate, "授权于 " + day_text(granted),
                 granted);
    if (is.state == IpState::kValid) {
      const Day day = last_event(now_, row);
      return add(now_, row, after_then(day) ? CauseKind::kFact : CauseKind::kLate,
                 day == kNoDay ? "效力得到证实" : "由 " + day_text(day) + " 的法律事件证实有效", day);
    }
    if (was.state == IpState::kPending)
      return add(now_, row, CauseKind::kTime,
                 "申请已满 " + std::to_string(now_.card.pending_years) + " 年而结果未知，转为效力待核", kNoDay);
    if (was.state == IpState::kValid && is.state == IpState::kUnverified)
      return add(now_, row, CauseKind::kTime, "近期没有法律事件可证实，转为效力待核", kNoDay);
    add(now_, row, CauseKind::kLate, "由" + std::string(label(was.state)) + "转为" + std::string(label(is.state)),
        kNoDay);
  }

  void died(std::uint32_t row) {
    const Told told = end_of(now_, row);
    if (!told.words.empty()) {
      const Day known = told.published != kNoDay ? told.published : told.date;
      return add(now_, row, after_then(known) ? CauseKind::kFact : CauseKind::kLate,
                 std::string(told.words) + "，" + day_text(told.date), told.date);
    }
    const auto filed = from_day(now_.snapshot.patents.filing[row]);
    const auto kind = static_cast<PatentKind>(now_.snapshot.patents.kind[row]);
    if (!filed || kind == PatentKind::kUnknown) return add(now_, row, CauseKind::kLate, "失效", kNoDay);
    const Day end = to_day(term_end(kind, *filed));
    add(now_, row, CauseKind::kTime, "保护期届满，" + day_text(end), end);
  }

  // Of the same state, but its filing is no longer among those of the last three years.
  void grew_old(const PatentFact& fact) {
    const Day filed = now_.snapshot.patents.filing[fact.row];
    if (filed == kNoDay || fact.acquired) return;
    const auto within = [&](const Context& c) { return filed >= to_day(add_months(c.as_of, -36)); };
    if (within(then_) && !within(now_))
      add(now_, fact.row, CauseKind::kTime, "申请（" + day_text(filed) + "）已满三年，不再算近期申请", filed);
  }

  static std::pair<Day, Day> owned(const Context& context, store::FirmNo firm, std::uint32_t patent) {
    const auto& o = context.snapshot.ownerships;
    const auto [first, last] = context.snapshot.ownerships_of(firm);
    for (std::uint32_t i = first; i < last; ++i)
      if (o.patent[i] == patent) return {o.from[i], o.to[i]};
    return {kNoDay, kNoDay};
  }
  // As the later snapshot says it; the patent has another row there.
  Day ended_ownership(const PatentFact& fact) const {
    if (before_.firm > now_.snapshot.last_firm()) return kNoDay;
    const auto& o = now_.snapshot.ownerships;
    const auto [first, last] = now_.snapshot.ownerships_of(before_.firm);
    for (std::uint32_t i = first; i < last; ++i)
      if (now_.snapshot.patents.application_no[o.patent[i]] == then_.snapshot.patents.application_no[fact.row] &&
          o.to[i] != kNoDay && o.to[i] <= now_.day)
        return o.to[i];
    return kNoDay;
  }

  std::vector<Cause> in_order() {
    std::sort(lines_.begin(), lines_.end(), [](const Line& a, const Line& b) {
      return std::tuple(!a.invention, a.kind, a.no, a.cause.text) <
             std::tuple(!b.invention, b.kind, b.no, b.cause.text);
    });
    std::vector<Cause> out;
    out.reserve(std::min(lines_.size(), kMostRights + 1));
    for (std::size_t i = 0; i < lines_.size() && i < kMostRights; ++i) out.push_back(std::move(lines_[i].cause));
    if (lines_.size() > kMostRights)
      out.push_back({CauseKind::kLate, "另有专利变化 " + std::to_string(lines_.size() - kMostRights) + " 件从略"});
    return out;
  }

  const Context& then_;
  const FirmFacts& before_;
  const Context& now_;
  const FirmFacts& facts_;
  std::vector<Line> lines_;
};

}  // namespace

void add_rights(const Context& then, const FirmFacts& before, const Context& now, const FirmFacts& facts,
                std::vector<Cause>& out) {
  for (Cause& cause : Rights(then, before, now, facts).causes()) out.push_back(std::move(cause));
}

}  // namespace tanmiao::miner
