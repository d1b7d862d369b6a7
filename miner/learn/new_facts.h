// What the learned model would say of a firm of which one thing more were true or known. Internal to miner/.
//
// A new fact is put among the firm's facts, and row, likelihood and score are made of these again: what follows from it
// follows everywhere. Only what a column of the model rests on is tried: one more of what is counted, and what is
// unknown known at its most favourable value; of numbers of the register that is the best of the values between which
// the trees of this firm tell apart.
#pragma once

#include "miner/learn/lead_model.h"

namespace tanmiao::miner::learn {

struct NewFact {
  std::string_view id;
  std::string label;             // Chinese: 再有一件自有的有效发明专利
  FirmFacts facts;               // with it
  bool settles_doubt = false;    // what speaks against the firm at a gate turns out well
  std::string_view beyond = "";  // id of the fact that it holds as well: told only where it adds something
};
// All of them for this firm, in a fixed order, whether or not they lift it. None that moves it between the main list
// and that of start-ups.
std::vector<NewFact> new_facts(const FoldTrees& model, const Context& context, const Priors* priors,
                               const FirmFacts& facts, const Assessment& a);
Assessment assess_with(const Context& context, const NewFact& fact);
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
