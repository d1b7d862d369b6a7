// The link stage: records -> firms. One firm, many names; every link says why; what is not certain waits for a person.
//
// assemble() is a pure function of the visible records, the register of firm numbers and the decisions of people: it
// gives the snapshot tables, the links and the review items. link() publishes them as the live generation;
// assemble_as_of() builds the snapshot of a past day into a folder of its own and publishes nothing.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/reference.h"
#include "linkage/record_worth.h"
#include "store/columns/snapshot.h"
#include "store/store.h"

namespace tanmiao::linkage {

struct MatchModel;

// Names with candidates from which the habits of their lists are learnt (match/fit.h: learn_habits()).
inline constexpr std::size_t kHabitsFrom = 100;

struct LinkConfig {
  int threads = 0;                        // 0: as many as there are cores
  std::vector<std::string> source_order;  // survivorship: sources from most to least trusted; others follow by name
  std::map<Field, std::vector<std::string>> field_order;  // the same for single fields, before `source_order`
  std::shared_ptr<const MatchModel> name_model;           // null: names that no rule links are not looked at
  double suggest_from = 0.2;                              // least probability of a firm that is put to a person
  // Least probability from which a name that no rule linked is linked without a person, by kind of record; absent or 1:
  // never.
  std::map<RecordKind, double> link_from;
  RecordWorth worth;                      // by which what waits is put in order
  bool refit_names = false;               // freeze the model of names anew, and say what that changes
  std::size_t habits_from = kHabitsFrom;  // until so many are there nothing is linked by probability
};

// The question which firms come near a name that no rule linked (names_near.h).
struct NamesReport {
  std::uint64_t listed = 0, came = 0, went = 0;  // names of firms; since the last link
  std::uint64_t questions = 0, asked = 0;        // names without a firm; those that were looked up in this link
  std::uint64_t habits = 0;                      // names from which habits were learnt; 0: none are known
  std::string model;                             // version of the frozen model
  bool frozen_now = false;
  std::string why;  // it was frozen now
};

// What a model of names that was frozen anew changes of what waits.
struct RefitReport {
  std::uint64_t came = 0, went = 0, other_firm = 0, same = 0;  // items; other_firm: another one is the likeliest
  std::uint64_t links_came = 0, links_went = 0;                // of these items that are linked by probability
  struct Change {
    std::string source, key, name, before, after;  // why it waits: with firm and probability; empty: it does not
  };
  std::vector<Change> greatest;  // at most twenty, those of the greatest value
};

struct LinkReport {
  std::string generation;  // snapshot that is live now
  std::string digest;
  bool unchanged = false;  // nothing new since the last link: nothing was done
  std::uint64_t records = 0, firms = 0, new_firms = 0, patents = 0, patents_linked = 0;
  std::uint64_t patent_owners = 0;                       // firms with at least one of these patents, on whatever day
  std::map<std::string, std::uint64_t> links_by_reason;  // LinkReason names
  store::Facts::LinkDelta delta{};
  std::uint64_t reviews = 0;
  NamesReport names{};               // zero where no model is configured, or nothing was done
  std::optional<RefitReport> refit;  // when it was asked for
  // Decisions of people. Idle: their record is not there or bears other names now. Without firm: theirs is not there;
  // those that say "the same" wait among the reviews. Both are kept and count again when it comes back.
  std::uint64_t decisions = 0, decisions_idle = 0, decisions_without_firm = 0;
};

Result<LinkReport> link(store::Store& store, const store::Night& night, const LinkConfig& config,
                        const Reference& reference, Progress& progress);

// Snapshot of a view into columns/asof-<hash>; reused when it is there for the same records generation. Names are
// compared by the model of the last link. Firm numbers are those of the register, which is continued with firms that
// only that day knows (when the store may be written).
Result<std::shared_ptr<const store::Snapshot>> assemble_as_of(store::Store& store, const store::View& view,
                                                              const LinkConfig& config, const Reference& reference,
                                                              Progress& progress);

// One string against the live firms, for lists without codes.
struct NameMatch {
  store::FirmNo firm = store::kNoFirm;    // kNoFirm: nothing, or several
  std::vector<store::FirmNo> candidates;  // when several share the name
  store::LinkReason reason = store::LinkReason::kName;
  std::string why;  // Chinese
};
class NameIndex {
 public:
  static std::shared_ptr<const NameIndex> build(const store::Snapshot& snapshot, const Reference& reference);
  virtual ~NameIndex() = default;
  virtual NameMatch match(std::string_view name, std::string_view county) const = 0;
};

}  // namespace tanmiao::linkage
