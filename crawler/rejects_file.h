// rejects/SOURCE.csv: the rows that were refused, to be mended in a spreadsheet program and fed again.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "crawler/name_set.h"
#include "store/types.h"

namespace tanmiao::crawler {

// What the file holds; empty when there is none. Needs the columns 来源文件, 行 and 原行; the others may be missing.
Result<std::vector<store::Reject>> read_rejects_file(const std::filesystem::path& path);
// Written durably, sorted by place; no rejects: the file is removed.
Status write_rejects_file(const std::filesystem::path& path, std::vector<store::Reject> rejects);
// Rows of parts that were read again give way to `fresh`, the others stay. True when the file holds anything.
//
// A held reading is shown, but does not count: what the file held before it is kept beside it (SOURCE.csv.before), and
// the next reading starts from there. A file that is unchanged against the published state is not read again, so its
// rows could not come back in another way.
Result<bool> update_rejects_file(const std::filesystem::path& path, const NameSet& reread,
                                 const std::vector<store::Reject>& fresh, bool held);
// Rows at these (part, line), which were mended and fed, give way to `fresh`: also in what is kept beside. True as
// above.
Result<bool> replace_in_rejects_file(const std::filesystem::path& path,
                                     const std::set<std::pair<std::string, std::uint32_t>>& fed,
                                     const std::vector<store::Reject>& fresh);

}  // namespace tanmiao::crawler
