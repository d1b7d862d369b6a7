// Bytes of unknown length: held while they are few, else in a file without a name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::crawler {

// Takes the frames of a document (crawler/read_events.h) as they come.
class FrameTaker {
 public:
  FrameTaker() = default;
  FrameTaker(const FrameTaker&) = delete;
  FrameTaker& operator=(const FrameTaker&) = delete;
  virtual ~FrameTaker() = default;
  virtual Status append(std::string_view frame) = 0;  // a whole one; an error is ours, not the document's
  virtual void clear() = 0;                           // what came counts for nothing: the document is read anew
  virtual std::uint64_t size() const = 0;             // bytes that came
};

class Spool : public FrameTaker {
 public:
  explicit Spool(std::uint64_t in_memory) : in_memory_(in_memory) {}
  ~Spool() override;

  Status append(std::string_view bytes) override;  // kDiskFull, kIo
  void clear() override;
  std::uint64_t size() const override { return size_; }
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
