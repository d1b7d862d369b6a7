// One raw value of a source -> the stored value(s) of a field, by the field's type (core/record.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"
#include "crawler/normalise_text.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

struct Normal {
  enum class Outcome {
    kValue,    // `value` holds it, `parties` of the fields of parties.h; empty when the source says "none" (N/A, -)
    kBad,      // the row cannot be trusted: it becomes a reject; `expected` says why, in Chinese
    kUnknown,  // no table knows the word: it is dropped and reported, the record stays
    kPerson,   // speaks of a natural person: nothing of it may be kept, not even in the rejects
  };
  Outcome outcome = Outcome::kValue;
  std::string value;
  std::vector<std::string> parties;  // an empty one is a person's
  std::string expected;
  bool shifted = false;  // bad because it is another column's: names of persons may stand in any cell of such a row
};

struct NormaliseContext {
  const Reference& reference;
  std::string_view person_key;
  std::string_view unit;  // of bare amounts of money
};

Normal normalise(Field field, const Trimmed& raw, const NormaliseContext& context);

// N/A, -, 无, null and the like.
bool says_none(std::string_view trimmed);

}  // namespace tanmiao::crawler
