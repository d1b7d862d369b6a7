// Where a record stood: from a line of evidence back to a file or a page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/facts.h"

namespace tanmiao::store {

struct RecordOrigin {
  Date seen{};             // civil day of the night that first read this version
  std::string part;        // address, or file below the inbox
  std::uint32_t line = 0;  // line, row or ordinal within the part, from 1; 0 unknown
  std::string segment;     // WARC file below captures/SOURCE; empty when the bytes are not kept
  std::uint64_t offset = 0;
};

// Of the version that the view sees; where the record vanished since, of the last one before. nullopt: the store does
// not have the record, or the view saw none of its versions.
Result<std::optional<RecordOrigin>> origin_of(Facts& facts, const View& view, RecordKind kind, std::string_view source,
                                              std::string_view key);

}  // namespace tanmiao::store
