#pragma once

#include <map>
#include <string>
#include <vector>

#include "crawler/crawl_batch.h"

namespace tanmiao::crawler {

// Of each part the capture that `replay` reads: the last whole one whose bytes are those last read.
std::map<std::string, store::Capture> replayable_captures(const std::vector<store::Capture>& captures,
                                                          const std::map<std::string, store::Part>& parts);

// Reads an archived page into the batch, as `part` and as bytes of `capture`.
Status reread_page(const CrawlEnv& env, CrawlBatch& batch, const WarcResponse& response, const store::Capture& capture,
                   store::Part part);

}  // namespace tanmiao::crawler
