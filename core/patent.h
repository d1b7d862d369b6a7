// Patent numbers, kinds, classes and legal events of the CNIPA.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/error.h"

namespace tanmiao {

enum class PatentKind : std::uint8_t { kUnknown = 0, kInvention = 1, kUtility = 2, kDesign = 3 };

// Application number, canonical: "201510163325.6" since 2003-10, "85100001" or "85100001.2" before; prefixes ZL and CN
// and blanks are dropped, a missing check digit of the 12-digit form is computed, a wrong one is an error (ZC
// 0006-2003).
struct ApplicationNo {
  std::string text;
  PatentKind kind = PatentKind::kUnknown;
  bool pct = false;
  int year = 0;
};
Result<ApplicationNo> parse_application_no(std::string_view text);
char application_check(std::string_view digits12);

// Publication number: CN + 7-9 digits + kind letter (A, B, C, U, Y, S, D).
struct PublicationNo {
  std::string text;    // "CN104731421B"
  char kind_code = 0;  // 'B'
};
Result<PublicationNo> parse_publication_no(std::string_view text);
bool kind_code_is_grant(char kind_code);  // B C U Y S D
PatentKind kind_of_kind_code(char kind_code);

// "H02K 17/02 (2006.01)" in any spelling -> "H02K17/02". A bare subclass or main group ("H02K", "H02K17") is allowed.
Result<std::string> parse_ipc(std::string_view text);

// End of term by law: 20, 10, 15 years from filing (designs filed before 2021-06-01: 10).
Date term_end(PatentKind kind, Date filing);

// What a legal event does to the right (domain table patent_legal_events.csv).
enum class PatentEvent : std::uint8_t {
  kOther = 0,
  kPublished,
  kExamStarted,
  kGrant,
  kRefused,
  kDeemedWithdrawn,
  kDeemedAbandoned,
  kLapsedFee,
  kLapsedOther,
  kRestored,
  kExpired,
  kTransfer,
  kLicence,
  kPledge,
  kPreservation,
  kInvalidated,
  kPartlyInvalidated,
  kBiblioChange,
  kInForce,  // not an event: a list says "in force" on a day
  kDead,     // a list says "no longer in force" on a day
};
std::string_view patent_event_word(PatentEvent event);  // "LAPSED_FEE", the stored word
PatentEvent patent_event_from_word(std::string_view word);

}  // namespace tanmiao
