#include "server/download.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>

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
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  std::error_code failed;
  const auto size = fs::file_size(file, failed);
  const auto in = std::make_shared<std::ifstream>(file, std::ios::binary);
  if (failed || !in->good()) return Error{Errc::kIo, "文件无法读取", ""};
  Response response;
  response.type = type;
  response.pieces_bytes = size;
  response.pieces = [in] {
    std::string piece(kPiece, '\0');
    in->read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(in->gcount()));
    return piece;
  };
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + std::string(plain_name) +
                                                           "\"; filename*=UTF-8''" + url_encode(name));
  return response;
}

}  // namespace tanmiao::server
