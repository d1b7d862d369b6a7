// Bytes of unknown length: held while they are few, else in a file without a name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::crawler {

class Spool {
 public:
  explicit Spool(std::uint64_t in_memory) : in_memory_(in_memory) {}
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  Status append(std::string_view bytes);  // kDiskFull, kIo
  void clear();
  std::uint64_t size() const { return size_; }
  // One of the two: the bytes, or a path under which this process may open them.
  std::string_view bytes() const { return file_ < 0 ? std::string_view(held_) : std::string_view(); }
  std::filesystem::path file() const;
  std::string_view head() const { return head_; }  // the first kHead bytes

  static constexpr std::size_t kHead = 4096;

 private:
  Status write(std::string_view bytes);

  std::uint64_t in_memory_, size_ = 0;
  std::string held_, head_;
  int file_ = -1;
};

}  // namespace tanmiao::crawler
