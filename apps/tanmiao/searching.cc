#include "apps/tanmiao/searching.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "pool/firm_book.h"
#include "server/stage_facet.h"

namespace tanmiao::app {

Result<std::vector<indexer::Filter>> filters_of(const std::vector<std::string>& words) {
  std::vector<indexer::Filter> filters;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      return Error{Errc::kUsage, "expected FACET=VALUE, such as unit=博兴县", "--filter " + word};
    const std::string facet = word.substr(0, equals);
    auto known = std::find_if(filters.begin(), filters.end(), [&](const auto& f) { return f.facet == facet; });
    if (known == filters.end()) known = filters.insert(known, {facet, {}});
    known->values.push_back(word.substr(equals + 1));
  }
  return filters;
}

Status join_stages(Workplace& place, const std::shared_ptr<const store::Snapshot>& snapshot,
                   const std::shared_ptr<const store::Run>& run, indexer::Query& query) {
  if (!server::speaks_of_stages(text::fold(query.text, place.reference->simplified), query)) return {};
  TANMIAO_ASSIGN(const auto entries, place.people().pool_entries());
  TANMIAO_ASSIGN(const auto rules, place.pool_rules());
  TANMIAO_ASSIGN(const auto known, place.facts().firm_register());
  const pool::FirmBook book(snapshot, run, place.reference, known);
  query.joined.push_back(server::stage_facet(book, *rules, entries));
  return {};
}

server::FacetWords words_of(const Workplace& place) {
  const auto rules = place.pool_rules();
  return server::FacetWords(*place.reference, rules ? rules->get() : nullptr);
}

}  // namespace tanmiao::app
