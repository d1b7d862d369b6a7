// The reader of "XML Spreadsheet 2003", which Excel and many exporting systems write under the names .xml and .xls.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tabular/reader.h"

namespace tanmiao::tabular {

bool is_xml_sheet(std::string_view head);
Result<std::unique_ptr<Book>> open_xml_sheet(std::string_view bytes, std::string name, const ReadOptions& options);

}  // namespace tanmiao::tabular
