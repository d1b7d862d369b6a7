// Names that wait for a person and are probably one body written in several ways: clusters of names and of the firms
// that they come near, by correlation (correlation.h). A firm is a firm, so no cluster has two. Nothing is linked by
// it: the spellings of one body stand together in the queue, worth what all of them are worth.
#pragma once

#include <cstdint>
#include <vector>

#include "linkage/names_near.h"

namespace tanmiao::linkage {

// By question: the smallest question of its cluster. Questions that came near nothing stand alone.
std::vector<std::uint32_t> variants(const std::vector<NameQuestion>& questions, const std::vector<NameAnswer>& answers,
                                    const NameModel& model, const Reference& reference, int threads);

}  // namespace tanmiao::linkage
