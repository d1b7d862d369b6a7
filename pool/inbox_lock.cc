#include "pool/inbox_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

namespace tanmiao::pool {
namespace {

constexpr const char* kLockName = ".lock";  // hidden: no delivery of a source (crawler/folder_crawl.cc)
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

std::filesystem::path inbox_folder(const OfficialProgram& program, const std::filesystem::path& base) {
  return (base / program.inbox).lexically_normal();
}

Result<InboxLock> InboxLock::take(const OfficialProgram& program, const std::filesystem::path& base,
                                  std::chrono::milliseconds patience) {
  std::filesystem::path folder = inbox_folder(program, base);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), folder.string()};
  const auto path = folder / kLockName;
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Error{Errc::kIo, std::string("cannot open: ") + std::strerror(errno), path.string()};
  InboxLock lock(std::move(folder), fd);
  // Asked again and again, since flock() has no deadline.
  const auto until = std::chrono::steady_clock::now() + patience;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return Error{Errc::kIo, std::string("cannot lock: ") + std::strerror(errno), path.string()};
    if (std::chrono::steady_clock::now() >= until)
      return Error{Errc::kLocked, "另一份公告名单正在存入，这一份没有存入，请稍后再导入", lock.folder_.string()};
    std::this_thread::sleep_for(kPause);
  }
  return lock;
}

InboxLock::InboxLock(InboxLock&& other) noexcept
    : folder_(std::move(other.folder_)), fd_(std::exchange(other.fd_, -1)) {}
InboxLock& InboxLock::operator=(InboxLock&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(fd_, other.fd_);
  return *this;
}
InboxLock::~InboxLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace tanmiao::pool
