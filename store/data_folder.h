// The one place that knows every name below the data folder.
//
//   facts.db      records, firms, links, runs, frontier: nothing else holds all of it; one writing process
//   people.db     approvals, decisions, verdicts, pool, suppressions, audit: small and precious
//   lock          held (flock) by the writing process, holds its pid and start time
//   captures/SOURCE/NNNNNN.warc.gz   raw bytes, mode 0700: a quarantine
//   columns/GENERATION/              memory-mapped columns, immutable
//   names/GENERATION/                names as the last link compared them, immutable; can be made again
//   index/GENERATION/                search index, immutable
//   runs/RUN/                        one mining run, immutable
//   reports/NIGHT.json, .html        run reports
//   rejects/SOURCE.csv               rows that were refused, with reason; to be mended and fed again
//   exports/, models/                spreadsheets; the scorecard that ranks and one that was refused (in every backup)
//   searches/HASH/DATE               keys of the firms that a saved search matched on a night
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::store {

class DataFolder {
 public:
  explicit DataFolder(std::filesystem::path root) : root_(std::move(root)) {}
  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path facts() const { return root_ / "facts.db"; }
  std::filesystem::path people() const { return root_ / "people.db"; }
  std::filesystem::path lock() const { return root_ / "lock"; }
  std::filesystem::path captures(std::string_view source) const { return root_ / "captures" / source; }
  std::filesystem::path segment(std::string_view source, unsigned number) const;  // captures/SOURCE/000001.warc.gz
  std::filesystem::path columns(std::string_view generation) const { return root_ / "columns" / generation; }
  std::filesystem::path names(std::string_view generation) const { return root_ / "names" / generation; }
  std::filesystem::path index(std::string_view generation) const { return root_ / "index" / generation; }
  std::filesystem::path run(std::string_view run) const { return root_ / "runs" / run; }
  std::filesystem::path reports() const { return root_ / "reports"; }
  std::filesystem::path rejects(std::string_view source) const;  // rejects/SOURCE.csv
  std::filesystem::path exports() const { return root_ / "exports"; }
  std::filesystem::path searches() const { return root_ / "searches"; }

 private:
  std::filesystem::path root_;
};

// Writes a file so that after a crash either the old or the new content is there: write beside, fsync, rename, fsync
// the folder. Error kDiskFull or kIo.
Status write_file_durably(const std::filesystem::path& path, std::string_view bytes);
Status sync_folder(const std::filesystem::path& folder);
Error io_error(int errno_value, std::string_view doing, const std::filesystem::path& path);  // ENOSPC -> kDiskFull

// The writer's lock on a data folder, released by the destructor or the death of the process.
class FolderLock {
 public:
  // Error kLocked names the process that holds it: "held by process 4711 since 02:00:13 (tanmiao run)".
  static Result<FolderLock> take(const DataFolder& folder, std::string_view what);
  FolderLock(FolderLock&&) noexcept;
  FolderLock& operator=(FolderLock&&) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace tanmiao::store
