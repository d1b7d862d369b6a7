// Bytes that come in pieces, as they do from a file or out of a packed one.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "tabular/byte_source.h"

namespace tanmiao::fuzz {

// The bytes must outlive it.
class InPieces : public tabular::ByteSource {
 public:
  InPieces(std::string_view bytes, std::size_t most) : rest_(bytes), most_(most) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t got = rest_.copy(into.data(), std::min(into.size(), most_));
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
  std::size_t most_;
};

}  // namespace tanmiao::fuzz
