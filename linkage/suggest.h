// Names that no rule could link, looked up by probability: what comes near enough waits for a person, the names that
// stand on most records first. Nothing is linked here: a name that is only alike is for a person to say.
#pragma once

#include <vector>

#include "linkage/firms.h"
#include "linkage/names_near.h"

namespace tanmiao::linkage {

// A name in a record of which no rule found the firm.
struct Unfound {
  const Slim* record;
  std::uint16_t slot;
  std::string_view name;
  Place place;
  Day day = kNoDay;   // the record speaks of
  bool firm = false;  // the name of a firm without a code, which may be one with a code
};

// Items for the names that come near a firm: one for each (kind, source, name), at its first record, in no order. What
// a name is worth is how many records it stands on, by the probability. Without a model in `config`: none.
Result<std::vector<store::ReviewItem>> suggest(const std::vector<Unfound>& names, const Firms& firms,
                                               const LinkConfig& config, const Reference& reference, NamesFrame& frame);

// All that wait, in order of value: items of several records of one name count for all of them. Of a name that comes
// near a firm the item that says so stands alone.
void put_in_order(std::vector<store::ReviewItem>& reviews, std::vector<store::ReviewItem> suggested);

}  // namespace tanmiao::linkage
