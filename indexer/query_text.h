// What a person typed, taken apart: words, phrases, and what must not be there. No Xapian here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/reference.h"

namespace tanmiao::indexer {

struct QueryWord {
  std::string folded;
  bool phrase = false;
  bool without = false;
};

// Blanks (also full width) separate words. Phrases stand in "", “”, ＂＂, 「」 or 『』; - or － before a word or phrase
// excludes it. Errors: kUsage with the place as "character N", kLimit for more than 200 characters or 16 words.
Result<std::vector<QueryWord>> parse_query_text(std::string_view text, const CharMap& simplified);

}  // namespace tanmiao::indexer
