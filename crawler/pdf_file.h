// The tables of a PDF by tanmiao-pdf, for who has a file and no source.
#pragma once

#include <filesystem>
#include <memory>

#include "tabular/reader.h"

namespace tanmiao::crawler {

// nullptr: it is no PDF. Errors: kNotFound without the program; kFormat, kLimit as of `reader = "pdf"`.
Result<std::unique_ptr<tabular::Book>> open_pdf_file(const std::filesystem::path& file);

}  // namespace tanmiao::crawler
