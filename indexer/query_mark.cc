#include "indexer/query_mark.h"

#include <algorithm>
#include <map>

#include "core/hash.h"
#include "indexer/facets.h"

namespace tanmiao::indexer {

QueryMark mark_query(const Query& query, const ParsedQuery& parsed) {
  std::string said = query.text;
  const auto add = [&](std::string_view part) { said.append(1, '\0').append(part); };
  std::map<std::string, std::vector<std::string>> filters;
  for (const Filter& filter : query.filters)
    filters[filter.facet].insert(filters[filter.facet].end(), filter.values.begin(), filter.values.end());
  bool of_run = query.order == Order::kRank || query.only_candidates;
  for (auto& [facet, values] : filters) {
    std::sort(values.begin(), values.end());
    add("f" + facet);
    for (const std::string& value : values) add("v" + value);
    of_run = of_run || is_run_facet(facet);
  }
  for (const QueryWord& word : parsed.words)
    of_run = of_run || word.field == QueryField::kPoints || is_run_facet(word.facet);
  add(std::to_string(static_cast<int>(query.order)) + (query.only_candidates ? "c" : "") +
      (query.with_dead ? "d" : "") + (query.correcting ? query.guessing ? "g" : "o" : ""));
  return {hash64(said), of_run};
}

}  // namespace tanmiao::indexer
