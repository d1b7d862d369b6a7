// The index of a segment, in CDXJ: a line for each response and revisit, sorted as bytes, the address first as a SURT
// key ("cn,example)/list?page=2"). It follows from the segment alone; public tools read it.
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
#include "store/types.h"

namespace tanmiao::store {
class Store;
}

namespace tanmiao::crawler {

struct WarcEntry {
  std::string key, url, mime, digest;
  std::string type;       // response or revisit
  std::string timestamp;  // 14 digits, UTC
  int status = 0;
  std::uint64_t offset = 0, length = 0;
  std::string file;
  // Of revisits: the capture that they refer to.
  std::string part, refers_to_date;  // ISO
};

// "cn,example)/a?b=1&c=2": host reversed and without "www.", letters small, parameters sorted; as public archives look
// pages up. Numeric hosts stay as they are.
std::string surt_key(std::string_view url);

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
