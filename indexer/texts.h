// The texts of a firm that are several: former names and titles of patents.
#pragma once

#include <algorithm>
#include <string_view>

#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

// Pieces between marks; empty ones are left out.
template <class F>
void each_piece(std::string_view joined, char mark, const F& f) {
  while (!joined.empty()) {
    const std::size_t end = std::min(joined.find(mark), joined.size());
    if (end > 0) f(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
}

template <class F>
void each_former_name(const store::Snapshot& snapshot, store::FirmNo firm, const F& f) {
  each_piece(snapshot.firms.former_names[firm], '\n', f);
}

// Each patent once, whether owned once or through a branch as well.
template <class F>
void each_title(const store::Snapshot& snapshot, store::FirmNo firm, const F& f) {
  const auto [begin, end] = snapshot.ownerships_of(firm);
  std::uint32_t last = ~0u;
  for (std::uint32_t i = begin; i < end; ++i) {
    const std::uint32_t patent = snapshot.ownerships.patent[i];
    if (patent != last) f(snapshot.patents.title[patent]);
    last = patent;
  }
}

}  // namespace tanmiao::indexer
