#pragma once

#include "crawler/crawl.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

// The source files of the configuration, those named in `only` when it names any. kNotFound for an id that none has.
Result<std::vector<Source>> chosen_sources(const CrawlConfig& config);
// Why a source on the network may not be asked, Chinese; empty: it may.
std::string why_not_asked(const Source& source, const std::vector<store::SourceApproval>& approvals);

}  // namespace tanmiao::crawler
