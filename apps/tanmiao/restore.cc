#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <map>
#include <optional>

#include "apps/tanmiao/backup.h"
#include "core/json_reading.h"
#include "store/audit_note.h"
#include "store/backup.h"
#include "store/backup_archive.h"
#include "store/store.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::array<std::string_view, 7> kDataFolders{"rejects/", "reports/", "models/", "captures/",
                                                       "columns/", "index/",   "runs/"};
constexpr std::array<std::string_view, 2> kExtraFolders{"config/", "inbox/"};
constexpr std::uint64_t kMostManifest = std::uint64_t{256} << 20;
constexpr std::string_view kManifest = "manifest.json";

template <std::size_t N>
bool below(const std::string& name, const std::array<std::string_view, N>& folders) {
  return std::any_of(folders.begin(), folders.end(), [&](std::string_view f) { return name.starts_with(f); });
}

// Names of an archive never lead out of the folder they are unpacked into.
bool harmless(const std::string& name) {
  const fs::path path(name);
  if (path.empty() || path.is_absolute() || name.find('\0') != std::string::npos) return false;
  return std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".." || part == "."; });
}

// Unpacks into `data` and `extras` (none: passed over), hashing everything.
class Unpacker {
 public:
  Unpacker(fs::path data, fs::path extras) : data_(std::move(data)), extras_(std::move(extras)) {}
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  ~Unpacker() {
    if (fd_ >= 0) ::close(fd_);
  }

  Status unpack(const fs::path& archive) {
    return store::read_archive(
        archive, [&](const store::ArchiveEntry& entry) { return begin(entry); },
        [&](const store::ArchiveEntry& entry, const std::string& hash) { return end(entry, hash); });
  }

  // The manifest, when all that it lists came as it says.
  Result<json::object> compare(const fs::path& archive) const {
    boost::system::error_code failed;
    json::value root = json::parse(manifest_, failed);
    if (manifest_.empty() || failed || !root.is_object())
      return Error{Errc::kCorrupt, "the archive was cut off: no manifest at its end", archive.string()};
    if (number_of(root.get_object(), "format") != 1)
      return Error{Errc::kConfig, "the archive is of a newer program", archive.string()};
    std::string wrong;
    std::size_t count = 0, listed = 0;
    each_of(root.get_object(), "files", [&](const json::object& file) {
      ++listed;
      const std::string name(text_of(file, "name"));
      const auto found = hashes_.find(name);
      if (found != hashes_.end() && found->second == text_of(file, "blake2b")) return;
      if (++count <= 5) wrong += (wrong.empty() ? "" : ", ") + name + (found == hashes_.end() ? " is missing" : "");
    });
    if (listed != hashes_.size()) ++count, wrong += wrong.empty() ? "files that it does not list" : "";
    if (count > 0) return Error{Errc::kCorrupt, "damaged in the archive: " + wrong, archive.string()};
    return std::move(root.get_object());
  }
  std::uint64_t files() const { return hashes_.size(); }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t extras() const { return extra_files_; }

 private:
  Result<store::ArchiveSink> begin(const store::ArchiveEntry& entry) {
    if (entry.name == kManifest) {
      if (entry.bytes > kMostManifest) return Error{Errc::kCorrupt, "the manifest is too large", entry.name};
      return store::ArchiveSink([this](std::string_view piece) {
        manifest_.append(piece);
        return Status();
      });
    }
    const bool extra = below(entry.name, kExtraFolders);
    const bool known =
        extra || entry.name == "facts.db" || entry.name == "people.db" || below(entry.name, kDataFolders);
    if (!harmless(entry.name) || !known)
      return Error{Errc::kCorrupt, "an archive of ours has no such file", entry.name};
    extra_files_ += extra;
    const fs::path root = extra ? extras_ : data_;
    if (root.empty()) return store::ArchiveSink([](std::string_view) { return Status(); });
    path_ = root / entry.name;
    std::error_code failed;
    fs::create_directories(path_.parent_path(), failed);
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry.name.ends_with(".db") ? 0600 : 0644);
    if (fd_ < 0) return store::io_error(errno, "unpacking", path_);
    return store::ArchiveSink([this](std::string_view piece) { return write(piece); });
  }
  Status write(std::string_view piece) {
    while (!piece.empty()) {
      const ssize_t written = ::write(fd_, piece.data(), piece.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return store::io_error(errno, "unpacking", path_);
      piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  Status end(const store::ArchiveEntry& entry, const std::string& hash) {
    if (fd_ >= 0) {
      const bool synced = ::fsync(fd_) == 0;
      const int why = errno;
      ::close(std::exchange(fd_, -1));
      if (!synced) return store::io_error(why, "syncing", path_);
    }
    if (entry.name != kManifest) hashes_[entry.name] = hash, bytes_ += entry.bytes;
    return {};
  }

  fs::path data_, extras_, path_;
  int fd_ = -1;
  std::string manifest_;
  std::map<std::string, std::string> hashes_;
  std::uint64_t bytes_ = 0, extra_files_ = 0;
};

// Removed again unless it was put in place.
struct Scaffold {
  explicit Scaffold(fs::path where) : folder(std::move(where)) {}
  Scaffold(const Scaffold&) = delete;
  Scaffold& operator=(const Scaffold&) = delete;
  ~Scaffold() {
    std::error_code ignored;
    if (!done) fs::remove_all(folder, ignored);
  }
  fs::path folder;
  bool done = false;
};

Status fit_for_use(const fs::path& folder, bool live, const std::string& archive, Instant clock) {
  for (const char* const name : {"facts.db", "people.db"}) {
    if (!fs::exists(folder / name)) return Error{Errc::kCorrupt, "missing in the archive", name};
    TANMIAO_ASSIGN(const std::string damage, store::damage_of_database(folder / name));
    if (!damage.empty()) return Error{Errc::kCorrupt, "damaged in the archive: " + damage, name};
  }
  // Brings older files forward, and makes the folders.
  TANMIAO_ASSIGN(const auto opened, store::Store::open(folder, store::Access::kWrite, "tanmiao restore"));
  if (!live) TANMIAO_TRY(opened->facts().set_live({}));  // readers must not look for what is not there
  TANMIAO_ASSIGN(const auto known, store::audit_noted(opened->facts()));
  TANMIAO_ASSIGN(const auto damage, opened->people().check(known));
  if (!damage.empty()) return Error{Errc::kCorrupt, "damaged in the archive: " + damage.front(), "people.db"};
  return opened->people().audit("-", "data.restore", archive,
                                boost::json::serialize(boost::json::object{{"noted_entries", known.number}}), clock);
}

bool holds_something(const fs::path& folder) {
  std::error_code failed;
  return fs::exists(folder, failed) && (!fs::is_directory(folder, failed) || !fs::is_empty(folder, failed));
}

// The lock of a folder that is to be moved aside: no night begins in it until that is done.
Result<std::optional<store::FolderLock>> free_to_write(const store::DataFolder& data, bool force) {
  std::optional<store::FolderLock> lock;
  if (!holds_something(data.root())) return lock;
  if (!force)
    return Error{Errc::kUsage, "the data folder is not empty; with --force it is moved aside", data.root().string()};
  if (!fs::is_directory(data.root())) return Error{Errc::kUsage, "this is no folder", data.root().string()};
  TANMIAO_ASSIGN(auto held, store::FolderLock::take(data, "tanmiao restore"));
  lock.emplace(std::move(held));
  return lock;
}

Result<fs::path> put_in_place(const fs::path& made, const fs::path& data, const std::string& when) {
  std::error_code failed;
  fs::path aside;
  if (holds_something(data)) {
    aside = data.string() + ".before-" + when;
    for (int n = 2; fs::exists(aside); ++n) aside = data.string() + ".before-" + when + "-" + std::to_string(n);
    fs::rename(data, aside, failed);
    if (failed) return store::io_error(failed.value(), "moving the folder aside", data);
  } else if (fs::exists(data)) {
    fs::remove(data, failed);
  }
  fs::rename(made, data, failed);
  if (failed) return store::io_error(failed.value(), "putting the folder in place", data);
  TANMIAO_TRY(store::sync_folder(data.has_parent_path() ? data.parent_path() : "."));
  return aside;
}

RestoreReport::Key compare_keys(const AppConfig* config, std::string_view mark) {
  using Key = RestoreReport::Key;
  if (mark.empty() || config == nullptr) return Key::kUnknown;
  const std::string here = key_mark(config->person_key_file);
  return here.empty() ? Key::kMissing : here == mark ? Key::kSame : Key::kOther;
}

}  // namespace

Result<RestoreReport> restore_backup(const AppConfig* config, const store::DataFolder& data,
                                     const RestoreOptions& options, Instant clock) {
  TANMIAO_ASSIGN(const auto lock, free_to_write(data, options.force));
  if (!options.extras.empty() && holds_something(options.extras))
    return Error{Errc::kUsage, "the folder for configuration and inbox is not empty", options.extras.string()};
  fs::path root = data.root();
  if (!root.has_filename()) root = root.parent_path();  // "data/"
  Scaffold made(root.string() + ".restoring"), extras(options.extras.empty() ? fs::path() : options.extras);
  std::error_code failed;
  fs::remove_all(made.folder, failed);  // of a process that was killed
  fs::create_directories(made.folder, failed);
  if (failed) return store::io_error(failed.value(), "making the folder", made.folder);
  Unpacker unpacker(made.folder, options.extras);
  TANMIAO_TRY(unpacker.unpack(options.file));
  TANMIAO_ASSIGN(const json::object manifest, unpacker.compare(options.file));
  RestoreReport report;
  report.made_at = text_of(manifest, "made_at");
  report.captures = flag_of(manifest, "captures"), report.live = flag_of(manifest, "live");
  report.files = unpacker.files(), report.bytes = unpacker.bytes(), report.extras = unpacker.extras();
  if (!report.live)
    for (const char* const half : {"columns", "index", "runs"}) fs::remove_all(made.folder / half, failed);
  TANMIAO_TRY(fit_for_use(made.folder, report.live, options.file.filename().string(), clock));
  if (!report.captures) TANMIAO_TRY(store::forget_capture_bytes(made.folder / "facts.db"));
  report.key = compare_keys(config, text_of(manifest, "person_key_mark"));
  const auto day = std::chrono::floor<std::chrono::days>(clock + std::chrono::hours(8));
  TANMIAO_ASSIGN(report.moved_aside, put_in_place(made.folder, root, iso(Date(day))));
  made.done = extras.done = true;
  return report;
}

}  // namespace tanmiao::app
