// Frames over a socket.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "crawler/read_events.h"

namespace tanmiao::crawler {

class FrameSocket {
 public:
  explicit FrameSocket(int fd) : fd_(fd) {}
  enum class Got : std::uint8_t { kFrame, kEnd, kSilence, kNonsense, kStopped };
  // Waits until a frame is there; the payload is valid until the next call. `silence`: of the other side, none:
  // forever.
  Got next(std::string_view& payload, std::optional<std::chrono::seconds> silence, const std::atomic<bool>* stop);
  bool send(std::string_view frame);  // false: the other side is gone

 private:
  int fd_;
  std::string buffer_;
  std::size_t begin_ = 0;
};

}  // namespace tanmiao::crawler
