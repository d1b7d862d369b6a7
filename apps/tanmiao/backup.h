// tanmiao backup and restore. One archive holds the two databases as they stood at one moment, refused rows, run
// reports, the scorecard in use, the configuration, and on demand captures, files of the inbox and the live folders.
// The key of persons' names is never in it: with it, whoever has the archive could find out who stands behind a hash.
//
// ARCHIVE (tar, zstd): people.db, facts.db, rejects/*, reports/*, models/*, captures/SOURCE/*, inbox/SOURCE/*,
// columns/*, index/*, runs/*, config/*, and manifest.json (docs/schema/backup_manifest.json) at its end: an archive
// without it was cut off.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/tanmiao/app_config.h"
#include "store/data_folder.h"

namespace tanmiao::app {

struct BackupOptions {
  std::filesystem::path file;  // the archive; or
  std::filesystem::path to;    // a folder, in which the archive gets a name of its own
  std::size_t keep = 0;        // with `to`: only so many archives stay there; 0: all
  bool captures = false, inbox = false, live = false;
  std::filesystem::path key_to;  // where a copy of the key goes, apart from the archive; empty: nowhere
};
struct BackupReport {
  std::filesystem::path file;
  std::uint64_t bytes = 0, files = 0, unpacked = 0;
  bool live = false;                           // the live folders are in it
  std::vector<std::filesystem::path> removed;  // older archives, by `keep`
};
// The archive appears under its name when it is complete, synced and read again; a process that is killed leaves
// FILE.part, which the next backup removes. Any number of processes may work on the data meanwhile.
Result<BackupReport> make_backup(const AppConfig& config, const store::DataFolder& data, const BackupOptions& options,
                                 Instant clock, const std::atomic<bool>& stop);

struct RestoreOptions {
  std::filesystem::path file;
  std::filesystem::path extras;  // where config/ and inbox/ of the archive go; empty: nowhere
  bool force = false;            // a folder that holds something is moved aside
};
struct RestoreReport {
  std::string made_at;
  std::uint64_t files = 0, bytes = 0;
  bool captures = false, live = false;
  std::uint64_t extras = 0;           // files of config and inbox in the archive
  std::filesystem::path moved_aside;  // the folder that was there before; empty: none
  enum class Key { kSame, kOther, kMissing, kUnknown } key = Key::kUnknown;  // on this machine, against the archive's
};
// Nothing is put in place before every file is unpacked, hashed, and the databases are opened and looked through.
// kCorrupt names what is damaged. `config`: of this machine, to compare the key; may be null.
Result<RestoreReport> restore_backup(const AppConfig* config, const store::DataFolder& data,
                                     const RestoreOptions& options, Instant clock);

// Tells keys apart and gives nothing else away; empty when there is none.
std::string key_mark(const std::filesystem::path& key_file);

}  // namespace tanmiao::app
