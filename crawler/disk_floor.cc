#include "crawler/disk_floor.h"

#include <fmt/format.h>

namespace tanmiao::crawler {

namespace fs = std::filesystem;

namespace {
double in_gb(std::uint64_t bytes) { return static_cast<double>(bytes) / 1e9; }
}  // namespace

std::optional<std::uint64_t> free_bytes(const fs::path& folder) {
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  return failed ? std::nullopt : std::optional<std::uint64_t>(space.available);
}

Status DiskFloor::check() const {
  if (floor_ == 0) return {};
  for (const fs::path& folder : folders_) {
    const std::optional<std::uint64_t> left = measure_(folder);
    if (!left || *left >= crawl_stops_below(floor_)) continue;
    return Error{
        Errc::kDiskFull,
        fmt::format("the disk has {:.2f} GB left, least_free_gb = {:.2f} stops a crawl below {:.2f} GB; what came "
                    "is kept: make room, run it again",
                    in_gb(*left), in_gb(floor_), in_gb(crawl_stops_below(floor_))),
        folder.string()};
  }
  return {};
}

}  // namespace tanmiao::crawler
