#include "pool/returned_sheet.h"

namespace tanmiao::pool {

std::string ReturnedRow::problems(std::span<const SheetField> fields) const {
  std::string out = problem;
  for (std::size_t f = 0; f < cells.size() && f < fields.size(); ++f) {
    if (cells[f].problem.empty()) continue;
    out += (out.empty() ? "" : "；") + fields[f].headings.front() + "：" + cells[f].problem;
  }
  return out;
}

}  // namespace tanmiao::pool
