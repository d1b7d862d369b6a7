#include "crawler/disk_floor.h"

#include <fmt/format.h>

namespace tanmiao::crawler {

namespace fs = std::filesystem;

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
    return Error{Errc::kDiskFull,
                 fmt::format("the disk has {:.2f} GB left, and least_free_gb keeps {:.2f} GB of it free; what came is "
                             "kept: make room, run it again",
                             static_cast<double>(*left) / 1e9, static_cast<double>(floor_) / 1e9),
                 folder.string()};
  }
  return {};
}

}  // namespace tanmiao::crawler
