// What leaves the archive of raw pages: by age, or because somebody asked for it.
//
// A page that goes is cut out of its segment: what stays of the segments concerned is copied, byte for byte, into a new
// one, the captures are told in one transaction, the old files are removed. Its request and metadata go with it. Of a
// page that went, address, time, status and hash stay, and the records that rest on it; `replay` cannot read it again.
//
// Revisits hold no bytes of a page. They go by age like pages; one that is younger than the page it refers to stays, as
// WARC allows. A take-down takes all revisits of what it takes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "store/store.h"

namespace tanmiao::crawler {

struct ArchiveCut {
  std::string source;
  std::uint64_t pages = 0, bytes = 0;  // that went; bytes as fetched, unpacked
  std::uint64_t replayable = 0;        // of them what `tanmiao replay` would read
  std::uint64_t kept = 0;              // pages of the source whose bytes stay
  std::uint64_t revisits = 0;          // notes that a page was the same, that went
  std::uint64_t unknown_files = 0;     // segments set aside after a loss of the facts (NAME.unknown) that went
  std::vector<std::string> addresses;  // of take-downs: what went
  bool any() const { return pages + revisits + unknown_files > 0; }
};

using Unwanted = std::function<bool(const store::Capture&)>;
// Each source that has an archive; those that nothing goes from are left out. `dry`: only says what would go.
Result<std::vector<ArchiveCut>> cut_archive(store::Store& store, const Unwanted& unwanted, const std::string& product,
                                            bool dry);
// Everything fetched before that moment; files set aside before it go too.
Result<std::vector<ArchiveCut>> prune_archive(store::Store& store, Instant before, const std::string& product,
                                              bool dry);

}  // namespace tanmiao::crawler
