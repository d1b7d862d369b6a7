// A column of texts read from end to end: rows lie one behind the other, so that all of them are one text to look
// through.
#pragma once

#include <cstring>
#include <string_view>

#include "indexer/firm_set.h"
#include "store/columns/column.h"

namespace tanmiao::indexer {

// Rows that hold `wanted` (not empty), ascending, each once. Of a Han character the last byte tells most: it is looked
// for first, some gigabytes a second. A find over the border of two rows is none.
template <class F>
void each_row_holding(const store::StringView& rows, std::string_view wanted, F&& f) {
  if (rows.size() == 0) return;
  const char* const begin = rows[0].data();
  const std::string_view last = rows[rows.size() - 1];
  const char* const end = last.data() + last.size();
  const std::size_t before = wanted.size() - 1;
  std::size_t row = 0;
  for (const char* at = begin + before; at < end;) {
    at = static_cast<const char*>(std::memchr(at, wanted.back(), static_cast<std::size_t>(end - at)));
    if (at == nullptr) return;
    const char* const found = at - before;
    ++at;
    if (std::memcmp(found, wanted.data(), before) != 0) continue;
    // The row in which the find begins: rows are short, and finds may be far apart.
    std::size_t step = 1;
    while (row + step < rows.size() && rows[row + step].data() <= found) step *= 2;
    std::size_t high = row + step < rows.size() ? row + step : rows.size();
    while (high - row > 1) {
      const std::size_t middle = row + (high - row) / 2;
      (rows[middle].data() <= found ? row : high) = middle;
    }
    const char* const stop = rows[row].data() + rows[row].size();
    if (found + wanted.size() > stop) continue;
    f(row);
    if (stop + before > at) at = stop + before;
  }
}

// Of a column by firm number.
inline void add_rows_holding(const store::StringView& texts, std::string_view form, FirmSet& firms) {
  each_row_holding(texts, form, [&](std::size_t firm) { firms.add(static_cast<store::FirmNo>(firm)); });
}

}  // namespace tanmiao::indexer
