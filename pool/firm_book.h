// Which firm is meant: by credit code, by the identity that people's decisions use, or by name. And what lists and
// sheets of the pool show of it. A view of one snapshot; make it once, it is read by many.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/reference.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"

namespace tanmiao::pool {

struct FirmCard {
  store::FirmNo firm = store::kNoFirm;
  std::string key;  // what decisions call it: its code, or its identity
  std::string name, code, unit, township, zone, industries;
  std::int32_t known_points = -1, most_points = -1;  // of the run, -1 unknown
  std::string gap;                                   // what is missing: the run's first questions
};

class FirmBook {
 public:
  // `run` may be null. `firm_register`: Facts::firm_register(). All must outlive the book but the register.
  FirmBook(std::shared_ptr<const store::Snapshot> snapshot, std::shared_ptr<const store::Run> run,
           std::shared_ptr<const Reference> reference, const std::vector<store::FirmEntry>& firm_register);

  // Follows numbers that were merged; kNoFirm for what the snapshot does not have.
  store::FirmNo number(std::string_view key) const;
  std::string key(store::FirmNo firm) const;
  FirmCard card(store::FirmNo firm) const;
  // That bear or bore the name, branches apart, ascending. Of one with the county named only those there, unless none
  // is: `county` is a county or a responsible unit as a list writes it, and may be empty.
  std::vector<store::FirmNo> by_name(std::string_view name, std::string_view county = {}) const;
  // Whether its unit or county is the one a list writes; true where the register does not know its place.
  bool lies_in(store::FirmNo firm, std::string_view county) const;
  bool bears(store::FirmNo firm, std::string_view name) const;  // now or formerly
  const store::Snapshot& snapshot() const { return *snapshot_; }
  const Reference& reference() const { return *reference_; }

 private:
  bool present(store::FirmNo firm) const;
  bool in_place(store::FirmNo firm, std::string_view county) const;

  std::shared_ptr<const store::Snapshot> snapshot_;
  std::shared_ptr<const store::Run> run_;
  std::shared_ptr<const Reference> reference_;
  std::unordered_map<std::string, store::FirmNo> keys_;
  std::map<store::FirmNo, std::string> identities_;  // of firms without a code
  mutable std::once_flag named_;
  mutable std::unordered_map<std::string, std::vector<store::FirmNo>> names_;  // by exact name key
};

}  // namespace tanmiao::pool
