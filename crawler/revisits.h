// Revisit records: that a page was asked for again and was the same, in place of its bytes.
#pragma once

#include <string>

#include "crawler/crawl_batch.h"

namespace tanmiao::crawler {

class Revisits {
 public:
  Revisits(const CrawlEnv& env, const Source& source) : env_(env), source_(source) {}
  // `again`: the answer, a 304 or one whose text is that of `part` as last read. Nothing is written when the archive
  // does not hold what it would refer to, or when the bytes differ though the text does not (packed another way).
  Status note(WarcWriter& warc, const WarcResponse& again, const store::Part& part) const;

 private:
  const CrawlEnv& env_;
  const Source& source_;
};

}  // namespace tanmiao::crawler
