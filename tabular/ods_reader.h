// The reader of OpenDocument spreadsheets (ODF 1.2), as LibreOffice and WPS write them.
//
// Cells are given like those of xlsx: numbers with all their digits, dates as ISO dates, formulas by their last value,
// notes left out. Repeated rows and cells are unrolled as far as they hold anything.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tabular/reader.h"

namespace tanmiao::tabular {

bool is_ods(std::string_view bytes);      // of a zip
bool is_flat_ods(std::string_view head);  // the same in one XML file (.fods)
// Of a zip or of one XML file.
Result<std::unique_ptr<Book>> open_ods(std::string_view bytes, std::string name, const ReadOptions& options);

}  // namespace tanmiao::tabular
