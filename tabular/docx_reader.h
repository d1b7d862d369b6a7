// Tables of text documents (docx, Office Open XML: ISO/IEC 29500-1, 17.4): lists are attached to notices as such.
//
// Each table is a sheet, also one within another's cell, whose text is then no part of that cell. gridSpan takes its
// columns, vMerge is a merged cell; text that a revision deleted is left out. Text outside of tables is not read.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tabular/reader.h"

namespace tanmiao::tabular {

bool is_docx(std::string_view zip);
// kFormat when there is no table.
Result<std::unique_ptr<Book>> open_docx(std::string_view bytes, const std::string& name, const ReadOptions& options);

}  // namespace tanmiao::tabular
