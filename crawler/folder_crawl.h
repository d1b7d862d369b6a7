// Folder sources: files that people put into an inbox. Streamed in the order of their names; no network.
#pragma once

#include "crawler/crawl_batch.h"

namespace tanmiao::crawler {

// `again`: also files whose bytes and reading are known.
Result<SourceReport> crawl_folder(const CrawlEnv& env, const Source& source, bool again = false);
std::filesystem::path inbox_of(const Source& source, const CrawlConfig& config);

}  // namespace tanmiao::crawler
