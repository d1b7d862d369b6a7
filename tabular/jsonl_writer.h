// JSON lines out: one object a row, members in the order of the columns.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace tanmiao::tabular {

// Strings are text; numbers are written bare; an empty one is null, because absent is unknown and not "".
struct JsonCell {
  std::string text;
  bool number = false;
};

class JsonlWriter {
 public:
  static Result<JsonlWriter> create(const std::string& path, std::vector<std::string> columns);
  Status row(std::span<const JsonCell> cells);
  Status finish();

 private:
  std::string path_;
  std::vector<std::string> columns_;
  std::ofstream out_;
};

}  // namespace tanmiao::tabular
