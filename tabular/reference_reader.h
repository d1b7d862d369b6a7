// Reads config/reference/ into core/reference.h's tables. Each file is CSV in UTF-8 with a header; its first columns
// are named in config/reference/README.md. Errors: kConfig with file and line for a row that does not fit, kIo for a
// missing file. A file marked optional there may be missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/error.h"
#include "core/reference.h"

namespace tanmiao::tabular {

Result<std::shared_ptr<const Reference>> load_reference(const std::filesystem::path& folder);

// The same for another prefecture (370900) or a whole province (370000) than that of city.csv: the zones and units of
// the folder are not its own, so there is a unit for each county (each prefecture) and 待核.
Result<std::shared_ptr<const Reference>> load_reference(const std::filesystem::path& folder, std::uint32_t city_code);

}  // namespace tanmiao::tabular
