// A register of firms as people have it: CSV (gzip or not) or a workbook, with a column of names and, where there are
// any, of codes, dates, kinds, capital, scope and address. Columns are found by their headings, in any order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/reference.h"
#include "miner/learn/rank.h"

namespace tanmiao::app {

// What is wrong with a row, or with a cell of a row that is used all the same (its value is then unknown).
struct RowTrouble {
  std::string where;   // file and line
  std::string column;  // heading; empty: the whole row
  std::string message;
  bool left_out = false;
};

struct RegistryFile {
  std::vector<miner::RankFirm> firms;  // codes canonical where they are valid, else as written
  std::vector<std::string> columns;    // of ours that the file has
  std::vector<RowTrouble> troubles;
  std::uint64_t rows = 0, left_out = 0;
};

// Errors: as tabular::open_rows; kFormat naming the headings that would do when none of the first thirty rows has one;
// kUsage when names and codes stand under each other's headings, or most names are none.
Result<RegistryFile> read_registry(const std::string& path);

struct ListFile {
  std::vector<miner::RankLabel> labels;
  std::vector<RowTrouble> troubles;
  std::uint64_t rows = 0, left_out = 0;
};
Result<ListFile> read_list(const std::string& path);

}  // namespace tanmiao::app
