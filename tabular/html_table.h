// Tables of HTML that pass as workbooks: many systems of offices "export to Excel" a page under the name .xls.
//
// Each outermost table is a sheet (with ReadOptions::documents each table). Cells are text; rowspan is a merged cell. A
// page without a table (of a login, say) is kFormat.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tabular/reader.h"

namespace tanmiao::tabular {

bool is_html(std::string_view head);
Result<std::unique_ptr<Book>> open_html(std::string_view bytes, std::string name, const ReadOptions& options);

// Bytes of marked-up text as UTF-8: by byte order mark, by `declared` where it fits, else as found out. Bytes that are
// no characters become U+FFFD.
Result<std::string> decode_markup(std::string_view bytes, std::string_view declared);

}  // namespace tanmiao::tabular
