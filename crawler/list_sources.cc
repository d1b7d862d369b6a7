#include "crawler/crawl.h"
#include "crawler/source_files.h"

namespace tanmiao::crawler {

Result<std::vector<SourceSummary>> list_sources(const CrawlConfig& config) {
  TANMIAO_ASSIGN(const SourceFiles files, load_source_files(config));
  std::vector<SourceSummary> out;
  out.reserve(files.sources.size());
  for (const Source& source : files.sources)
    out.push_back({source.id, source.title, source.publisher,
                   source.remote   ? "remote"
                   : source.folder ? "folder"
                                   : "http",
                   source.terms, source.basis, source.hosts, source.file, source.text_hash, source.not_yet});
  return out;
}

}  // namespace tanmiao::crawler
