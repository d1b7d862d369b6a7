// A firm of the snapshot as a Xapian document; the document id is the firm number.
#pragma once

#include <xapian.h>

#include <string>
#include <utility>
#include <vector>

#include "core/reference.h"
#include "core/text/folder.h"
#include "indexer/term_numbers.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

// Neither suppressed nor merged firms are ever indexed, found or counted.
inline bool listed(const store::Snapshot& snapshot, store::FirmNo firm) {
  return !(snapshot.firms.flags[firm] & (store::kFirmSuppressed | store::kFirmMerged)) &&
         !snapshot.firms.name[firm].empty();
}

// Terms of its names, of recognitions and signals, without positions: what holds the terms of a word is read, so that a
// phrase is a phrase. Titles and abstracts of patents: indexer/term_lists.h.
Xapian::Document make_document(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm);

// The same documents of many firms, each firm once: a term that a firm has again and again goes to Xapian once. For one
// thread. All that it is made with must outlive it.
class DocumentMaker {
 public:
  DocumentMaker(const store::Snapshot& snapshot, const Reference& reference, const text::Folder& folder)
      : s_(snapshot), reference_(reference), folder_(folder) {}
  Xapian::Document make(store::FirmNo firm);

 private:
  const store::Snapshot& s_;
  const Reference& reference_;
  const text::Folder& folder_;
  std::string folded_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> fresh_;  // key and number of each term of the document
  TermNumbers terms_;  // with the prefix of their field; seen: by the firm that had it last
};

}  // namespace tanmiao::indexer
