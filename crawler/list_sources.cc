#include "crawler/crawl.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

Result<std::vector<SourceSummary>> list_sources(const CrawlConfig& config) {
  std::vector<std::filesystem::path> places = config.more_sources;
  if (!config.sources.empty()) places.insert(places.begin(), config.sources);
  TANMIAO_ASSIGN(const std::vector<Source> sources, load_sources(places));
  std::vector<SourceSummary> out;
  out.reserve(sources.size());
  for (const Source& source : sources)
    out.push_back({source.id, source.title, source.publisher,
                   source.remote   ? "remote"
                   : source.folder ? "folder"
                                   : "http",
                   source.terms, source.basis, source.hosts, source.file, source.text_hash, source.not_yet});
  return out;
}

}  // namespace tanmiao::crawler
