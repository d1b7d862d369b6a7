// The candidate list of one run, ready to be filtered: facets by row and folded names. Made once a world, then a
// request is a walk over small numbers, so every count is exact.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/reference.h"
#include "indexer/index.h"
#include "server/list_query.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"

namespace tanmiao::server {

class CandidateList {
 public:
  struct Facet {
    std::string name, label;
    bool own_order = false;  // values are shown as they stand here, not by count
    std::vector<std::string> values, labels;
    std::vector<std::uint32_t> first;  // rows + 1 entries into ids
    std::vector<std::uint32_t> ids;
  };
  struct Selection {
    std::vector<std::uint32_t> rows;           // of the run, in the wanted order
    std::vector<indexer::FacetCounts> facets;  // a facet's own filter does not reduce its own counts
  };

  CandidateList(const store::Snapshot& snapshot, const store::Run& run, const Reference& reference);

  // All words of the text must stand in name, former names or code. `without`: numbers of suppressed firms, ascending.
  Selection select(const ListQuery& query, const std::vector<store::FirmNo>& without) const;
  // Values of filters that are labels ("博兴县") become the values they stand for. kUsage with the nearest right one
  // for a value that is neither.
  Result<ListQuery> resolved(ListQuery query) const;
  const std::vector<Facet>& facets() const { return facets_; }
  // "责任单位：博兴县、高新区", one line a facet.
  std::vector<std::string> describe(const ListQuery& query) const;

 private:
  void sort(std::vector<std::uint32_t>& rows, std::string_view by) const;

  std::vector<Facet> facets_;
  std::vector<std::string> names_;  // folded, by row
  std::vector<store::FirmNo> firms_;
  std::vector<bool> shown_;  // not suppressed when the snapshot was made
  std::vector<std::int32_t> known_, most_;
  std::vector<Day> established_;
  const CharMap simplified_;
};

}  // namespace tanmiao::server
