// What an exported row was made from, in a hidden column of it: of a candidate the newest 企业自报 then, of a pool
// entry its revision. A sheet that comes back is set against that and not against what others changed since.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tanmiao::pool {

enum class SheetUse : std::uint8_t { kVisits = 1, kPool };

inline constexpr std::string_view kVersionHeading = "数据版本";
std::string version_text(SheetUse use, std::uint64_t version);                 // "走访12", "台账3"
std::optional<std::uint64_t> version_of(SheetUse use, std::string_view text);  // nullopt: it is lost

}  // namespace tanmiao::pool
