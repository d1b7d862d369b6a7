// Texts that only pass through linkage: in a file without a name beside the data, not in memory. A province has more
// abstracts than all else that is linked.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::linkage {

class LongTexts {
 public:
  LongTexts() = default;
  // In a folder, or where that cannot be written in (who only reads) in that for temporary files. kIo, kDiskFull.
  static Result<LongTexts> open(const std::filesystem::path& folder);
  ~LongTexts();
  LongTexts(LongTexts&& other) noexcept;
  LongTexts& operator=(LongTexts&& other) noexcept;

  // A place for so many bytes; any number of threads reserve, write to their places and read what was written.
  std::uint64_t reserve(std::uint64_t bytes) { return end_.fetch_add(bytes, std::memory_order_relaxed); }
  Status write(std::uint64_t at, std::string_view bytes) const;
  Result<std::string> read(std::uint64_t at, std::size_t size) const;

 private:
  explicit LongTexts(int file) : file_(file) {}
  int file_ = -1;
  std::atomic<std::uint64_t> end_ = 0;
};

}  // namespace tanmiao::linkage
