// A zip in memory, stored or deflated by libarchive.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

namespace tanmiao::tabular {

inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::size_t room = 4096;
  for (const auto& [name, content] : files) room += content.size() + 4096;
  std::string out(room, '\0');
  std::size_t used = 0;
  struct archive* archive = archive_write_new();
  archive_write_set_format_zip(archive);
  archive_write_set_bytes_in_last_block(archive, 1);
  archive_write_open_memory(archive, out.data(), out.size(), &used);
  for (const auto& [name, content] : files) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(archive, entry);
    archive_write_data(archive, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(archive);
  archive_write_free(archive);
  out.resize(used);
  return out;
}

}  // namespace tanmiao::tabular
