#include "tabular/file_out.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace tanmiao::tabular {

bool disk_full(int code) { return code == ENOSPC || code == EDQUOT; }

Error write_error(const std::string& path) {
  const int code = errno;
  std::error_code ignored;
  std::filesystem::remove(path + ".new", ignored);
  return {disk_full(code) ? Errc::kDiskFull : Errc::kIo,
          std::string("cannot write: ") + (code == 0 ? "unknown reason" : std::strerror(code)), path};
}

Result<std::ofstream> begin_file(const std::string& path) {
  errno = 0;
  std::ofstream out(path + ".new", std::ios::binary | std::ios::trunc);
  if (!out) return write_error(path);
  return out;
}

Status finish_file(std::ofstream& out, const std::string& path) {
  errno = 0;
  out.close();
  if (!out) return write_error(path);
  std::error_code failed;
  std::filesystem::rename(path + ".new", path, failed);
  if (failed) return Error{Errc::kIo, "cannot rename: " + failed.message(), path};
  return {};
}

}  // namespace tanmiao::tabular
