#include "crawler/frame_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kSocketPiece = std::size_t{256} << 10;

}  // namespace

FrameSocket::Got FrameSocket::next(std::string_view& payload, std::optional<std::chrono::seconds> silence,
                                   const std::atomic<bool>* stop) {
  using Clock = std::chrono::steady_clock;
  auto heard = Clock::now();
  for (;;) {
    const std::string_view unread = std::string_view(buffer_).substr(begin_);
    if (unread.size() >= kFrameHead) {
      std::uint32_t length = 0;
      for (std::size_t i = 0; i < kFrameHead; ++i)
        length |= static_cast<std::uint32_t>(static_cast<unsigned char>(unread[i])) << (8 * i);
      if (length == 0 || length > kLongestFrame) return Got::kNonsense;
      if (unread.size() - kFrameHead >= length) {
        payload = unread.substr(kFrameHead, length);
        begin_ += kFrameHead + length;
        return Got::kFrame;
      }
    }
    if (stop != nullptr && *stop) return Got::kStopped;
    if (silence && Clock::now() - heard > *silence) return Got::kSilence;
    pollfd one{fd_, POLLIN, 0};
    constexpr int kLookAgain = 500;  // ms: at the wish to stop
    const int ready = ::poll(&one, 1, silence || stop != nullptr ? kLookAgain : -1);
    if (ready < 0 && errno != EINTR) return Got::kEnd;
    if (ready <= 0) continue;
    buffer_.erase(0, begin_);
    begin_ = 0;
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kSocketPiece);
    const ssize_t got = ::recv(fd_, buffer_.data() + before, kSocketPiece, 0);
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return Got::kEnd;
    if (got > 0) heard = Clock::now();
  }
}

bool FrameSocket::send(std::string_view frame) {
  while (!frame.empty()) {
    const ssize_t done = ::send(fd_, frame.data(), frame.size(), MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return false;
    frame.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace tanmiao::crawler
