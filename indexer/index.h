// The index stage: snapshot -> Xapian, and a staff query -> a page of firms with exact counts, facets and highlights.
//
// A new generation is built beside the live one and swapped in; readers hold what they began with. Scores and stages
// are not in the index: they are joined from a run's columns at query time, so a new run needs no re-index.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/reference.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"
#include "store/data_folder.h"

namespace tanmiao::indexer {

struct IndexConfig {
  int threads = 0;
};
struct IndexReport {
  std::string generation;  // folder below index/; derived from the snapshot's digest and the index format version
  std::uint64_t documents = 0;
  bool unchanged = false;
};
Result<IndexReport> build_index(const store::DataFolder& folder, const store::Snapshot& snapshot,
                                const IndexConfig& config, const Reference& reference, Progress& progress);

// Filters by facet. Several values of one facet are alternatives, facets are joined by AND. A value is
// FacetValue::value or its label ("boxing", "博兴县"); codes of industry and ipc may be shorter or longer than those
// that are counted
// ("C", "C32", "C3252"; "C", "C22", "C22C"). Ages are as of the snapshot's day. A value that neither the data nor the
// reference knows is an error of kind kUsage with the nearest right one.
struct Filter {
  std::string facet;  // "unit", "township", "zone", "industry", "ipc", "status", "age", "capital", "patent_kind",
                      // "recognition", and of a run: "judgement", "lead_kind", "score_band"
  std::vector<std::string> values;
};
// kRelevance: the name as a whole, its beginning, part of it, how it sounds, former names, patents, other fields;
// within each the living before the dead, then the shorter name. kRank: firms of the run first. kEstablished: the
// youngest first, unknown last. Equal ones always by firm number.
enum class Order { kRelevance, kRank, kName, kEstablished };

struct Query {
  std::string text;  // the query language of docs/api.md; empty: all
  std::vector<Filter> filters;
  Order order = Order::kRelevance;
  std::size_t offset = 0, limit = 50;
  std::vector<std::string> facets;     // whose counts are wanted
  bool only_candidates = false;        // only firms of the run
  bool with_dead = true;               // firms known to be dead too
  std::vector<store::FirmNo> without;  // ascending: neither found nor counted (taken out since the index was made)
  bool correcting = true;              // a word that nothing holds is taken for one that sounds or looks like it
};
struct FacetValue {
  std::string value, label;
  std::uint64_t count;
};
struct FacetCounts {
  std::string facet, label;
  std::vector<FacetValue> values;
};
struct Hit {
  store::FirmNo firm;
  double weight;
  std::string name_html;     // escaped, adjacent marks merged: <mark>...</mark>
  std::string snippet_html;  // where else it matched: scope, patent title, former name
  std::string matched_in;    // "名称", "曾用名", "专利", "经营范围", "代码", ...
  std::string why;  // its place among the hits: "名称以此开头；存续"; empty where nothing was looked for
};
// Nothing holds the word `typed`; firms were found that hold something near it.
struct Correction {
  std::string typed, as;
};
struct Page {
  std::uint64_t total = 0;  // exact, always
  std::vector<Hit> hits;
  std::vector<FacetCounts> facets;  // exact; a facet's own filter does not reduce its own counts (multi-select)
  std::vector<Correction> corrections;
};

// Reads every block of an index; says what is damaged, empty when it is sound and of the snapshot with this digest.
std::string check_index(const store::DataFolder& folder, const std::string& generation, std::string_view snapshot);

class Searcher {
 public:
  // `run` may be null: then run facets and kRank are errors of kind kUsage. kConflict: the index was made from another
  // snapshot.
  static Result<std::shared_ptr<Searcher>> open(const store::DataFolder& folder, const std::string& generation,
                                                std::shared_ptr<const store::Snapshot> snapshot,
                                                std::shared_ptr<const store::Run> run,
                                                std::shared_ptr<const Reference> reference);
  virtual ~Searcher() = default;
  // Safe to call from several threads. Errors: kUsage with the place in the query text, kLimit for too long queries.
  virtual Result<Page> search(const Query& query) const = 0;
  // Firm numbers that may fulfil a campaign: a superset, ascending. Words and prefixes are alternatives.
  struct Superset {
    std::vector<std::string> words, ipc_prefixes, industry_prefixes;
  };
  virtual Result<std::vector<store::FirmNo>> superset(const Superset& wanted) const = 0;
  // Of the snapshot whose firm numbers all answers speak in.
  virtual const std::string& snapshot_digest() const = 0;
  // Canonical answers of a fixed set of queries, for `check --digest`.
  virtual Status dump(const std::function<void(std::string_view line)>& line) const = 0;
};

}  // namespace tanmiao::indexer
