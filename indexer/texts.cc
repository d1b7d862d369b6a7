#include "indexer/texts.h"

#include <utility>

namespace tanmiao::indexer {

void each_abstract(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms,
                   const std::function<void(store::FirmNo, std::string_view)>& f) {
  std::vector<std::pair<std::uint32_t, store::FirmNo>> patents;
  for (const store::FirmNo firm : firms) {
    const auto [begin, end] = snapshot.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) patents.emplace_back(snapshot.ownerships.patent[i], firm);
  }
  std::sort(patents.begin(), patents.end());
  patents.erase(std::unique(patents.begin(), patents.end()), patents.end());
  store::PackedReader reader(snapshot.patents.abstract);
  for (const auto& [patent, firm] : patents) {
    const auto text = reader.read(patent);
    if (!text) throw DamagedText{text.error()};
    if (!text->empty()) f(firm, *text);
  }
}

}  // namespace tanmiao::indexer
