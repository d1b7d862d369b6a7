// The end of the audit, noted in facts.db when a night ends: of two files that do not change together each vouches for
// the other. Entries that were cut off the end of people.db show by it.
#pragma once

#include <string>
#include <string_view>

#include "store/store.h"

namespace tanmiao::store {

inline constexpr std::string_view kAuditNote = "people.audit";  // Facts::note; "NUMBER HASH"
Result<AuditHead> parse_audit_note(std::string_view note);      // empty: number 0; kCorrupt
Result<AuditHead> audit_noted(Facts& facts);                    // number 0: nothing was noted yet
// Empty, or in what way the audit does not go on from `known`.
Result<std::string> audit_breaks(People& people, const AuditHead& known);
// Notes where the audit ends now. One that does not go on from what was noted leaves the note as it is, unless
// `accepted`.
Status note_audit(Store& store, bool accepted = false);

}  // namespace tanmiao::store
