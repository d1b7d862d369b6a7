#include "indexer/ipc_groups.h"

#include <algorithm>

namespace tanmiao::indexer {

IpcGroups::IpcGroups(const Dictionary& symbols) {
  constexpr std::size_t kSubclass = 4;
  const auto rows = static_cast<std::uint32_t>(symbols.text.size());
  // Symbols are ascending, so those of a group lie together.
  const auto gather = [&](const auto& name_of) {
    for (std::uint32_t first = 0; first < rows;) {
      const std::string_view name = name_of(symbols.text[first]);
      std::uint32_t last = first + 1;
      while (last < rows && name_of(symbols.text[last]) == name) ++last;
      if (!name.empty()) {
        const auto those = symbols.firm.span().subspan(symbols.first_firm[first],
                                                       symbols.first_firm[last] - symbols.first_firm[first]);
        std::vector<std::uint32_t> firms(those.begin(), those.end());
        std::sort(firms.begin(), firms.end());
        const auto each_once = std::unique(firms.begin(), firms.end()) - firms.begin();
        groups_.push_back({std::string(name), first, last, static_cast<std::uint32_t>(each_once)});
      }
      first = last;
    }
  };
  gather([](std::string_view symbol) {
    return symbol.size() >= kSubclass ? symbol.substr(0, kSubclass) : std::string_view();
  });
  gather([](std::string_view symbol) {
    const std::size_t slash = symbol.find('/');
    return slash == std::string_view::npos ? std::string_view() : symbol.substr(0, slash + 1);
  });
  std::sort(groups_.begin(), groups_.end(), [](const Group& a, const Group& b) { return a.name < b.name; });
}

std::size_t IpcGroups::find(std::string_view name) const {
  const auto at = std::lower_bound(groups_.begin(), groups_.end(), name,
                                   [](const Group& g, std::string_view n) { return g.name < n; });
  return at != groups_.end() && at->name == name ? static_cast<std::size_t>(at - groups_.begin()) : groups_.size();
}

}  // namespace tanmiao::indexer
