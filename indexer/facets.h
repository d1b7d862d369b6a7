// Facets: what firms are counted and filtered by, as small numbers by firm. Made once from the columns of the snapshot
// and of the run; counting is adding up, so counts are exact.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/reference.h"
#include "indexer/firm_set.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

struct FacetColumn {
  std::string name, label;
  bool of_run = false;
  bool own_order = false;  // values are shown in the order of `values`, not by count
  std::vector<std::string> values, labels;
  bool (*well_formed)(std::string_view) = nullptr;  // tells right values that neither the data nor the reference holds
  std::vector<bool> shown;                          // coarser and finer levels of a code filter but are not counted
  std::vector<std::size_t> levels;                  // lengths of the codes of its levels, ascending; empty: none
  std::vector<std::uint32_t> first;                 // last firm + 2 entries
  std::vector<std::uint32_t> ids;

  std::span<const std::uint32_t> of(store::FirmNo firm) const {
    return std::span(ids).subspan(first[firm], first[firm + 1] - first[firm]);
  }
};

// Those of `listed` that have one of the values (or labels).
FirmSet firms_with(const FacetColumn& facet, const std::vector<std::string>& wanted, const FirmSet& listed);

// All facets in the order of the interface; those of a run only when there is one.
std::vector<FacetColumn> make_facets(const store::Snapshot& snapshot, const store::Run* run,
                                     const Reference& reference);
bool is_run_facet(std::string_view name);

// A facet of what is kept outside of snapshot and run, such as the stages of the pool: seen at once, without another
// index. `values`: (value, label) in their order; `of`: a firm and its value, any order, several values a firm. Firms
// that are not in `of` have the value `none` (value, label).
using FacetWord = std::pair<std::string, std::string>;
FacetColumn joined_facet(std::string name, std::string label, const store::Snapshot& snapshot,
                         const std::vector<FacetWord>& values, std::vector<std::pair<store::FirmNo, std::string>> of,
                         const FacetWord& none);
// kUsage with the nearest right one for a value that is neither one of `values` nor of `labels`.
Status check_values(const FacetColumn& facet, const std::vector<std::string>& wanted);

}  // namespace tanmiao::indexer
