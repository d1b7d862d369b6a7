// A tar archive compressed with zstd, which any system opens (tar --zstd -xf), with a hash of every file. Order is that
// of writing, so that what says what belongs into it can stand at its end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::store {

class ArchiveWriter {
 public:
  // Mode 0600. Holds a lock on the file while it lives; kLocked when another process writes it. What a process that
  // died left there is written over.
  static Result<ArchiveWriter> create(const std::filesystem::path& path, std::int64_t modified);
  ArchiveWriter(ArchiveWriter&&) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&&) = delete;
  ~ArchiveWriter();

  // The first `length` bytes of a file. Gives their hash (BLAKE2b-256, hex). kNotFound, or kConflict when it is
  // shorter.
  Result<std::string> add_file(const std::string& name, const std::filesystem::path& file, std::uint64_t length);
  Result<std::string> add_bytes(const std::string& name, std::string_view bytes);
  Status finish();  // closed and synced

 private:
  struct State;
  explicit ArchiveWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Is a process writing this file just now?
bool archive_in_work(const std::filesystem::path& path);

struct ArchiveEntry {
  std::string name;
  std::uint64_t bytes = 0;
};
using ArchiveSink = std::function<Status(std::string_view piece)>;
// Calls `begin` for each entry, which says where its bytes go, and `end` with their hash when all of them have come.
// Error kCorrupt names the entry at which the archive cannot be read on.
Status read_archive(const std::filesystem::path& path,
                    const std::function<Result<ArchiveSink>(const ArchiveEntry& entry)>& begin,
                    const std::function<Status(const ArchiveEntry& entry, const std::string& hash)>& end);

}  // namespace tanmiao::store
