// What the learned model would say of a firm of which one thing more were true or known. Internal to miner/.
//
// Row, likelihood and score are made again of the facts with the new one among them. Only what a column of the model
// rests on is tried: one more of what is counted, and what is unknown known at its most favourable value; of numbers of
// the register that is the best of the values between which the trees of this firm tell apart.
#pragma once

#include "miner/learn/lead_model.h"
#include "miner/new_facts.h"

namespace tanmiao::miner::learn {

// Those of miner/new_facts.h and what only a model asks for, in a fixed order, whether or not they lift the firm. None
// that moves it between the main list and that of start-ups.
std::vector<NewFact> new_facts(const FoldTrees& model, const Context& context, const Priors* priors,
                               const FirmFacts& facts, const Assessment& a);
// Columns that no new fact is tried for: they follow from others or from texts, or are what the firm has been.
bool stays(std::string_view column);

struct Lift {
  std::string_view id;
  std::string label;
  LearnedScore then;
  double card = 0;  // the scorecard's score then, which orders equal ones
};
// What raises the learned score, the most first; equal ones in the order of new_facts.
std::vector<Lift> lifts(const FoldTrees& model, const Context& context, const Priors* priors, const FirmFacts& facts,
                        const Assessment& a);

}  // namespace tanmiao::miner::learn
