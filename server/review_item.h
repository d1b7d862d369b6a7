// One name that waits for a person, or that was joined to a firm all the same, with all that its page shows of it.
#pragma once

#include <optional>
#include <vector>

#include "server/joined_names.h"
#include "server/review_parts.h"
#include "store/record_origin.h"

namespace tanmiao::server {

struct ItemView {
  const ReviewState& state;
  pool::QueueItem one;
  std::optional<store::LinkReason> joined;  // JudgedItem::joined
  ItemQuery query;
  store::FirmNo firm = store::kNoFirm;  // that it is compared with; kNoFirm: none comes near
  std::vector<pool::QueueCandidate> candidates;
  std::optional<store::StoredRecord> record;
  std::optional<store::RecordOrigin> origin;
  std::vector<pool::Rulings::Said> said;
};
// The best candidate that nobody ruled out, unless the query names a firm. Error kNotFound: nothing waits there any
// more nor is joined to a firm, or the firm was taken out.
Result<ItemView> item_view(const Site& site, const ReviewState& state, ItemQuery query);

// The record that writes the name: all its fields, where it stood.
Html record_side(const Site& site, const ItemView& view, const SourceTitles& titles, const pool::FirmCard& card);
// The firm that it may be.
Html firm_side(const Site& site, const ItemView& view, const pool::FirmCard& card);

}  // namespace tanmiao::server
