// tanmiao-read: reads documents for `tanmiao` (crawler/reader_process.h), which stands at the other end of the socket
// that is its standard input. A program of its own: it gives itself a limit of memory before it reads a byte, and what
// a hostile file does to the libraries that read it ends here. Not for use by hand.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "crawler/reader_process.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TANMIAO_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TANMIAO_SANITIZED
#endif
#endif

namespace {

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(what, &both);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is an error of the write
  std::uint64_t memory = 2048;
  CLI::App app("reads documents for tanmiao; is started by it");
  app.add_option("--memory", memory, "MiB of addresses")->check(CLI::Range(64, 1'048'576));
  CLI11_PARSE(app, argc, argv);
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    std::fprintf(stderr, "tanmiao-read is started by tanmiao\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit(RLIMIT_CORE, 0);
#if !defined(TANMIAO_SANITIZED)  // whose shadow takes terabytes of addresses
  limit(RLIMIT_AS, memory << 20);
#endif
  return tanmiao::crawler::serve_reader(STDIN_FILENO);
}
