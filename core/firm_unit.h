// Names of units: branches of companies, units of cooperatives, shops of shops.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/reference.h"

namespace tanmiao {

// The longest legal form that the name ends in and is not the whole of; null: none.
const LegalForm* legal_form_of(std::string_view name, const Reference& reference);

// Where the parent's name ends in the name of a unit; npos when it is none: ...公司|滨州分公司, ...合作社|一店. `name`:
// normal (NFKC, without blanks, simplified); `form`: legal_form_of(name).
std::size_t parent_end(std::string_view name, const LegalForm* form, const Reference& reference);

}  // namespace tanmiao
