#include "indexer/postings.h"

#include <fstream>

#include "indexer/fields.h"
#include "store/data_folder.h"

namespace tanmiao::indexer {

namespace fs = std::filesystem;

Result<IndexNote> read_note(const fs::path& folder) {
  std::ifstream in(folder / kNoteFile);
  if (!in) return Error{Errc::kNotFound, "there is no complete search index", folder.string()};
  int format = 0;
  IndexNote note;
  if (!(in >> format >> note.documents >> note.snapshot >> note.tables >> note.base >> note.changed >> note.whole >>
        note.bytes) ||
      format != kIndexFormat)
    return Error{Errc::kCorrupt, "the note of the search index is not of this version", folder.string()};
  return note;
}

Status write_note(const fs::path& folder, const IndexNote& note) {
  return store::write_file_durably(
      folder / kNoteFile, std::to_string(kIndexFormat) + " " + std::to_string(note.documents) + " " + note.snapshot +
                              " " + note.tables + " " + std::to_string(note.base) + " " + std::to_string(note.changed) +
                              " " + (note.whole ? "1" : "0") + " " + std::to_string(note.bytes) + "\n");
}

std::uint64_t bytes_of_databases(const fs::path& folder, bool whole) {
  std::uint64_t bytes = 0;
  const auto add = [&](const fs::path& database) {
    for (const auto& entry : fs::directory_iterator(database))
      if (entry.is_regular_file() && entry.path().filename() != kNoteFile) bytes += entry.file_size();
  };
  add(folder);
  if (!whole) add(folder / kChangedFolder);
  return bytes;
}

Postings open_databases(const fs::path& folder, bool whole) {
  Postings postings{Xapian::Database(folder.string()), std::nullopt};
  if (!whole) postings.changed.emplace((folder / kChangedFolder).string());
  return postings;
}

Result<OpenedPostings> open_postings(const fs::path& folder, std::string_view snapshot) {
  TANMIAO_ASSIGN(IndexNote note, read_note(folder));
  if (!snapshot.empty() && note.snapshot != snapshot)
    return Error{Errc::kConflict,
                 "the search index was made from another snapshot: digest " + note.snapshot + ", expected " +
                     std::string(snapshot),
                 folder.string()};
  try {
    if (const std::uint64_t bytes = bytes_of_databases(folder, note.whole); bytes != note.bytes)
      return Error{Errc::kCorrupt,
                   "the search index has " + std::to_string(bytes) + " bytes, expected " + std::to_string(note.bytes),
                   folder.string()};
    OpenedPostings opened{open_databases(folder, note.whole), std::move(note)};
    const std::uint64_t base = opened.postings.base.get_doccount();
    const std::uint64_t changed = opened.postings.changed ? opened.postings.changed->get_doccount() : 0;
    if (base != opened.note.base || changed != opened.note.changed)
      return Error{Errc::kCorrupt,
                   "the search index holds " + std::to_string(base) + " and " + std::to_string(changed) +
                       " documents, expected " + std::to_string(opened.note.base) + " and " +
                       std::to_string(opened.note.changed),
                   folder.string()};
    return opened;
  } catch (const Xapian::Error& error) {
    return damaged(error, folder);
  } catch (const fs::filesystem_error& error) {
    return Error{Errc::kCorrupt, std::string("the search index cannot be read: ") + error.what(), folder.string()};
  }
}

}  // namespace tanmiao::indexer
