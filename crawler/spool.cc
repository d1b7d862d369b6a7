#include "crawler/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace {

// Readable for nobody else, and gone when it is closed.
Result<int> nameless_file() {
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(failed);
  if (failed) return Error{Errc::kIo, "there is no folder for temporary files: " + failed.message(), "TMPDIR"};
  std::string name = (folder / "tanmiao_unpack_XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return store::io_error(errno, "making a temporary file", folder);
  ::unlink(name.c_str());
  return file;
}

}  // namespace

Spool::~Spool() { Spool::clear(); }

void Spool::clear() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  size_ = 0;
  held_.clear(), head_.clear();
}

std::filesystem::path Spool::file() const { return file_ < 0 ? "" : "/proc/self/fd/" + std::to_string(file_); }

Status Spool::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return store::io_error(errno, "unpacking", "TMPDIR");
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

Status Spool::append(std::string_view bytes) {
  size_ += bytes.size();
  if (head_.size() < kHead) head_ += bytes.substr(0, kHead - head_.size());
  if (file_ < 0 && size_ <= in_memory_) {
    held_ += bytes;
    return {};
  }
  if (file_ < 0) {
    TANMIAO_ASSIGN(file_, nameless_file());
    TANMIAO_TRY(write(held_));
    held_ = {};
  }
  return write(bytes);
}

}  // namespace tanmiao::crawler
