// The floor under the free space of the disk that the data lie on. A crawl stops there while it can still write down
// how far it came: on a disk that is full nothing can, neither it nor what else lives there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "core/error.h"

namespace tanmiao::crawler {

// Free space, in bytes, from which on no crawl goes on: a sixteenth above the floor, for what is written down in
// ending. `floor` 0: there is none.
constexpr std::uint64_t crawl_stops_below(std::uint64_t floor) { return floor + floor / 16; }

// Bytes that an ordinary user may still write where a folder lies; nothing: the system does not say.
std::optional<std::uint64_t> free_bytes(const std::filesystem::path& folder);

class DiskFloor {
 public:
  using Measure = std::function<std::optional<std::uint64_t>(const std::filesystem::path&)>;
  // `folders`: each may be a disk of its own; one that is not there, or of which nothing is known, stops nobody.
  DiskFloor(std::vector<std::filesystem::path> folders, std::uint64_t floor, Measure measure = free_bytes)
      : folders_(std::move(folders)), floor_(floor), measure_(std::move(measure)) {}
  // kDiskFull when one of them has too little left.
  Status check() const;

 private:
  std::vector<std::filesystem::path> folders_;
  std::uint64_t floor_;
  Measure measure_;
};

}  // namespace tanmiao::crawler
