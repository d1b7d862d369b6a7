// What a generation of the index holds beside the postings: columns in its folder `columns`, memory-mapped.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/reference.h"
#include "indexer/dictionary.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

inline constexpr const char* kColumnsFolder = "columns";

template <class Mode, class Words>
struct IndexTables {
  store::Column<Mode, std::uint64_t> digest;   // by firm (indexer/digests.h)
  store::Column<Mode, std::string> name;       // by firm: search form, without marks; empty when it is not listed
  store::Column<Mode, std::string> address;    // by firm: search form, marks kept
  store::Column<Mode, std::uint32_t> by_name;  // listed firms in the order of `name`, then number
  store::Column<Mode, std::uint32_t> by_code;  // listed firms that have a code, in its order, then number
  Words scope;                                 // items
  Words industry;                              // names
  Words ipc;                                   // symbols as the patents have them: "H02K17/02"

  template <class F>
  void each(F&& f) {
    f("digest", digest), f("name", name), f("address", address), f("by_name", by_name), f("by_code", by_code);
    scope.each("scope", true, f), industry.each("industry", false, f), ipc.each("ipc", false, f);
  }
};

using MappedTables = IndexTables<store::Mapped, Dictionary>;
using BuiltTables = IndexTables<store::Build, DictionaryTable<store::Build>>;

// Writes them into `folder`, which must not exist. `digests` are those of the snapshot. With `before`, tables of
// another snapshot made with the same reference, what firms have whose digest is the same is taken over. Parallel; the
// same bytes on any number of threads, and with or without `before`.
Status write_tables(const std::filesystem::path& folder, const store::Snapshot& snapshot, const Reference& reference,
                    const std::vector<std::uint64_t>& digests, const MappedTables* before = nullptr);
// kCorrupt when they are not whole, or not of so many firms where a number is given.
Result<std::shared_ptr<const MappedTables>> open_tables(const std::filesystem::path& folder,
                                                        std::optional<store::FirmNo> last);
// Names damaged columns; empty: none.
std::string check_tables(const std::filesystem::path& folder);

}  // namespace tanmiao::indexer
