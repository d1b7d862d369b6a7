// What a recognition is worth on a day, by the dated rules: between miner/, which judges it, and who counts.
#pragma once

#include <cstdint>
#include <string>

#include "core/date.h"

namespace tanmiao {

enum class Held : std::uint8_t { kValid, kRenewDue, kExpired, kUnverified };  // 有效 待续评 已失效 待核

// The best that a firm has of one programme on a day.
struct Standing {
  std::uint32_t firm = 0;  // number in the snapshot
  std::string program;     // "tech_sme", "hnte", ...
  Held held = Held::kUnverified;
  Day until = kNoDay;  // kNoDay: no end is known
  std::string number;  // of the registration or certificate; may be empty
};

}  // namespace tanmiao
