// The queue of names that wait for a person, as the pages and the API show it, and what its addresses say.
#pragma once

#include <memory>
#include <string>

#include "pool/review_queue.h"
#include "server/html.h"
#include "server/site.h"

namespace tanmiao::server {

// Everything as it stood at one moment.
struct ReviewState {
  std::shared_ptr<const World> world;
  pool::TakenOut taken_out;
  std::unique_ptr<const pool::Rulings> rulings;
  std::unique_ptr<const pool::ReviewQueue> queue;
};
// Made anew when another snapshot is live, names were linked, or somebody did anything.
Result<std::shared_ptr<const ReviewState>> review_state(const Site& site);

struct ReviewQuery {
  pool::QueueFilter filter;
  std::size_t page = 1;
  std::string address() const;  // "?source=taian-patents&kind=patent&state=shelved&page=2"
};
// Parameters source, kind, state, page. kUsage names an unknown one.
Result<ReviewQuery> parse_review_query(const ReviewState& state, const Request& request);

// One item, and the part of the queue that it is gone through in.
struct ItemQuery {
  pool::NamedIn at;  // without the name
  std::string firm;  // code or number of the firm that is compared; empty: the best candidate
  pool::QueueFilter among;
  std::string in_firm{};        // code or number: it is one of the records of this firm that are gone through
  std::string address() const;  // "/review/item?source=...&kind=patent&key=...&slot=0"
};
Result<ItemQuery> parse_item_query(const Request& request);
ItemQuery item_query(const pool::QueueItem& one, const pool::QueueFilter& among);

// Of the items that are gone through beside `at`: those that wait, or those of the filter's standing.
struct Neighbours {
  const pool::QueueItem *before = nullptr, *after = nullptr;
  std::size_t place = 0, count = 0;  // place from 1; 0: it is none of them
};
Neighbours neighbours(const pool::ReviewQueue& queue, const pool::QueueFilter& among, const pool::NamedIn& at);

// What stands on the item, in a form that a later ruling is held against: another one means that somebody ruled.
std::string mark_of(const pool::Rulings& rulings, const pool::NamedIn& at);

// The value as people read it.
std::string record_text(const Reference& reference, Field field, std::string_view value);
std::string title_of(const SourceTitles& titles, const std::string& source);

}  // namespace tanmiao::server
