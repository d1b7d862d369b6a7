// Queries that are kept under a name (people.db, docs/schema/saved_search.json), and what they found from night to
// night.
//
// What matched lies in DATA/searches/HASH/DATE, one key of a firm a line behind a line that says of which revision.
// When it is lost, the next night has nothing to compare with and says so; nothing else rests on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "indexer/index.h"
#include "pool/firm_book.h"
#include "server/facet_words.h"
#include "store/people.h"

namespace tanmiao::server {

struct SavedQuery {
  std::string text;
  std::vector<indexer::Filter> filters;
  bool alive = false, candidates = false;
  std::string campaign;  // whose run is meant; empty: the first of the configuration
};
std::string saved_query_json(const SavedQuery& query);
Result<SavedQuery> saved_query(std::string_view json);                           // kFormat
std::string saved_query_told(const SavedQuery& query, const FacetWords& words);  // for people: "铝箔；责任单位：博兴县"
// As it is asked each night and wherever its number is told; `joined` is still to be set where it speaks of the pool.
// Other names of a product count as on the page. Nothing is guessed: what a word is taken for tonight is no news of
// tomorrow, so a query of which a word had to be guessed is not kept.
indexer::Query index_query(const SavedQuery& query, std::vector<store::FirmNo> without);

struct SavedFound {
  std::string name, query;  // `query` as it is told
  std::uint64_t revision = 0;
  std::uint64_t total = 0, fresh = 0, gone = 0;
  std::string since;  // day of the night that it is compared with; empty: there is none of this revision
  struct Firm {
    store::FirmNo firm;
    std::string code, name;
  };
  std::vector<Firm> firms;     // that are new, at most kFreshTold, in the order of the query
  std::optional<Error> error;  // it could not be run: the rest stands all the same
};
inline constexpr std::size_t kFreshTold = 50;
// A JSON object as in docs/schema/run_report.json, "searches".
std::string saved_found_json(const SavedFound& found);

// What matched on a night, as it is written down: keys of firms.
struct SavedMatches {
  std::string night;
  std::uint64_t revision = 0;
  std::vector<std::string> keys;
};
Status note_matches(const store::DataFolder& folder, const std::string& name, const SavedMatches& matches);
std::string last_noted_night(const store::DataFolder& folder, const std::string& name);  // empty: none

// What of `firms` (in the order of the query) is new since the last night before `night`, when one of this revision was
// written down: sets all but `query` and `error`.
SavedFound compare_matches(const store::DataFolder& folder, const store::SavedSearch& search, const std::string& night,
                           const std::vector<store::FirmNo>& firms, const pool::FirmBook& book);

}  // namespace tanmiao::server
