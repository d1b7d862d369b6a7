// The index stage: snapshot -> Xapian, and a staff query -> a page of firms with exact counts, facets and highlights.
//
// A new generation is built beside the live one and swapped in; readers hold what they began with. Scores and stages
// are not in the index: they are joined from a run's columns at query time, so a new run needs no re-index.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/reference.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"
#include "store/data_folder.h"

namespace tanmiao::indexer {

struct Cursor;       // indexer/cursor.h
struct FacetColumn;  // indexer/facets.h

struct IndexConfig {
  int threads = 0;
  // A generation below index/ from which what did not change is taken over, mostly the live one; empty, not there, or
  // not fit for it: everything is made anew. The answers are the same.
  std::string before{};
};
struct IndexReport {
  std::string generation;  // folder below index/; derived from the snapshot's digest and the index format version
  std::uint64_t documents = 0;
  std::uint64_t written = 0;  // of which postings were written; the others were taken over
  bool unchanged = false;
};
Result<IndexReport> build_index(const store::DataFolder& folder, const store::Snapshot& snapshot,
                                const IndexConfig& config, const Reference& reference, Progress& progress);

// Filters by facet. Several values of one facet are alternatives, facets are joined by AND. A value is
// FacetValue::value or its label ("boxing", "博兴县"); codes of industry and ipc may be shorter or longer than those
// that are counted
// ("C", "C32", "C3252"; "C", "C22", "C22C"); regions are numbers of divisions or their names ("371625", "博兴县"). Ages
// are as of the snapshot's day. A value that neither the data nor the reference knows is an error of kind kUsage with
// the nearest right one.
struct Filter {
  std::string
      facet;  // "unit", "region", "township", "zone", "industry", "ipc", "status", "age", "capital", "patent_kind",
              // "recognition", and of a run: "judgement", "lead_kind", "score_band";
              // or the name of one of Query::joined
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
  // Whose counts are wanted. Of facets with levels (region, industry, ipc) "industry:C32" counts the codes one level
  // below, "industry:" the highest ones, and "industry/" is a tree: the highest ones, and behind each open one those
  // below it. Open are what the facet's own filter holds, what stands above that, what stands alone, and `open`.
  std::vector<std::string> facets;
  std::vector<Filter> open;
  bool only_candidates = false;        // only firms of the run
  bool with_dead = true;               // firms known to be dead too
  std::vector<store::FirmNo> without;  // ascending: neither found nor counted (taken out since the index was made)
  // A word that nothing holds is taken for one that sounds or looks like it, and other names of a product count as well
  // (电解铝 and 原铝): never of what stands in quotation marks.
  bool correcting = true;
  std::string cursor;  // Page::next of the page before: goes on there, whatever `offset` says. kUsage when it is of
                       // another query, kConflict when it is of another generation of the index or run
  // What changes between nights (stages of the pool), beside the facets of snapshot and run.
  std::vector<std::shared_ptr<const FacetColumn>> joined;
  std::optional<std::chrono::milliseconds> most_time;  // kLimit when it takes longer
};
struct FacetValue {
  std::string value, label;
  std::uint64_t count;
  // Of a tree: how far it stands below the highest ones, whether anything that is found stands below it, and whether
  // that is told behind it.
  std::size_t level = 0;
  bool deeper = false, open = false;
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
  std::uint64_t before = 0;  // firms on the pages before
  std::string next;          // cursor of the next page; empty: this is the last one
};
// Every firm that a query matches.
struct Matches {
  std::vector<store::FirmNo> firms;  // in the order of the query
  std::vector<Correction> corrections;
};

// Firms of the same technology as one: by classes of patents, items of the scope, industry.
struct SimilarQuery {
  store::FirmNo firm = store::kNoFirm;
  enum class Where : std::uint8_t { kAnywhere, kInside, kOutside } where = Where::kAnywhere;  // of its prefecture
  std::vector<Filter> filters;
  std::size_t limit = 20;
  bool with_dead = false;
  std::vector<store::FirmNo> without;
  std::optional<std::span<const store::FirmNo>> among;  // ascending: only these, when given
  std::optional<std::chrono::milliseconds> most_time;
};
struct SimilarFirm {
  store::FirmNo firm;
  double score;                      // 0 to 1; parts that the asked firm lacks do not count
  std::vector<std::string> reasons;  // what both have, the rarest of each kind first
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
  // Whether it is a place in an answer of this searcher: of its index, and of its run if of any.
  virtual bool goes_on(const Cursor& cursor) const = 0;
  // All firms, for what is written out: their numbers alone, 4 bytes each. Limit, offset, cursor and facets of the
  // query do not count.
  virtual Result<Matches> all(const Query& query) const = 0;
  // kNotFound: no such firm is listed. Empty: nothing is known of it by which another could be like it.
  virtual Result<std::vector<SimilarFirm>> similar(const SimilarQuery& query) const = 0;
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
