// What people decided on identity. A decision names a record by (source, kind, key) and the judged name by its exact
// key: it holds wherever in the record that name stands, in every later version of it, and after a rebuild from
// nothing. A decision without a record's key holds wherever the source writes the name in records of this kind.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "linkage/intake.h"

namespace tanmiao::linkage {

// The identity as people mean it: without the '+' of a number that came back after it was merged (numbers.cc).
std::string_view without_marks(std::string_view identity);

struct Decision {
  std::string name;  // exact key; empty: whatever name stands in `slot`
  std::string identity;
  std::uint16_t slot;
  bool same;
  std::size_t number;  // in the order they were made
};

class Decisions {
 public:
  Decisions(const Intake& intake, const Reference& reference);

  std::size_t size() const { return applied_.size(); }
  const std::vector<std::string>& identities() const { return identities_; }  // by number
  // On the record, whatever its names are today (a code says whom it means), in the order they were made.
  const std::vector<Decision>& on(const Slim& record) const;
  // On this name of it. The slot only tells apart names that are alike within the record.
  std::vector<const Decision*> on(const Slim& record, std::string_view key, std::uint16_t slot) const;
  // Whether somebody looked at this name of the record, or at it wherever the source writes it, and could not say.
  bool doubted(const Slim& record, std::string_view key) const;
  // Whether people spoke of this name in this very record, and not wherever the source writes it.
  bool of_record(const Slim& record, std::string_view key, std::uint16_t slot) const;
  // Decisions that spoke of no name that was asked for: their record is not there or bears other names now.
  std::size_t idle() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  using OfRecords = std::unordered_map<std::string, std::vector<Decision>, Hash, std::equal_to<>>;
  const std::vector<Decision>& of(const Slim& record) const;
  void note(const Decision& applied) const { applied_[applied.number].store(true, std::memory_order_relaxed); }
  bool alike(const Slim& record, std::string_view key) const;

  const Reference& reference_;
  std::map<std::pair<RecordKind, std::uint16_t>, OfRecords> by_source_;
  std::vector<std::string> identities_;
  // Decisions on a name wherever a source writes it: their key is empty.
  const std::vector<Decision>& everywhere(const Slim& record, std::string_view name) const;
  std::map<std::pair<RecordKind, std::uint16_t>, OfRecords> by_name_;
  std::set<std::tuple<RecordKind, std::uint16_t, std::string, std::string>> doubts_;  // kind, source, record, name
  mutable std::deque<std::atomic<bool>> applied_;  // set by many threads, counted when they are done
};

}  // namespace tanmiao::linkage
