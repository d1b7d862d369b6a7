#include "store/types.h"

#include <array>

#include "store/people.h"

namespace tanmiao::store {

std::string_view link_reason_name(LinkReason reason) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "",         "code",     "name", "name_county", "former_name", "branch",
      "transfer", "decision", "own",  "name_date",   "near",        "succession"};
  const auto index = static_cast<std::size_t>(reason);
  return index < kNames.size() ? kNames[index] : "";
}

std::string_view ruling_name(Ruling ruling) {
  static constexpr std::array<std::string_view, 4> kNames = {"different", "same", "unsure", "undone"};
  const auto index = static_cast<std::size_t>(ruling);
  return index < kNames.size() ? kNames[index] : "";
}

std::string_view source_state_name(SourceState state) {
  static constexpr std::array<std::string_view, 4> kNames = {"", "proposed", "approved", "suspended"};
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? kNames[index] : "";
}

}  // namespace tanmiao::store
