// A text file that appears under its name only when it is whole.
#pragma once

#include <fstream>
#include <string>

#include "core/error.h"

namespace tanmiao::tabular {

Result<std::ofstream> begin_file(const std::string& path);        // opens path + ".new"
Status finish_file(std::ofstream& out, const std::string& path);  // flushes, renames to path
// Of the last failed write, as errno has it: kDiskFull when that is why. What was written so far is removed.
Error write_error(const std::string& path);
bool disk_full(int code);  // of errno

}  // namespace tanmiao::tabular
