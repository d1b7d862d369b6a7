// Reads a workbook back that was just written, as far as it takes to know that nothing of it is missing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/error.h"

namespace tanmiao::tabular {

// kIo unless each sheet of the workbook, in their order, ends as a sheet does and has so many cells, and every other
// part is whole XML. One pass, in pieces; cells are counted, not read.
Status workbook_is_whole(const std::string& path, std::span<const std::uint64_t> cells);

}  // namespace tanmiao::tabular
