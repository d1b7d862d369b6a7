// A place in an answer from which the next page goes on, as a text that can be kept and passed on.
//
// A cursor says which firm was shown last, not how many: what leaves the answer meanwhile (a firm that is taken out)
// neither shifts a firm over the edge of a page nor shows it twice. It names the generation of the index, and the run
// where the query asks for one, so that no page is cut from another list than the one before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.h"
#include "store/types.h"

namespace tanmiao::indexer {

struct Cursor {
  std::uint64_t index = 0;  // of the name of the generation (generation_mark)
  std::uint64_t run = 0;    // of the run's digest; 0: the answer does not depend on a run
  std::uint64_t query = 0;  // of what is asked for, and its order
  store::FirmNo after = 0;  // the firm that was shown last
  std::uint32_t shown = 0;  // firms up to that one
  bool operator==(const Cursor&) const = default;
};

std::uint64_t generation_mark(std::string_view name);

// Letters, digits, - and _: 52 of them, the last ones a checksum. It finds slips and cut ends; it is no signature.
std::string encode(const Cursor& cursor);
// kUsage: no text that encode() gave, whether cut, mistyped or changed.
Result<Cursor> decode_cursor(std::string_view text);

}  // namespace tanmiao::indexer
