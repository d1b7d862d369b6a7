#include "store/backup_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "store/data_folder.h"

namespace tanmiao::store {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

class FileHash {
 public:
  FileHash() { crypto_generichash_init(&state_, nullptr, 0, kBytes); }
  void add(std::string_view bytes) {
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string hex() {
    std::array<unsigned char, kBytes> digest{};
    crypto_generichash_final(&state_, digest.data(), digest.size());
    std::array<char, 2 * kBytes + 1> text{};
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    return text.data();
  }

 private:
  static constexpr std::size_t kBytes = 32;
  crypto_generichash_state state_{};
};

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Error write_failure(archive* of, const std::filesystem::path& path) {
  const int code = archive_errno(of);
  if (code > 0) return io_error(code, "writing the archive", path);
  const char* text = archive_error_string(of);
  return {Errc::kIo, std::string("writing the archive: ") + (text ? text : "unknown"), path.string()};
}

}  // namespace

struct ArchiveWriter::State {
  std::filesystem::path path;
  std::int64_t modified;
  int fd = -1;
  archive* out = nullptr;
  std::vector<char> piece = std::vector<char>(kPiece);

  State(std::filesystem::path where, std::int64_t when) : path(std::move(where)), modified(when) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (out) archive_write_free(out);
    if (fd >= 0) ::close(fd);
  }

  Status begin(const std::string& name, std::uint64_t bytes) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_mtime(entry.get(), static_cast<time_t>(modified), 0);
    if (archive_write_header(out, entry.get()) < ARCHIVE_WARN) return write_failure(out, path);
    return {};
  }
  Status write(std::string_view bytes) {
    while (!bytes.empty()) {
      const la_ssize_t written = archive_write_data(out, bytes.data(), bytes.size());
      if (written <= 0) return write_failure(out, path);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
};

ArchiveWriter::ArchiveWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ArchiveWriter::ArchiveWriter(ArchiveWriter&&) noexcept = default;
ArchiveWriter::~ArchiveWriter() = default;

Result<ArchiveWriter> ArchiveWriter::create(const std::filesystem::path& path, std::int64_t modified) {
  if (sodium_init() < 0) return Error{Errc::kIo, "libsodium cannot be initialised", ""};
  auto state = std::make_unique<State>(path, modified);
  state->fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (state->fd < 0) return io_error(errno, "making the archive", path);
  if (::flock(state->fd, LOCK_EX | LOCK_NB) != 0)
    return Error{Errc::kLocked, "another process is writing this archive", path.string()};
  if (::ftruncate(state->fd, 0) != 0) return io_error(errno, "making the archive", path);
  state->out = archive_write_new();
  // GNU's format takes names as bytes: that of POSIX would have them translated, which in the C locale of a service
  // ends the program at the first Chinese name (libarchive 3.6). ARCHIVE_WARN of the filter: libarchive was built
  // without zstd and would call a program.
  if (archive_write_add_filter_zstd(state->out) != ARCHIVE_OK ||
      archive_write_set_format_gnutar(state->out) != ARCHIVE_OK ||
      archive_write_open_fd(state->out, state->fd) != ARCHIVE_OK)
    return write_failure(state->out, path);
  return ArchiveWriter(std::move(state));
}

Result<std::string> ArchiveWriter::add_file(const std::string& name, const std::filesystem::path& file,
                                            std::uint64_t length) {
  const OpenFile in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) {
    if (errno == ENOENT) return Error{Errc::kNotFound, "the file is not there any more", file.string()};
    return io_error(errno, "opening the file", file);
  }
  TANMIAO_TRY(state_->begin(name, length));
  FileHash hash;
  for (std::uint64_t left = length; left > 0;) {
    const ssize_t got = ::read(in.get(), state_->piece.data(), std::min<std::uint64_t>(left, kPiece));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(errno, "reading the file", file);
    if (got == 0)
      return Error{Errc::kConflict, "the file is " + std::to_string(left) + " bytes shorter than expected",
                   file.string()};
    const std::string_view bytes(state_->piece.data(), static_cast<std::size_t>(got));
    hash.add(bytes);
    TANMIAO_TRY(state_->write(bytes));
    left -= static_cast<std::uint64_t>(got);
  }
  return hash.hex();
}

Result<std::string> ArchiveWriter::add_bytes(const std::string& name, std::string_view bytes) {
  TANMIAO_TRY(state_->begin(name, bytes.size()));
  TANMIAO_TRY(state_->write(bytes));
  FileHash hash;
  hash.add(bytes);
  return hash.hex();
}

Status ArchiveWriter::finish() {
  if (archive_write_close(state_->out) != ARCHIVE_OK) return write_failure(state_->out, state_->path);
  if (::fsync(state_->fd) != 0) return io_error(errno, "syncing the archive", state_->path);
  return {};
}

bool archive_in_work(const std::filesystem::path& path) {
  const OpenFile file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  return file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Status read_archive(const std::filesystem::path& path,
                    const std::function<Result<ArchiveSink>(const ArchiveEntry& entry)>& begin,
                    const std::function<Status(const ArchiveEntry& entry, const std::string& hash)>& end) {
  if (sodium_init() < 0) return Error{Errc::kIo, "libsodium cannot be initialised", ""};
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed))
    return Error{Errc::kNotFound, "there is no such archive", path.string()};
  const std::unique_ptr<archive, int (*)(archive*)> in(archive_read_new(), archive_read_free);
  archive_read_support_filter_zstd(in.get());
  archive_read_support_format_tar(in.get());
  const auto damaged = [&](const std::string& at) {
    const char* text = archive_error_string(in.get());
    return Error{Errc::kCorrupt, "the archive is damaged or cut off " + at + ": " + (text ? text : "unexpected end"),
                 path.string()};
  };
  if (archive_read_open_filename(in.get(), path.c_str(), kPiece) != ARCHIVE_OK) return damaged("at its beginning");
  std::vector<char> piece(kPiece);
  std::string last = "at its beginning";
  for (archive_entry* raw = nullptr;;) {
    const int code = archive_read_next_header(in.get(), &raw);
    if (code == ARCHIVE_EOF) return {};
    if (code != ARCHIVE_OK) return damaged(last);
    const char* name = archive_entry_pathname(raw);
    if (name == nullptr || archive_entry_filetype(raw) != AE_IFREG) return damaged(last);
    const ArchiveEntry entry{name, static_cast<std::uint64_t>(archive_entry_size(raw))};
    TANMIAO_ASSIGN(const ArchiveSink sink, begin(entry));
    FileHash hash;
    for (;;) {
      const la_ssize_t got = archive_read_data(in.get(), piece.data(), piece.size());
      if (got < 0) return damaged("within " + entry.name);
      if (got == 0) break;
      const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
      hash.add(bytes);
      TANMIAO_TRY(sink(bytes));
    }
    TANMIAO_TRY(end(entry, hash.hex()));
    last = "behind " + entry.name;
  }
}

}  // namespace tanmiao::store
