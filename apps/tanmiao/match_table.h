// The answer of a match as a table: the columns of the list as they were, ours behind them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/tanmiao/name_list.h"
#include "linkage/match/typed_name.h"

namespace tanmiao::app {

// One of several names that stand in one cell.
struct MatchedPart {
  std::string name;
  std::optional<linkage::MatchCandidate> best;
  linkage::MatchDecision decision = linkage::MatchDecision::kNo;
};

struct MatchAnswer {
  NameRow mention;
  std::vector<linkage::TypedName> read;             // what its name says; empty: it is taken as it stands
  std::vector<MatchedPart> parts;                   // where the cell holds several names; there are no candidates then
  std::vector<linkage::MatchCandidate> candidates;  // the most probable first
  std::vector<linkage::MatchFactor> factors;        // of the first
  linkage::MatchDecision decision = linkage::MatchDecision::kNo;
  std::string line;  // as JSON, where it is wanted
};

struct MatchedFirm {
  std::string_view id, name, code;
};

class MatchTable {
 public:
  virtual ~MatchTable() = default;
  static Status check(const std::string& path);  // error kUsage unless it ends in .xlsx or .csv
  // `path` as check() wants it. `firm` tells of a row of the list that was looked in.
  static Result<std::unique_ptr<MatchTable>> create(const std::string& path, const std::vector<std::string>& headings,
                                                    std::function<MatchedFirm(std::uint32_t)> firm);
  virtual Status row(const MatchAnswer& answer) = 0;
  virtual Status finish() = 0;
};

}  // namespace tanmiao::app
