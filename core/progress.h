// How a stage tells people what it is doing. Stages call it often and cheaply; the caller decides what to print.
#pragma once

#include <cstdint>
#include <string_view>

namespace tanmiao {

class Progress {
 public:
  virtual ~Progress() = default;
  // `total` 0 means unknown. Called from one thread at a time.
  virtual void update(std::string_view stage, std::uint64_t done, std::uint64_t total, std::string_view note) = 0;
  // One line that stays: a source was held back, a file could not be read.
  virtual void note(std::string_view stage, std::string_view line) = 0;
};

// Says nothing.
Progress& silent_progress();

}  // namespace tanmiao
