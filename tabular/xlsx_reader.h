// The reader of xlsx workbooks (ECMA-376). Called through open_rows() and read_rows().
//
// Cells are given as shown: codes with all their digits, dates by style as ISO dates, formulas by their last value. Of
// merged cells the first has the text, and so have those below it in the same column, so that a county merged over ten
// rows stands in each of them. Rows that are not in the file are not given.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tabular/reader.h"

namespace tanmiao::tabular {

Result<std::unique_ptr<RowReader>> read_xlsx(const std::string& bytes, std::string name, const ReadOptions& options);
Result<std::vector<std::string>> xlsx_sheets(std::string_view bytes, const std::string& name, const Limits& limits);

}  // namespace tanmiao::tabular
