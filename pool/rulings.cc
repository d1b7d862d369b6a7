#include "pool/rulings.h"

#include <algorithm>
#include <array>

#include "core/firm_name.h"
#include "store/suppression.h"

namespace tanmiao::pool {
namespace {

constexpr std::string_view kCodeMark = "code:";

// Without the '+' of a number that came back after it was merged.
std::string_view without_plus(std::string_view identity) {
  while (identity.ends_with('+')) identity.remove_suffix(1);
  return identity;
}

}  // namespace

std::string_view label(store::Ruling ruling) {
  constexpr std::array<std::string_view, 4> kLabels = {"不是", "是同一家", "说不准", "撤销"};
  return kLabels.at(static_cast<std::size_t>(ruling));
}

// Those of pages and sheets of today and of before, and of commands.
std::optional<store::Ruling> ruling_from_word(std::string_view word) {
  using enum store::Ruling;
  constexpr std::array<std::pair<std::string_view, store::Ruling>, 11> kOthers = {{{"同一家", kSame},
                                                                                   {"同一", kSame},
                                                                                   {"判为同一家", kSame},
                                                                                   {"不是同一家", kDifferent},
                                                                                   {"不同", kDifferent},
                                                                                   {"判为不是", kDifferent},
                                                                                   {"不确定", kUnsure},
                                                                                   {"搁置", kUnsure},
                                                                                   {"记为说不准", kUnsure},
                                                                                   {"已撤销", kUndone},
                                                                                   {"undo", kUndone}}};
  for (const store::Ruling ruling : {kSame, kDifferent, kUnsure, kUndone})
    if (word == label(ruling) || word == store::ruling_name(ruling)) return ruling;
  for (const auto& [other, ruling] : kOthers)
    if (word == other) return ruling;
  return std::nullopt;
}

std::string_view label(RecordKind kind) {
  constexpr std::array<std::string_view, 6> kLabels = {"", "登记", "专利", "专利事项", "资质", "线索"};
  return kLabels.at(static_cast<std::size_t>(kind));
}

std::string identity_of(const FirmBook& book, store::FirmNo firm) {
  std::string key = book.key(firm);
  return key.empty() || store::names_identity(key) ? key : std::string(kCodeMark) + key;
}

store::FirmNo firm_of_identity(const FirmBook& book, std::string_view identity) {
  identity = without_plus(identity);
  if (identity.starts_with(kCodeMark)) identity.remove_prefix(kCodeMark.size());
  return book.number(identity);
}

store::FirmNo followed(const FirmBook& book, store::FirmNo firm) {
  const store::Snapshot& s = book.snapshot();
  // A chain of mergers ends; a damaged one must not run for ever.
  for (int step = 0; step < 64 && firm != store::kNoFirm && firm <= s.last_firm(); ++step) {
    if ((s.firms.flags[firm] & store::kFirmMerged) == 0) break;
    firm = s.firms.successor[firm];
  }
  return firm;
}

Rulings::Rulings(const std::vector<store::IdentityDecision>& decisions, const FirmBook& book) : book_(book) {
  rows_.reserve(decisions.size());
  for (const store::IdentityDecision& decision : decisions) add(decision);
}

void Rulings::add(const store::IdentityDecision& decision) {
  // Made anew: tables of today may write a key otherwise than on the day of the decision.
  rows_.push_back(
      {decision, exact_name_key(decision.name, book_.reference()), firm_of_identity(book_, decision.firm_identity)});
  const Row& row = rows_.back();
  auto& places = decision.key.empty() ? by_name_ : by_record_;
  places[{decision.kind, decision.source, decision.key.empty() ? row.name : decision.key}].push_back(rows_.size() - 1);
}

bool Rulings::same_firm(const Row& a, const Row& b) {
  if (a.firm != store::kNoFirm || b.firm != store::kNoFirm) return a.firm == b.firm;
  return without_plus(a.decision.firm_identity) == without_plus(b.decision.firm_identity);
}

// Both were found under one record, or under one name.
bool Rulings::same_scope(const Row& a, const Row& b) {
  return a.decision.key == b.decision.key && a.name == b.name &&
         (!a.name.empty() || a.decision.slot == b.decision.slot);
}

std::vector<const Rulings::Row*> Rulings::of(const NamedIn& at, const std::string& name, bool record,
                                             bool everywhere) const {
  std::vector<std::size_t> found;
  if (const auto here = by_record_.find({at.kind, at.source, at.key}); record && here != by_record_.end())
    for (const std::size_t i : here->second)
      if (rows_[i].name.empty() ? rows_[i].decision.slot == at.slot : rows_[i].name == name) found.push_back(i);
  if (const auto all = by_name_.find({at.kind, at.source, name}); everywhere && !name.empty() && all != by_name_.end())
    found.insert(found.end(), all->second.begin(), all->second.end());
  std::sort(found.begin(), found.end());
  std::vector<const Row*> rows;
  rows.reserve(found.size());
  for (const std::size_t i : found) rows.push_back(&rows_[i]);
  return rows;
}

std::vector<Rulings::Said> Rulings::on(const NamedIn& at) const {
  return on(at, exact_name_key(at.name, book_.reference()));
}

std::vector<Rulings::Said> Rulings::on(const NamedIn& at, const std::string& name) const {
  std::vector<const Row*> rows = of(at, name, !at.key.empty(), true), standing;
  for (const Row* row : rows) {
    std::erase_if(standing, [&](const Row* r) { return same_firm(*r, *row) && same_scope(*r, *row); });
    if (row->decision.ruling != store::Ruling::kUndone) standing.push_back(row);
  }
  std::vector<Said> out;
  for (const Row* row : standing) {
    std::erase_if(out, [&](const Said& s) { return same_firm(rows_[s.number], *row); });
    out.push_back({&row->decision, row->firm, static_cast<std::size_t>(row - rows_.data())});
  }
  return out;
}

std::vector<const Rulings::Row*> Rulings::of_firm(const NamedIn& at, std::string_view identity) const {
  const std::string name = exact_name_key(at.name, book_.reference());
  const store::FirmNo firm = firm_of_identity(book_, identity);
  auto found = of(at, name, !at.key.empty(), at.key.empty());
  std::erase_if(found, [&](const Row* row) {
    return firm != store::kNoFirm ? row->firm != firm
                                  : without_plus(row->decision.firm_identity) != without_plus(identity);
  });
  return found;
}

const store::IdentityDecision* Rulings::last(const NamedIn& at, std::string_view identity) const {
  const auto found = of_firm(at, identity);
  return found.empty() ? nullptr : &found.back()->decision;
}

std::vector<store::IdentityDecision> Rulings::rows(const NamedIn& at, std::string_view identity) const {
  std::vector<store::IdentityDecision> out;
  for (const Row* row : of_firm(at, identity)) {
    std::erase_if(out, [&](const store::IdentityDecision& earlier) {
      return earlier.firm_identity == row->decision.firm_identity && earlier.name == row->decision.name;
    });
    out.push_back(row->decision);
  }
  return out;
}

std::vector<Rulings::Said> Rulings::standing() const {
  std::map<std::tuple<RecordKind, std::string, std::string, std::string, std::uint16_t, std::string>, std::size_t> last;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const std::string firm = row.firm != store::kNoFirm ? std::to_string(row.firm) : row.decision.firm_identity;
    last[{row.decision.kind, row.decision.source, row.decision.key, row.name,
          row.name.empty() ? row.decision.slot : std::uint16_t{0}, firm}] = i;
  }
  std::vector<Said> out;
  for (const auto& [place, i] : last)
    if (rows_[i].decision.ruling != store::Ruling::kUndone) out.push_back({&rows_[i].decision, rows_[i].firm, i});
  std::sort(out.begin(), out.end(), [](const Said& a, const Said& b) { return a.number < b.number; });
  return out;
}

}  // namespace tanmiao::pool
