// Values of records as the columns hold them.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/date.h"

namespace tanmiao::linkage {

Day day_of(std::string_view text);              // the first day a date may mean; kNoDay when it is none
std::int32_t number_of(std::string_view text);  // -1 when it is none

}  // namespace tanmiao::linkage
