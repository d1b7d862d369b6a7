// What people said of names and firms, asked by the name in a record. linkage/ acts on the same rows; here they are
// shown, and a new one is set against them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "pool/firm_book.h"
#include "store/people.h"

namespace tanmiao::pool {

// As pages, sheets and commands show it: 是同一家, 不是, 说不准, 撤销.
std::string_view label(store::Ruling ruling);
// What any of them shows or showed, or a person writes for it; nullopt: none of these.
std::optional<store::Ruling> ruling_from_word(std::string_view word);
std::string_view label(RecordKind kind);  // 登记, 专利, 专利事项, 资质, 线索

// A name in a record. An empty key: wherever the source writes the name in records of this kind.
struct NamedIn {
  std::string source, key;
  RecordKind kind = RecordKind::kFirm;
  std::uint16_t slot = 0;
  std::string name;  // as published, or its exact key
};

// What decisions call a firm: "code:<USCI>", or its identity while no code is known. Empty: no such firm.
std::string identity_of(const FirmBook& book, store::FirmNo firm);
// And back; kNoFirm for what the snapshot does not have.
store::FirmNo firm_of_identity(const FirmBook& book, std::string_view identity);

// The firm that a merged number points on to; the number itself otherwise.
store::FirmNo followed(const FirmBook& book, store::FirmNo firm);

class Rulings {
 public:
  // `decisions`: People::identity_decisions(). The book must outlive it.
  Rulings(const std::vector<store::IdentityDecision>& decisions, const FirmBook& book);

  struct Said {
    const store::IdentityDecision* decision;
    store::FirmNo firm;  // kNoFirm: the register lost it
    std::size_t number;  // in the order they were made
  };
  // What stands on this name: of each firm the last that was said, of the record or of the name everywhere, in the
  // order they were made. Of a key that is empty: what was said of the name everywhere.
  std::vector<Said> on(const NamedIn& at) const;
  std::vector<Said> on(const NamedIn& at, const std::string& name_key) const;  // where the exact key is known
  // The last that was said of the firm in exactly this scope, one that was undone too; null: nothing ever.
  const store::IdentityDecision* last(const NamedIn& at, std::string_view identity) const;
  // The same row by row: a firm that was called otherwise at different times has several, each of which must be taken
  // back. In the order they were made.
  std::vector<store::IdentityDecision> rows(const NamedIn& at, std::string_view identity) const;
  // All that stand, in the order they were made.
  std::vector<Said> standing() const;
  // Makes pointers that were given out invalid.
  void add(const store::IdentityDecision& decision);

 private:
  struct Row {
    store::IdentityDecision decision;
    std::string name;  // exact key by the tables of today
    store::FirmNo firm;
  };
  using Place = std::tuple<RecordKind, std::string, std::string>;  // kind, source, key of the record or of the name
  std::vector<const Row*> of(const NamedIn& at, const std::string& name, bool record, bool everywhere) const;
  std::vector<const Row*> of_firm(const NamedIn& at, std::string_view identity) const;  // in exactly this scope
  static bool same_firm(const Row& a, const Row& b);
  static bool same_scope(const Row& a, const Row& b);

  const FirmBook& book_;
  std::vector<Row> rows_;
  std::map<Place, std::vector<std::size_t>> by_record_, by_name_;
};

}  // namespace tanmiao::pool
