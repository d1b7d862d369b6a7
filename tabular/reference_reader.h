// Reads config/reference/ into core/reference.h's tables. Each file is CSV in UTF-8 with a header; its first columns are
// named in config/reference/README.md. Errors: kConfig with file and line for a row that does not fit, kIo for a missing
// file. A file marked optional there may be missing.
#pragma once

#include <filesystem>
#include <memory>

#include "core/error.h"
#include "core/reference.h"

namespace tanmiao::tabular {

Result<std::shared_ptr<const Reference>> load_reference(const std::filesystem::path& folder);

}  // namespace tanmiao::tabular
