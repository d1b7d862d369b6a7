// The list as a file: all that the filters let through, whatever page was shown.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "pool/export.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

namespace fs = std::filesystem;

// A folder that only this process can read, gone with its files.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make() {
    std::error_code failed;
    std::string path = (fs::temp_directory_path(failed) / "tanmiao-export-XXXXXX").string();
    if (failed || ::mkdtemp(path.data()) == nullptr) return Error{Errc::kIo, "无法建立临时目录", path};
    return TemporaryFolder(path);
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

std::string_view media_type(pool::ExportFormat format) {
  switch (format) {
    case pool::ExportFormat::kXlsx: return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    case pool::ExportFormat::kCsv: return "text/csv; charset=utf-8";
    case pool::ExportFormat::kJsonl: return "application/x-ndjson; charset=utf-8";
  }
  return "application/octet-stream";
}

}  // namespace

Result<Response> export_file(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const ListQuery asked, parse_list_query(request, kCandidateWords));
  const std::string word = asked.format.empty() ? "xlsx" : asked.format;
  TANMIAO_ASSIGN(const auto format, pool::export_format(word));
  TANMIAO_ASSIGN(const auto world, site.with_run(asked));
  TANMIAO_ASSIGN(const ListQuery query, world->list->resolved(asked));
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(*world));
  const auto selection = world->list->select(query, *suppressed);
  TANMIAO_ASSIGN(const auto rows, site.rows(*world, selection.rows, 1));
  const RegionTable& regions = site.worlds.reference().regions;
  const pool::ExportInfo info{std::string(regions.name(regions.city())) + "科技型中小企业候选名单",
                              site.config.issuer,
                              world->entry.as_of,
                              world->list->describe(query),
                              world->entry.id,
                              source_titles(site),
                              &world->run->explanation};
  TANMIAO_ASSIGN(const auto folder, TemporaryFolder::make());
  const fs::path path = folder.path() / ("list." + word);
  TANMIAO_TRY(pool::export_candidates(rows, format, path.string(), info));
  std::ifstream in(path, std::ios::binary);
  Response response;
  response.type = media_type(format);
  response.body.assign(std::istreambuf_iterator<char>(in), {});
  if (!in.good() && !in.eof()) return Error{Errc::kIo, "导出文件无法读取", ""};
  const std::string name = pool::safe_file_name("候选名单_" + iso(world->entry.as_of) + "." + word);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"candidates_" + iso(world->entry.as_of) +
                                                           "." + word + "\"; filename*=UTF-8''" + url_encode(name));
  response.headers.emplace_back("X-Tanmiao-Count", std::to_string(rows.size()));
  return response;
}

}  // namespace tanmiao::server
