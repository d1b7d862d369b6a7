// Opening a generation, and the wall at which Xapian's exceptions become errors.
#pragma once

#include <xapian.h>

#include <filesystem>
#include <string_view>

#include "core/error.h"

namespace tanmiao::indexer {

inline constexpr const char* kNoteFile = "tanmiao-index";  // written last: its presence says the folder is complete

inline Error damaged(const Xapian::Error& error, const std::filesystem::path& folder) {
  return {Errc::kCorrupt, "the search index cannot be read: " + error.get_description(), folder.string()};
}

// Opens a complete generation made from the snapshot of this digest. Its documents are numbered as the firms of that
// snapshot are; kConflict when it was made from another one, kNotFound when there is none, kCorrupt when it is not what
// its note says.
Result<Xapian::Database> open_database(const std::filesystem::path& folder, std::string_view snapshot);

}  // namespace tanmiao::indexer
