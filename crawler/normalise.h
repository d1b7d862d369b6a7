// One raw value of a source -> the stored value(s) of a field, by the field's type (core/record.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

struct Normal {
  enum class Outcome {
    kValue,    // `values` hold it; the source may also say "none" (N/A, -): then there are none. Among parties
               // (parties.h) an empty one is a person's
    kBad,      // the row cannot be trusted: it becomes a reject; `expected` says why, in Chinese
    kUnknown,  // no table knows the word: it is dropped and reported, the record stays
    kPerson,   // speaks of a natural person: nothing of it may be kept, not even in the rejects
  };
  Outcome outcome = Outcome::kValue;
  std::vector<std::string> values;
  std::string expected;
  bool shifted = false;  // bad because it is another column's: names of persons may stand in any cell of such a row
};

struct NormaliseContext {
  const Reference& reference;
  std::string_view person_key;
  std::string_view unit;  // of bare amounts of money
};

Normal normalise(Field field, std::string_view raw, const NormaliseContext& context);

// N/A, -, 无, null and the like.
bool says_none(std::string_view trimmed);

}  // namespace tanmiao::crawler
