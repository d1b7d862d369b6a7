// Files that a page makes and sends.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"
#include "server/http.h"

namespace tanmiao::server {

inline constexpr std::string_view kXlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// A folder that only this process can read, gone with its files.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

// The file as an attachment, read while it is sent: it may be deleted as soon as this returns. `name` may be Chinese;
// `plain_name` is for clients that cannot read it.
Result<Response> attachment(const std::filesystem::path& file, std::string_view type, std::string_view name,
                            std::string_view plain_name);

}  // namespace tanmiao::server
