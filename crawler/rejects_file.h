// rejects/SOURCE.csv: the rows that were refused, to be mended in a spreadsheet program and fed again.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "store/types.h"

namespace tanmiao::crawler {

// What the file holds; empty when there is none. Needs the columns 来源文件, 行 and 原行; the others may be missing.
Result<std::vector<store::Reject>> read_rejects_file(const std::filesystem::path& path);
// Written durably, sorted by place; no rejects: the file is removed.
Status write_rejects_file(const std::filesystem::path& path, std::vector<store::Reject> rejects);
// Rows of parts that were read again give way to `fresh`, the others stay. True when the file holds anything.
Result<bool> update_rejects_file(const std::filesystem::path& path, const std::set<std::string>& reread,
                                 const std::vector<store::Reject>& fresh);

}  // namespace tanmiao::crawler
