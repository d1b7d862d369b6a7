// Writing a generation of the index: whole, or what changed since another one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/reference.h"
#include "indexer/index.h"
#include "indexer/index_tables.h"
#include "indexer/postings.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

// Postings are written side by side, each shard with a range of firm numbers of its own, and joined by compaction:
// their number is fixed, so that the index does not depend on that of the threads.
inline constexpr std::size_t kShards = 8;

// What is written from.
struct IndexSource {
  const store::Snapshot& snapshot;
  const Reference& reference;
  std::vector<std::uint64_t> digests;  // of its firms (indexer/digests.h)
  std::string tables;                  // mark of what terms depend on besides the snapshot
  int threads = 0;
  std::size_t shards = kShards;
};

// A complete generation from which the next one may take over.
struct IndexBefore {
  std::filesystem::path folder;
  IndexNote note;
  std::shared_ptr<const MappedTables> tables;
  std::vector<std::uint64_t> base_digests;  // of the whole build that its files are of
  std::vector<store::FirmNo> stale;         // firms that differ from that build now, ascending
};
// nullopt: there is nothing to take over from (no such generation, another format, other tables, damaged), or so much
// changed since the whole build that another one costs no more.
std::optional<IndexBefore> index_before(const std::filesystem::path& folder, const IndexSource& source);

// Of a generation that is not whole: firms that differ from the whole build that its files are of.
Result<std::vector<store::FirmNo>> stale_firms(const std::filesystem::path& folder, const MappedTables& tables);

// Writes into `fresh`, with `work` beside it for what is temporary; neither exists. All but the note is there
// afterwards and not yet synced. Exceptions of Xapian and of the file system, DamagedText.
Result<IndexNote> write_whole(const std::filesystem::path& work, const std::filesystem::path& fresh,
                              const IndexSource& source, Progress& progress);
Result<IndexNote> write_changes(const std::filesystem::path& work, const std::filesystem::path& fresh,
                                const IndexSource& source, const IndexBefore& before, Progress& progress);

// build_index with another number of shards, at least 1: the answers are the same.
Result<IndexReport> build_index_of_shards(const store::DataFolder& folder, const store::Snapshot& snapshot,
                                          const IndexConfig& config, const Reference& reference, Progress& progress,
                                          std::size_t shards);

}  // namespace tanmiao::indexer
