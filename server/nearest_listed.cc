#include "server/nearest_listed.h"

#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <chrono>

namespace tanmiao::server {

std::string nearest_listed_json(const indexer::Searcher& searcher, const store::Snapshot& snapshot, store::FirmNo firm,
                                std::span<const store::FirmNo> listed, const std::vector<store::FirmNo>& without) {
  constexpr std::size_t kMost = 5;
  constexpr std::chrono::seconds kMostTime{2};
  indexer::SimilarQuery query;
  query.firm = firm, query.limit = kMost, query.with_dead = true, query.without = without, query.among = listed;
  query.most_time = kMostTime;
  boost::json::array out;
  const auto near = searcher.similar(query);
  if (!near) {
    spdlog::error("nearest listed firms of {}: {}", firm, near.error().text());
    return boost::json::serialize(out);
  }
  for (const indexer::SimilarFirm& other : *near) {
    boost::json::array reasons;
    for (const std::string& reason : other.reasons) reasons.emplace_back(reason);
    out.push_back(boost::json::object{{"number", other.firm},
                                      {"name", snapshot.firms.name[other.firm]},
                                      {"code", snapshot.firms.code[other.firm]},
                                      {"score", other.score},
                                      {"reasons", std::move(reasons)}});
  }
  return boost::json::serialize(out);
}

}  // namespace tanmiao::server
