#include "pool/office.h"

#include <algorithm>
#include <set>

#include "core/settings.h"
#include "pool/number_text.h"
#include "pool/taken_out.h"
#include "store/answers.h"

namespace tanmiao::pool {
namespace {

constexpr std::string_view kLead = "LEAD", kVerified = "VERIFIED", kAdmitted = "ADMITTED";
constexpr std::string_view kDraft = "draft", kSigned = "signed", kFrozen = "frozen";
constexpr int kTries = 5;

// "2026-11-25 14:03"
std::string in_beijing(Instant at) {
  const std::string text = iso(at + std::chrono::hours(8));
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

// "2026年11月25日"
std::string day_in_words(Date day) {
  const std::string text = iso(day);
  const auto plain = [](std::string part) { return part.front() == '0' ? part.substr(1) : part; };
  return text.substr(0, 4) + "年" + plain(text.substr(5, 2)) + "月" + plain(text.substr(8, 2)) + "日";
}

Error meanwhile(const std::string& name, const std::string& by, Instant at) {
  return {Errc::kConflict, name + "已被" + by + "于 " + in_beijing(at) + " 修改，请核对后再办", ""};
}

Error withdrawn_visits(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "、") + name;
  return {Errc::kRefused, "走访核实的填报已撤回，须重新走访或先移出批次：" + text, ""};
}

Error no_firm() { return {Errc::kNotFound, "企业库里没有这家企业", ""}; }

}  // namespace

// The state that a plan was made on is read inside it, so that a second try sees what the other one wrote.
template <class Plan>
auto Office::act(const Plan& plan) -> decltype(plan(std::declval<store::PeopleChange&>())) {
  for (int tries = 1;; ++tries) {
    store::PeopleChange change;
    auto planned = plan(change);
    if (!planned || change.empty()) return planned;
    const auto done = people_.apply(change);
    if (done) return planned;
    if (done.error().code != Errc::kConflict || tries == kTries) return done.error();
  }
}

Result<store::PoolEntry> Office::entry_of(const std::string& key, std::string_view track) {
  TANMIAO_ASSIGN(const Track* known, rules_.track(track));
  if (key.empty()) return no_firm();
  const store::FirmNo firm = book_.number(key);
  TANMIAO_ASSIGN(const auto suppressed, people_.suppressions());
  if (taken_out(book_, suppressed).has(book_, key)) return Error{Errc::kRefused, "这家企业已不再列示：" + key, ""};
  TANMIAO_ASSIGN(auto entries, people_.pool_entries());
  for (auto& entry : entries)
    if (entry.track == known->id && (entry.firm == key || (firm != store::kNoFirm && book_.number(entry.firm) == firm)))
      return entry;
  if (firm == store::kNoFirm) return no_firm();
  const FirmCard card = book_.card(firm);
  return blank_entry(card.key, card.name, known->id);
}

// A visit that verifies, by what counts of it, since the firm became a lead: one of an earlier round does not.
Result<bool> Office::verified(const store::PoolEntry& entry) {
  TANMIAO_ASSIGN(auto reports, people_.self_reports());
  TANMIAO_ASSIGN(const auto conflicts, people_.conflicts(false));
  reports = store::settled_reports(std::move(reports), conflicts);
  const store::FirmNo firm = book_.number(entry.firm);
  const bool later_round = entry.revision > 1;
  return std::any_of(reports.begin(), reports.end(), [&](const auto& report) {
    const bool own = report.firm == entry.firm || (firm != store::kNoFirm && book_.number(report.firm) == firm);
    return own && rules_.verifies(report.verdict) && (!later_round || report.visited_on >= entry.stage_since);
  });
}

Result<std::vector<std::string>> Office::unfounded(std::span<const store::PoolEntry> entries) {
  std::vector<std::string> names;
  TANMIAO_ASSIGN(auto reports, people_.self_reports());
  const auto name_of = [&](const std::string& key) {  // of the firm, whatever it is called by
    const store::FirmNo firm = book_.number(key);
    return firm == store::kNoFirm ? key : std::to_string(firm);
  };
  std::set<std::string> withdrawn, founded;
  for (const auto& report : reports)
    if (report.withdrawn && rules_.verifies(report.verdict)) withdrawn.insert(name_of(report.firm));
  if (withdrawn.empty()) return names;
  TANMIAO_ASSIGN(const auto conflicts, people_.conflicts(false));
  for (const auto& report : store::settled_reports(std::move(reports), conflicts))
    if (rules_.verifies(report.verdict)) founded.insert(name_of(report.firm));
  for (const auto& entry : entries)
    if (const std::string firm = name_of(entry.firm); withdrawn.contains(firm) && !founded.contains(firm))
      names.push_back(entry.name.empty() ? entry.firm : entry.name);
  return names;
}

Result<store::PoolEntry> Office::add_lead(store::FirmNo firm, std::string_view track, const std::string& reason) {
  Step to{std::string(kLead)};
  to.reason = reason;
  return move(firm, track, to);
}

Result<store::PoolEntry> Office::move(store::FirmNo firm, std::string_view track, Step wanted,
                                      std::optional<std::uint64_t> revision) {
  return move(book_.key(firm), track, std::move(wanted), revision);
}

Result<store::PoolEntry> Office::edit(store::FirmNo firm, std::string_view track, const Cells& cells,
                                      std::optional<std::uint64_t> revision) {
  return edit(book_.key(firm), track, cells, revision);
}

// Adds the step to the change, with what the ledger must know for it.
Result<store::PoolEntry> Office::plan_move(store::PeopleChange& change, store::PoolEntry now, Step wanted) {
  TANMIAO_ASSIGN(const StageWord* to, rules_.stage(wanted.to));
  const Transition* transition = rules_.transition(now.stage.empty() ? kLead : std::string_view(now.stage), to->id);
  if (transition != nullptr && transition->need == Need::kVerdict) {  // all visits are read for it
    TANMIAO_ASSIGN(wanted.verified, verified(now));
  } else {
    wanted.verified = false;
  }
  if (!now.batch.empty()) {
    TANMIAO_ASSIGN(const auto batch, batch_of(now.batch));
    if (batch.state == kFrozen)
      return Error{Errc::kRefused,
                   now.name + "在批次 " + batch.id + "，该批次" + rules_.batch_label(batch.state) + "：先退回草拟", ""};
  }
  wanted.signed_off = false;
  // Every firm of the city may be a lead: a run that proposes it writes nothing here.
  if (now.stage.empty() && to->id != kLead && rules_.transition(kLead, to->id) != nullptr) {
    Step lead{std::string(kLead), wanted.on, "人工添加"};
    TANMIAO_ASSIGN(now, step(rules_, now, lead, actor_));
    change.entries.push_back(now);
    ++now.revision;
  }
  TANMIAO_ASSIGN(store::PoolEntry next, step(rules_, now, wanted, actor_));
  change.entries.push_back(next);
  ++next.revision;
  return next;
}

Result<store::PoolEntry> Office::move(const std::string& key, std::string_view track, Step wanted,
                                      std::optional<std::uint64_t> revision) {
  return act([&](store::PeopleChange& change) -> Result<store::PoolEntry> {
    TANMIAO_ASSIGN(store::PoolEntry now, entry_of(key, track));
    if (revision && *revision != now.revision) return meanwhile(now.name, now.by, now.at);
    return plan_move(change, std::move(now), wanted);
  });
}

Result<std::vector<store::PoolEntry>> Office::move_all(std::span<const Moves> moves) {
  return act([&](store::PeopleChange& change) -> Result<std::vector<store::PoolEntry>> {
    std::vector<store::PoolEntry> done;
    std::vector<Error> failed;
    const auto all_steps = [&](const Moves& one) -> Result<store::PoolEntry> {
      TANMIAO_ASSIGN(store::PoolEntry now, entry_of(one.firm, one.track));
      if (now.revision != one.revision) return meanwhile(now.name, now.by, now.at);
      for (const Step& next : one.steps) {
        TANMIAO_ASSIGN(now, plan_move(change, std::move(now), next));
      }
      if (one.cells.empty()) return now;
      TANMIAO_ASSIGN(store::PoolEntry next, edited(rules_, now, one.cells, actor_));
      next.reason = one.reason;
      change.entries.push_back(next);
      ++next.revision;
      return next;
    };
    for (const Moves& one : moves) {
      auto moved = all_steps(one);
      if (moved)
        done.push_back(std::move(*moved));
      else
        failed.push_back(moved.error());
    }
    if (failed.empty()) return done;
    std::string why;
    for (const Error& error : failed) why += (why.empty() ? "" : "；") + error.message;
    return Error{failed.front().code, why, ""};
  });
}

Result<store::PoolEntry> Office::edit(const std::string& key, std::string_view track, const Cells& cells,
                                      std::optional<std::uint64_t> revision) {
  return act([&](store::PeopleChange& change) -> Result<store::PoolEntry> {
    TANMIAO_ASSIGN(const store::PoolEntry now, entry_of(key, track));
    if (now.revision == 0) return Error{Errc::kNotFound, now.name + "不在" + rules_.track_label(now.track), ""};
    if (revision && *revision != now.revision) return meanwhile(now.name, now.by, now.at);
    TANMIAO_ASSIGN(store::PoolEntry next, edited(rules_, now, cells, actor_));
    if (next.cells == now.cells) return now;
    change.entries = {next};
    ++next.revision;
    return next;
  });
}

Result<store::PoolBatch> Office::batch_of(std::string_view id) {
  TANMIAO_ASSIGN(const auto batches, people_.pool_batches());
  std::vector<std::string_view> known;
  for (const auto& batch : batches) {
    if (batch.id == id) return batch;
    known.push_back(batch.id);
  }
  return no_such("批次", id, known);
}

Result<store::PoolBatch> Office::open_batch(std::string_view track, const std::string& title) {
  return act([&](store::PeopleChange& change) -> Result<store::PoolBatch> {
    TANMIAO_ASSIGN(const Track* known, rules_.track(track));
    TANMIAO_ASSIGN(const auto batches, people_.pool_batches());
    const auto taken = [&](const std::string& id) {
      return std::any_of(batches.begin(), batches.end(), [&](const auto& b) { return b.id == id; });
    };
    int number = 1;
    while (taken(iso(actor_.today) + "-" + std::to_string(number))) ++number;
    store::PoolBatch batch;
    batch.id = iso(actor_.today) + "-" + std::to_string(number);
    batch.track = known->id;
    // Beside the track, which every list of batches shows.
    batch.title = title.empty() ? day_in_words(actor_.today) + "第" + std::to_string(number) + "批" : title;
    batch.state = rules_.batch_states.front().id;
    batch.by = actor_.by;
    batch.at = actor_.at;
    change.batches = {batch};
    ++batch.revision;
    return batch;
  });
}

Result<std::size_t> Office::tick(std::string_view id, std::span<const store::FirmNo> firms, bool in) {
  return act([&](store::PeopleChange& change) -> Result<std::size_t> {
    TANMIAO_ASSIGN(const store::PoolBatch batch, batch_of(id));
    if (batch.state != kDraft)
      return Error{Errc::kRefused, "批次 " + batch.id + " " + rules_.batch_label(batch.state) + "，不能再增减企业", ""};
    std::string cannot;
    for (const store::FirmNo firm : firms) {
      TANMIAO_ASSIGN(store::PoolEntry entry, entry_of(book_.key(firm), batch.track));
      const std::string& wanted = in ? batch.id : std::string();
      if (entry.batch == wanted) continue;
      const std::string name = entry.name.empty() ? entry.firm : entry.name;
      if (in && entry.stage != kVerified)
        cannot += (cannot.empty() ? "" : "；") + name + "为“" +
                  (entry.stage.empty() ? std::string("线索") : rules_.stage_label(entry.stage)) + "”";
      else if (in && !entry.batch.empty())
        cannot += (cannot.empty() ? "" : "；") + name + "已在批次 " + entry.batch;
      else if (!in && entry.batch != batch.id)
        continue;
      entry.batch = wanted;
      entry.by = actor_.by;
      entry.at = actor_.at;
      change.entries.push_back(std::move(entry));
    }
    if (in) {
      TANMIAO_ASSIGN(const auto names, unfounded(change.entries));
      if (!names.empty()) return withdrawn_visits(names);
    }
    if (!cannot.empty())
      return Error{Errc::kRefused, "只有“" + rules_.stage_label(kVerified) + "”且不在其他批次的企业可列入：" + cannot,
                   ""};
    // With a revision of its own: whoever freezes it meanwhile makes this one read again.
    if (!change.entries.empty()) {
      change.batches = {batch};
      change.batches.front().by = actor_.by;
      change.batches.front().at = actor_.at;
    }
    return change.entries.size();
  });
}

Result<std::vector<store::PoolEntry>> Office::members(std::string_view batch) {
  TANMIAO_ASSIGN(auto entries, people_.pool_entries());
  TANMIAO_ASSIGN(const auto suppressions, people_.suppressions());
  const TakenOut out = taken_out(book_, suppressions);
  std::erase_if(entries, [&](const auto& entry) { return entry.batch != batch || out.has(book_, entry.firm); });
  return entries;
}

// Who was taken out is not admitted, and must not hold up a batch on whose pages nobody sees it.
Status Office::drop_taken_out(std::string_view batch, store::PeopleChange& change) {
  TANMIAO_ASSIGN(auto entries, people_.pool_entries());
  TANMIAO_ASSIGN(const auto suppressions, people_.suppressions());
  const TakenOut out = taken_out(book_, suppressions);
  for (auto& entry : entries) {
    if (entry.batch != batch || !out.has(book_, entry.firm)) continue;
    entry.batch.clear();
    entry.by = actor_.by;
    entry.at = actor_.at;
    change.entries.push_back(std::move(entry));
  }
  return {};
}

Result<store::PoolBatch> Office::batch_to(std::string_view id, const std::string& state, const std::string& reason,
                                          std::optional<Date> on, std::optional<std::uint64_t> revision) {
  return act([&](store::PeopleChange& change) -> Result<store::PoolBatch> {
    TANMIAO_ASSIGN(const store::PoolBatch now, batch_of(id));
    if (revision && *revision != now.revision)
      return meanwhile("批次 " + now.id + "（" + rules_.batch_label(now.state) + "）", now.by, now.at);
    TANMIAO_ASSIGN(store::PoolBatch next, batch_step(rules_, now, state, reason, actor_));
    if (state == kDraft && reason.empty()) return Error{Errc::kRefused, "退回草拟须写明原因", ""};
    TANMIAO_ASSIGN(const auto in, members(now.id));
    if (state == kFrozen || state == kSigned) {
      TANMIAO_TRY(drop_taken_out(now.id, change));
    }
    if (state == kFrozen || state == kSigned) {
      TANMIAO_ASSIGN(const auto names, unfounded(in));
      if (!names.empty()) return withdrawn_visits(names);
    }
    if (state == kFrozen) {
      if (in.empty()) return Error{Errc::kRefused, "批次“" + now.title + "”没有企业", ""};
      for (const auto& entry : in)
        if (entry.stage != kVerified)
          return Error{Errc::kRefused, entry.name + "现为“" + rules_.stage_label(entry.stage) + "”，请先移出批次", ""};
    }
    if (state == kSigned) {
      next.signed_on = on.value_or(actor_.today);
      if (in.empty()) return Error{Errc::kRefused, "批次“" + now.title + "”没有企业", ""};
      for (const auto& entry : in) {
        Step admit{std::string(kAdmitted), next.signed_on, "批次“" + now.title + "”签批"};
        admit.signed_off = true;
        TANMIAO_ASSIGN(auto admitted, step(rules_, entry, admit, actor_));
        change.entries.push_back(std::move(admitted));
      }
    }
    change.batches = {next};
    ++next.revision;
    return next;
  });
}

Status Office::settle(std::uint64_t id, std::string_view taken, const std::string& reason) {
  if (taken != "stored" && taken != "offered") return no_such("选择", taken, {"stored", "offered"});
  TANMIAO_ASSIGN(const auto open, people_.conflicts(true));
  const auto at = std::find_if(open.begin(), open.end(), [&](const auto& c) { return c.id == id; });
  if (at == open.end()) return Error{Errc::kNotFound, "没有待处理的冲突 " + std::to_string(id), ""};
  // The entry first: when the process dies between, the same choice again finds it as it should be.
  if (taken == "offered" && !at->track.empty()) {
    TANMIAO_ASSIGN(const auto now, entry_of(at->firm, at->track));
    const bool stage = at->field == "stage";
    const auto cell = now.cells.find(at->field);
    std::string stands = stage ? now.stage : cell == now.cells.end() ? std::string() : cell->second;
    if (is_number_cell(at->field))  // one that was kept before there was one form
      if (auto number = number_text(stands)) stands = std::move(*number);
    Step offered = offered_step(stage ? at->offered : std::string());
    if (stands != at->stored && stands != (stage ? offered.to : at->offered))
      return Error{Errc::kConflict,
                   now.name + "的这一栏后来又改为“" + (stage ? rules_.stage_label(stands) : stands) + "”（" + now.by +
                       "）。请在台账上直接修改，再采用“先前的值”了结",
                   ""};
    if (stage && stands != offered.to) {
      if (offered.reason.empty()) offered.reason = reason;
      const auto moved = move(at->firm, at->track, offered, now.revision);
      if (!moved)
        return Error{moved.error().code,
                     moved.error().message + "。这一处仍待处理：可在台账上直接办理，再采用“先前的值”了结", ""};
    } else if (!stage) {
      TANMIAO_TRY(edit(at->firm, at->track, {{at->field, at->offered}}, now.revision));
    }
  }
  return people_.settle(id, taken, actor_.by, reason, actor_.at);
}

Result<store::Correction> Office::correct(store::FirmNo firm, std::string_view field, const std::string& value,
                                          const std::string& reason) {
  const std::string key = book_.key(firm);
  if (key.empty()) return no_firm();
  if (reason.find_first_not_of(" \t\r\n") == std::string::npos) return Error{Errc::kUsage, "更正须写明原因", ""};
  store::Correction correction{key, "", "", reason, actor_.by, actor_.at};
  std::vector<std::string_view> known;
  for (const CorrectableField& one : correctable_fields()) {
    known.insert(known.end(), {one.name, one.label});
    if (one.name == field || one.label == field) correction.field = one.name;
  }
  if (correction.field.empty()) return no_such("可更正的栏目", field, known);
  if (!value.empty()) {
    TANMIAO_ASSIGN(correction.value, correction_value(correction.field, value, book_.reference()));
  }
  TANMIAO_TRY(people_.correct(correction));
  return correction;
}

Status Office::suppress(store::FirmNo firm, const std::string& reason) {
  const std::string key = book_.key(firm);
  if (key.empty()) return no_firm();
  if (reason.empty()) return Error{Errc::kUsage, "须写明原因", ""};
  return people_.suppress(key, reason, actor_.by, actor_.at);
}

Status Office::lift(const std::string& key, const std::string& reason) {
  if (reason.empty()) return Error{Errc::kUsage, "须写明原因", ""};
  TANMIAO_ASSIGN(const auto out, people_.suppressions());
  if (std::none_of(out.begin(), out.end(), [&](const auto& one) { return one.first == key; }))
    return Error{Errc::kNotFound, "这家企业没有被列为不再列示，或已恢复：" + key, ""};
  return people_.lift_suppression(key, reason, actor_.by, actor_.at);
}

}  // namespace tanmiao::pool
