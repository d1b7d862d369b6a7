// What a good delivery of a source looks like. A breach holds the batch: yesterday's data stays, until the delivery is
// mended or a person accepts what is there now.
//
// Pure functions of what the store knows of the delivery, so that a crawl that was killed and taken up again comes to
// the same verdict.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/source.h"

namespace tanmiao::crawler {

enum class BreachKind : std::uint8_t {
  kRejected,  // share of the rows
  kFewRows,   // below least_rows
  kManyRows,  // above most_rows
  kFewer,     // rows against the last good delivery, below least_share
  kMore,      // above most_share
  kGone,      // share of the records known before
  kFill,      // a field is filled less often than [contract.fill] says
  kEmptied,   // much less often than in the last good delivery
  kRepeated,  // share of rows whose key came before
  kOutside,   // share of values that [contract.values] does not list
  kStale,     // days since the newest thing it speaks of
  kTemplate,  // share of pages that lack what nearly all had (crawler/template_change.h)
  kGap,       // dates of a remote folder that were missed: breaks nothing, but is told until it is accepted
};
std::string_view breach_word(BreachKind kind);  // "few_rows"

struct Breach {
  BreachKind kind = BreachKind::kRejected;
  std::string of;                  // field and file or page where there are several: "capital a.csv"; else empty
  double expected = 0, found = 0;  // rows, shares of 1, days; `expected`: the bound
  std::string text;                // Chinese, whole
  bool operator==(const Breach&) const = default;
};

// Everything a verdict rests on.
struct Delivery {
  store::BatchCounts counts;  // as preview_crawl counts
  store::Completeness completeness = store::Completeness::kByPart;
  std::uint64_t known = 0;  // visible records of the source before; asked for when needs_known()
  store::Tallies read;      // of what was read anew (crawler/tally.h)
  store::Tallies good;      // the same of the last good delivery
  Date night{};
  std::set<std::string> met;  // pages of lists (lists_of()) that are not in `read`: unchanged tonight
  bool whole = false;         // all that the source has was asked for: a page of a list that was not met is not there
  // Its pages are of another template, as these say that were found on the way: it was not read to its end, and nothing
  // else counts, whatever the pages that were still to come look like.
  std::vector<Breach> broken_off = {};

  std::uint64_t rows() const { return counts.fresh + counts.changed + counts.same; }
  bool changes() const { return counts.fresh + counts.changed + counts.gone > 0; }
};

// Pages of lists of the last good delivery that were not read anew tonight.
std::vector<std::string> lists_of(const Source& source, const store::Tallies& read, const store::Tallies& good);
// Addresses that are one list have one: without the number, or the cursor, of the page.
std::string list_of(const PageRule& page, std::string_view address);
bool needs_known(const Source& source, const Delivery& delivery);
// In the order of BreachKind. Empty: the contract is kept. A first delivery is held against what the description says
// only, and an inbox without files breaks nothing.
std::vector<Breach> breaches_of(const Source& source, const Delivery& delivery);
std::string in_words(const std::vector<Breach>& breaches);

// The rows that the contract lets pass, 0: no bound.
struct Band {
  std::uint64_t least = 0, most = 0;
};
Band band_of(const Source& source, const Delivery& delivery);

// What is kept of the last good delivery when this one is published: scopes to be replaced.
store::Tallies good_after(const Source& source, const Delivery& delivery);

// Those that a person has not accepted: another kind or field, or worse than what was seen then by more than a
// twentieth.
std::vector<Breach> not_accepted(const std::vector<Breach>& breaches, const std::vector<Breach>& accepted);

std::string breaches_json(const std::vector<Breach>& breaches);
std::vector<Breach> breaches_from_json(std::string_view json);  // what cannot be read is left out

}  // namespace tanmiao::crawler
