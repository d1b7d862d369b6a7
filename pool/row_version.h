// What an exported row was made from, in a hidden column of it: of a candidate the newest 企业自报 then, of a pool
// entry its revision. A sheet that comes back is set against that and not against what others changed since. The text
// names its subject too, so that a column which was sorted or copied apart from its rows is known as lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tanmiao::pool {

enum class SheetUse : std::uint8_t { kVisits = 1, kPool };

inline constexpr std::string_view kVersionHeading = "数据版本";
// `subject`: the firm's key; of a pool entry with its track (entry_subject()). "走访12-5f3a", "台账3-91c0".
std::string version_text(SheetUse use, std::string_view subject, std::uint64_t version);
// nullopt: it is lost, or that of another row.
std::optional<std::uint64_t> version_of(SheetUse use, std::string_view subject, std::string_view text);
std::string entry_subject(std::string_view firm, std::string_view track);

}  // namespace tanmiao::pool
