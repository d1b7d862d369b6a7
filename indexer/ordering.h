// Which firms of a set stand on a page, in a total order, so that pages neither repeat nor lose a firm.
#pragma once

#include <string>
#include <vector>

#include "indexer/index.h"
#include "indexer/lookup.h"

namespace tanmiao::indexer {

// How well a firm fits, best first. Each holds the firms of the better ones too.
struct Step {
  std::string_view label;
  FirmSet firms;
  bool shorter_first;  // within the step the shorter name fits better
};

// Which part of the order: behind the firm `after` where one is named, then `offset` firms further on.
struct Window {
  std::size_t offset = 0, limit = 0;
  store::FirmNo after = store::kNoFirm;  // listed; it need not be found
};

std::vector<store::FirmNo> page_of(const Shared& shared, const FirmSet& found, const std::vector<Step>& steps,
                                   Order order, const Window& window);
bool known_dead(const Shared& shared, store::FirmNo firm);

}  // namespace tanmiao::indexer
