#include "server/download.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace tanmiao::server {
namespace fs = std::filesystem;

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code failed;
  std::string path = (fs::temp_directory_path(failed) / "tanmiao-pages-XXXXXX").string();
  if (failed || ::mkdtemp(path.data()) == nullptr) return Error{Errc::kIo, "无法建立临时目录", path};
  return TemporaryFolder(path);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<Response> attachment(const fs::path& file, std::string_view type, std::string_view name,
                            std::string_view plain_name) {
  std::ifstream in(file, std::ios::binary);
  Response response;
  response.type = type;
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  if (!in.good() && !in.eof()) return Error{Errc::kIo, "文件无法读取", ""};
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + std::string(plain_name) +
                                                           "\"; filename*=UTF-8''" + url_encode(name));
  return response;
}

}  // namespace tanmiao::server
