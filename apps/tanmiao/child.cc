#include "apps/tanmiao/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "store/data_folder.h"

extern char** environ;

namespace tanmiao::app {

Result<Child> Child::start(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return store::io_error(errno, "cannot make a pipe for", program);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  if (failed != 0) {
    ::close(pipe_ends[0]);
    return store::io_error(failed, "cannot start", program);
  }
  return Child(pid, pipe_ends[0]);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), out_(std::exchange(other.out_, -1)) {}

Child::~Child() {
  if (out_ >= 0) ::close(out_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  wait();
}

Result<std::string> Child::read_line(int seconds) {
  std::string line;
  for (;;) {
    pollfd waiting{out_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, seconds * 1000);
    if (ready == 0) return Error{Errc::kLimit, "the child said nothing for " + std::to_string(seconds) + " s", ""};
    char c = 0;
    const ssize_t got = ready < 0 ? -1 : ::read(out_, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error{Errc::kIo, "the child ended before it was ready", ""};
    if (c == '\n') return line;
    line += c;
  }
}

int Child::wait() {
  int status = 0;
  while (pid_ > 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::filesystem::path program_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

}  // namespace tanmiao::app
