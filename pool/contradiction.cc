#include "pool/contradiction.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/firm_name.h"
#include "core/identifiers.h"

namespace tanmiao::pool {
namespace {

using store::FirmNo;
using store::Ruling;

// Firms that people said are one: each with one that stands for all of them.
class Joined {
 public:
  FirmNo of(FirmNo firm) const {
    for (auto at = to_.find(firm); at != to_.end(); at = to_.find(firm)) firm = at->second;
    return firm;
  }
  bool one(FirmNo a, FirmNo b) const { return of(a) == of(b); }
  void join(FirmNo a, FirmNo b) {
    if (a != store::kNoFirm && b != store::kNoFirm && !one(a, b)) to_[of(a)] = of(b);
  }

 private:
  std::map<FirmNo, FirmNo> to_;
};

// The firm that a registration is of: by its code, or the only one without a code that bears its name.
Result<FirmNo> firm_of_registration(store::Facts& facts, const FirmBook& book, const NamedIn& at) {
  TANMIAO_ASSIGN(const auto stored, live_record(facts, RecordKind::kFirm, at.source, at.key));
  if (!stored) return store::kNoFirm;
  if (const auto code = CreditCode::parse(stored->record.get(Field::kCreditCode))) return book.number(code->text());
  auto bearers = book.by_name(stored->record.get(Field::kFirmName), stored->record.get(Field::kCounty));
  std::erase_if(bearers, [&](FirmNo firm) { return !book.card(firm).code.empty(); });
  return bearers.size() == 1 ? bearers.front() : store::kNoFirm;
}

Status join_by(const NamedIn& at, FirmNo firm, const FirmBook& book, store::Facts& facts, Joined& joined) {
  if (at.kind != RecordKind::kFirm || at.key.empty()) return {};
  TANMIAO_ASSIGN(const FirmNo own, firm_of_registration(facts, book, at));
  joined.join(own, firm);
  return {};
}

Result<Joined> joined_by(const Rulings& rulings, const FirmBook& book, store::Facts& facts) {
  Joined joined;
  for (const auto& said : rulings.standing())
    if (said.decision->same() && said.firm != store::kNoFirm)
      TANMIAO_TRY(join_by({said.decision->source, said.decision->key, said.decision->kind, said.decision->slot, ""},
                          said.firm, book, facts, joined));
  return joined;
}

std::string who(const FirmBook& book, FirmNo firm) {
  const FirmCard card = book.card(firm);
  return "“" + card.name + "”" + (card.code.empty() ? "" : "（" + card.code + "）");
}
std::string when(const store::IdentityDecision& d) {
  return "（" + d.by + "，" + iso(civil_day(d.decided_at)) + "：" + d.reason + "）";
}

Error one_firm_alone(const FirmBook& book, const Rulings::Said& other) {
  return {Errc::kRefused,
          "此名称已判为与" + who(book, other.firm) + "是同一家" + when(*other.decision) +
              "；一个名称只能是一家企业，请先撤销原来的判定",
          ""};
}

Error both_cannot_be(const FirmBook& book, FirmNo is, FirmNo is_not, const std::string& name) {
  return {Errc::kRefused,
          "与已有判定矛盾：“" + name + "”是" + who(book, is) + "而不是" + who(book, is_not) +
              "，但这两家已判为同一家企业；请先撤销其中之一",
          ""};
}

// What is said of one name: it is `same`, and none of `different`.
struct OfName {
  std::vector<FirmNo> same, different;
};

// A name whose rulings hold by themselves and not when the firms are one.
Status holds_with(const Rulings& rulings, const FirmBook& book, const Joined& before, const Joined& after) {
  std::map<std::tuple<RecordKind, std::string, std::string, std::string>, OfName> names;
  for (const auto& said : rulings.standing()) {
    const store::IdentityDecision& d = *said.decision;
    if (said.firm == store::kNoFirm || !d.counts()) continue;
    OfName& of = names[{d.kind, d.source, d.key, d.name}];
    (d.same() ? of.same : of.different).push_back(said.firm);
  }
  for (const auto& [place, of] : names)
    for (const FirmNo is : of.same)
      for (const FirmNo is_not : of.different)
        if (!before.one(is, is_not) && after.one(is, is_not))
          return both_cannot_be(book, is, is_not, std::get<3>(place));
  return {};
}

}  // namespace

Result<std::string> fits_rulings(const NameJudgement& judgement, const Rulings& rulings, const FirmBook& book,
                                 store::Facts& facts) {
  std::string remark;
  if (judgement.ruling != Ruling::kSame && judgement.ruling != Ruling::kDifferent) return remark;
  const bool same = judgement.ruling == Ruling::kSame;
  const auto said = rulings.on(judgement.at);
  for (const auto& other : said) {
    if (!same || !other.decision->same() || other.firm == judgement.firm || other.firm == store::kNoFirm) continue;
    if (other.decision->key.empty() == judgement.everywhere) return one_firm_alone(book, other);
    remark = "此前已判为与" + who(book, other.firm) + "是同一家" + when(*other.decision) + "，范围不同；以后判的为准";
  }
  TANMIAO_ASSIGN(const Joined before, joined_by(rulings, book, facts));
  for (const auto& other : said) {
    const bool against = same ? other.decision->ruling == Ruling::kDifferent : other.decision->same();
    if (!against || other.firm == judgement.firm || other.firm == store::kNoFirm) continue;
    if (!before.one(other.firm, judgement.firm)) continue;
    return same ? both_cannot_be(book, judgement.firm, other.firm, judgement.at.name)
                : both_cannot_be(book, other.firm, judgement.firm, judgement.at.name);
  }
  if (!same || judgement.everywhere) return remark;
  Joined after = before;
  TANMIAO_TRY(join_by(judgement.at, judgement.firm, book, facts, after));
  TANMIAO_TRY(holds_with(rulings, book, before, after));
  return remark;
}

}  // namespace tanmiao::pool
