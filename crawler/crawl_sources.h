#pragma once

#include "crawler/crawl.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

// The source files of the configuration, those named in `only` when it names any. kNotFound for an id that none has.
Result<std::vector<Source>> chosen_sources(const CrawlConfig& config);

}  // namespace tanmiao::crawler
