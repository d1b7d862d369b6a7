// What an industry code of GB/T 4754 means. Registers carry codes of the edition of their day, mostly without saying
// which, and the same digits may mean different things: 2033 is 地板制造 in 2011 and 木楼梯制造 in 2017, and 铝压延加工
// moved from 3262 to 3252.
#pragma once

#include <string>
#include <string_view>

#include "core/reference.h"

namespace tanmiao {

struct IndustryCode {
  std::string code;       // as in its edition: "C3262"; empty: the edition, or both, do not have it
  int edition = 0;        // 2011, 2017; 0: not known, both have the code
  std::string_view name;  // empty where the editions differ and nothing says which one it is
  // Where 2017 puts what it means: the class of the same name, else the nearest group, division or section of the same
  // name. Empty: nowhere that is known.
  std::string in_2017;
};

// 2011 or 2017 of "2017", "GB/T 4754-2011", "2017版"; 0 for anything else.
int industry_edition(std::string_view text);

// `edition`: as stated, 0 when nobody says. A code that one edition alone has decides it, and so does a `name` (the
// industry in words, may be empty) that is the code's in one edition alone.
IndustryCode industry_of(std::string_view code, int edition, std::string_view name, const Reference& reference);

}  // namespace tanmiao
