// What the tests of core share: the reference tables and the domain's vectors.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tabular/reader.h"
#include "tabular/reference_reader.h"

namespace tanmiao::testing {

inline std::filesystem::path root() { return std::filesystem::current_path(); }

inline const Reference& reference() {
  static const auto loaded = tabular::load_reference(root() / "config/reference");
  if (!loaded) throw std::runtime_error(loaded.error().text());
  return **loaded;
}

using Rows = std::vector<std::vector<std::string>>;

// Rows of a table without the header; empty when the file is not there.
inline Rows rows_of(const std::filesystem::path& path) {
  Rows out;
  const auto rows = tabular::open_rows(path);
  if (!rows) return out;
  tabular::Row row;
  for (bool header = true;; header = false) {
    const auto more = (*rows)->next(row);
    if (!more || !*more) return out;
    if (!header && !row.blank()) out.emplace_back(row.cells.begin(), row.cells.end());
  }
}

// Those of ../shared/domain/NAME.
inline Rows vectors(const std::string& name) { return rows_of(root().parent_path() / "shared/domain" / name); }

}  // namespace tanmiao::testing

#define TANMIAO_VECTORS(rows, name)                    \
  const auto rows = ::tanmiao::testing::vectors(name); \
  if (rows.empty()) GTEST_SKIP() << "../shared/domain/" name " is not there"
