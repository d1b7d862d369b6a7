// A firm of which one thing more were true or known. Internal to miner/.
//
// A new fact is put among the firm's facts and the firm is judged again: points, judgement and all that follows from
// them follow everywhere, so that what is said of the fact is what a firm has that has exactly this. A new right is of
// the field that the firm's rights are in, if they have one: none moves it into another key industry. One that is in
// force was filed more than five years ago, and a new filing names no inventors.
#pragma once

#include "miner/assess.h"

namespace tanmiao::miner {

struct NewFact {
  std::string_view id;
  std::string label;             // Chinese: 再有一件自有的有效发明专利
  FirmFacts facts;               // with it
  bool settles_doubt = false;    // what speaks against the firm at a gate turns out well
  std::string_view beyond = "";  // id of the fact that it holds as well: told only where it adds something
};
// Rights, records, and what a visit would bring at its best, in a fixed order, whether or not they lift the firm. None
// moves it between the main list and that of start-ups.
std::vector<NewFact> new_facts(const Context& context, const FirmFacts& facts, const Assessment& a);
Assessment assess_with(const Context& context, const NewFact& fact);

}  // namespace tanmiao::miner
