// What a good delivery of a source looks like. A breach holds the batch: yesterday's data stays.
#pragma once

#include <string>

#include "crawler/source.h"

namespace tanmiao::crawler {

// The breach in Chinese, for the report; empty when the contract is kept. `known`: visible records of the source before
// (used only when something would vanish). A source that offered nothing at all tonight (an inbox without files) breaks
// nothing.
std::string contract_breach(const Source& source, const store::BatchCounts& counts, std::uint64_t known);

}  // namespace tanmiao::crawler
