#pragma once

#include <map>
#include <string>
#include <vector>

#include "crawler/crawl_batch.h"
#include "store/handed_on.h"

namespace tanmiao::crawler {

// Of each part the capture that `replay` reads: the last whole one whose bytes are those last read.
std::map<std::string, store::Capture> replayable_captures(const std::vector<store::Capture>& captures,
                                                          const std::map<std::string, store::Part>& parts);

// Reads an archived page into the batch, as `part` and as bytes of `capture`.
Status reread_page(const CrawlEnv& env, CrawlBatch& batch, const WarcResponse& response, const store::Capture& capture,
                   store::Part part);

// Who opened a batch of a source, beside its crawls.
inline constexpr std::string_view kByCrawl, kByReplay = "replay", kByFeed = store::kFedBatch;
// The open batch of the source, or a new one; that of whoever takes it up. A person's mended rows end no hold.
Result<store::Batch> open_batch_by(store::Facts& facts, const store::Night& night, const std::string& source,
                                   std::string_view by);
Result<std::string> opened_by(store::Facts& facts, store::BatchId batch);
// A crawl of the source was cut off tonight and will be gone on with: what it read so far is nobody else's to publish.
Result<bool> crawl_is_open(store::Facts& facts, const store::Night& night, const std::string& source,
                           std::string_view by);

// Why a source's archive is not read again now, as what is told instead; nothing: it may be.
Result<std::optional<SourceReport>> why_not_reread(store::Facts& facts, const store::Night& night,
                                                   const Source& source);

}  // namespace tanmiao::crawler
