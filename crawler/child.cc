#include "crawler/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostComplaint = 4096;

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

struct Pipe {
  Descriptor read, write;
};
Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return store::io_error(errno, "making a pipe", "");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// Of our environment what a program needs to run: secrets of sources may stand in the rest.
std::vector<char*> environment_for_child() {
  constexpr std::array<std::string_view, 12> kPassed{
      "PATH=", "HOME=",  "LANG=", "LC_", "TZ=", "TMPDIR=", "XDG_", "FONTCONFIG_", "LD_LIBRARY_PATH=",
      "ASAN_", "UBSAN_", "LSAN_"};
  std::vector<char*> out;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one)
    if (std::any_of(kPassed.begin(), kPassed.end(),
                    [&](std::string_view name) { return std::string_view(*one).starts_with(name); }))
      out.push_back(*one);
  out.push_back(nullptr);
  return out;
}

// A group of its own, no signal blocked or ignored, nothing open but the three.
Result<pid_t> spawn(const fs::path& program, const std::vector<std::string>& arguments, int in, int out, int err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setsigdefault(&how, &all);
  posix_spawnattr_setpgroup(&how, 0);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> environment = environment_for_child();
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, program.c_str(), &actions, &how, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&how);
  if (failed != 0)
    return Error{Errc::kIo, std::string("cannot be started: ") + std::strerror(failed), program.string()};
  return pid;
}

// Reads what is there; false at the end.
bool drain(int fd, std::string& to, std::size_t most, bool& too_much) {
  std::array<char, 65536> piece{};
  const ssize_t got = ::read(fd, piece.data(), piece.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  const auto size = static_cast<std::size_t>(got);
  too_much = to.size() + size > most;
  to.append(piece.data(), std::min(size, most - to.size()));
  return true;
}

void listen(Pipe& out, Pipe& err, const ChildLimits& limits, ChildEnd& end) {
  const auto until = Clock::now() + limits.most_time;
  while (out.read.get() >= 0 || err.read.get() >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) {
      end.too_slow = true;
      return;
    }
    std::array<pollfd, 2> each = {{{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}}};
    if (::poll(each.data(), each.size(), static_cast<int>(std::min<std::int64_t>(left, 1000))) < 0 && errno != EINTR)
      return;
    if (each[0].revents != 0 && !drain(out.read.get(), end.output, limits.most_output, end.too_much)) out.read.close();
    if (end.too_much) return;
    bool long_complaint = false;
    if (each[1].revents != 0 && !drain(err.read.get(), end.complaint, kMostComplaint, long_complaint)) err.read.close();
  }
}

}  // namespace

Result<ChildEnd> run_child(const fs::path& program, const std::vector<std::string>& arguments, const fs::path& input,
                           const ChildLimits& limits) {
  const Descriptor in(::open(input.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.get() < 0) return store::io_error(errno, "opening the file", input);
  TANMIAO_ASSIGN(Pipe out, make_pipe());
  TANMIAO_ASSIGN(Pipe err, make_pipe());
  TANMIAO_ASSIGN(const pid_t pid, spawn(program, arguments, in.get(), out.write.get(), err.write.get()));
  out.write.close();
  err.write.close();
  ChildEnd end;
  listen(out, err, limits, end);
  if (end.too_slow || end.too_much) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ::kill(-pid, SIGKILL);  // what it may have left behind
  end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  while (end.complaint.ends_with('\n')) end.complaint.pop_back();
  return end;
}

Result<LiveChild> start_child(const fs::path& program, const std::vector<std::string>& arguments) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return store::io_error(errno, "making a socket", "");
  Descriptor ours(ends[0]), theirs(ends[1]);
  const Descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (nowhere.get() < 0) return store::io_error(errno, "opening", "/dev/null");
  LiveChild child;
  TANMIAO_ASSIGN(child.pid, spawn(program, arguments, theirs.get(), nowhere.get(), nowhere.get()));
  child.socket = ours.release();
  return child;
}

void close_child(LiveChild& child) {
  if (child.socket >= 0) ::close(std::exchange(child.socket, -1));
}

Result<fs::path> shipped_program(const char* variable, const std::string& name) {
  if (const char* named = std::getenv(variable); named != nullptr && *named != '\0') return fs::path(named);
  std::error_code failed;
  const fs::path own = fs::read_symlink("/proc/self/exe", failed).parent_path();
  for (const fs::path& place : {own / name, own.parent_path() / "apps" / name})
    if (::access(place.c_str(), X_OK) == 0) return place;
  return Error{Errc::kNotFound, "the program " + name + " is not beside this one", own.string()};
}

}  // namespace tanmiao::crawler
