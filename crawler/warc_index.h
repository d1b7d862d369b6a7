// The index of a segment: a line (crawler/cdxj.h) for each response and revisit, sorted as bytes. It follows from the
// segment alone; public tools read it.
//
// Of closed segments it lies beside them (000001.cdxj); the first line names the length it was made of, an index of
// another length counts as none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "crawler/cdxj.h"
#include "store/types.h"

namespace tanmiao::store {
class Store;
}

namespace tanmiao::crawler {

std::filesystem::path warc_index_of(const std::filesystem::path& segment);
// Of the records up to `length`; `damage` is told what cannot be read. Behind it reading goes on at the next of the
// offsets `known` to begin a record; without any, what lies before it is in the list.
std::vector<WarcEntry> index_segment(const std::filesystem::path& segment, std::uint64_t length, std::string& damage,
                                     const std::set<std::uint64_t>& known = {});
// The same from the index beside the segment when it is of that length.
std::vector<WarcEntry> entries_of_segment(const std::filesystem::path& segment, std::uint64_t length,
                                          std::string& damage, const std::set<std::uint64_t>& known = {});
// Writes the index beside the segment. kCorrupt, and nothing is written, when the segment cannot be read whole.
Status write_warc_index(const std::filesystem::path& segment, std::uint64_t length);
// The same of lines that were made while it was written: only what stands before them is read.
Status write_warc_index(const std::filesystem::path& segment, std::uint64_t length, const CdxjLines& lines);
// Both files.
Status remove_segment(const std::filesystem::path& segment);

// The sources that have a folder of captures, sorted.
Result<std::vector<std::string>> archived_sources(const store::Store& store);

// Of each source, or of one, all acknowledged segments.
struct SourceEntries {
  std::string source;
  std::vector<WarcEntry> entries;   // of each segment sorted
  std::vector<std::string> damage;  // segments that cannot be read whole
};
Result<std::vector<SourceEntries>> archived_entries(store::Store& store, const std::string& source);
struct IndexedSource {
  std::string source;
  std::uint64_t segments = 0, entries = 0;
  std::vector<std::string> damage;
};
Result<std::vector<IndexedSource>> write_indexes(store::Store& store, const std::string& source);

}  // namespace tanmiao::crawler
