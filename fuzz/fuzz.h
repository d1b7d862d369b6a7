// What the fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace tanmiao::fuzz {

inline std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// What must hold for every input; a breach is a crash that libFuzzer keeps.
inline void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace tanmiao::fuzz
