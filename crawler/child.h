// A program of ours that reads what came from outside, in a process of its own: what a file does to it ends there.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"

namespace tanmiao::crawler {

struct ChildLimits {
  std::chrono::seconds most_time{300};  // by the clock; then its whole process group is killed
  std::uint64_t most_output = std::uint64_t{256} << 20;
};

struct ChildEnd {
  int exit_code = 0;  // -1: a signal ended it
  int signal = 0;
  bool too_slow = false, too_much = false;  // killed for it
  std::string output, complaint;            // standard output, and the beginning of standard error
};

// Runs `program` with `input` as its standard input and waits for its end. It gets a process group of its own and is
// dead when this returns. Safe to call from several threads. Error kNotFound, kIo when it cannot be started.
Result<ChildEnd> run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                           const std::filesystem::path& input, const ChildLimits& limits);

// A program that goes on while this one talks to it over `socket`, its standard input. What it prints is lost.
struct LiveChild {
  int pid = -1, socket = -1;
};
Result<LiveChild> start_child(const std::filesystem::path& program, const std::vector<std::string>& arguments);
void close_child(LiveChild& child);  // our end of the socket; it is the caller who kills and waits

// A program that is shipped with this one: named by the environment `variable`, else beside this one, else (tests) in
// the folder apps beside this one's. kNotFound says where it was looked for.
Result<std::filesystem::path> shipped_program(const char* variable, const std::string& name);

}  // namespace tanmiao::crawler
