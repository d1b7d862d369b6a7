// What becomes of an address that failed, or that might not be asked for: its note says from when on, and that a later
// night shall look again. The store hands it on (store/handed_on.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "store/handed_on.h"

namespace tanmiao::crawler {

// So many days after it failed first an address is asked for once more and then forgotten; a page that still leads to
// it offers it anew.
inline constexpr int kDaysTried = 30;
// After so many of a host that failed again, one after the other, the rest of them wait for another night.
inline constexpr int kMostInVain = 5;

struct HandedOn {
  bool failed = false;  // it was asked for; else it was never asked for
  Date since{}, last{};
};
// Of the note of an address that waits; nothing: it was not handed on so.
std::optional<HandedOn> handed_on(std::string_view note);

// The end of the note of an address that shall be handed on, empty: it has been tried for long enough. `before`: its
// note while it waited.
std::string hand_on(std::string_view word, std::string_view before, Date tonight);
// A note without that end.
std::string_view without_hand_on(std::string_view note);

// Whether an answer of this status says that another night may have more luck.
bool may_pass(int status);

}  // namespace tanmiao::crawler
