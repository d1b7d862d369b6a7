// Words that the store and those who crawl have in common: what a night leaves to the next one, and who made a batch.
#pragma once

#include <string_view>

namespace tanmiao::store {

// The note of an address that failed, or that might not be asked for, ends in one of these and two days; such an
// address waits in the source's next batch, with that end as its note.
inline constexpr std::string_view kTryAgain = "留待再访", kAskWhenAllowed = "留待许可";
inline constexpr std::string_view kSince = "：自 ", kLastTried = "，末次 ";
inline constexpr int kHandedOnLength = 31;  // characters of that end: word, kSince, YYYY-MM-DD, kLastTried, YYYY-MM-DD

// facts.note("batch ID") of a batch that is made of rows a person mended: it is no delivery, and ends no hold.
inline constexpr std::string_view kBatchNote = "batch ", kFedBatch = "feed";

}  // namespace tanmiao::store
