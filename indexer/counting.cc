#include "indexer/counting.h"

#include <algorithm>

#include "core/settings.h"

namespace tanmiao::indexer {
namespace {

Result<const FacetColumn*> find(const std::vector<const FacetColumn*>& facets, const std::string& name) {
  std::vector<std::string_view> known;
  known.reserve(facets.size());
  for (const FacetColumn* facet : facets) {
    if (facet->name == name) return facet;
    known.push_back(facet->name);
  }
  return no_such("facet", name, known);
}

// The most first, equal ones by value; last what firms are that have none.
void sort_values(std::vector<FacetValue>& values, std::string_view none) {
  std::sort(values.begin(), values.end(), [none](const FacetValue& a, const FacetValue& b) {
    if ((a.value == none) != (b.value == none)) return b.value == none;
    return a.count != b.count ? a.count > b.count : a.value < b.value;
  });
}

// A tree in the order in which it is read: behind a value those below it, where it is open.
class TreeTelling {
 public:
  TreeTelling(const FacetColumn& facet, const std::vector<std::uint64_t>& counted, const std::vector<char>& open,
              const std::vector<char>& kept)
      : facet_(facet), counted_(counted), open_(open), below_(facet.values.size() + 1) {
    for (std::uint32_t id = 0; id < facet.above.size(); ++id)
      if (counted[id] > 0 || kept[id] != 0)
        below_[facet.above[id] == FacetColumn::kHighest ? facet.values.size() : facet.above[id]].push_back(id);
    for (auto& ids : below_)
      std::sort(ids.begin(), ids.end(), [&](std::uint32_t a, std::uint32_t b) {
        if ((a == facet.none) != (b == facet.none)) return b == facet.none;
        return counted[a] != counted[b] ? counted[a] > counted[b] : facet.values[a] < facet.values[b];
      });
  }
  std::vector<FacetValue> run() {
    tell(facet_.values.size(), 0, true);
    return std::move(out_);
  }

 private:
  // `alone`: on every level above stands one value (or none), so there is nothing to choose from.
  void tell(std::size_t row, std::size_t level, bool alone) {
    const auto none = std::count(below_[row].begin(), below_[row].end(), facet_.none);
    alone = alone && below_[row].size() == static_cast<std::size_t>(1 + none);
    for (const std::uint32_t id : below_[row]) {
      const bool opened = !below_[id].empty() && (alone || open_[id] != 0);
      out_.push_back({facet_.values[id], facet_.labels[id], counted_[id], level, !below_[id].empty(), opened});
      if (opened) tell(id, level + 1, alone);
    }
  }
  const FacetColumn& facet_;
  const std::vector<std::uint64_t>& counted_;
  const std::vector<char>& open_;
  std::vector<std::vector<std::uint32_t>> below_;  // by row; the last: the highest ones
  std::vector<FacetValue> out_;
};

// By value or label; several places have one name.
template <class F>
void each_row_of(const FacetColumn& facet, std::string_view value_or_label, const F& f) {
  for (std::uint32_t row = 0; row < facet.values.size(); ++row)
    if (facet.values[row] == value_or_label || facet.labels[row] == value_or_label) f(row);
}

std::size_t level_of(const FacetColumn& facet, std::uint32_t row) {
  std::size_t level = 0;
  for (; facet.above[row] != FacetColumn::kHighest; row = facet.above[row]) ++level;
  return level;
}

}  // namespace

// "industry", "industry:C32" or "industry/".
Result<Counter::Counted> Counter::counted(const std::vector<const FacetColumn*>& facets, const std::string& wanted) {
  const bool tree = wanted.ends_with('/');
  const std::size_t colon = tree ? wanted.size() - 1 : wanted.find(':');
  TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, wanted.substr(0, colon)));
  Counted out{facet, std::vector<char>(facet->values.size()), tree};
  if (colon == std::string::npos) {
    std::copy(facet->shown.begin(), facet->shown.end(), out.told.begin());
    return out;
  }
  if (facet->levels == 0) return Error{Errc::kUsage, "facet " + facet->name + " has no levels", ""};
  if (tree) return out;
  const std::string_view above = std::string_view(wanted).substr(colon + 1);
  if (above.empty()) {
    for (std::size_t i = 0; i < out.told.size(); ++i) out.told[i] = facet->above[i] == FacetColumn::kHighest ? 1 : 0;
    return out;
  }
  TANMIAO_TRY(check_values(*facet, {std::string(above)}));
  std::size_t lowest = 0;
  each_row_of(*facet, above, [&](std::uint32_t parent) {
    lowest = std::max(lowest, level_of(*facet, parent));
    for (std::size_t i = 0; i < out.told.size(); ++i)
      if (facet->above[i] == parent) out.told[i] = 1;
  });
  if (lowest + 1 >= facet->levels)
    return Error{Errc::kUsage, "facet " + facet->name + " has no codes below '" + std::string(above) + "'", ""};
  return out;
}

// Open are what is chosen, what stands above it, and what the query wants open.
Status Counter::open_tree(Counted& tree, const Query& query) {
  const FacetColumn& facet = *tree.facet;
  tree.open.resize(facet.values.size()), tree.kept.resize(facet.values.size());
  const auto open = [&](const std::vector<Filter>& of, bool chosen) -> Status {
    for (const Filter& filter : of) {
      if (filter.facet != facet.name) continue;
      TANMIAO_TRY(check_values(facet, filter.values));
      for (const std::string& value : filter.values)
        each_row_of(facet, value, [&](std::uint32_t row) {
          for (; row != FacetColumn::kHighest; row = facet.above[row])
            tree.open[row] = 1, tree.kept[row] = chosen || tree.kept[row] != 0 ? 1 : 0;
        });
    }
    return {};
  };
  TANMIAO_TRY(open(query.filters, true));
  return open(query.open, false);
}

FacetCounts Counter::count(const Counted& of, const FirmSet& firms) {
  const FacetColumn& facet = *of.facet;
  std::vector<std::uint64_t> counted(facet.values.size());
  firms.each([&](store::FirmNo firm) {
    for (const std::uint32_t id : facet.of(firm)) ++counted[id];
  });
  FacetCounts counts{facet.name, facet.label, {}};
  if (of.tree) {
    counts.values = TreeTelling(facet, counted, of.open, of.kept).run();
    return counts;
  }
  for (std::size_t i = 0; i < counted.size(); ++i)
    if (counted[i] > 0 && of.told[i] != 0) counts.values.push_back({facet.values[i], facet.labels[i], counted[i]});
  const bool has_none = facet.none != FacetColumn::kHighest;
  if (!facet.own_order) sort_values(counts.values, has_none ? std::string_view(facet.values[facet.none]) : "");
  return counts;
}

Result<Counter> Counter::make(const std::vector<const FacetColumn*>& facets, const Query& query,
                              const FirmSet& listed) {
  Counter counter;
  for (const Filter& filter : query.filters) {
    TANMIAO_ASSIGN(const FacetColumn* facet, find(facets, filter.facet));
    if (filter.values.empty()) continue;
    TANMIAO_TRY(check_values(*facet, filter.values));
    counter.tests_.push_back({facet, firms_with(*facet, filter.values, listed)});
  }
  for (const std::string& name : query.facets) {
    TANMIAO_ASSIGN(Counted counted, Counter::counted(facets, name));
    if (counted.tree) TANMIAO_TRY(open_tree(counted, query));
    counter.counted_.push_back(std::move(counted));
  }
  return counter;
}

std::vector<FacetCounts> Counter::counts(const FirmSet& found) const {
  std::vector<FacetCounts> out;
  out.reserve(counted_.size());
  for (const Counted& counted : counted_) {
    FirmSet under = found;
    for (const Test& test : tests_)
      if (test.facet != counted.facet) under &= test.passing;
    out.push_back(count(counted, under));
  }
  return out;
}

void Counter::keep(FirmSet& found) const {
  for (const Test& test : tests_) found &= test.passing;
}

}  // namespace tanmiao::indexer
