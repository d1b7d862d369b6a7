// Archives for tests, written by libarchive.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <string>
#include <utility>
#include <vector>

namespace tanmiao::crawler {

using Files = std::vector<std::pair<std::string, std::string>>;

struct Writing {
  std::string format = "zip";  // zip, 7zip, ustar, raw
  std::string filter = {};     // gzip, xz, bzip2, zstd; empty: none
  std::string options = {};    // of libarchive: "hdrcharset=UTF-8", "zip:encryption=traditional"
  std::string passphrase = {};
  std::string link_to = {};  // each entry is a symbolic link to this
};

inline std::string packed(const Files& files, const Writing& how = {}) {
  std::string out(std::size_t{1} << 16, '\0');
  for (const auto& [name, content] : files) out.resize(out.size() + content.size() + 4096);
  std::size_t used = 0;
  struct archive* archive = archive_write_new();
  if (how.format == "zip") archive_write_set_format_zip(archive);
  if (how.format == "7zip") archive_write_set_format_7zip(archive);
  if (how.format == "ustar") archive_write_set_format_ustar(archive);
  if (how.format == "raw") archive_write_set_format_raw(archive);
  if (!how.filter.empty()) archive_write_add_filter_by_name(archive, how.filter.c_str());
  if (!how.options.empty()) archive_write_set_options(archive, how.options.c_str());
  if (!how.passphrase.empty()) archive_write_set_passphrase(archive, how.passphrase.c_str());
  archive_write_set_bytes_in_last_block(archive, 1);
  archive_write_open_memory(archive, out.data(), out.size(), &used);
  for (const auto& [name, content] : files) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, how.link_to.empty() ? AE_IFREG : AE_IFLNK);
    if (!how.link_to.empty()) archive_entry_set_symlink(entry, how.link_to.c_str());
    archive_entry_set_size(entry, how.link_to.empty() ? static_cast<la_int64_t>(content.size()) : 0);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(archive, entry);
    if (how.link_to.empty()) archive_write_data(archive, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(archive);
  archive_write_free(archive);
  out.resize(used);
  return out;
}

}  // namespace tanmiao::crawler
