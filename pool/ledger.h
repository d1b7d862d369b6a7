// The ledger of the pool: which step of a firm on a track is allowed and what it needs. Pure: entries in, entries out;
// People::apply writes them.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pool/pool_rules.h"
#include "store/people.h"

namespace tanmiao::pool {

// Who acts, and when. `today`: the civil day.
struct Actor {
  std::string by;
  Instant at{};
  Date today{};
};

using Cells = std::map<std::string, std::string, std::less<>>;

struct Step {
  std::string to;            // stage
  std::optional<Date> on{};  // when it happened; absent: today. Not later than today
  std::string reason{};
  Cells cells{};            // set together with the step
  bool verified = false;    // a visit with a 核实结论 that verifies is known
  bool signed_off = false;  // its batch was signed off
};

// What stands in PoolEntry::cells, in the order of the sheet. Dates are ISO.
struct CellWord {
  std::string_view word, heading;
  bool date = false;
};
std::span<const CellWord> pool_cells();
bool is_number_cell(std::string_view word);  // kept as number_text() gives it

// A step that a sheet asks for while somebody else took another: what Conflict::offered keeps of it, so that it can
// still be taken as it was meant. The stage alone where nothing else was said; its cells are conflicts of their own.
std::string offered_text(const Step& step);
Step offered_step(std::string_view text);
std::string offered_label(const PoolRules& rules, std::string_view text);  // "出库（自 2026-11-20，企业意愿）"

// Words of number and end of validity by which a track is achieved: of a registration, of a certificate, or of either.
struct NumberWords {
  std::string_view number, until;
};
std::vector<NumberWords> number_words(const PoolRules& rules, std::string_view track);

// The entry after the step. `now` with revision 0 and an empty stage is a firm that is not on the track. Errors
// kRefused, in Chinese, naming the firm, what is allowed, and what is missing.
Result<store::PoolEntry> step(const PoolRules& rules, const store::PoolEntry& now, const Step& wanted,
                              const Actor& actor);
// The entry with other cells; an empty value takes one out. Errors kUsage: no such cell, no date, no such channel.
Result<store::PoolEntry> edited(const PoolRules& rules, const store::PoolEntry& now, const Cells& cells,
                                const Actor& actor);

// A new entry before its first step.
store::PoolEntry blank_entry(std::string firm, std::string name, std::string track);

// The latest entries by (firm, track).
class Ledger {
 public:
  explicit Ledger(std::vector<store::PoolEntry> entries);
  const store::PoolEntry* find(std::string_view firm, std::string_view track) const;
  const std::vector<store::PoolEntry>& entries() const { return entries_; }

 private:
  std::vector<store::PoolEntry> entries_;
};

// Batches: a state and the entries that name it.
Result<store::PoolBatch> batch_step(const PoolRules& rules, const store::PoolBatch& now, const std::string& to,
                                    const std::string& reason, const Actor& actor);

}  // namespace tanmiao::pool
