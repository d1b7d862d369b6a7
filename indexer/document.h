// A firm of the snapshot as a Xapian document; the document id is the firm number.
#pragma once

#include <xapian.h>

#include "core/reference.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

// Neither suppressed nor merged firms are ever indexed, found or counted.
inline bool listed(const store::Snapshot& snapshot, store::FirmNo firm) {
  return !(snapshot.firms.flags[firm] & (store::kFirmSuppressed | store::kFirmMerged)) &&
         !snapshot.firms.name[firm].empty();
}

// Terms of its names, of the titles of its patents, of recognitions and signals, without positions: what holds the
// terms of a word is read, so that a phrase is a phrase. Abstracts: indexer/term_lists.h.
Xapian::Document make_document(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm);

}  // namespace tanmiao::indexer
