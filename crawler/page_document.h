// What a web address answered with, read: a page in this process; a workbook or a packed file, as they are attached to
// announcements, in one of its own (crawler/reader_process.h). An archive is opened, and each list in it read as the
// attachment itself would be; it is a part of the source by the name "URL!folder/list.xlsx".
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "crawler/crawl_batch.h"

namespace tanmiao::crawler {

using ReadMembers = std::vector<std::pair<std::string, std::uint64_t>>;  // name of the part, hash of its bytes

// As read_document(). A member that cannot be read is a reject that names it; one of a format that nobody reads is a
// link of the role kUnread.
Status read_page_document(const CrawlEnv& env, const Source& source, const PageRule& page, const Document& document,
                          PageReading& reading, ReadMembers& members);

}  // namespace tanmiao::crawler
