// Sources on the network: each walks its durable frontier; all of them share one loop, one thread and the hosts.
#pragma once

#include "crawler/crawl_batch.h"

namespace tanmiao::crawler {

// What a source file says its requests need of secrets is there and may be read; kConfig when it is not.
Status check_secrets(const CrawlEnv& env, const Source& source);

// In the order of `sources`. The first error of the store or the archive ends all of them.
Result<std::vector<SourceReport>> crawl_http(const CrawlEnv& env, const std::vector<const Source*>& sources);

}  // namespace tanmiao::crawler
