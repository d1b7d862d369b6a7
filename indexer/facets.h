// Facets: what firms are counted and filtered by, as small numbers by firm. Made once from the columns of the snapshot
// and of the run; counting is adding up, so counts are exact.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  std::vector<bool> shown;           // those of other levels filter, but are counted only when they are asked for
  std::size_t levels = 0;            // of a hierarchy (section, class, ...); 0: the values stand side by side
  std::vector<std::uint32_t> above;  // of a hierarchy: row of the value one level higher, or kHighest
  static constexpr std::uint32_t kHighest = ~0u;
  std::uint32_t none = kHighest;     // row of the value of firms that have no other, shown last
  std::vector<std::uint32_t> first;  // last firm + 2 entries
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
// Facets of a run by name and label, whether there is a run or not.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kRunFacets{
    {{"judgement", "研判"}, {"lead_kind", "线索类型"}, {"score_band", "可确认得分"}}};
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
// The value that is meant by what somebody typed: value or label in letters of any case and width. What is none stays
// as it is.
std::string value_meant(const FacetColumn& facet, std::string_view typed);

}  // namespace tanmiao::indexer
