// Delimited text out (RFC 4180, CR LF) and one row as text for rejects.
//
// Formula safety: spreadsheet programs run what begins with = + - @ tab or CR as a formula, quoted or not. A cell that
// begins so gets an apostrophe in front, unless it is a plain number (-12.5, +3): that is the usual guard, it changes
// the text, and it is why xlsx is the format for people. Readers of ours take such an apostrophe off again with
// unguarded().
#pragma once

#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::tabular {

bool looks_like_formula(std::string_view cell);
std::string guarded(std::string_view cell);
std::string_view unguarded(std::string_view cell);

// Appends the row with CR LF, cells quoted where RFC 4180 asks for it; nothing is guarded.
void append_csv_row(std::string& out, const std::vector<std::string_view>& cells);

struct CsvWriteOptions {
  bool bom = true;    // spreadsheet programs read UTF-8 only with it
  bool guard = true;  // against formulas
};

// Writes to path + ".new" and renames in finish(), so that a half file never stands under the name.
class CsvWriter {
 public:
  static Result<CsvWriter> create(const std::string& path, const CsvWriteOptions& options = {});
  Status row(std::span<const std::string> cells);
  Status finish();

 private:
  std::string path_;
  CsvWriteOptions options_;
  std::ofstream out_;
};

}  // namespace tanmiao::tabular
