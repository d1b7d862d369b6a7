#include "pool/ledger.h"

#include <algorithm>

#include "core/quote.h"
#include "core/settings.h"
#include "pool/number_text.h"

namespace tanmiao::pool {
namespace {

constexpr CellWord kCells[] = {{"channel", "培育渠道"},
                               {"owner", "责任人"},
                               {"registration_no", "国家入库登记编号"},
                               {"registration_until", "编号有效期至", true},
                               {"certificate_no", "高企证书编号"},
                               {"certificate_until", "证书有效期至", true},
                               {"shortfall", "主要短板"},
                               {"measures", "培育措施"},
                               {"deadline", "完成时限", true},
                               {"admitted_on", "纳入日期", true},
                               {"left_on", "出库日期", true},
                               {"leave_reason", "出库原因"},
                               {"note", "备注"}};
constexpr std::string_view kOther = "其他";
constexpr std::string_view kColon = "：";
constexpr std::size_t kLongestCell = 8190;  // bytes; what a form takes and a cell of a workbook shows whole

std::string who(const store::PoolEntry& entry) { return (entry.name.empty() ? entry.firm : entry.name) + "："; }

Error refused(const store::PoolEntry& entry, const std::string& why) { return {Errc::kRefused, who(entry) + why, ""}; }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "、") + word;
  return text;
}

std::string allowed_after(const PoolRules& rules, std::string_view stage) {
  std::vector<std::string> labels;
  for (const std::string& next : rules.after(stage)) labels.push_back(rules.stage_label(next));
  return labels.empty() ? "没有后续阶段" : "可转为：" + joined(labels);
}

std::string_view cell(const store::PoolEntry& entry, std::string_view word) {
  const auto at = entry.cells.find(word);
  return at == entry.cells.end() ? std::string_view() : std::string_view(at->second);
}

// One of the list; 其他 only with what it is.
bool leave_reason(const PoolRules& rules, const std::string& reason) {
  if (reason == kOther) return false;
  if (std::find(rules.leave_reasons.begin(), rules.leave_reasons.end(), reason) != rules.leave_reasons.end())
    return true;
  const std::string other = std::string(kOther) + std::string(kColon);
  return reason.starts_with(other) && reason.size() > other.size();
}

// A number that is valid on the day of the step.
bool numbered(const PoolRules& rules, const store::PoolEntry& entry) {
  for (const NumberWords& words : number_words(rules, entry.track)) {
    const auto until = parse_iso_date(cell(entry, words.until));
    if (!cell(entry, words.number).empty() && until && *until >= entry.stage_since) return true;
  }
  return false;
}

bool expired(const PoolRules& rules, const store::PoolEntry& entry) {
  bool any = false;
  for (const NumberWords& words : number_words(rules, entry.track)) {
    const auto until = parse_iso_date(cell(entry, words.until));
    if (!until) continue;
    any = true;
    if (*until >= entry.stage_since) return false;
  }
  return any;
}

std::string needed_number(const PoolRules& rules, const store::PoolEntry& entry) {
  std::string text;
  for (const NumberWords& words : number_words(rules, entry.track))
    for (const CellWord& known : kCells)
      if (known.word == words.number || known.word == words.until)
        text += (text.empty() ? "" : "、") + std::string(known.heading);
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Status check_need(const PoolRules& rules, const store::PoolEntry& now, const store::PoolEntry& next, const Step& step,
                  Need need) {
  switch (need) {
    case Need::kNothing: return {};
    case Need::kReason:
      if (!step.reason.empty()) return {};
      return refused(now, "须写明原因");
    case Need::kVerdict:
      if (step.verified) return {};
      return refused(now, "没有走访的核实结论，不能列为" + rules.stage_label(step.to));
    case Need::kBatch:
      if (step.signed_off) return {};
      return refused(now, rules.stage_label(step.to) + "须经批次签批");
    case Need::kNumber:
      if (numbered(rules, next)) return {};
      return refused(now, "须有编号，且在“" + rules.stage_label(step.to) + "”之日有效：" + needed_number(rules, next));
    case Need::kExpiry:
      if (expired(rules, next)) return {};
      return refused(now, "编号或证书尚未到期，或有效期未填");
    case Need::kLeaveReason:
      if (leave_reason(rules, step.reason)) return {};
      return refused(now, "出库原因须为：" + joined(rules.leave_reasons) + "；“其他”后加“：”写明");
    case Need::kEvidence:
      if (!step.reason.empty() && step.reason != now.reason) return {};
      return refused(now, "须写明有何新依据");
  }
  return {};
}

Status put_cells(const PoolRules& rules, store::PoolEntry& entry, const Cells& cells) {
  for (const auto& [word, typed] : cells) {
    const auto known =
        std::find_if(std::begin(kCells), std::end(kCells), [&](const CellWord& c) { return c.word == word; });
    if (known == std::end(kCells)) {
      std::vector<std::string_view> words;
      for (const CellWord& one : kCells) words.push_back(one.word);
      return no_such("栏目", word, words);
    }
    std::string value = typed;
    if (is_number_cell(word)) {
      auto number = number_text(typed);
      if (!number) return Error{Errc::kUsage, std::string(known->heading) + "：" + number.error().message, ""};
      value = std::move(*number);
    }
    if (value.empty()) {
      entry.cells.erase(word);
      continue;
    }
    if (value.size() > kLongestCell)
      return Error{Errc::kUsage, std::string(known->heading) + "超过 " + std::to_string(kLongestCell / 3) + " 字", ""};
    if (known->date && !parse_iso_date(value))
      return Error{Errc::kUsage, std::string(known->heading) + " " + in_quotes(value) + " 不是日期，应如 2026-12-31",
                   ""};
    if (word == "channel" && std::find(rules.channels.begin(), rules.channels.end(), value) == rules.channels.end()) {
      const std::vector<std::string_view> channels(rules.channels.begin(), rules.channels.end());
      return no_such("培育渠道", value, channels);
    }
    entry.cells[word] = std::move(value);
  }
  return {};
}

}  // namespace

std::span<const CellWord> pool_cells() { return kCells; }

bool is_number_cell(std::string_view word) { return word == "registration_no" || word == "certificate_no"; }

std::string offered_text(const Step& step) {
  if (!step.on && step.reason.empty()) return step.to;
  return step.to + '\t' + (step.on ? iso(*step.on) : std::string()) + '\t' + step.reason;
}

Step offered_step(std::string_view text) {
  const std::size_t day = std::min(text.find('\t'), text.size());
  Step step{std::string(text.substr(0, day))};
  if (day == text.size()) return step;
  const std::size_t reason = std::min(text.find('\t', day + 1), text.size());
  if (const auto on = parse_iso_date(text.substr(day + 1, reason - day - 1))) step.on = *on;
  if (reason < text.size()) step.reason = text.substr(reason + 1);
  return step;
}

std::string offered_label(const PoolRules& rules, std::string_view text) {
  const Step step = offered_step(text);
  std::string more = step.on ? "自 " + iso(*step.on) : std::string();
  if (!step.reason.empty()) more += (more.empty() ? "" : "，") + step.reason;
  return rules.stage_label(step.to) + (more.empty() ? "" : "（" + more + "）");
}

std::vector<NumberWords> number_words(const PoolRules& rules, std::string_view track) {
  constexpr NumberWords kRegistration{"registration_no", "registration_until"};
  constexpr NumberWords kCertificate{"certificate_no", "certificate_until"};
  for (const Track& known : rules.tracks) {
    if (known.id != track) continue;
    if (known.program == "tech_sme") return {kRegistration};
    if (known.program == "hnte") return {kCertificate};
  }
  return {kRegistration, kCertificate};
}

store::PoolEntry blank_entry(std::string firm, std::string name, std::string track) {
  store::PoolEntry entry;
  entry.firm = std::move(firm);
  entry.name = std::move(name);
  entry.track = std::move(track);
  return entry;
}

Result<store::PoolEntry> step(const PoolRules& rules, const store::PoolEntry& now, const Step& wanted,
                              const Actor& actor) {
  Step step = wanted;
  step.reason = trimmed(wanted.reason);
  TANMIAO_ASSIGN(const StageWord* to, rules.stage(step.to));
  const Transition* transition = rules.transition(now.stage, to->id);
  if (transition == nullptr)
    return refused(now, (now.stage.empty() ? std::string("尚不在库") : "“" + rules.stage_label(now.stage) + "”") +
                            "不能转为“" + to->label + "”；" + allowed_after(rules, now.stage));
  store::PoolEntry next = now;
  next.stage = to->id;
  next.stage_since = step.on.value_or(actor.today);
  next.reason = step.reason;
  next.by = actor.by;
  next.at = actor.at;
  if (next.stage_since > actor.today) return refused(now, "日期 " + iso(next.stage_since) + " 在今天之后");
  if (now.revision > 0 && next.stage_since < now.stage_since)
    return refused(now, "日期 " + iso(next.stage_since) + " 早于“" + rules.stage_label(now.stage) + "”的起始日 " +
                            iso(now.stage_since));
  TANMIAO_TRY(put_cells(rules, next, step.cells));
  TANMIAO_TRY(check_need(rules, now, next, step, transition->need));
  if (transition->need == Need::kBatch) next.cells["admitted_on"] = iso(next.stage_since);
  if (transition->need == Need::kLeaveReason)
    next.cells["left_on"] = iso(next.stage_since), next.cells["leave_reason"] = step.reason;
  if (transition->need == Need::kEvidence) {  // a new round
    next.batch.clear();
    for (const std::string_view word : {"left_on", "leave_reason", "admitted_on"})
      if (const auto at = next.cells.find(word); at != next.cells.end()) next.cells.erase(at);
  }
  return next;
}

Result<store::PoolEntry> edited(const PoolRules& rules, const store::PoolEntry& now, const Cells& cells,
                                const Actor& actor) {
  store::PoolEntry next = now;
  TANMIAO_TRY(put_cells(rules, next, cells));
  next.by = actor.by;
  next.at = actor.at;
  return next;
}

Ledger::Ledger(std::vector<store::PoolEntry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(),
            [](const auto& a, const auto& b) { return std::tie(a.firm, a.track) < std::tie(b.firm, b.track); });
}

const store::PoolEntry* Ledger::find(std::string_view firm, std::string_view track) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), std::pair(firm, track),
                                   [](const store::PoolEntry& e, const auto& wanted) {
                                     return std::pair(std::string_view(e.firm), std::string_view(e.track)) < wanted;
                                   });
  return at != entries_.end() && at->firm == firm && at->track == track ? &*at : nullptr;
}

Result<store::PoolBatch> batch_step(const PoolRules& rules, const store::PoolBatch& now, const std::string& to,
                                    const std::string& reason, const Actor& actor) {
  const auto state = std::find_if(rules.batch_states.begin(), rules.batch_states.end(),
                                  [&](const BatchState& s) { return s.id == now.state; });
  std::vector<std::string> labels;
  if (state != rules.batch_states.end()) {
    for (const std::string& next : state->leaves_to) labels.push_back(rules.batch_label(next));
    if (std::find(state->leaves_to.begin(), state->leaves_to.end(), to) != state->leaves_to.end()) {
      store::PoolBatch next = now;
      next.state = to;
      next.reason = reason;
      next.by = actor.by;
      next.at = actor.at;
      return next;
    }
  }
  return Error{Errc::kRefused,
               "批次“" + now.title + "”：“" + rules.batch_label(now.state) + "”不能转为“" + rules.batch_label(to) +
                   "”；" + (labels.empty() ? "已是最后一步" : "可转为：" + joined(labels)),
               ""};
}

}  // namespace tanmiao::pool
