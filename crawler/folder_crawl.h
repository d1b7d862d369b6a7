// Folder sources: files that people put into an inbox. Streamed in the order of their names; no network.
#pragma once

#include "crawler/crawl_batch.h"

namespace tanmiao::crawler {

// `again`: also files whose bytes and reading are known.
Result<SourceReport> crawl_folder(const CrawlEnv& env, const Source& source, bool again = false);
std::filesystem::path inbox_of(const Source& source, const CrawlConfig& config);
// What a remote source fetched nobody else writes: with equal size and time its bytes, of many gigabytes, need not be
// looked at. Empty: files that people put into an inbox are.
std::string size_and_time(const Source& source, const std::filesystem::path& path);

}  // namespace tanmiao::crawler
