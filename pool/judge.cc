#include "pool/judge.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/firm_name.h"
#include "core/identifiers.h"
#include "core/text/normalize.h"
#include "pool/contradiction.h"
#include "pool/review_queue.h"

namespace tanmiao::pool {
namespace {

std::string code_in(const Record& record) {
  const std::string_view text = record.get(Field::kCreditCode);
  if (text.empty()) return {};
  const auto code = CreditCode::parse(text);
  return code ? code->text() : std::string();
}

bool has_codes(RecordKind kind) { return kind != RecordKind::kPatent && kind != RecordKind::kPatentEvent; }

}  // namespace

bool is_taken_out(const FirmBook& book, const TakenOut& taken_out, std::string_view identity) {
  const store::FirmNo firm = firm_of_identity(book, identity);
  if (firm != store::kNoFirm && (book.snapshot().firms.flags[firm] & store::kFirmSuppressed) != 0) return true;
  return taken_out.has(book, firm != store::kNoFirm          ? book.key(firm)
                             : identity.starts_with("code:") ? std::string(identity.substr(5))
                                                             : std::string(identity));
}

Result<std::optional<store::StoredRecord>> live_record(store::Facts& facts, RecordKind kind, std::string_view source,
                                                       std::string_view key) {
  TANMIAO_ASSIGN(auto versions, facts.history(source, kind, key));
  if (versions.empty() || versions.back().tombstone) return std::optional<store::StoredRecord>();
  return std::optional(std::move(versions.back()));
}

std::vector<std::string_view> names_in(const Record& record) {
  std::vector<std::string_view> out;
  for (const Field field : {Field::kFirmName, Field::kApplicant, Field::kAssignee, Field::kFromOwner, Field::kToOwner})
    for (const std::string_view name : record.all(field)) out.push_back(name);
  return out;
}

Result<Judge> Judge::open(store::Facts& facts, store::People& people, const FirmBook& book, const TakenOut& taken_out) {
  TANMIAO_ASSIGN(const auto decisions, people.identity_decisions());
  return Judge(facts, people, book, taken_out, Rulings(decisions, book));
}

Status Judge::fits_code(const NameJudgement& judgement, const Record& record) const {
  const std::string written = code_in(record), own = book_.card(judgement.firm).code;
  if (written.empty() || own.empty()) return {};
  if (judgement.ruling == store::Ruling::kSame && written != own)
    return Error{Errc::kRefused,
                 "记录写明的统一社会信用代码为 " + written + "，与所选企业的 " + own +
                     " 不同，不能判为同一企业；如来源的代码有误，请在来源处更正",
                 ""};
  if (judgement.ruling == store::Ruling::kDifferent && record.kind == RecordKind::kFirm && written == own)
    return Error{Errc::kRefused,
                 "这条登记写明的正是该企业的统一社会信用代码 " + own + "，不能判为不同；请在来源处更正这一行", ""};
  return {};
}

// Only kinds that have codes, of which there are few; patents have none and are not read.
Status Judge::fits_codes_everywhere(const NameJudgement& judgement) const {
  if (!has_codes(judgement.at.kind) || judgement.ruling == store::Ruling::kUnsure) return {};
  const Reference& reference = book_.reference();
  const std::string name = exact_name_key(judgement.at.name, reference);
  return facts_.each_record({}, 1u << static_cast<unsigned>(judgement.at.kind),
                            [&](const store::StoredRecord& stored) -> Status {
                              const Record& record = stored.record;
                              if (record.source != judgement.at.source || !record.has(Field::kCreditCode) ||
                                  exact_name_key(record.get(Field::kFirmName), reference) != name)
                                return {};
                              return fits_code(judgement, record);
                            });
}

// The same was said last of exactly this scope, or of a wider one, and nothing else since.
bool Judge::stands(const NameJudgement& judgement, std::string_view identity) const {
  const auto said = rulings_.on(judgement.at);
  const auto mine = std::find_if(said.begin(), said.end(), [&](const auto& s) { return s.firm == judgement.firm; });
  if (mine == said.end() || mine->decision->ruling != judgement.ruling) return false;
  // Of several firms said to be the same the last counts.
  if (judgement.ruling == store::Ruling::kSame &&
      std::any_of(mine + 1, said.end(), [](const auto& s) { return s.decision->same(); }))
    return false;
  if (!judgement.everywhere) return true;
  NamedIn everywhere = judgement.at;
  everywhere.key.clear();
  const store::IdentityDecision* last = rulings_.last(everywhere, identity);
  return last != nullptr && last->ruling == judgement.ruling;
}

Result<Judged> Judge::written(store::IdentityDecision decision, std::string_view action) {
  if (text::squeeze(decision.by).empty()) return Error{Errc::kUsage, "请写明经办", ""};
  if (text::squeeze(decision.reason).empty()) return Error{Errc::kUsage, "请写明" + std::string(action) + "的依据", ""};
  TANMIAO_TRY(people_.decide_identity(decision));
  rulings_.add(decision);
  return Judged{std::move(decision), false};
}

bool Judge::can_be_meant(store::FirmNo firm) const {
  const std::string identity = identity_of(book_, firm);
  return !identity.empty() && !is_taken_out(book_, taken_out_, identity);
}

Result<std::vector<NamedIn>> Judge::alike(const NamedIn& at) const {
  TANMIAO_ASSIGN(const auto items, facts_.reviews(0, std::numeric_limits<std::size_t>::max()));
  const auto is_it = [&](const store::ReviewItem& item) {
    return item.kind == at.kind && item.source == at.source && item.key == at.key && item.slot == at.slot;
  };
  std::vector<NamedIn> out;
  const auto own = std::find_if(items.begin(), items.end(), is_it);
  if (own == items.end()) return out;
  for (const store::ReviewItem& item : items) {
    if (is_it(item) || !same_case(*own, item, book_.reference())) continue;
    NamedIn one{item.source, item.key, item.kind, item.slot, item.name};
    if (rulings_.on(one).empty()) out.push_back(std::move(one));
  }
  return out;
}

Result<Judged> Judge::decide(const NameJudgement& asked, const Actor& actor) {
  NameJudgement judgement = asked;
  judgement.firm = followed(book_, asked.firm);
  const std::string identity = identity_of(book_, judgement.firm);
  if (!can_be_meant(judgement.firm)) return Error{Errc::kNotFound, "登记数据中没有这家企业，或已不再列示", ""};
  TANMIAO_ASSIGN(Judged done, decide_one(judgement, identity, actor));
  if (judgement.everywhere) return done;
  for (const NamedIn& other : asked.alike) {
    judgement.at = other;
    const auto more = decide_one(judgement, identity, actor);
    // A record that went since, or that the same cannot be said of, is left out; what the machine lacks is told.
    if (!more && more.error().code != Errc::kNotFound && more.error().code != Errc::kRefused) return more.error();
    if (more) ++done.records, done.stood = done.stood && more->stood;
  }
  return done;
}

Result<Judged> Judge::decide_one(const NameJudgement& judgement, const std::string& identity, const Actor& actor) {
  const NamedIn& at = judgement.at;
  store::IdentityDecision decision;
  decision.name = exact_name_key(at.name, book_.reference());
  if (decision.name.empty()) return Error{Errc::kUsage, "名称为空，无从判定", ""};
  if (judgement.ruling == store::Ruling::kUndone) return Error{Errc::kUsage, "请选择是同一家、不是或说不准", ""};
  if (at.key.empty() && !judgement.everywhere) return Error{Errc::kUsage, "没有写明是哪一条记录", ""};
  if (!at.key.empty()) {
    TANMIAO_ASSIGN(const auto record, live_record(facts_, at.kind, at.source, at.key));
    if (!record) return Error{Errc::kNotFound, "数据中没有这条记录：" + at.source + " " + at.key, ""};
    const auto names = names_in(record->record);
    if (std::none_of(names.begin(), names.end(),
                     [&](std::string_view name) { return exact_name_key(name, book_.reference()) == decision.name; }))
      return Error{Errc::kNotFound, "这条记录中没有名称“" + at.name + "”", ""};
    TANMIAO_TRY(fits_code(judgement, record->record));
  }
  if (judgement.everywhere) TANMIAO_TRY(fits_codes_everywhere(judgement));
  if (stands(judgement, identity)) {
    for (const auto& said : rulings_.on(at))
      if (said.firm == judgement.firm) return Judged{*said.decision, true};
  }
  TANMIAO_ASSIGN(const std::string remark, fits_rulings(judgement, rulings_, book_, facts_));
  decision.source = at.source;
  if (!judgement.everywhere) decision.key = at.key;
  decision.kind = at.kind;
  decision.slot = at.slot;
  decision.firm_identity = identity;
  decision.ruling = judgement.ruling;
  decision.by = actor.by;
  decision.reason = judgement.reason;
  decision.decided_at = actor.at;
  TANMIAO_ASSIGN(Judged done, written(std::move(decision), "判定"));
  done.remark = remark;
  return done;
}

Result<Judged> Judge::undo(const NamedIn& at, const std::string& identity, const std::string& reason,
                           const Actor& actor, bool together) {
  auto rows = rulings_.rows(at, identity);
  if (rows.empty()) return Error{Errc::kNotFound, "没有可以撤销的判定", ""};
  Judged done{rows.back(), true};
  const store::IdentityDecision last = rows.back();
  if (together && !at.key.empty() && last.ruling != store::Ruling::kUndone)
    for (const auto& said : rulings_.standing()) {
      const store::IdentityDecision& d = *said.decision;
      if (std::tie(d.source, d.kind, d.name, d.firm_identity, d.ruling, d.by, d.reason, d.decided_at) ==
              std::tie(last.source, last.kind, last.name, last.firm_identity, last.ruling, last.by, last.reason,
                       last.decided_at) &&
          !d.key.empty() && d.key != at.key)
        rows.push_back(d);
    }
  std::size_t records = 0;
  for (store::IdentityDecision row : rows) {  // the same name, slot and identity: the same row of its kind
    if (row.ruling == store::Ruling::kUndone) continue;
    row.ruling = store::Ruling::kUndone;
    row.by = actor.by;
    row.reason = reason;
    row.decided_at = actor.at;
    TANMIAO_ASSIGN(done, written(std::move(row), "撤销"));
    ++records;
  }
  if (records > 0) done.records = records, done.was = last;
  return done;
}

}  // namespace tanmiao::pool
