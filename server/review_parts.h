// Parts that the pages of names that wait for a person share.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/form_html.h"
#include "server/review_state.h"

namespace tanmiao::server {

std::string percent(double probability);      // "83%"
std::string worth(std::int64_t thousandths);  // "2.5"; a dash where it is not known
Html ruling_badge(store::Ruling ruling);
// Of a firm that the register lost: its code or name, as the decision has it.
std::string lost_firm(std::string_view identity);

// The fields by which /review/decisions knows a ruling. `then`: "item" leads back to the item, where it still waits.
std::vector<std::pair<std::string, std::string>> undo_fields(const store::IdentityDecision& decision,
                                                             std::string_view then);
// Folded: asks why.
Html undo_form(const FormWriter& writer, const store::IdentityDecision& decision);

// The name with what the other does not have marked, character by character.
Html marked_name(std::string_view name, std::string_view other);
// What speaks for and against a candidate.
Html factor_table(const pool::QueueCandidate& candidate);

}  // namespace tanmiao::server
