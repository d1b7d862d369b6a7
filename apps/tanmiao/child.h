// A child process, ended by its id and never by name.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace tanmiao::app {

class Child {
 public:
  // Starts `program`; what it writes on stdout is read through read_line().
  static Result<Child> start(const std::filesystem::path& program, const std::vector<std::string>& arguments);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();  // SIGTERM, then waits

  // The next line; kIo when it ended before, kLimit after `seconds` without one.
  Result<std::string> read_line(int seconds);
  int wait();  // exit code, or 128 + signal

 private:
  Child(pid_t pid, int out) : pid_(pid), out_(out) {}
  pid_t pid_ = -1;
  int out_ = -1;
};

// The folder of the running program.
std::filesystem::path program_folder();

}  // namespace tanmiao::app
