// What is known of one firm for a standard, and its standing as JSON. Internal to miner/.
#pragma once

#include "miner/facts.h"
#include "miner/standard.h"

namespace tanmiao::miner {

// Every input of input_names(), with evidence, date and source of what is known. A list that does not have the firm
// leaves its title unknown: lists are never complete.
Inputs inputs_of_firm(const Context& context, const FirmFacts& facts);
// "NAME=VALUE": as if somebody had said so; what follows from it is reckoned anew. Error kUsage.
Status suppose(Inputs& inputs, const std::vector<std::string>& statements);
// One line of the table of standards: id, family, name, doc, standing, known, most, pass, conditions by answer.
std::string standard_line(const Standard& standard, const StandardResult& result);
// In full (docs/schema/explanation.json, "standard").
std::string standard_json(const Standard& standard, const StandardResult& result, const Inputs& inputs, Date as_of);

}  // namespace tanmiao::miner
