// Where the columns of the fields stand in one returned sheet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pool/returned_sheet.h"
#include "tabular/header.h"

namespace tanmiao::pool {

struct SheetHeader {
  std::uint32_t line = 0;
  std::vector<std::string> headings;      // as written
  std::vector<std::vector<int>> columns;  // for each field the columns that bear one of its headings, best first
  std::vector<std::string> units;         // for each field of money or of counts what its heading or a title line says
  std::vector<std::string> above;         // title lines
  std::vector<tabular::UnknownColumn> unknown;
  std::size_t found = 0;  // fields with a column
  bool complete = false;  // all required fields have one
};

std::vector<tabular::WantedColumn> wanted_columns(std::span<const SheetField> fields);

// The header among the first rows of a sheet: a row with at least three fields, or 60 % of its cells and one; where the
// row below names more of them (a header of two rows), that one, and `header_row` is its index. Absent when there is
// none. `lines` are those of the rows.
std::optional<SheetHeader> find_header(std::span<const std::vector<std::string>> rows,
                                       std::span<const std::uint32_t> lines, std::span<const SheetField> fields,
                                       std::size_t& header_row);

}  // namespace tanmiao::pool
