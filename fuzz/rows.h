// Reads a table to its end under small limits and checks what every reader promises.
#pragma once

#include <string>
#include <utility>

#include "core/text/normalize.h"
#include "fuzz/fuzz.h"
#include "tabular/reader.h"

namespace tanmiao::fuzz {

inline void check_row(const tabular::Row& row, const tabular::Limits& limits) {
  must(row.line > 0);
  must(!row.bad() || row.cells.empty());
  must(row.cells.size() <= limits.max_columns);
  for (const std::string_view cell : row.cells) must(text::valid_utf8(cell));
  must(text::valid_utf8(row.raw) && text::valid_utf8(row.problem));
}

inline void read_all_rows(std::string bytes, tabular::Format format) {
  tabular::ReadOptions options;
  options.format = format;
  options.limits.max_bytes = 4U << 20;
  options.limits.max_rows = 20'000;
  const auto rows = tabular::read_rows(std::move(bytes), "fuzz", options);
  if (!rows) return;
  tabular::Row row;
  for (std::uint32_t count = 0;; ++count) {
    const auto more = (*rows)->next(row);
    if (!more || !*more) return;
    must(count <= options.limits.max_rows);
    check_row(row, options.limits);
  }
}

}  // namespace tanmiao::fuzz
