// Names that no rule could link, looked up by probability. What is probable enough for its use is linked (the city says
// from when on, LinkConfig::link_from) and listed, so that anybody may object; what comes near waits for a person, the
// names whose records are worth most first.
#pragma once

#include <vector>

#include "linkage/mentions.h"
#include "linkage/names_near.h"

namespace tanmiao::linkage {

// Sets the verdicts of mentions that are linked, and gives the items: one for each (kind, source, name) that comes near
// a firm, at its first record, and one more where some of its records are linked and others wait; in no order. Firms
// without a code are asked too which other firm they may be; they are never joined here. Its value is what
// a ruling would change: the worth of its records, times the probability of the firm where it waits, of another where
// it is linked, in thousandths of a point. Without a model in `config`: none.
Result<std::vector<store::ReviewItem>> suggest(Mentions& mentions, const Firms& firms, const LinkConfig& config,
                                               const Reference& reference, NamesFrame& frame);

// All that wait, in order of value: items of several records of one name count for all of them. Of a name that comes
// near a firm the item that says so stands alone.
void put_in_order(std::vector<store::ReviewItem>& reviews, std::vector<store::ReviewItem> suggested);

}  // namespace tanmiao::linkage
