// What people do with the pool, as commands and pages ask for it: each action is one transaction, stands in the audit,
// and is made anew on the state that others left meanwhile.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pool/firm_book.h"
#include "pool/ledger.h"

namespace tanmiao::pool {

// Steps of one firm, in order, of the entry with this revision; then cells that change without a step, and why.
struct Moves {
  std::string firm, track;
  std::uint64_t revision = 0;
  std::vector<Step> steps;
  Cells cells{};
  std::string reason{};
};

class Office {
 public:
  Office(store::People& people, const FirmBook& book, const PoolRules& rules, Actor actor)
      : people_(people), book_(book), rules_(rules), actor_(std::move(actor)) {}

  // A firm is put on a track as a lead (线索), by a person. `reason` says on what ground.
  Result<store::PoolEntry> add_lead(store::FirmNo firm, std::string_view track, const std::string& reason);
  // Any step of the transition table but those of a batch. A firm that is not on the track is a lead first where the
  // step begins at one.
  // `revision`: that of the entry the step was meant for; error kConflict, and nothing is written, when it is not the
  // stored one, also when somebody writes while this one does. Absent: whatever stands there.
  Result<store::PoolEntry> move(store::FirmNo firm, std::string_view track, Step step,
                                std::optional<std::uint64_t> revision = {});
  // The same of a firm by its key: one that the register lost is still in the pool.
  Result<store::PoolEntry> move(const std::string& key, std::string_view track, Step step,
                                std::optional<std::uint64_t> revision = {});
  // Steps of several firms as one action: all of them or none; the error names every firm that cannot. Error kConflict
  // for an entry that is no longer as it was.
  Result<std::vector<store::PoolEntry>> move_all(std::span<const Moves> moves);
  Result<store::PoolEntry> edit(const std::string& key, std::string_view track, const Cells& cells,
                                std::optional<std::uint64_t> revision);
  Result<store::PoolEntry> edit(store::FirmNo firm, std::string_view track, const Cells& cells,
                                std::optional<std::uint64_t> revision);

  // Batches. A new one gets the day and a number for its id: "2026-11-25-1".
  Result<store::PoolBatch> open_batch(std::string_view track, const std::string& title);
  // Ticks verified firms into a draft, or takes them out. All of them or none; the error names every one that cannot.
  Result<std::size_t> tick(std::string_view batch, std::span<const store::FirmNo> firms, bool in);
  // frozen: members stay as they are; signed: all of them are admitted on `on`; published. `reason` for going back.
  // Members that were taken out (不再列示) leave the batch when it is frozen or signed. `revision` as for move().
  Result<store::PoolBatch> batch_to(std::string_view batch, const std::string& state, const std::string& reason,
                                    std::optional<Date> on, std::optional<std::uint64_t> revision = {});
  // Without those that were taken out.
  Result<std::vector<store::PoolEntry>> members(std::string_view batch);

  // One of two values, for a conflict that is open: "stored" or "offered". Of the pool the offered one is written, and
  // a stage only as a step that is allowed, with the day and the reason that came with it. What cannot be written is
  // refused, and the conflict stays open.
  Status settle(std::uint64_t conflict, std::string_view taken, const std::string& reason);

  // A value of the register that is wrong: a firm field by name or label, or "unit". Empty: withdrawn. It counts from
  // the next link on. Error kUsage for a field or a value that does not fit.
  Result<store::Correction> correct(store::FirmNo firm, std::string_view field, const std::string& value,
                                    const std::string& reason);
  Status suppress(store::FirmNo firm, const std::string& reason);
  // Of a firm that was taken out, by the key it was written down with. Error kNotFound: it was not, or is back already.
  Status lift(const std::string& key, const std::string& reason);

 private:
  // Error kNotFound for a firm that neither the register nor the pool has, kRefused for one that was taken out.
  Result<store::PoolEntry> entry_of(const std::string& key, std::string_view track);
  Result<store::PoolBatch> batch_of(std::string_view id);
  Status drop_taken_out(std::string_view batch, store::PeopleChange& change);
  Result<bool> verified(const store::PoolEntry& entry);
  // Names of those whose visits that verified were all withdrawn.
  Result<std::vector<std::string>> unfounded(std::span<const store::PoolEntry> entries);
  Result<store::PoolEntry> plan_move(store::PeopleChange& change, store::PoolEntry now, Step wanted);
  // Reads, plans, writes; once more when somebody wrote between.
  template <class Plan>
  auto act(const Plan& plan) -> decltype(plan(std::declval<store::PeopleChange&>()));

  store::People& people_;
  const FirmBook& book_;
  const PoolRules& rules_;
  Actor actor_;
};

// Fields that a correction may name, with "unit" (责任单位) as the last.
struct CorrectableField {
  std::string name, label;
};
const std::vector<CorrectableField>& correctable_fields();
// The value in the form of a record's field; kUsage says what was expected.
Result<std::string> correction_value(std::string_view field, const std::string& value, const Reference& reference);

}  // namespace tanmiao::pool
