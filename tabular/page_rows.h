// Rows as tanmiao-pdf prints them: JSON lines {"page":1,"table":1,"cells":["序号","企业名称"]}. Each table is a sheet,
// "表1"; its lines count its rows.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tabular/reader.h"

namespace tanmiao::tabular {

// kFormat for a line that is none of these, and when there is no table.
Result<std::unique_ptr<Book>> open_page_rows(std::string_view lines, const std::string& name,
                                             const Limits& limits = {});

}  // namespace tanmiao::tabular
