// Queries that are kept under a name (people.db) and run each night for what is new: firms that match now and did not
// at the end of the night before.
//
// What matched lies in DATA/searches/HASH/DATE, one key of a firm a line behind a line that says of which revision.
// When it is lost, the next night has nothing to compare with and says so; nothing else rests on it.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/tanmiao/workplace.h"
#include "indexer/index.h"

namespace tanmiao::app {

struct SavedQuery {
  std::string text;
  std::vector<indexer::Filter> filters;
  bool alive = false, candidates = false;
  std::string campaign;  // whose run is meant; empty: the first of the configuration
};
std::string saved_query_json(const SavedQuery& query);
Result<SavedQuery> saved_query(std::string_view json);  // kFormat
std::string saved_query_told(const SavedQuery& query);  // for people: "铝箔；unit：boxing"

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
// As in docs/schema/run_report.json, "searches".
boost::json::object saved_found_json(const SavedFound& found);

// Runs those that are kept (or the one named) on what is live and compares with the last night before `night`. With
// `note` what matched is written down as that of `night`.
Result<std::vector<SavedFound>> run_saved_searches(Workplace& place, Date night, const std::string& only, bool note);

}  // namespace tanmiao::app
