#include "store/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

namespace tanmiao::store {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string clock_text() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::chrono::hh_mm_ss time(now - std::chrono::floor<std::chrono::days>(now));
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text.data();
}

std::string read_line(int fd) {
  std::array<char, 256> text{};
  const ssize_t got = ::pread(fd, text.data(), text.size() - 1, 0);
  return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : "held by another process";
}

}  // namespace

std::filesystem::path DataFolder::segment(std::string_view source, unsigned number) const {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%06u.warc.gz", number);
  return captures(source) / name.data();
}

std::filesystem::path DataFolder::rejects(std::string_view source) const {
  return root_ / "rejects" / (std::string(source) + ".csv");
}

Error io_error(int errno_value, std::string_view doing, const std::filesystem::path& path) {
  const bool full = errno_value == ENOSPC || errno_value == EDQUOT || errno_value == EFBIG;
  return {full ? Errc::kDiskFull : Errc::kIo, std::string(doing) + ": " + std::strerror(errno_value), path.string()};
}

Status sync_folder(const std::filesystem::path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return io_error(errno, "opening the folder to sync it", folder);
  if (::fsync(fd.get()) != 0) return io_error(errno, "syncing the folder", folder);
  return {};
}

Status write_file_durably(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path beside = path.string() + ".new";
  {
    const Descriptor fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (fd.get() < 0) return io_error(errno, "creating the file", beside);
    if (!write_all(fd.get(), bytes) || ::fsync(fd.get()) != 0) {
      const int reason = errno;
      ::unlink(beside.c_str());
      return io_error(reason, "writing the file", beside);
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) return io_error(errno, "renaming the file", path);
  return sync_folder(path.has_parent_path() ? path.parent_path() : ".");
}

Result<FolderLock> FolderLock::take(const DataFolder& folder, std::string_view what) {
  Descriptor fd(::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (fd.get() < 0) return io_error(errno, "opening the lock", folder.lock());
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error(errno, "locking", folder.lock());
    return Error{Errc::kLocked, read_line(fd.get()), folder.root().string()};
  }
  const std::string holder =
      "held by process " + std::to_string(::getpid()) + " since " + clock_text() + " (" + std::string(what) + ")";
  if (::ftruncate(fd.get(), 0) != 0 || ::lseek(fd.get(), 0, SEEK_SET) < 0 || !write_all(fd.get(), holder))
    return io_error(errno, "writing the lock", folder.lock());
  return FolderLock(fd.release());
}

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace tanmiao::store
