// The reader of xlsx workbooks (ECMA-376). Called through open_rows() and read_rows().
//
// Cells are given as shown: codes with all their digits, dates by style as ISO dates, formulas by their last value. Of
// merged cells the first has the text, and so have those below it in the same column, so that a county merged over ten
// rows stands in each of them. Rows that are not in the file are not given.
#pragma once

#include <memory>
#include <string>

#include "tabular/reader.h"

namespace tanmiao::tabular {

// A sheet is unpacked as it is read; shared strings are kept whole.
Result<std::unique_ptr<Book>> open_xlsx(std::string bytes, std::string name, const ReadOptions& options);

}  // namespace tanmiao::tabular
