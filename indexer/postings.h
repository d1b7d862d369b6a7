// The postings of a generation: those of a whole build, and beside them those of the firms that changed since then.
//
// A night on which little changed takes the files of the whole build over (as hard links) and writes the postings of
// the changed firms alone. A firm that changed is not looked for in the former any more: Postings::stale says which
// those are. They follow from the digests of the whole build (columns of the folder `base`) and those of now.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::indexer {

inline constexpr const char* kNoteFile = "tanmiao-index";  // written last: its presence says the folder is complete
inline constexpr const char* kChangedFolder = "changed";   // postings of the firms that changed
inline constexpr const char* kBaseFolder = "base";         // digests of the whole build, where it was another night's

// What a complete generation says of itself.
struct IndexNote {
  std::string snapshot, tables;  // digest of the snapshot; mark of what terms depend on besides
  std::uint64_t documents = 0;   // firms that are listed
  std::uint64_t base = 0;        // documents of the whole build
  std::uint64_t changed = 0;     // documents in kChangedFolder
  bool whole = true;             // there is no kChangedFolder
  std::uint64_t bytes = 0;       // of the files of its databases: one that was cut off is not what it was
};
// kNotFound: there is no complete index; kCorrupt: the note is not of this version.
Result<IndexNote> read_note(const std::filesystem::path& folder);
Status write_note(const std::filesystem::path& folder, const IndexNote& note);

struct Postings {
  Xapian::Database base;
  std::optional<Xapian::Database> changed;
};
// The databases of a folder; Xapian's exceptions.
Postings open_databases(const std::filesystem::path& folder, bool whole);
// What IndexNote::bytes says; exceptions of the file system.
std::uint64_t bytes_of_databases(const std::filesystem::path& folder, bool whole);

struct OpenedPostings {
  Postings postings;
  IndexNote note;
};
// Opens a complete generation made from the snapshot of this digest. Its documents are numbered as the firms of that
// snapshot are; kConflict when it was made from another one, kNotFound when there is none, kCorrupt when it is not what
// its note says. An empty digest: whatever snapshot it was made from.
Result<OpenedPostings> open_postings(const std::filesystem::path& folder, std::string_view snapshot);

// The wall at which Xapian's exceptions become errors.
inline Error damaged(const Xapian::Error& error, const std::filesystem::path& folder) {
  return {Errc::kCorrupt, "the search index cannot be read: " + error.get_description(), folder.string()};
}

}  // namespace tanmiao::indexer
