// Names that no rule could link, looked up by probability: what comes near enough waits for a person, the names that
// stand on most records first. Nothing is linked here: a name that is only alike is for a person to say.
#pragma once

#include <map>
#include <vector>

#include "linkage/firms.h"

namespace tanmiao::linkage {

// A name in a record of which no rule found the firm.
struct Unfound {
  const Slim* record;
  std::uint16_t slot;
  std::string_view name;
  Place place;
  Day day = kNoDay;  // the record speaks of
};

// A review item and what it is worth: how many records the name stands on, by the probability that it is the firm.
struct Waiting {
  store::ReviewItem item;
  double value = 0;
};

// One item for each (kind, source, name), at its first record. Without a model in `config`: none.
std::vector<Waiting> suggest(const std::vector<Unfound>& names, const Firms& firms, const LinkConfig& config,
                             const Reference& reference);

// Items that wait, in order of value: those of several records of one name count for all of them.
void put_in_order(std::vector<store::ReviewItem>& reviews, std::vector<Waiting> suggested);

}  // namespace tanmiao::linkage
