// Where an announcement list stays: a workbook of its piles, the file that its source reads, and what people marked as
// none of the firms of its name.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "pool/achieve.h"
#include "pool/inbox_lock.h"
#include "pool/official.h"

namespace tanmiao::pool {

// One sheet a pile, each with a column for the right credit code, then one of the proposals. Writes beside `path` and
// renames.
Status write_piles(const OfficialList& list, const std::vector<Achievement>& proposals, const PoolRules& rules,
                   const std::string& path, const std::string& issuer);

// The list as its source reads it, with the codes that are known: a csv in the locked inbox folder of its programme,
// named after the title. Rows that it has already are replaced, by row_key(), the others stay. Rows that are none of
// the firms of their name stand in a hidden file beside it, which no source reads. Gives the path of the former.
// Unreadable rows stay out; error kFormat when there are no others.
Result<std::string> keep_list(const OfficialList& list, const InboxLock& inbox);

// row_key() of the rows that were marked so far.
Result<std::set<std::string>> marked_rows(const OfficialProgram& program, const std::filesystem::path& base);

}  // namespace tanmiao::pool
