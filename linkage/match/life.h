// Who of several bearers of one name is meant: the one that bore it on the day that is asked for; where no day is
// asked for, a living firm before one that is gone, and who bears the name today before who bore it once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "linkage/match/matcher.h"

namespace tanmiao::linkage {

// Of a firm of the list, as far as it is known.
struct FirmLife {
  Day founded = kNoDay, dissolved = kNoDay;
  bool gone = false;  // its status says so, whether or not the day is known
};
// Of one of its names. until: the day on which it took another one.
struct NameSpan {
  bool former = false;
  Day until = kNoDay;
};

// A day that is less than a year off counts less: registers tell of changes late.
inline constexpr Day kNearDay = 366;

// `day`: that is asked for, kNoDay: none. `as_former`: who asks gives the name as one of before.
Level life_level(const FirmLife& firm, const NameSpan& name, Day day, bool as_former);

// What a list knows of its firms (by row) and names (by entry of the roll).
struct Lives {
  std::vector<FirmLife> firms;
  std::vector<NameSpan> names;
};
// Sets the level of each candidate whose name was compared and adds what it is worth to the weight; share_out() comes
// after it.
void weigh_lives(std::vector<MatchCandidate>& candidates, const Lives& lives, Day day, bool as_former,
                 const MatchModel& model);

// What people are told: of a best candidate that is gone since when, and of one whose namesakes are not meant that they
// are not, and why. `candidates`: the best first. Changes the factor of the level, adds one at most.
void tell_lives(const std::vector<MatchCandidate>& candidates, const Lives& lives, Day day,
                std::vector<MatchFactor>& factors);

}  // namespace tanmiao::linkage
