#include "miner/causes.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "miner/cause_learned.h"
#include "miner/cause_rights.h"

namespace tanmiao::miner {
namespace {

constexpr double kSamePoints = 1e-9;

// A firm on one of the sides.
struct Judged {
  const Context& context;
  FirmFacts facts;
  Assessment assessment;
};

Judged judged_side(const Context& context, store::FirmNo firm) {
  Judged side{context, {}, {}};
  if (firm == store::kNoFirm || firm > context.snapshot.last_firm()) return side;
  side.facts = gather(context, firm);
  side.assessment = assess(context, side.facts);
  return side;
}

template <class Relation>
Cause of_record(CauseKind kind, std::string text, Day date, const Relation& relation, std::uint32_t row) {
  return {kind, std::move(text), date, std::string(relation.source[row]), std::string(relation.key[row])};
}

// Records keep their key from one snapshot to the next; one without is known by what it says.
std::string recognition_id(const Context& context, const RecognitionFact& fact) {
  const auto& r = context.snapshot.recognitions;
  const std::string key(r.key[fact.row]);
  if (!key.empty()) return std::string(r.source[fact.row]) + "\n" + key + "\n" + std::string(r.program[fact.row]);
  return std::string(r.program[fact.row]) + "\n" + std::to_string(r.year[fact.row]) + "\n" +
         day_text(r.issued[fact.row]);
}

std::string signal_id(const Context& context, const SignalFact& fact) {
  const auto& s = context.snapshot.signals;
  const std::string key(s.key[fact.row]);
  if (!key.empty()) return std::string(s.source[fact.row]) + "\n" + key;
  return std::string(s.type[fact.row]) + "\n" + day_text(s.date[fact.row]) + "\n" + std::string(s.title[fact.row]);
}

// Became public since the day of the side before; else it was there to be known and only came late.
CauseKind since(const Judged& was, Day happened, Day published) {
  const Day known = published != kNoDay ? published : happened;
  return known != kNoDay && known > was.context.day ? CauseKind::kFact : CauseKind::kLate;
}
std::string_view came(CauseKind kind) { return kind == CauseKind::kLate ? "新收录（此前已公开）" : "新增"; }

void add_recognitions(const Judged& was, const Judged& is, std::vector<Cause>& out) {
  std::map<std::string, const RecognitionFact*> before;
  for (const RecognitionFact& fact : was.facts.recognitions) before[recognition_id(was.context, fact)] = &fact;
  const auto& r = is.context.snapshot.recognitions;
  for (const RecognitionFact& fact : is.facts.recognitions) {
    const std::string text = recognition_label(is.context, fact);
    const auto found = before.find(recognition_id(is.context, fact));
    if (found == before.end()) {
      const CauseKind kind = since(was, r.issued[fact.row], r.public_date[fact.row]);
      const Day date = r.issued[fact.row] != kNoDay ? r.issued[fact.row] : r.public_date[fact.row];
      std::string of;
      if (date != kNoDay)
        of.append("，").append(day_text(date));
      else if (r.year[fact.row] > 0)
        of.append("，").append(std::to_string(r.year[fact.row])).append(" 年");
      out.push_back(
          of_record(kind, std::string(came(kind)).append("资质 ").append(text).append(of), date, r, fact.row));
      continue;
    }
    const RecognitionFact& then = *found->second;
    before.erase(found);
    if (then.held != fact.held) {
      const bool ended = fact.until != kNoDay && fact.until >= was.context.day && fact.until < is.context.day;
      std::string change = "由";
      change.append(held_label(then.held)).append("转为").append(held_label(fact.held));
      if (fact.until != kNoDay) change += "（有效期至 " + day_text(fact.until) + "）";
      out.push_back(of_record(ended || then.until == fact.until ? CauseKind::kTime : CauseKind::kLate,
                              std::string(text).append(" ").append(change), fact.until, r, fact.row));
    } else if (then.strong && !fact.strong) {
      std::string change = text;
      change.append(" 失效已满 ")
          .append(std::to_string(is.context.card.strong_record_years))
          .append(" 年，不再算近期资质");
      out.push_back(of_record(CauseKind::kTime, change, fact.until, r, fact.row));
    }
  }
  const auto& old = was.context.snapshot.recognitions;
  for (const auto& [id, fact] : before)
    out.push_back(of_record(CauseKind::kLate, "来源数据中已没有资质 " + recognition_label(was.context, *fact), kNoDay,
                            old, fact->row));
}

std::string signal_text(const Context& context, const SignalFact& fact) {
  const auto& s = context.snapshot.signals;
  std::string text = signal_label(context, fact);
  if (!s.title[fact.row].empty()) text += "：" + std::string(s.title[fact.row]);
  return text;
}

void add_signals(const Judged& was, const Judged& is, std::vector<Cause>& out) {
  std::map<std::string, const SignalFact*> before;
  for (const SignalFact& fact : was.facts.signals) before[signal_id(was.context, fact)] = &fact;
  const auto& s = is.context.snapshot.signals;
  for (const SignalFact& fact : is.facts.signals) {
    const auto found = before.find(signal_id(is.context, fact));
    if (found == before.end()) {
      const CauseKind kind = since(was, s.date[fact.row], s.public_date[fact.row]);
      const std::string day = day_text(s.date[fact.row]);
      out.push_back(of_record(
          kind, std::string(came(kind)) + "线索 " + signal_text(is.context, fact) + (day.empty() ? "" : "，" + day),
          s.date[fact.row], s, fact.row));
      continue;
    }
    const bool faded = found->second->recent && !fact.recent;
    before.erase(found);
    if (!faded) continue;
    const std::string years = std::to_string(is.context.card.strong_record_years);
    out.push_back(of_record(CauseKind::kTime,
                            "线索 " + signal_text(is.context, fact) + " 已满 " + years + " 年，不再算近期",
                            s.date[fact.row], s, fact.row));
  }
  for (const auto& [id, fact] : before)
    out.push_back(of_record(CauseKind::kLate, "来源数据中已没有线索 " + signal_text(was.context, *fact), kNoDay,
                            was.context.snapshot.signals, fact->row));
}

void add_visits(const Judged& was, const Judged& is, std::vector<Cause>& out) {
  const auto texts = [](const FirmFacts& facts) {
    std::map<std::string, const store::SelfReport*> told;
    for (const store::SelfReport* report : facts.reports)
      told[iso(report->visited_on) + "\n" + report_text(*report)] = report;
    return told;
  };
  const auto before = texts(was.facts), now = texts(is.facts);
  for (const auto& [id, report] : now)
    if (!before.contains(id))
      out.push_back({CauseKind::kFact, iso(report->visited_on) + " 走访所得：" + report_text(*report),
                     to_day(report->visited_on), std::string(kSelfReports), ""});
  for (const auto& [id, report] : before)
    if (!now.contains(id))
      out.push_back({CauseKind::kLate, iso(report->visited_on) + " 的走访答复已撤回或改正：" + report_text(*report),
                     to_day(report->visited_on), std::string(kSelfReports), ""});
}

// The lists of the register that a condition of the rule rests on. The snapshot does not say since when.
void add_bad_lists(std::uint32_t before, std::uint32_t now, std::vector<Cause>& out) {
  constexpr std::pair<std::uint32_t, std::string_view> kLists[] = {{store::kFirmDishonest, "严重违法失信名单"},
                                                                   {store::kFirmAbnormal, "经营异常名录"}};
  for (const auto& [flag, name] : kLists)
    if (((before ^ now) & flag) != 0)
      out.push_back({CauseKind::kFact, ((now & flag) != 0 ? "列入" : "移出") + std::string(name)});
}

void add_registration(const Judged& was, const Judged& is, std::vector<Cause>& out) {
  if (was.facts.firm == store::kNoFirm || is.facts.firm == store::kNoFirm) return;
  const auto &a = was.context.snapshot.firms, &b = is.context.snapshot.firms;
  const store::FirmNo firm = is.facts.firm;
  if (a.name[firm] != b.name[firm] && !a.name[firm].empty())
    out.push_back({CauseKind::kFact, "名称由 " + std::string(a.name[firm]) + " 变为 " + std::string(b.name[firm])});
  if (a.scope[firm] != b.scope[firm])
    out.push_back({CauseKind::kFact, a.scope[firm].empty() ? "新收录经营范围" : "经营范围有变更"});
  if (a.industry_code[firm] != b.industry_code[firm])
    out.push_back({CauseKind::kFact,
                   "登记的行业代码由 " + std::string(a.industry_code[firm].empty() ? "无" : a.industry_code[firm]) +
                       " 变为 " + std::string(b.industry_code[firm].empty() ? "无" : b.industry_code[firm])});
  if (a.org_type[firm] != b.org_type[firm])
    out.push_back({CauseKind::kFact, "企业类型由 " + std::string(a.org_type[firm].empty() ? "未知" : a.org_type[firm]) +
                                         " 变为 " + std::string(b.org_type[firm].empty() ? "未知" : b.org_type[firm])});
  add_bad_lists(a.flags[firm], b.flags[firm], out);
  const bool young = was.assessment.kind == LeadKind::kStartUp, now_young = is.assessment.kind == LeadKind::kStartUp;
  const Day day = b.established[firm];
  if (young && !now_young && day != kNoDay && day == a.established[firm] && is.assessment.kind == LeadKind::kNew)
    out.push_back({CauseKind::kTime,
                   "成立（" + day_text(day) + "）已满 " + std::to_string(is.context.card.start_up_months) +
                       " 个月，由科技型初创转入主名单",
                   day});
}

std::vector<ItemChange> item_changes(const Judged& was, const Judged& is) {
  std::vector<ItemChange> out;
  std::map<std::string_view, double> before;
  for (const Contribution& c : was.assessment.contributions) before[c.feature->id] += c.points;
  for (const Contribution& c : is.assessment.contributions) {
    const double then = before[c.feature->id];
    if (std::abs(c.points - then) > kSamePoints) out.push_back({c.feature->id, c.feature->label, then, c.points});
  }
  std::stable_sort(out.begin(), out.end(), [](const ItemChange& a, const ItemChange& b) {
    return std::abs(a.now - a.before) > std::abs(b.now - b.before);
  });
  return out;
}

// Runs `add`, and says of what it added what it is about.
template <class Add>
void about(About what, std::vector<Cause>& causes, const Add& add) {
  const std::size_t from = causes.size();
  add();
  for (std::size_t i = from; i < causes.size(); ++i) causes[i].about = what;
}

FirmCauses causes_of(const Context& before, const Context& now, const LearnedSide& model, store::FirmNo firm) {
  const Judged was = judged_side(before, firm), is = judged_side(now, firm);
  FirmCauses out;
  out.before = was.assessment.score, out.now = is.assessment.score;
  out.list_before = was.assessment.kind == LeadKind::kStartUp, out.list_now = is.assessment.kind == LeadKind::kStartUp;
  out.items = item_changes(was, is);
  about(About::kRecognitions, out.causes, [&] { add_recognitions(was, is, out.causes); });
  about(About::kSignals, out.causes, [&] { add_signals(was, is, out.causes); });
  about(About::kVisits, out.causes, [&] { add_visits(was, is, out.causes); });
  about(About::kRights, out.causes, [&] { add_rights(was.context, was.facts, is.context, is.facts, out.causes); });
  about(About::kRegister, out.causes, [&] { add_registration(was, is, out.causes); });
  if (model.trees != nullptr && was.facts.firm != store::kNoFirm && is.facts.firm != store::kNoFirm)
    out.learned = learned_causes(model, {was.context, was.facts, was.assessment}, {is.context, is.facts, is.assessment},
                                 out.causes);
  return out;
}

}  // namespace

std::string_view word(CauseKind kind) {
  switch (kind) {
    case CauseKind::kFact: return "fact";
    case CauseKind::kLate: return "late";
    case CauseKind::kTime: break;
  }
  return "time";
}

Result<std::vector<FirmCauses>> causes(const RunSide& before, const RunSide& now, const Rules& rules,
                                       const Reference& reference, const std::vector<store::FirmNo>& firms) {
  TANMIAO_ASSIGN(const Context was, context_for(before.snapshot, rules, reference, before.config));
  TANMIAO_ASSIGN(const Context is, context_for(now.snapshot, rules, reference, now.config));
  const LearnedSide model = learned_side(is, dynamic_cast<const LoadedRules&>(rules), now.config);
  std::vector<FirmCauses> out(firms.size());
  tbb::task_arena arena(now.config.threads > 0 ? now.config.threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, firms.size(),
                      [&](std::size_t i) { out[i] = causes_of(was, is, model, firms[i]); });
  });
  return out;
}

}  // namespace tanmiao::miner
