#include "apps/tanmiao/raw_pages.h"

#include <boost/json.hpp>

namespace tanmiao::app {

namespace json = boost::json;

json::array archive_json(const std::vector<crawler::ArchiveCut>& cuts) {
  json::array out;
  out.reserve(cuts.size());
  for (const auto& cut : cuts) {
    json::object of{{"source", cut.source},         {"pages", cut.pages}, {"bytes", cut.bytes},
                    {"replayable", cut.replayable}, {"kept", cut.kept},   {"unknown_files", cut.unknown_files},
                    {"revisits", cut.revisits}};
    if (!cut.addresses.empty()) of["addresses"] = json::array(cut.addresses.begin(), cut.addresses.end());
    out.push_back(std::move(of));
  }
  return out;
}

Result<std::vector<crawler::ArchiveCut>> prune_raw_pages(Workplace& place, int days, Instant clock, bool dry) {
  const Instant before = clock - std::chrono::hours(24) * days;
  const std::string& product = place.config.crawl.identity.product;
  TANMIAO_ASSIGN(auto cuts, crawler::prune_archive(*place.store, before, product, true));
  if (cuts.empty() || dry) return cuts;
  // Said before it is done: whatever is gone was written down.
  const json::object detail{{"days", days}, {"before", iso(before)}, {"cuts", archive_json(cuts)}};
  TANMIAO_TRY(place.people().audit("保存期限", "archive.prune", iso(before), json::serialize(detail), clock));
  return crawler::prune_archive(*place.store, before, product, false);
}

}  // namespace tanmiao::app
