// What people said must hold together: a name is one firm, and what is said not to be a firm is not said to be it by
// another way.
#pragma once

#include <string>

#include "pool/judge.h"

namespace tanmiao::pool {

// Whether a ruling may stand beside those that do. Errors, in Chinese, kRefused:
//   - kSame where the same name, in the same scope, was said to be another firm;
//   - kSame or kDifferent that contradict each other because registrations were said to be one firm: the name is A and
//     is not B, while A and B are one;
//   - kSame of a registration that makes such a contradiction of what stands on other names.
// Gives what is said no more from now on, where a wider or narrower scope said another firm before; empty: nothing.
Result<std::string> fits_rulings(const NameJudgement& judgement, const Rulings& rulings, const FirmBook& book,
                                 store::Facts& facts);

}  // namespace tanmiao::pool
