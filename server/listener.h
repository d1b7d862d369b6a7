// The HTTP server: accepts on loopback, bounds everything, calls the handler.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "core/error.h"
#include "server/http.h"

namespace tanmiao::server {

struct Limits {
  int connections = 200;        // further ones wait in the kernel's queue
  unsigned head_bytes = 16384;  // request line and headers
  unsigned body_bytes = 65536;  // of a request that takes none; a form's own bound is in server/posts.h
  int read_seconds = 15;        // from accept (or the last answer) to a whole request
  int write_seconds = 60;       // for one answer
};

// Runs on `threads` threads until `stop` is set. Every answer carries the security headers; the guard is asked first.
// Exceptions of the handler become a 500 without details.
Status listen(const std::string& address, std::uint16_t port, int threads, const Limits& limits, const Handler& handler,
              const std::atomic<bool>& stop, const std::function<void(std::uint16_t port)>& ready);

}  // namespace tanmiao::server
