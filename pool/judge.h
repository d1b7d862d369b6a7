// People decide whether a name in a record is a firm: one function for page, command and spreadsheet. What contradicts
// a credit code is refused, what stands already is not written twice, everything else goes into the audit.
#pragma once

#include <optional>
#include <string>

#include "pool/ledger.h"
#include "pool/rulings.h"
#include "pool/taken_out.h"
#include "store/facts.h"

namespace tanmiao::pool {

struct NameJudgement {
  NamedIn at;  // the record that was looked at, also when it shall hold everywhere; its key may be empty only then
  store::FirmNo firm = store::kNoFirm;
  store::Ruling ruling = store::Ruling::kSame;
  bool everywhere = false;  // wherever this source writes the name in records of this kind, today and later
  std::string reason;
  std::vector<NamedIn> alike{};  // further records that the same is said of (QueueItem::alike)
};

struct Judged {
  store::IdentityDecision decision;              // as it stands now
  bool stood = false;                            // it did before: nothing was written
  std::size_t records = 1;                       // decisions that were written, or stood: one a record
  std::string remark{};                          // Chinese: what was said before and now counts no more; empty: nothing
  std::optional<store::IdentityDecision> was{};  // of undo(): what was taken back
};

class Judge {
 public:
  // Reads what was decided so far. All must outlive it.
  static Result<Judge> open(store::Facts& facts, store::People& people, const FirmBook& book,
                            const TakenOut& taken_out);

  // kSame, kDifferent or kUnsure. Errors in Chinese: kNotFound (firm not in the register or taken out, record not in
  // the data or without the name), kUsage (no reason, no person), kRefused (against the code).
  //   kSame against a record with the valid code of another firm is refused, and everywhere against each record of the
  //   source that bears the name; kDifferent against a registration with the very code of the firm. Of lists, whose
  //   codes are typed by hand, kDifferent is taken.
  //   Against what stands (contradiction.h): a name that is one firm is not said to be another one as well.
  Result<Judged> decide(const NameJudgement& judgement, const Actor& actor);
  // The records that wait for the same reason as this one and on which nothing was said yet (same_case()).
  Result<std::vector<NamedIn>> alike(const NamedIn& at) const;
  // Takes back what was said of the firm in exactly this scope: the key of `at`, empty: everywhere. Then nothing is
  // said, and the next link does what the rules say. Error kNotFound when nothing stands; `stood` when it was taken
  // back before. `identity`: as decisions call the firm, which the register may have lost. `together`: also what was
  // said of it in the same act of other records of the source.
  Result<Judged> undo(const NamedIn& at, const std::string& identity, const std::string& reason, const Actor& actor,
                      bool together = false);

  // In the register, and not taken out.
  bool can_be_meant(store::FirmNo firm) const;
  const Rulings& rulings() const { return rulings_; }

 private:
  Judge(store::Facts& facts, store::People& people, const FirmBook& book, const TakenOut& taken_out, Rulings rulings)
      : facts_(facts), people_(people), book_(book), taken_out_(taken_out), rulings_(std::move(rulings)) {}
  Status fits_code(const NameJudgement& judgement, const Record& record) const;
  Status fits_codes_everywhere(const NameJudgement& judgement) const;
  bool stands(const NameJudgement& judgement, std::string_view identity) const;
  Result<Judged> decide_one(const NameJudgement& judgement, const std::string& identity, const Actor& actor);
  Result<Judged> written(store::IdentityDecision decision, std::string_view action);

  store::Facts& facts_;
  store::People& people_;
  const FirmBook& book_;
  const TakenOut& taken_out_;
  Rulings rulings_;
};

// Whether the firm that a decision names was taken out (不再列示), in the night of the snapshot or since.
bool is_taken_out(const FirmBook& book, const TakenOut& taken_out, std::string_view identity);

// The record as it is seen now; nullopt: it is not in the data, or vanished.
Result<std::optional<store::StoredRecord>> live_record(store::Facts& facts, RecordKind kind, std::string_view source,
                                                       std::string_view key);
// Names of bodies in it, in the order of the fields.
std::vector<std::string_view> names_in(const Record& record);

}  // namespace tanmiao::pool
