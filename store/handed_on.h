// Words that the store and those who crawl have in common: who made a batch.
#pragma once

#include <string_view>

namespace tanmiao::store {

// facts.note("batch ID") of a batch that is made of rows a person mended: it is no delivery, and ends no hold.
inline constexpr std::string_view kBatchNote = "batch ", kFedBatch = "feed";

}  // namespace tanmiao::store
