// Answers to the names of a list, in blocks and in parallel.
#pragma once

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <cstdint>
#include <vector>

#include "apps/tanmiao/match_list.h"
#include "apps/tanmiao/match_table.h"
#include "linkage/match/typed_name.h"

namespace tanmiao::app {

// Whether a firm is at most one name's.
enum class Claims : std::uint8_t { kNo, kYes, kByLook };

// What does not change from name to name. All must outlive the matching.
struct MatchSetting {
  const linkage::MatchModel& model;
  const linkage::TypedWords& words;
  linkage::MatchThresholds thresholds;
  int threads = 0;  // 0: as many as there are cores
};

// Matches blocks of names in parallel; answers come in the order of the names.
class Matching {
 public:
  Matching(const Against& list, const MatchSetting& setting);
  // `others`: how many candidates are kept besides the best. `lines`: MatchAnswer::line is wanted.
  void answer(std::vector<MatchAnswer>& block, std::size_t others, bool lines = false, Claims claims = Claims::kNo);
  bool settled_claims() const { return settled_claims_; }

 private:
  using Scratch = linkage::Matcher::Scratch;
  template <class Do>
  void each(std::vector<MatchAnswer>& block, const Do& what);
  void settle_claims(std::vector<MatchAnswer>& block, Claims claims);
  void match_one(MatchAnswer& answer, Scratch& scratch) const;
  void match_name(MatchAnswer& answer, const linkage::TypedName& name, Scratch& scratch) const;
  void match_alias(MatchAnswer& answer, const std::string& alias, bool former, Scratch& scratch) const;
  void match_several(MatchAnswer& answer, Scratch& scratch) const;
  void conclude(MatchAnswer& answer, std::size_t others, bool line) const;

  const Against& list_;
  MatchSetting setting_;
  linkage::Matcher matcher_;
  tbb::task_arena arena_;
  tbb::enumerable_thread_specific<Scratch> scratch_;
  bool settled_claims_ = false;
};

// The answer as people and programs read it (docs/schema).
std::string answer_line(const MatchAnswer& answer, const Against& list);

}  // namespace tanmiao::app
