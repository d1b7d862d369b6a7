// The reader of workbooks of Excel 97 to 2003 (.xls, and .et of WPS): BIFF8 records (MS-XLS) in a compound file.
//
// Cells are given like those of xlsx. What is protected by a password, an xlsx with one included, older than Excel 97,
// or another kind of Office file, is kFormat that says so.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tabular/reader.h"

namespace tanmiao::tabular {

Result<std::unique_ptr<Book>> open_xls(std::string_view bytes, const std::string& name, const ReadOptions& options);

}  // namespace tanmiao::tabular
