#include "linkage/long_texts.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "store/data_folder.h"

namespace tanmiao::linkage {

namespace {

int file_in(const std::filesystem::path& folder) {
  std::string name = (folder / ".tanmiao_texts_XXXXXX").string();
  const int file = ::mkostemp(name.data(), O_CLOEXEC);
  if (file >= 0) ::unlink(name.c_str());
  return file;
}

}  // namespace

Result<LongTexts> LongTexts::open(const std::filesystem::path& folder) {
  int file = file_in(folder);
  if (file < 0 && (errno == EACCES || errno == EROFS || errno == EPERM || errno == ENOENT))
    file = file_in(std::filesystem::temp_directory_path());
  if (file < 0) return store::io_error(errno, "cannot make a file for texts", folder);
  return LongTexts(file);
}

LongTexts::~LongTexts() {
  if (file_ >= 0) ::close(file_);
}

LongTexts::LongTexts(LongTexts&& other) noexcept : file_(std::exchange(other.file_, -1)), end_(other.end_.load()) {}

LongTexts& LongTexts::operator=(LongTexts&& other) noexcept {
  std::swap(file_, other.file_);
  end_.store(other.end_.load());
  return *this;
}

Status LongTexts::write(std::uint64_t at, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return store::io_error(errno, "cannot set texts aside", {});
    bytes.remove_prefix(static_cast<std::size_t>(wrote)), at += static_cast<std::uint64_t>(wrote);
  }
  return {};
}

Result<std::string> LongTexts::read(std::uint64_t at, std::size_t size) const {
  std::string text(size, '\0');
  for (std::size_t got = 0; got < size;) {
    const ssize_t more = ::pread(file_, text.data() + got, size - got, static_cast<off_t>(at + got));
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return store::io_error(errno, "cannot read texts that were set aside", {});
    if (more == 0) return Error{Errc::kCorrupt, "texts that were set aside are not there", {}};
    got += static_cast<std::size_t>(more);
  }
  return text;
}

}  // namespace tanmiao::linkage
