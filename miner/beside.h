// The parts of an explanation that compare a firm with others, as JSON (docs/schema/explanation.json). Internal to
// miner/.
#pragma once

#include <string>

#include "miner/assess.h"
#include "miner/comparison.h"
#include "miner/learn/lead_model.h"

namespace tanmiao::miner {

// "why_not_higher" of a firm of `run`: the items by which the first tenth of its list, at least 20 firms and at most
// 100, is ahead of it on the average, and the ranks that single new facts would bring when all else stays. A value of 0
// is "not seen", which is not "has none".
// `model`: that by which the run is ordered; null: none, or it is kept no more.
std::string why_not_higher(const Context& context, const FirmFacts& facts, const Assessment& assessment,
                           const store::Run& run, const learn::FoldTrees* model, const Priors* priors);

// What is supposed of new facts (miner/new_facts.h), for people.
inline constexpr std::string_view kSupposed =
    "新事实加入后重新研判；新增的有效专利按申请早于五年推算，新申请不计发明人，均按不改变技术领域推算";

// What the run wrote of the learned model that orders it ("learned"); empty: the scorecard does.
std::string learned_of(const store::Run& run, std::size_t row);
// Rows of the run that are the firm's list, its own, and how many of the first it is compared with.
struct LearnedPlace {
  const store::Run& run;
  std::size_t begin = 0, end = 0, row = 0, compared = 0;
};
// "why_not_higher" there: contributions of the learned model beside those of the first `compared` rows, and what the
// same model would say with one fact more. Without the model the latter is left out, and the text says so.
std::string beside_learned(const Context& context, const FirmFacts& facts, const Assessment& assessment,
                           const LearnedPlace& place, const learn::FoldTrees* model, const Priors* priors);

// "listed": where score and items stand among the firms that bear the title; without shares below kLeastListed firms.
inline constexpr std::size_t kLeastListed = 10;
std::string among_listed(const Context& context, const FirmFacts& facts, const TitleHolders& listed);

}  // namespace tanmiao::miner
